"""What was recorded, struck and ended, by the marks that the database leaves: sealed once, and compared with its seal for good.

The digest of a mark is SHA-256 over those of its pieces in hexadecimal digits; a piece are the rows of PIECE numbers, each as PostgreSQL
writes a row (`ROW(...)::text`, in UTC and ISO dates), in the order of their numbers, with a line feed between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from yimatong.stations.audits.models import RecordMark, RecordSeal
from yimatong.stations.judgements.discrepancies import MOST_NAMED, Found, Kind, digest
from yimatong.stations.judgements.lifecycle import JUDGE
from yimatong.stations.judgements.sealing import sealed

PIECE = 50_000
RECORDED = "source, delivery_id, legal_basis, recorded_at, recorded_by_id"
KNOWN_END = 'CASE WHEN end_recorded_at IS NULL THEN "end" END'
SAID = {
    "facts": f"id, person_id, kind, detail, start, {KNOWN_END}, onset, stands_for_id, {RECORDED}",
    "homes": f"id, person_id, stairwell_id, start, {KNOWN_END}, stands_for_id, {RECORDED}",
    "stays": f"id, person_id, place_id, division, arrive, leave, {RECORDED}",
    "areas": "number, level, listed_level, scope, low, high, place_id, division_text, text, key, resolved_by, start, "
    f"{KNOWN_END}, {RECORDED}",
}
"""What of a row never changes. An end that was given later is another mark's."""
KEYS = {"facts": "id", "homes": "id", "stays": "id", "areas": "number"}
OF = {
    "recorded": ("{said}", "true", "t.delivery_id IS NOT DISTINCT FROM m.delivery", "recorded_by_id", "recorded_at"),
    "struck": ("{key}, struck_at, struck_by_id, strike_reason", "t.struck_at IS NOT NULL", "true", "struck_by_id", "struck_at"),
    "ended": (
        '{key}, "end", end_recorded_at, end_recorded_by_id, end_delivery_id', "t.end_recorded_at IS NOT NULL",
        "t.end_delivery_id IS NOT DISTINCT FROM m.delivery", "end_recorded_by_id", "end_recorded_at",
    ),
}  # fmt: skip
"""By what was done: the columns that are digested, which rows it is about, and by what the rows of a long mark are told."""
AT_ONCE = 20_000
"""Marks that are sealed with one seal of the chain."""
BEHIND = 200_000
"""So many marks may be written before one that was begun earlier is committed; each night looks further back."""
Sum = tuple[int, str]
"""How many rows, and their SHA-256."""


@dataclass(frozen=True, slots=True)
class New:
    """A mark that has no seal yet, with the rows as they stand and the entry that its transaction wrote (None: there is none)."""

    mark: RecordMark
    rows: int
    sha256: str
    entry: int | None


def prepare(cursor: Any) -> None:
    """Have rows written the same whatever the session was set to; in the caller's transaction."""
    cursor.execute("SET LOCAL TimeZone = 'UTC'")
    cursor.execute("SET LOCAL DateStyle = 'ISO, MDY'")
    cursor.execute("SET LOCAL extra_float_digits = 1")


def are_waiting(cursor: Any, *, everything: bool = False) -> bool:
    """Whether there are marks without a seal."""
    return bool(_unsealed(cursor, 1, everything=everything))


def unsealed(cursor: Any, *, everything: bool = False) -> list[New]:
    """The marks that have no seal yet, at most AT_ONCE, in the order of their numbers."""
    numbers = _unsealed(cursor, AT_ONCE, everything=everything)
    if not numbers:
        return []
    marks = {mark.number: mark for mark in RecordMark.objects.using(JUDGE).filter(number__in=numbers)}
    entries = _entries(cursor, numbers)
    sums = dict(_sums(cursor, numbers))
    return [New(marks[one], *sums.get(one, (0, "")), entries.get(one)) for one in numbers if one in marks]


