"""Judging by itself: everybody at night, the touched when something was recorded and in the minute in which something ends.

Jobs lie in PostgreSQL (procrastinate); `yimatong worker` works on them. What is to be judged lies in the records themselves and
not in the jobs (waiting.py): a job only has somebody look. So none of them needs a lock, a retry or a place in a line; one that is
lost, doubled or late is made good by that of the next minute. Where the policy is not in force today, nothing is judged anew
and the log says so: the last verdicts stay.
"""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Event

import structlog
from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from yimatong.records import clock
from yimatong.records.actions.officials import the_system
from yimatong.records.jobs import AGAIN, alone, cron_of, later, noted, own_connections, wake
from yimatong.stations.declarations.actions import checking_in
from yimatong.stations.judgements import actions, contradictions, enforcing, overdue, reconciling, recorded, unfit
from yimatong.stations.judgements.models import CurrentVerdict

AFTER_NIGHT = 75
"""Minutes after the night's judgement at which everything that stands is looked at."""
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue="judgements", queueing_lock="judge")
def judge(timestamp: int = 0) -> None:
    """Judge whatever waits, as of now: the night, what has come to its end, what was recorded.

    The first look of a process also asks whether other programs are there than judged what is in force, and
    whether the files of the policy say something else than is in force.
    """
    log.debug("judgement.look", scheduled=timestamp)
    with noted("judge"):
        if not _looked_anew.is_set():
            enforcing.say_on_disk()
        actions.catch_up(by=the_system(), anew=not _looked_anew.is_set())
    _looked_anew.set()


_looked_anew = Event()
"""Set once this process has looked for other rules and programs."""


@app.periodic(cron="* * * * *")
@app.task(queue="reconciling", queueing_lock="reconcile")
def reconcile(timestamp: int = 0) -> None:
    """Look whether what stands is what was judged: what is new, and a part of the rest; the first look of a process at everything."""
    log.debug("reconciling.look", scheduled=timestamp)
    with alone("reconcile") as free:
        if free:
            _reconcile(everything=False)


@app.periodic(cron=cron_of(later(settings.YIMATONG_NIGHT, AFTER_NIGHT)))
@app.task(queue="reconciling", queueing_lock="reconcile_everything", retry=AGAIN)
def reconcile_everything(timestamp: int = 0) -> None:
    """Look at everything, each night: also at what is in force no more."""
    log.info("reconciling.night", scheduled=timestamp)
    with alone("reconcile_everything") as free:
        if free:
            enforcing.say_on_disk()
            _reconcile(everything=True)


def _reconcile(*, everything: bool) -> None:
    unfit.THIS_PROCESS.look(everything=everything)
    report = reconciling.THIS_PROCESS.look(everything=everything)
    if any(one.table in reconciling.OURS for one in report.fresh):
        wake(judge)
    recorded.THIS_PROCESS.look(everything=everything)
    if report.everything:
        log.info("reconciling.looked", runs=report.runs, people=report.people, seconds=report.seconds)


@app.periodic(cron="7 * * * *")
@app.task(queue="judgements", queueing_lock="overdue")
def watch_the_clock(timestamp: int) -> None:
    """Alarm about declarations that have waited for 20 hours, and open cases where a declaration denies what was derived."""
    now = clock.now()
    with own_connections():
        waits, late = overdue.alarm(now), overdue.overdue(now)
        opened = contradictions.find(city=settings.YIMATONG_CITY, now=now)
    if waits:
        log.error("declarations.wait_for_20_hours", waiting=len(waits), overdue=len(late), oldest=waits[0].declaration)
    if opened:
        log.info("contradictions.opened", opened=opened)


@app.periodic(cron=cron_of("17:00"))
@app.task(queue="messages", queueing_lock="reminders")
def remind(timestamp: int) -> None:
    """Remind those who are yellow or red, and have not said today how they are."""
    with own_connections():
        people = list(CurrentVerdict.objects.filter(colour__in=["yellow", "red"]).values_list("person", flat=True))
        sent = checking_in.remind(people=people, now=clock.now(), at=datetime.now(UTC))
    log.info("check_ins.reminded", people=len(people), texts=sent)


def judge_soon() -> None:
    """Have the worker look at once when the caller's transaction is committed; what it finds is what the records say.

    It begins at once where nothing is being judged, since somebody may be standing at a desk; what comes while a run works is judged
    together after it. Called by the edges when a delivery was taken or withdrawn, or a fact recorded, ended or struck; who
    forgets it waits a minute at most.
    """
    # Not before the commit: a look that was begun in between would not see what is being recorded.
    # Where a look waits already it has not begun, so it will see what was committed.
    transaction.on_commit(lambda: wake(judge), robust=True)
