"""Passes by themselves: the lists every minute, everybody's strips each night after the judgement.

Jobs lie in PostgreSQL (procrastinate); `yimatong worker` works on them. Rounds never work side by side; where a worker was away,
one round catches up with everything, and the alarm `recall.late` says how long the lists were behind.
"""

from __future__ import annotations

import os

import structlog
from django.conf import settings
from procrastinate.contrib.django import app

from yimatong.records import clock, jobs
from yimatong.records.actions.officials import the_system
from yimatong.records.jobs import AGAIN, alone, cron_of, later
from yimatong.stations.passes import reconciling
from yimatong.stations.passes.actions import minting
from yimatong.stations.passes.errors import PassesError
from yimatong.stations.passes.rules import rules
from yimatong.stations.passes.upkeep import has_rested, is_behind, keep_up

AFTER_NIGHT = 60
"""Minutes after the night's judgement at which strips are signed; whoever changes later gets theirs when they ask."""
FOLLOWING, MINTING, RECONCILING = "follow_and_cut", "mint_strips", "reconcile_credentials"
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue="passes", queueing_lock="follow_and_cut")
def follow_and_cut(timestamp: int) -> None:
    """Follow the verdicts, cut the recall lists, publish; and sign anew what a dead key signed or whose turn has come."""
    log.debug("passes.round", scheduled=timestamp)
    with alone(FOLLOWING) as free:
        if not free:
            return
        keep_up(by=the_system(), now=clock.now())
        in_force = rules(clock.now())
        if in_force.dead or in_force.since:
            jobs.wake(mint_due)
        if jobs.was_missed(MINTING):
            jobs.wake(mint_strips)


@jobs.beside(every=2.0)
def follow_soon() -> None:
    """Between the minutes: do the minute's round where something is not on the lists yet, so that gates and phones know in ten seconds.

    No job of the queue: a night's slots are all busy with work of minutes. Cuts rest some seconds, so that gates fetch few.
    """
    if not (has_rested(clock.now()) and is_behind(clock.now())):
        return
    with alone(FOLLOWING, note=False) as free:
        if free:
            keep_up(by=the_system(), now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queue="passes", queueing_lock="reconcile_credentials")
def reconcile_credentials(timestamp: int = 0) -> None:
    """Look whether what may be shown is what the verdicts say (reconciling.py)."""
    log.debug("credentials.look", scheduled=timestamp)
    with alone(RECONCILING) as free:
        if free:
            reconciling.THIS_PROCESS.look(now=clock.now())


@app.task(queue="passes", queueing_lock="mint_due")
def mint_due(timestamp: int = 0) -> None:
    """Sign anew what a dead key signed or whose turn has come; beside the minutes' rounds, which it may outlast."""
    with alone("mint_due", note=False) as free:
        if free:
            _mint()


@app.periodic(cron=cron_of(later(settings.YIMATONG_NIGHT, AFTER_NIGHT)))
@app.task(queue="passes", queueing_lock="mint_strips", retry=AGAIN)
def mint_strips(timestamp: int = 0) -> None:
    """Compare everybody with their verdict, and sign the strips of the days to come."""
    log.info("passes.night", scheduled=timestamp)
    with alone(MINTING) as free:
        if not free:
            return
        keep_up(by=the_system(), now=clock.now(), everybody=True)
        _mint(processes=max(1, (os.cpu_count() or 1) - 1))


def _mint(*, processes: int = 1) -> None:
    try:
        minting.mint(now=clock.now(), processes=processes)
    except PassesError as mistake:
        if mistake.code != "minting-going":
            raise
        log.info("strips.minting_already")
