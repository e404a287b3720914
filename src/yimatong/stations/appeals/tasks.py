"""Appeals by themselves: the alarm about objections that nobody has settled in time."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from yimatong.records import clock
from yimatong.records.jobs import own_connections
from yimatong.stations.appeals import objections

log = structlog.get_logger(__name__)


@app.periodic(cron="37 * * * *")
@app.task(queue="appeals", queueing_lock="late_objections")
def watch_objections(timestamp: int) -> None:
    """Say in the log how many objections are past their hours, and since when the oldest waits."""
    with own_connections():
        late = objections.late(clock.now())
    if late:
        log.error("objections.late", late=len(late), oldest=late[0].dispute.pk, since=late[0].due.isoformat())
