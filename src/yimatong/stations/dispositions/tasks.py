"""The receiver's clock, each minute. A minute that was missed is made up for by the next one."""

from __future__ import annotations

from procrastinate.contrib.django import app

from yimatong.records import clock
from yimatong.records.jobs import noted
from yimatong.stations.dispositions import actions


@app.periodic(cron="* * * * *")
@app.task(queue="dispositions", queueing_lock="escalate_hand_overs")
def escalate_hand_overs(timestamp: int) -> None:
    """Mark what nobody acknowledged in time, and bring it before the control office."""
    with noted("hand_overs"):
        actions.escalate(now=clock.now())
