"""How each provider does, in one table that all processes share, and what follows: who is chosen how often, and who rests.

A slow or failed hand-over halves a preference, at most once in FELL; a quiet minute brings a tenth back. One of which everything fails
rests, the longer the longer it fails; then one message at a time tries whether it is back. When all rest, everything waits.

Why so: decision 106.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Least

from yimatong.stations.declarations.models import Provider
from yimatong.stations.declarations.reaching import CHANNEL

FELL, QUIET = timedelta(seconds=5), timedelta(seconds=60)
MOST, BACK = 100, 10
SLOW = 3.0
"""Seconds for an answer, from which on a provider is slow."""
SHORTEST, LONGEST = timedelta(seconds=2), timedelta(seconds=30)
"""How long a provider that fails rests, before it is tried again."""
TRIAL = timedelta(seconds=10)
"""How long nobody else tries it meanwhile: longer than a hand-over takes."""
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Went:
    """How hand-overs to one provider went: taken in time, taken slowly, and failed by its fault, with the last reason."""

    taken: int = 0
    slow: int = 0
    failed: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Who can be given messages now: the preferences of the gateways that work, who fails, and who of them is to be tried again."""

    weights: Mapping[str, int]
    to_try: tuple[str, ...] = ()
    failing: frozenset[str] = field(default_factory=frozenset)


def standing(gateways: Iterable[str], at: datetime) -> Standing:
    """How the gateways that are set, and the channels that failed lately, stand now; a gateway without a row is as good as any."""
    rows = {row.name: row for row in Provider.objects.all()}
    names = tuple(gateways)
    known = {*names, *(name for name in rows if name.startswith(CHANNEL))}
    failing = {name for name in known if name in rows and rows[name].failing_since is not None}
    over = {name for name in failing if (until := rows[name].rests_until) is None or until <= at}
    working = [name for name in names if name not in failing]
    weights = {name: rows[name].preference if name in rows else MOST for name in working}
    if not any(weights.values()):
        weights = dict.fromkeys(working, 1)
    return Standing(weights, tuple(sorted(over)), frozenset(failing))


def try_again(name: str, at: datetime) -> bool:
    """Take the right to try a provider that rested; of all processes one has it, and then it rests again unless it took the message."""
    own = Provider.objects.filter(Q(rests_until=None) | Q(rests_until__lte=at), name=name, failing_since__isnull=False)
    return bool(own.update(rests_until=at + TRIAL))


def went(how: Mapping[str, Went], at: datetime, *, failing: frozenset[str]) -> None:
    """Note how hand-overs went, `failing` being those of whom nothing good is known; what changes nothing writes nothing."""
    for name, one in how.items():
        if (one.taken or one.slow) and name in failing:
            _works(name)
        if one.failed and not (one.taken or one.slow):
            _fails(name, one.error, at)
        if one.failed or one.slow:
            fall(name, at)


def fall(name: str, at: datetime, *, by: int | None = None) -> None:
    """Lower a preference to its half, or by so much, unless it fell a moment ago."""
    if name.startswith(CHANNEL):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO providers AS p (name, preference, changed_at) VALUES (%(name)s, %(new)s, %(at)s) ON CONFLICT (name) DO UPDATE"
            " SET preference = CASE WHEN %(by)s::int IS NULL THEN p.preference / 2 ELSE greatest(0, p.preference - %(by)s::int) END,"
            " changed_at = %(at)s WHERE p.changed_at <= %(before)s OR p.preference = %(most)s",
            {
                "name": name, "new": MOST // 2 if by is None else MOST - by, "by": by, "at": at, "before": at - FELL, "most": MOST,
            },
        )  # fmt: skip
        fell = bool(cursor.rowcount)
    if fell:
        log.warning("texts.provider_falls", provider=name)


def recover(gateways: Iterable[str], at: datetime) -> None:
    """Bring back a tenth of what fell a quiet minute ago; forget gateways that are set no more."""
    fallen = Provider.objects.filter(preference__lt=MOST, changed_at__lte=at - QUIET)
    fallen.update(preference=Least(F("preference") + BACK, MOST), changed_at=at)
    Provider.objects.exclude(name__in=list(gateways)).exclude(name__startswith=CHANNEL).delete()


def _works(name: str) -> None:
    if Provider.objects.filter(name=name, failing_since__isnull=False).update(failing_since=None, rests_until=None):
        log.info("texts.provider_is_back", provider=name)


@transaction.atomic
def _fails(name: str, error: str, at: datetime) -> None:
    """Let it rest: as long as it has failed, within SHORTEST and LONGEST."""
    row, _ = Provider.objects.get_or_create(name=name, defaults={"changed_at": at - FELL})
    row = Provider.objects.select_for_update().get(name=name)
    since = row.failing_since or at
    row.failing_since, row.rests_until = since, at + min(LONGEST, max(SHORTEST, at - since))
    row.save(update_fields=["failing_since", "rests_until"])
    if since == at:
        log.warning("texts.provider_fails", provider=name, error_code=error)