def _unsealed(cursor: Any, most: int, *, everything: bool) -> list[int]:
    behind = "" if everything else f"AND m.number > (SELECT coalesce(max(mark), 0) FROM record_seals) - {BEHIND}"
    cursor.execute(
        "SELECT m.number FROM record_marks m WHERE NOT EXISTS (SELECT FROM record_seals s WHERE s.mark = m.number)"
        f" {behind} ORDER BY m.number LIMIT {most}"
    )
    return [number for (number,) in cursor.fetchall()]


def without_entry(new: list[New]) -> Iterator[Found]:
    """Rows that were recorded, struck or ended without anything being written in the audit, or in another's name."""
    for one in new:
        if one.entry is None and not one.mark.before:
            yield _found(Kind.INSERTED, one.mark, one.mark.low, [one.mark.number, one.sha256])


def record_seal(new: New, seal: int) -> RecordSeal:
    """The seal of a mark, to be written with a seal of the chain."""
    mac = _mac(new.mark, new.rows, new.sha256, new.entry)
    return RecordSeal(mark=new.mark.number, seal=seal, rows=new.rows, sha256=new.sha256, entry=new.entry, mac=mac)


@dataclass
class Compared:
    """How many rows were compared with their seals, how many of them are taken on trust, what differs, and up to which mark."""

    rows: int
    trusted: int
    found: list[Found]
    upto: int = 0


def compare(cursor: Any, *, after: int = 0, rows: int | None = None) -> Compared:
    """Compare the sealed marks after one with what stands: all of them, or as many as have about so many rows."""
    seen, marks_at_once = Compared(0, 0, [], after), 2_000
    while True:
        seals = {
            seal.mark: seal
            for seal in RecordSeal.objects.using(JUDGE).filter(mark__gt=seen.upto).order_by("mark")[:marks_at_once]
        }
        if not seals:
            seen.upto = 0
            return seen
        marks = {mark.number: mark for mark in RecordMark.objects.using(JUDGE).filter(number__in=seals)}
        sums = dict(_sums(cursor, list(seals)))
        for number, seal in seals.items():
            mark = marks.get(number)
            seen.upto = number
            if mark is None or seal.mac != _mac(mark, seal.rows, seal.sha256, seal.entry):
                seen.found.append(
                    Found(Kind.EDITED.value, "record_seals", None, None, digest([number, seal.mac]), number)
                )
                continue
            seen.rows += seal.rows
            seen.trusted += seal.rows if mark.before and mark.what == RecordMark.What.RECORDED else 0
            now = sums.get(number, (0, ""))
            if now != (seal.rows, seal.sha256) and len(seen.found) < MOST_NAMED:
                seen.found += _differing(cursor, mark, seal, now)
            if rows is not None and seen.rows >= rows:
                return seen


def unmarked(cursor: Any) -> Iterator[Found]:
    """Rows that stand, or are struck or ended, and that no statement has marked: by number."""
    for table, key in KEYS.items():
        for what, (_said, chosen, delivery, by, at) in OF.items():
            if what == "ended" and table == "stays":
                continue
            cursor.execute(
                f"""
                SELECT t.{key} FROM {table} t WHERE {chosen}
                AND NOT EXISTS (SELECT FROM (SELECT unnest(ids) AS one FROM record_marks WHERE "table" = %(table)s AND what = %(what)s) s
                    WHERE s.one = t.{key})
                AND NOT EXISTS (SELECT FROM record_marks m WHERE m."table" = %(table)s AND m.what = %(what)s AND m.ids IS NULL
                    AND t.{key} BETWEEN m.low AND m.high
                    AND (m.before OR m.by IS NOT DISTINCT FROM t.{by} AND {delivery} AND m.at IS NOT DISTINCT FROM t.{at}))
                ORDER BY 1 LIMIT {MOST_NAMED}""",
                {"table": table, "what": what},
            )
            for (row,) in cursor.fetchall():
                yield Found(Kind.INSERTED.value, table, None, None, digest([what, row]), row)


