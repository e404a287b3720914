"""Checkpoints by themselves: the policy file and a look at the passages every minute, register extracts, the night.

Jobs lie in PostgreSQL (procrastinate); `yimatong worker` works on them. Every one of them may be late, doubled or cut short.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from django.conf import settings
from procrastinate.contrib.django import app

from yimatong.records import clock, jobs
from yimatong.records.actions.officials import the_system
from yimatong.records.jobs import AGAIN, alone, cron_of, later
from yimatong.stations.checkpoints import extracts, publishing, retention, stays
from yimatong.stations.checkpoints.looking_over import look_over
from yimatong.stations.passes.actions import keys

BEFORE_NIGHT = -30
"""Minutes before the night's judgement at which passages become stays, so that the judgement sees them."""
NIGHT = "checkpoints_night"
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue="checkpoints", queueing_lock="keep_checkpoints")
def keep_checkpoints(timestamp: int) -> None:
    """Publish the policy file when it has changed or aged, build the extracts that are behind, look at the new passages."""
    log.debug("checkpoints.round", scheduled=timestamp)
    now = clock.now()
    with alone("keep_checkpoints") as free:
        if not free:
            return
        keys.ensure(by=the_system(), now=now)
        publishing.publish_policy(now=now)
        while look_over(now=now, at=datetime.now(UTC)).more:
            log.info("passages.looking_on")
        extracts.refresh_extracts(now=now)
        if jobs.was_missed(NIGHT):
            jobs.wake(night_of_checkpoints)


@app.periodic(cron=cron_of(later(settings.YIMATONG_NIGHT, BEFORE_NIGHT)))
@app.task(queue="checkpoints", queueing_lock="checkpoints_night", retry=AGAIN)
def night_of_checkpoints(timestamp: int = 0) -> None:
    """Feed the lake with the day's passages, and delete what is over the policy's days."""
    log.info("checkpoints.night", scheduled=timestamp)
    now = clock.now()
    with alone(NIGHT) as free:
        if not free:
            return
        stays.feed_stays(now=now, at=datetime.now(UTC))
        retention.forget(now=now)
