"""What is seen in passages after they came in: released on a dead pass, decided otherwise than the matrix, two places at once.

Looks at what was received since the last time; doing it twice notices nothing twice. Nothing here holds a name.

Why so: decisions 52 and 66.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import inf
from typing import Any

import structlog
from django.db import connection, transaction

from yimatong.core.checkpoints import cells, impossible, zone_of
from yimatong.core.checkpoints.model import Numbers
from yimatong.core.checkpoints.situation import Situation
from yimatong.records import calendar
from yimatong.records.jobs import leaving_out
from yimatong.stations.checkpoints.actions.enrolling import RENEWED
from yimatong.stations.checkpoints.identifying import Shown, people_of
from yimatong.stations.checkpoints.models import Checkpoint, EarlierHours, Flag, LookedOver
from yimatong.stations.checkpoints.policy import numbers_on, says

LATE = timedelta(minutes=2)
"""A row is seen when its transaction ends: what was received later than so long ago is looked at the next time again."""
GRACE = timedelta(minutes=2)
"""A recall counts for an online scanner from its next two rounds on (docs/reference/passes.md, cadence)."""
BEGUN = (-600, 0)
"""Seconds: who was begun with before a control zone's hour is finished by the zone of then."""
AHEAD = 600
"""Seconds by which a licence may be later than its passage: a scanner's clock, as in actions.taking."""
MOST = 50_000
KINDS = Flag.Kind
COLUMNS = (
    "p.device_id, p.n, p.checkpoint_id, p.day, p.minute, p.cell, p.action, p.rule, p.policy, p.epoch, p.slot, p.cti,"
    " p.temperature, p.mode, p.recall_age, p.licence"
)
"""Those of a `_Row`, in its order."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Noticed:
    """How many passages were looked at, what was noticed, and whether there is more that waits."""

    looked: int
    not_the_matrix: int
    dead: int
    impossible: int
    more: bool


@dataclass(frozen=True, slots=True)
class _Row:
    device: int
    n: int
    checkpoint: int
    day: int
    minute: int
    cell: int
    action: str
    rule: str
    policy: str
    epoch: int | None
    slot: int | None
    cti: bytes | None
    temperature: int | None
    mode: str
    recall_age: int | None
    licence: int | None


@dataclass(frozen=True, slots=True)
class _Place:
    """A checkpoint's zone and the control hours that it has and had, each with the second up to which licences have them."""

    zone: str
    control_hours: list[tuple[float, list[list[int]]]]

    def zones_at(self, minute: int, licence: int) -> set[str]:
        """What it was at a minute to a scanner whose licence is of this second, and to one who was begun with before.

        A licence is named by the minute in which it was signed, so hours that changed in that minute are the old or the new ones.
        """
        had = [self._hours_of(second) for second in (licence, licence + RENEWED - 1)]
        return {zone_of(self.zone, hours, minute * 60 + offset, calendar.zone()) for hours in had for offset in BEGUN}

    def _hours_of(self, licence: int) -> list[list[int]]:
        return next(hours for until, hours in self.control_hours if licence < until)


@transaction.atomic
def look_over(*, now: datetime, at: datetime) -> Noticed:
    """Look at what came since the last time."""
    last, _ = LookedOver.objects.select_for_update().get_or_create(
        pk=1, defaults={"upto": datetime(1970, 1, 1, tzinfo=UTC)}
    )
    rows, upto = _since(last.upto, at)
    noticed = Noticed(
        len(rows),
        _not_the_matrix(rows, now),
        _dead(rows),
        _impossible(rows, now),
        upto > last.upto and len(rows) == MOST,
    )
    last.upto = upto
    last.save(update_fields=["upto"])
    if noticed.not_the_matrix or noticed.dead or noticed.impossible:
        log.warning("passages.noticed", matrix=noticed.not_the_matrix, dead=noticed.dead, impossible=noticed.impossible)
    return noticed


