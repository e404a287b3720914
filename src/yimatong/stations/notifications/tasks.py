"""Telling by itself: within seconds of a publication, and each minute what the records and the clock bring."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import structlog
from procrastinate.contrib.django import app

from yimatong.records import clock, jobs
from yimatong.records.jobs import noted, own_connections
from yimatong.stations.declarations import tasks as declarations
from yimatong.stations.notifications import queries
from yimatong.stations.notifications.actions import asking, following, keeping, routing

LONGEST = 30.0
"""Seconds after which a storm lets the next round go on."""
log = structlog.get_logger(__name__)


@jobs.beside(every=2.0)
def tell_soon() -> None:
    """Tell what the runs say, and send on what waits. No job of the queue: a night's slots are all busy with work of minutes.

    In a storm it rests as long as each batch took, so that codes and judging keep their half of the machine.
    """
    following.follow_runs(now=clock.now())
    begun, sent = time.monotonic(), 0
    while routing.waits(now=clock.now()) and time.monotonic() - begun < LONGEST:
        batch = time.monotonic()
        sent += routing.route(now=clock.now())
        declarations.send_soon()
        time.sleep(min(time.monotonic() - batch, 1.0))
    if sent:
        log.info("notifications.sent_on", sent=sent)


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