def _entries(cursor: Any, numbers: list[int]) -> dict[int, int]:
    """By mark the entry of its transaction, by whoever the rows say or by the machine for them."""
    cursor.execute(
        "SELECT m.number, min(e.number) FROM record_marks m JOIN audit_entries e ON e.xact = m.xact WHERE m.number = ANY(%s)"
        " AND (m.by IS NULL OR e.by_id = m.by OR m.by = (SELECT o.id FROM officials o WHERE o.username = 'system')) GROUP BY 1",
        [numbers],
    )
    return dict(cursor.fetchall())


def _sums(cursor: Any, numbers: list[int]) -> Iterator[tuple[int, Sum]]:
    """By mark how many rows stand and their digest."""
    for table, key in KEYS.items():
        for what, (said, chosen, delivery, by, at) in OF.items():
            if what == "ended" and table == "stays":
                continue
            columns = said.format(said=SAID[table], key=key)
            listed, long = f"t.{key} = ANY(m.ids)", f"t.{key} BETWEEN m.low AND m.high"
            alike = (
                f"(m.before OR t.{by} IS NOT DISTINCT FROM m.by AND {delivery} AND t.{at} IS NOT DISTINCT FROM m.at)"
            )
            for which, rows in (("IS NOT NULL", listed), ("IS NULL", f"{long} AND {alike}")):
                cursor.execute(
                    f"""
                    SELECT m.number, coalesce(d.rows, 0), coalesce(d.sha256, '') FROM record_marks m, LATERAL (
                        SELECT sum(rows)::bigint AS rows,
                            encode(sha256(convert_to(string_agg(sha256, '' ORDER BY piece), 'UTF8')), 'hex') AS sha256
                        FROM (SELECT t.{key} / {PIECE} AS piece, count(*) AS rows,
                            encode(sha256(convert_to(string_agg(ROW({columns})::text, E'\\n' ORDER BY t.{key}), 'UTF8')), 'hex') AS sha256
                            FROM {table} t WHERE {rows} AND {chosen} GROUP BY 1) pieces) d
                    WHERE m.number = ANY(%s) AND m."table" = %s AND m.what = %s AND m.ids {which}""",
                    [numbers, table, what],
                )
                for number, count, sha256 in cursor.fetchall():
                    yield number, (count, sha256)


def _differing(cursor: Any, mark: RecordMark, seal: RecordSeal, now: Sum) -> Iterator[Found]:
    """What of a mark is not as sealed: each row that is gone by its number, or the first that it is about."""
    told = [mark.number, *now]
    gone = _gone(cursor, mark) if mark.ids else []
    for row in gone:
        yield _found(Kind.MISSING, mark, row, [*told, row])
    if not gone:
        yield _found(Kind.MISSING if now[0] < seal.rows else Kind.CHANGED, mark, mark.low, told)


def _gone(cursor: Any, mark: RecordMark) -> list[int]:
    key, chosen = KEYS[mark.table], OF[mark.what][1]
    cursor.execute(
        f"SELECT one FROM unnest(%s::bigint[]) AS one WHERE NOT EXISTS (SELECT FROM {mark.table} t WHERE t.{key} = one AND {chosen})",
        [mark.ids],
    )
    return [row for (row,) in cursor.fetchall()]


def _found(kind: Kind, mark: RecordMark, row: int, told: list[object]) -> Found:
    return Found(kind.value, mark.table, None, None, digest([mark.what, *told]), row)


def _mac(mark: RecordMark, rows: int, sha256: str, entry: int | None) -> str:
    said = (
        mark.number,
        mark.table,
        mark.what,
        mark.by,
        mark.delivery,
        _instant(mark.at),
        mark.low,
        mark.high,
        mark.rows,
        mark.ids,
    )
    return sealed(["record", *said, mark.before, rows, sha256, entry])


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