def _since(upto: datetime, at: datetime) -> tuple[list[_Row], datetime]:
    """The oldest passages received from an instant on, and up to when they are all: so much is not looked at again."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS}, p.received_at FROM passages p"
            " WHERE received_at >= %s AND mode <> 'training' ORDER BY received_at LIMIT %s",
            [upto, MOST],
        )
        found = cursor.fetchall()
    end = found[-1][-1] if len(found) == MOST else at
    return [_Row(*row[:-1]) for row in found], max(upto, min(end, at - LATE))


def _not_the_matrix(rows: list[_Row], now: datetime) -> int:
    """Passages that an honest scanner does not record: decided otherwise than the policy that they name, or on what cannot be so."""
    every, numbers = list(cells()), numbers_on(now)
    places = _places()
    decided: dict[tuple[str, int], tuple[str, str] | None] = {}
    wrong = []
    with leaving_out("passages") as tally:
        for row in rows:
            with tally.each(row.n):
                key = (row.policy, row.cell)
                if key not in decided:
                    decided[key] = says(row.policy, every[row.cell])
                said = decided[key]
                if said is None:
                    wrong.append(_flag(row, KINDS.NOT_THE_MATRIX, {"policy": "unknown"}))
                elif said != (row.action, row.rule):
                    wrong.append(_flag(row, KINDS.NOT_THE_MATRIX, {"action": row.action, "matrix": said[0]}))
                elif flaw := _flaw(row, every[row.cell], places[row.checkpoint], numbers):
                    wrong.append(_flag(row, KINDS.NOT_THE_MATRIX, {"flaw": flaw}))
    return _kept(wrong)


def _places() -> dict[int, _Place]:
    had: dict[int, list[tuple[float, list[list[int]]]]] = defaultdict(list)
    for earlier in EarlierHours.objects.order_by("until", "pk"):
        had[earlier.checkpoint_id].append((earlier.until, earlier.control_hours))
    return {
        one.number: _Place(one.zone, [*had[one.number], (inf, one.control_hours)])
        for one in Checkpoint.objects.only("number", "zone", "control_hours")
    }


def _flaw(row: _Row, said: Situation, place: _Place, numbers: Numbers) -> str:
    """What cannot be so in a situation: another zone, a reading that is no (or is a) fever, a verdict from lists that were too old.

    The zone is the one of the licence that the scanner then had, which has to be one that was good at that minute.
    """
    age = 0 if row.licence is None else row.minute * 60 - row.licence
    if not -AHEAD <= age <= numbers.hours.policy_stop * 3600:
        return "licence"
    if said.zone not in place.zones_at(row.minute, row.minute * 60 if row.licence is None else row.licence):
        return "zone"
    if row.temperature is not None and said.temperature != "not_taken":
        is_fever = row.temperature >= numbers.fever_tenths
        if is_fever != (said.temperature == "fever"):
            return "temperature"
    is_old = row.recall_age is not None and row.recall_age > numbers.hours.recall_stop * 3600
    if is_old and row.action == "release" and row.mode != "override" and said.carrier in {"code", "paper"}:
        return "lists"
    return ""


def _dead(rows: list[_Row]) -> int:
    """Released on a pass that was recalled before, by an offline scanner (C12)."""
    released = [row for row in rows if row.action == "release" and row.slot is not None and row.epoch is not None]
    known = people_of([Shown(row.epoch or 0, row.slot or 0, row.cti) for row in released])
    flags = []
    for row, holder in zip(released, known, strict=True):
        if holder is None or holder.recalled_at is None:
            continue
        passed = datetime.fromtimestamp(row.minute * 60, UTC)
        if passed >= holder.recalled_at + GRACE:
            late = int((passed - holder.recalled_at).total_seconds()) // 60
            flags.append(_flag(row, KINDS.DEAD_PASS, {"minutes": late, "list_age": row.recall_age}))
    return _kept(flags)


def _impossible(rows: list[_Row], now: datetime) -> int:
    """The same pass at two checkpoints that nobody gets between in that time (C11)."""
    wanted = sorted({(row.epoch, row.slot) for row in rows if row.slot is not None and row.epoch is not None})
    if not wanted:
        return 0
    numbers = numbers_on(now)
    flags = []
    for pair in _neighbours(wanted):
        (first, first_at), (second, second_at) = pair
        if impossible(first_at, second_at, numbers.impossible_kmh, numbers.impossible_minutes_floor):
            flags.append(_flag(second, KINDS.IMPOSSIBLE_TIME, {}, other=first))
    return _kept(flags)


def _neighbours(wanted: list[tuple[int, int]]) -> list[Any]:
    """Passages of the same pass that follow one another at different checkpoints, each with where and when."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS}, c.latitude, c.longitude FROM passages p JOIN checkpoints c ON c.number = p.checkpoint_id"
            " JOIN unnest(%s::integer[], %s::bigint[]) AS w(epoch, slot) ON w.epoch = p.epoch AND w.slot = p.slot"
            " WHERE p.mode <> 'training' AND p.action = 'release' AND c.latitude IS NOT NULL ORDER BY p.epoch, p.slot, p.minute",
            [[epoch for epoch, _ in wanted], [slot for _, slot in wanted]],
        )
        seen = [(_Row(*row[:-2]), (row[-2], row[-1], row[4])) for row in cursor.fetchall()]
    return [
        (a, b)
        for a, b in pairwise(seen)
        if (a[0].epoch, a[0].slot) == (b[0].epoch, b[0].slot) and a[0].checkpoint != b[0].checkpoint
    ]


def _flag(row: _Row, kind: str, details: dict[str, Any], other: _Row | None = None) -> Flag:
    return Flag(
        device_id=row.device, n=row.n, checkpoint_id=row.checkpoint, kind=kind, day=row.day, details=details,
        other_device=other.device if other else None, other_n=other.n if other else None,
    )  # fmt: skip


def _kept(flags: list[Flag]) -> int:
    """Write the flags; how many were new."""
    before = Flag.objects.count() if flags else 0
    Flag.objects.bulk_create(flags, ignore_conflicts=True)
    return Flag.objects.count() - before if flags else 0
