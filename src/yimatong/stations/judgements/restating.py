"""Recording anew what was edited: one official proposes, another confirms, and the verdict no longer stands still (standstills.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, transaction

from yimatong.core.names import LEVELS, RECORDS, name_of
from yimatong.core.text import Text, message as _, same
from yimatong.core.time import to_datetime
from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.models import Official
from yimatong.stations.judgements import standstills
from yimatong.stations.judgements.lifecycle import JUDGE
from yimatong.stations.judgements.models import Restatement, Standstill
from yimatong.stations.judgements.names import place_text, stairwell_text
from yimatong.stations.judgements.sealing import sealed

PAGES = "default"
AGAIN, SAME = "YMT85", "YMT86"
"""What the database says of a restatement that does not wait any more, and of an official who may not settle it."""


@dataclass(frozen=True, slots=True)
class Version:
    """One row of the records in words: what it says, and from when to when (city time; an open end is None)."""

    text: Text
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Still:
    """What stands still: whose and of which table, the rows that were judged and those that were found, and the proposal that waits."""

    number: int
    table: str
    name: Text
    person: int | None
    area: int | None
    found_at: datetime
    judged: tuple[Version, ...]
    found: tuple[Version, ...]
    waiting: Restatement | None


def standing_still() -> tuple[Still, ...]:
    """Everything that stands still, in the order in which it was found. What two officials have settled is there no more."""
    rows = standstills.open_ones(PAGES)
    asked = Restatement.objects.select_related("proposed_by").filter(standstill__in=[row.number for row in rows])
    settled = {one.standstill_id for one in asked if _is_confirmed(one)}
    waiting = {one.standstill_id: one for one in asked if one.state == Restatement.State.WAITING}
    return tuple(
        Still(
            number=row.number,
            table=row.table,
            name=RECORDS[row.table].begun,
            person=row.person,
            area=row.area,
            found_at=row.found_at,
            judged=tuple(_version(row.table, one) for one in row.judged),
            found=tuple(_version(row.table, one) for one in row.found),
            waiting=waiting.get(row.number),
        )
        for row in rows
        if row.number not in settled
    )


def _version(table: str, row: list[Any]) -> Version:
    if table == "facts":
        _fact, _person, kind, detail, start, end, _onset = row
        return Version(name_of(kind, detail).begun, to_datetime(start), _instant(end))
    if table == "homes":
        _person, stairwell, start, end = row
        return Version(stairwell_text(stairwell) or same(str(stairwell)), to_datetime(start), _instant(end))
    if table == "stays":
        _person, place, _division, arrive, leave = row
        return Version(place_text(place) or same(str(place)), to_datetime(arrive), to_datetime(leave))
    _area, level, low, high, place, start, end = row
    where = (place_text(place) or same(str(place))) if place else same(f"{low}–{high}")
    what = LEVELS.get(level, same(level)).begun
    return Version(_("{what}: {where}", what=what, where=where), to_datetime(start), _instant(end))


def _instant(minute: int | None) -> datetime | None:
    return None if minute is None else to_datetime(minute)


def _is_confirmed(row: Restatement) -> bool:
    """Whether two officials have settled it so, under the key that the database does not have."""
    return bool(
        row.state == Restatement.State.CONFIRMED
        and row.decided_by_id
        and is_as_proposed(row)
        and row.decision_mac == _mac_of_decision(row, row.decided_by_id)
    )


@transaction.atomic
def propose(*, by: Official, standstill: int, as_judged: bool, reason: str, basis: str) -> Restatement:
    """Propose what is to be recorded: the rows that were judged, or those that stand there now (nothing, where they are gone).

    `record-unknown` where nothing stands still under this number, `correction-waiting`, `reason-missing`.
    """
    require(by, "correct")
    if not reason.strip() or not basis.strip():
        raise mistake("reason-missing")
    audit.confirm(by)
    _open(standstill)
    waiting = Restatement.objects.filter(standstill=standstill, state=Restatement.State.WAITING).first()
    if waiting is not None:
        raise mistake("correction-waiting", correction=waiting.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    made = Restatement(
        standstill_id=standstill, as_judged=as_judged, reason=reason.strip(), basis=basis.strip(), proposed_by=by, proposed_at=moment,
    )  # fmt: skip
    made.proposal_mac = _mac(made)
    made.save(force_insert=True)
    details: dict[str, audit.Detail] = {"restatement": made.pk, "as_judged": as_judged}
    audit.record(by=by, action="restatement.propose", subject=f"standstill/{standstill}", details=details)
    return made


@transaction.atomic
def confirm(*, by: Official, restatement: int) -> Standstill:
    """Record it: what stands there is struck, and what was proposed is recorded. The next judgement goes by it.

    `correction-by-the-same`, `correction-settled`, `correction-not-as-proposed`; all of it or nothing.
    """
    asked = _waiting(by, restatement)
    if not is_as_proposed(asked):
        raise mistake("correction-not-as-proposed", correction=restatement)
    still = _open(asked.standstill_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    _settled("SELECT public.restatements_confirm(%s, %s, %s)", restatement, moment, _mac_of_decision(asked, by.pk))
    return still


@transaction.atomic
def refuse(*, by: Official, restatement: int, why: str) -> None:
    """End a proposal with a reason; the verdict goes on standing still."""
    require(by, "correct")
    if not why.strip():
        raise mistake("reason-missing")
    _waiting(by, restatement)
    _settled("SELECT public.restatements_refuse(%s, %s)", restatement, why.strip())


def is_as_proposed(asked: Restatement) -> bool:
    """Whether a restatement says what was proposed, under the key that the database does not have."""
    return asked.proposal_mac == _mac(asked)


def end_confirmed() -> None:
    """End what two officials have recorded anew; before a judgement begins, by whoever has the right to publish.

    Only then: what a run that goes on still reads as judged is not over for the next.
    """
    still = {row.number: row for row in standstills.open_ones()}
    rows = Restatement.objects.using(JUDGE).filter(standstill__in=still, state=Restatement.State.CONFIRMED)
    over = {row.standstill_id: row.pk for row in rows if _is_confirmed(row)}
    standstills.end([still[number] for number in over], over)


def _open(standstill: int) -> Standstill:
    found = {row.number: row for row in standstills.open_ones(PAGES)}
    if standstill not in found:
        raise mistake("record-unknown", record=f"standstill {standstill}")
    return found[standstill]


def _waiting(by: Official, restatement: int) -> Restatement:
    require(by, "correct")
    asked = Restatement.objects.filter(pk=restatement).first()
    if asked is None:
        raise mistake("record-unknown", record=f"restatement {restatement}")
    if asked.state != Restatement.State.WAITING:
        raise mistake("correction-settled")
    if asked.proposed_by_id == by.pk:
        raise mistake("correction-by-the-same")
    audit.confirm(by)
    return asked


def _settled(statement: str, restatement: int, *words: str | datetime) -> None:
    """Run one of the database's functions; what it refuses is said as a mistake."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [restatement, *words])
    except IntegrityError as refusal:
        raise mistake("correction-settled") from refusal
    except DatabaseError as refusal:
        state = getattr(refusal.__cause__, "sqlstate", "")
        if state == AGAIN:
            raise mistake("correction-settled") from refusal
        if state == SAME:
            raise mistake("official-not-active") from refusal
        raise


def _mac(asked: Restatement) -> str:
    at = asked.proposed_at.timestamp()
    return sealed(
        ["restatement", asked.standstill_id, asked.as_judged, asked.reason, asked.basis, asked.proposed_by_id, at]
    )


def _mac_of_decision(asked: Restatement, by: int) -> str:
    return sealed(["restatement confirmed", asked.pk, asked.proposal_mac, by])
