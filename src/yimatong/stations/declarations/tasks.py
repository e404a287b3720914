"""What the declarations do by themselves: texts are sent, old counters swept, unanswered cases count as heard."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from django.db import transaction
from procrastinate.contrib.django import app

from yimatong.records import clock
from yimatong.records.jobs import EACH_MINUTE, alone, beside, noted, own_connections, wake
from yimatong.stations.declarations.actions import codes, contradicting, limits, sending

log = structlog.get_logger(__name__)
EACH = 1.0
"""Seconds between two looks for what somebody waits for."""


@app.periodic(cron=EACH_MINUTE)
@app.task(queue="messages", queueing_lock="messages-minute")
def send_every_minute(timestamp: int) -> None:
    """Send what waits, also what a provider refused a minute ago."""
    with noted("messages"):
        _send()


@app.task(queue="messages", queueing_lock="messages-soon")
def send_now() -> None:
    """Send what waits."""
    with own_connections():
        _send()


@beside(EACH)
def send_urgent() -> None:
    """Send codes and answers, whatever the worker's slots and the providers' queues are full of."""
    _told(sending.send_waiting(at=datetime.now(UTC), urgent=True))


def send_soon() -> None:
    """Have texts sent when the caller's transaction is committed; the edge calls it when somebody waits for a code."""
    # Where it waits already it has not begun, so it will see what was committed.
    transaction.on_commit(lambda: wake(send_now), robust=True)


@app.periodic(cron="17 * * * *")
@app.task(queue="messages", queueing_lock="declarations-hour")
def every_hour(timestamp: int) -> None:
    """Forget counters and codes that are over; cases whose time to answer is over count as heard."""
    at = datetime.now(UTC)
    with own_connections():
        swept = limits.sweep(at=at) + codes.sweep(at=at)
        lapsed = contradicting.lapse(now=clock.now())
    if swept or lapsed:
        log.info("declarations.hour", swept=swept, lapsed=lapsed)


def _send() -> None:
    """One round at a time in the whole city, so that a storm takes no more than its share; where another is at it, the urgent alone."""
    with alone("texts", note=False) as free:
        done = sending.send_waiting(at=datetime.now(UTC), urgent=not free)
    _told(done)
    if done.more and free:
        wake(send_now)


def _told(done: sending.Sent) -> None:
    if done.failed or done.again:
        log.error("messages.failed", sent=done.sent, failed=done.failed, again=done.again)
