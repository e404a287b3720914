"""Verdicts that stand still: rows edited past the product are read as they were judged, until two officials have recorded them anew.

A standstill is a row that the audit key has signed, and so is its end. Who takes one away has the edit found again, by whoever compares.

Why so: decision 113.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from django.db import connections, transaction
from django.db.models import Q

from yimatong.core.facts import COLUMNS
from yimatong.stations.judgements import discrepancies
from yimatong.stations.judgements.discrepancies import MOST_NAMED, Found, Kind, digest
from yimatong.stations.judgements.judged import listed
from yimatong.stations.judgements.lifecycle import JUDGE, in_force
from yimatong.stations.judgements.models import Discrepancy, Standstill
from yimatong.stations.judgements.moment import table_of
from yimatong.stations.judgements.sealing import sealed

SUBJECT = {"facts": "person", "homes": "person", "stays": "person", "areas": "area"}
"""The column that says whose a row is."""
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """What was edited of one person or area: the rows that were judged and are there no more, and those that are there and never were."""

    table: str
    subject: int
    judged: tuple[Row, ...]
    found: tuple[Row, ...]

    def as_found(self) -> Found:
        """The discrepancy that it is."""
        kind = Kind.CHANGED if self.judged and self.found else Kind.INSERTED if self.found else Kind.MISSING
        person = None if self.table == "areas" else self.subject
        return Found(kind.value, self.table, None, person, digest([self.table, self.subject, self.judged, self.found]))


def hold(edits: Iterable[Edit]) -> tuple[Found, ...]:
    """Have the verdicts stand still on what was judged; returns what nobody had found before. Twice said is once held."""
    fresh, left = list[Found](), list(edits)
    while few := left[:MOST_NAMED]:
        left = left[MOST_NAMED:]
        by_stands = {one.as_found().stands: one for one in few}

        def stand_still(_fresh: tuple[Found, ...], by_stands: dict[str, Edit] = by_stands) -> None:
            # Inside the transaction and the lock that record the discrepancies.
            rows = Discrepancy.objects.using(JUDGE).filter(stands__in=by_stands, ends=None).order_by("number")
            last = {row.stands: row for row in rows}
            held = {one.discrepancy_id for one in open_ones()}
            rows_made = [
                made(last[stands], edit) for stands, edit in by_stands.items() if last[stands].number not in held
            ]
            Standstill.objects.using(JUDGE).bulk_create(rows_made)

        fresh += discrepancies.record((one.as_found() for one in few), then=stand_still)
    return tuple(fresh)


def open_ones(using: str = JUDGE) -> list[Standstill]:
    """Those that hold, in the order in which they were found; what nobody has signed counts for nothing."""
    ended = {row.ends_id for row in ends(using)}
    rows = Standstill.objects.using(using).filter(ends=None).order_by("number")
    return [row for row in rows if row.number not in ended and is_genuine(row)]


def of_person(person: int, using: str = JUDGE) -> list[Standstill]:
    """Those that hold of one person's rows, and of areas."""
    rows = Standstill.objects.using(using).filter(Q(person=person) | Q(table="areas"), ends=None)
    if not rows.exists():
        return []
    return [row for row in open_ones(using) if row.person == person or row.table == "areas"]


def ends(using: str = JUDGE) -> list[Standstill]:
    """The signed ends."""
    return [row for row in Standstill.objects.using(using).filter(ends__isnull=False) if is_genuine(row)]


def is_genuine(row: Standstill) -> bool:
    """Whether the audit key has signed it."""
    return row.mac == _mac(row)


def forged(using: str = JUDGE) -> list[Found]:
    """The rows that nobody has signed, as discrepancies."""
    return [
        Found(Kind.EDITED.value, "standstills", None, row.person, digest([row.number, _said(row), row.mac]))
        for row in Standstill.objects.using(using).all()
        if not is_genuine(row)
    ]


def end(rows: Sequence[Standstill], restatements: dict[int, int] | None = None) -> None:
    """End some, by the restatement of each by number (none: the records are as judged again), and with them what was found."""
    if not rows:
        return
    current = in_force()
    run = current.number if current else 0
    with transaction.atomic(using=JUDGE), connections[JUDGE].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('discrepancies'))")
        over = {row.ends_id for row in ends()}
        for row in rows:
            if row.number in over:
                continue
            over_now = Standstill(ends=row, table=row.table, person=row.person, area=row.area, run=run)
            over_now.restatement = (restatements or {}).get(row.number)
            over_now.mac = _mac(over_now)
            over_now.save(using=JUDGE, force_insert=True)
        numbers = [row.discrepancy_id for row in rows]
        # What was signed and is still open; the others ended before.
        standing = [one for one in discrepancies.open_ones() if one.number in numbers]
        discrepancies.end(standing, run)


def laid_over(
    session: duckdb.DuckDBPyConnection, table: str, stands: str, rows: Sequence[Standstill], where: str = "true"
) -> str:
    """The rows of a SELECT with what stands still in their place: without what was found, with what was judged.

    `where` is the condition by which the rows were selected.
    """
    rows = [row for row in rows if row.table == table]
    if not rows:
        return stands
    columns, subject = listed(table), SUBJECT[table]
    for side in ("judged", "found"):
        put(session, f"still_{side}_{table}", table, [tuple(one) for row in rows for one in getattr(row, side)])
    whose = ", ".join(sorted({str(row.area if table == "areas" else row.person) for row in rows}))
    concerned = f"SELECT {columns} FROM ({stands}) WHERE {subject} IN ({whose})"
    # Of an area all rows are one edit, and a later edit says them again.
    distinct = "DISTINCT " if table == "areas" else ""
    judged = f"SELECT {distinct}{columns} FROM still_judged_{table} WHERE {where}"
    left = f"SELECT {columns} FROM ({concerned} EXCEPT ALL SELECT {columns} FROM still_found_{table})"
    return (
        f"SELECT {columns} FROM ({stands}) WHERE {subject} NOT IN ({whose})"
        f" UNION ALL ({left}) UNION ALL ({judged} EXCEPT ALL {left})"
    )


def put(session: duckdb.DuckDBPyConnection, name: str, table: str, rows: Sequence[Row]) -> None:
    """Rows as a temporary table with the columns and types of one of the engine's tables."""
    session.register("given_rows", table_of(rows, dict(COLUMNS[table])))
    session.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM given_rows")
    session.unregister("given_rows")


def made(discrepancy: Discrepancy, edit: Edit) -> Standstill:
    """An edit as a signed row, not saved yet."""
    row = Standstill(discrepancy=discrepancy, table=edit.table, judged=_plain(edit.judged), found=_plain(edit.found))
    if edit.table == "areas":
        row.area = edit.subject
    else:
        row.person = edit.subject
    row.mac = _mac(row)
    return row


def _plain(rows: tuple[Row, ...]) -> list[list[Any]]:
    return [list(row) for row in rows]


def _mac(row: Standstill) -> str:
    return sealed(["standstill", *_said(row)])


def _said(row: Standstill) -> list[object]:
    return [
        row.ends_id,
        row.discrepancy_id,
        row.table,
        row.person,
        row.area,
        row.judged,
        row.found,
        row.run,
        row.restatement,
    ]
