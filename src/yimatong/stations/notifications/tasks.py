"""Telling by itself: within seconds of a publication, and each minute what the records and the clock bring."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from procrastinate.contrib.django import app

from yimatong.records import clock, jobs
from yimatong.records.jobs import noted, own_connections
from yimatong.stations.declarations import tasks as declarations
from yimatong.stations.declarations.wording import is_in_policy
from yimatong.stations.notifications import queries
from yimatong.stations.notifications.actions import asking, following, keeping, routing

COURTESY = 10.0
"""Seconds for which those who judge go first; then a message stands in the inbox all the same."""
LONGEST = 5.0
"""Seconds after which a storm lets the next round go on."""
log = structlog.get_logger(__name__)


@jobs.beside(every=2.0)
def tell_soon() -> None:
    """Tell what the runs say, and send on what waits. No job of the queue: a night's slots are all busy with work of minutes.

    What is published while a storm is sent on stands in the inbox after LONGEST.
    """
    if not is_in_policy():
        # Said each minute by the job below, and told by the watch; every two seconds would say nothing more.
        return
    if following.is_behind():
        following.make_way(longest=COURTESY)
        following.follow_runs(now=clock.now())
    if looked := routing.route_calmly(longest=LONGEST):
        declarations.send_soon()
        log.info("notifications.sent_on", looked_at=looked)


@app.periodic(cron="* * * * *")
@app.task(queue="messages", queueing_lock="notifications-minute")
def tell_every_minute(timestamp: int) -> None:
    """What ends by tomorrow evening, tests that count, questions about declarations, texts that did not arrive."""
    now = clock.now()
    with noted("notifications"):
        following.follow_runs(now=now)
        following.tell_evening(now=now)
        asking.tell_tests(now=now)
        asking.ask_about_declarations(now=now)
        routing.tell_undelivered(now=now)
        # What the thread could not do is tried here, where it is seen when it fails.
        routing.route_calmly(longest=LONGEST)


@app.periodic(cron="27 * * * *")
@app.task(queue="messages", queueing_lock="notifications-hour")
def watch_outreach(timestamp: int) -> None:
    """Say in the log who waits too long to be told in person, and delete what the policy keeps no longer."""
    with own_connections():
        late, since = queries.late(clock.now())
        gone = keeping.forget(at=datetime.now(UTC))
    if late:
        log.error("outreach.late", late=late, since=since.isoformat() if since else "")
    if gone:
        log.info("notifications.forgotten", rows=gone)
