"""Issuing by itself: tasks for passes that were recalled, a minute after the lists know of them; the alarm about late ones."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from yimatong.records import clock
from yimatong.records.jobs import alone, own_connections
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions import collecting

log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue="issuing", queueing_lock="collecting")
def open_collections(timestamp: int) -> None:
    """Open a task for each pass that was recalled in somebody's hand."""
    log.debug("collection.round", scheduled=timestamp)
    with alone("collecting") as free:
        if free:
            collecting.open_tasks(now=clock.now())


@app.periodic(cron="23 * * * *")
@app.task(queue="issuing", queueing_lock="late_collections")
def watch_collections(timestamp: int) -> None:
    """Say in the log how many passes were not fetched in time, and who is answerable for them now."""
    with own_connections():
        board = queries.task_board(clock.now())
    if board.late:
        log.error("collection.late", late=board.late, open=board.open, **board.answerable)
