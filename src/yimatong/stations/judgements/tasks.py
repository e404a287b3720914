"""Judging by itself: everybody at night, the touched soon after facts came or went.

Jobs lie in PostgreSQL (procrastinate); `yimatong worker` works on them. At most one night and one touched run wait at a
time, and two runs never work side by side: they share the lock `judgement`, and the database has a lock of its own.
Where the policy is not in force today, a night judges nothing and says so in the log: the last verdicts stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connections, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy
from yimatong.core.time import MINUTES_A_DAY, SHANGHAI, Zone, minute_down
from yimatong.records import clock
from yimatong.records.actions.officials import the_system
from yimatong.stations.declarations.actions import checking_in
from yimatong.stations.judgements import actions, contradictions, overdue
from yimatong.stations.judgements.lifecycle import in_force
from yimatong.stations.judgements.models import CurrentVerdict

ONCE_MORE = RetryStrategy(max_attempts=4, exponential_wait=60)
log = structlog.get_logger(__name__)


def cron_of(local: str, zone: Zone) -> str:
    """The cron line, in UTC as procrastinate reads it, of a local time of day (`02:30`)."""
    hour, minute = (int(part) for part in local.split(":"))
    utc = (hour * 60 + minute - zone.offset) % MINUTES_A_DAY
    return f"{utc % 60} {utc // 60} * * *"


@app.periodic(cron=cron_of(settings.YIMATONG_NIGHT, SHANGHAI))
@app.task(queue="judgements", lock="judgement", queueing_lock="night", retry=ONCE_MORE)
def night(timestamp: int) -> None:
    """Judge everybody as of the scheduled instant (seconds since 1970 UTC), however late or often this is tried."""
    as_of = clock.in_city(datetime.fromtimestamp(timestamp, UTC))
    folder = policy_folder()
    if not is_in_force(load(folder), as_of):
        log.error("night.no_policy_in_force", as_of=as_of.isoformat(), policy=folder.name)
        return
    with own_connections():
        actions.run_full(by=the_system(), policy=folder, as_of=as_of)


@app.task(queue="judgements", lock="judgement", queueing_lock="touched", retry=ONCE_MORE)
def touched() -> None:
    """Judge whom the last facts touched, as of now; where no policy is in force today, as of the instant in force."""
    folder = policy_folder()
    with own_connections():
        as_of = present(load(folder), clock.now())
        if as_of is not None:
            actions.run_touched(by=the_system(), policy=folder, as_of=as_of)


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


@app.periodic(cron=cron_of("17:00", SHANGHAI))
@app.task(queue="messages", queueing_lock="reminders")
def remind(timestamp: int) -> None:
    """Remind those who are yellow or red, and have not said today how they are."""
    with own_connections():
        people = list(CurrentVerdict.objects.filter(colour__in=["yellow", "red"]).values_list("person", flat=True))
        sent = checking_in.remind(people=people, now=clock.now(), at=datetime.now(UTC))
    log.info("check_ins.reminded", people=len(people), texts=sent)


def judge_soon() -> None:
    """Have the touched judged after the caller's transaction; once, however often it is asked for until that begins.

    It begins at once where nothing is being judged, since somebody may be standing at a desk; what comes while a run works is judged
    together after it. Called by the edges when a delivery was taken or withdrawn, or a fact recorded, ended or struck.
    """
    try:
        # A savepoint, because "it waits already" is a broken constraint, and would break the caller's transaction too.
        with transaction.atomic():
            touched.defer()
    except AlreadyEnqueued:
        log.info("touched.waits_already")


@contextmanager
def own_connections() -> Iterator[None]:
    """Close the connections of this thread at the end: jobs run in threads that come and go."""
    try:
        yield
    finally:
        connections.close_all()


def present(policy: Policy, now: datetime) -> datetime | None:
    """The instant to judge by day: now, else that of the run in force (a demo city lives in its own days), else None."""
    if is_in_force(policy, now):
        return now
    current = in_force()
    return current.as_of if current else None


def is_in_force(policy: Policy, moment: datetime) -> bool:
    """True when the policy has rules for the day of an instant."""
    return policy.first <= policy.zone.date(minute_down(moment)) <= policy.last


def policy_folder() -> Path:
    """The pack that is set to be in force."""
    return Path(settings.YIMATONG_POLICIES) / settings.YIMATONG_POLICY
