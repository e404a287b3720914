"""What stands in the database and no run has put there: recorded once, open until a run has put it right.

Both are rows that the audit key has signed; a row that somebody else wrote counts for nothing, and one that was taken away is found again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import structlog
from django.db import connections, transaction

from yimatong.stations.judgements.lifecycle import JUDGE
from yimatong.stations.judgements.models import Discrepancy
from yimatong.stations.judgements.sealing import sealed

Kind = Discrepancy.Kind
MOST_NAMED = 1000
"""So many of one look are recorded one by one; whoever changed more is found by the judgement of everybody that follows."""
LASTING = (Kind.ROWS, Kind.UNSEALED, Kind.LEFT_OUT, Kind.EDITED)
"""What is wrong for good: rows are never deleted. It is told once, and told anew when it is another wrong."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that stands and was not judged. `stands` is the SHA-256 of it; `run` and `person` where they are known.

    `row` is the number of the row, where it is of no run and no person (stations/audits).
    """

    kind: str
    table: str
    run: int | None = None
    person: int | None = None
    stands: str = ""
    row: int | None = None


def digest(what: object) -> str:
    """The SHA-256 of what was found, as JSON."""
    return hashlib.sha256(json.dumps(what, default=str, separators=(",", ":")).encode()).hexdigest()


def record(found: Iterable[Found], then: Callable[[tuple[Found, ...]], None] | None = None) -> tuple[Found, ...]:
    """Record what is not open already; returns what was never recorded before. What lasts is recorded once.

    `then` is given the same inside the transaction: what is recorded has been acted on.
    """
    asked = list(dict.fromkeys(found))[:MOST_NAMED]
    if not asked:
        return ()
    with transaction.atomic(using=JUDGE), connections[JUDGE].cursor() as cursor:
        # Two looks at once do not record the same twice.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('discrepancies'))")
        rows = _genuine(Discrepancy.objects.using(JUDGE).filter(table__in={one.table for one in asked}, ends=None))
        before = {_found(row) for row in rows}
        standing = {_found(row) for row in _open(rows)}
        told = [one for one in asked if one not in standing and not (one.kind in LASTING and one in before)]
        Discrepancy.objects.using(JUDGE).bulk_create(
            Discrepancy(
                kind=one.kind,
                table=one.table,
                run=one.run,
                person=one.person,
                stands=one.stands,
                row=one.row,
                mac=mac_of(one),
            )
            for one in told
        )
        fresh = tuple(one for one in told if one not in before)
        if then:
            then(fresh)
    for kind in sorted({one.kind for one in told}):
        of_kind = [one for one in told if one.kind == kind]
        log.error(
            "verdicts.not_as_judged",
            kind=str(kind),
            found=len(of_kind),
            tables=sorted({one.table for one in of_kind}),
            runs=sorted({one.run for one in of_kind if one.run})[:10],
        )
    return fresh


def open_ones(using: str = JUDGE, *, tables: Collection[str] | None = None) -> list[Discrepancy]:
    """What stands and was not put right yet, in the order in which it was found."""
    rows = Discrepancy.objects.using(using).filter(ends=None).order_by("number")
    return _open(_genuine(rows if tables is None else rows.filter(table__in=tables)), using)


def end(discrepancies: Iterable[Discrepancy], run: int) -> None:
    """Record that a run has put these right, inside the caller's transaction."""
    Discrepancy.objects.using(JUDGE).bulk_create(
        Discrepancy(ends=one, table=one.table, run=run, kind=Kind.ENDED, mac=_mac_of_end(one.number, run))
        for one in discrepancies
    )


def settled(tables: Collection[str]) -> set[Found]:
    """What was found in some tables and is over: put right, or accepted by an official."""
    rows = _genuine(Discrepancy.objects.using(JUDGE).filter(ends=None, table__in=tables))
    standing = {row.number for row in _open(rows)}
    return {_found(row) for row in rows if row.number not in standing}


def nobodies() -> set[int]:
    """The people of whom a verdict was found that no run has said: they need not be among the judged."""
    rows = Discrepancy.objects.using(JUDGE).filter(table="verdicts", kind=Kind.INSERTED)
    return {row.person for row in _genuine(rows) if row.person is not None}


def _open(rows: Iterable[Discrepancy], using: str = JUDGE) -> list[Discrepancy]:
    rows = list(rows)
    ends = Discrepancy.objects.using(using).filter(ends_id__in=[row.number for row in rows])
    ended = {row.ends_id for row in ends if row.mac == _mac_of_end(row.ends_id, row.run)}
    return [row for row in rows if row.number not in ended]


def _genuine(rows: Iterable[Discrepancy]) -> list[Discrepancy]:
    return [row for row in rows if row.mac == mac_of(_found(row))]


def _found(row: Discrepancy) -> Found:
    return Found(row.kind, row.table, row.run, row.person, row.stands, row.row)


def mac_of(found: Found) -> str:
    """The signature of its row, under the audit key."""
    words: list[object] = ["discrepancy", str(found.kind), found.table, found.run, found.person, found.stands]
    return sealed(words if found.row is None else [*words, found.row])


def _mac_of_end(number: int | None, run: int | None) -> str:
    return sealed(["discrepancy ended", number, run])
