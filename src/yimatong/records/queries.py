"""What is read from the records by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection
from django.db.models import Q

from yimatong.core.facts import COLUMNS
from yimatong.records import identity
from yimatong.records.models import Division, Person

ORDER = {
    "people": "person",
    "facts": "fact",
    "homes": 'person, stairwell, start, "end"',
    "areas": "area, place",
    "stays": "person, place, arrive, leave",
}
STANDING = {"facts": "facts", "homes": "homes"}
"""The tables of which a row can be recorded in another's place."""
DIGEST = "substring(identity_mac FOR 8)"
FIRST_PREVIOUS = "0" * 64


def streets_of(division: Division | None) -> tuple[int, int] | None:
    """The lowest and highest street (9 digits) of a division, None for everywhere."""
    if division is None:
        return None
    code = division.code // 1000
    span = {"province": 10**7, "city": 10**5, "county": 10**3}.get(division.level, 1)
    low = code // span * span
    return low, low + span - 1


def snapshot_sql(table: str, known_at: datetime | None = None) -> str:
    """A SELECT of one of the engine's five tables (core.facts.COLUMNS), in an order that repeats itself.

    With `known_at` (aware): what was recorded by then and not yet struck, with the ends known then. Without: today.
    """
    columns = ", ".join(f'"{name}"' for name, _ in COLUMNS[table])
    if known_at is None:
        return f"SELECT {columns} FROM engine_{table} ORDER BY {ORDER[table]}"
    if known_at.tzinfo is None:
        raise ValueError("known_at needs a time zone")
    instant = known_at.astimezone(UTC).isoformat()
    return f"SELECT {columns} FROM engine_{table}_known('{instant}'::timestamptz) ORDER BY {ORDER[table]}"


def identities_sql(known_at: datetime | None = None) -> str:
    """A SELECT of everybody's person and identity as known at an instant (None: now), in the order of the people.

    The identity is told by the first 8 bytes of its digest, which say nothing about the person.
    """
    if known_at is None:
        return f"SELECT number AS person, {DIGEST} AS identity FROM people ORDER BY 1"
    if known_at.tzinfo is None:
        raise ValueError("known_at needs a time zone")
    instant = f"'{known_at.astimezone(UTC).isoformat()}'::timestamptz"
    return (
        f"SELECT number AS person, {DIGEST} AS identity FROM people WHERE identified_at <= {instant}"
        f" UNION ALL SELECT person_id, {DIGEST} FROM former_identities WHERE identified_at <= {instant} AND until > {instant} ORDER BY 1"
    )


def person_by_document(id_type: str, id_number: str) -> Person | None:
    """The person with this document, or None."""
    return Person.objects.filter(id_key=identity.id_key(id_type, id_number)).first()


def now_standing(table: str, rows: Iterable[int]) -> dict[int, int]:
    """The number under which each of the rows of `facts` or `homes` stands now: its own, or that of the row recorded in its place."""
    statement = f"""
        WITH RECURSIVE stands(asked, number) AS (
            SELECT number, number FROM unnest(%s::bigint[]) AS named(number)
            UNION ALL SELECT stands.asked, later.id FROM stands JOIN {STANDING[table]} later ON later.stands_for_id = stands.number
        )
        SELECT asked, max(number) FROM stands GROUP BY asked"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(rows)])
        return dict(cursor.fetchall())


def division_on(code: int, day: date) -> Division | None:
    """The division of a 12-digit code as it was on a day, or None."""
    return Division.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), code=code, valid_from__lte=day).first()


def division_name(division: int, day: date, *, levels: int = 3) -> str:
    """The full name of a 9-digit division on a day, from its province down, at most the last `levels` names."""
    street = division * 1000
    codes = [street // 10**10 * 10**10, street // 10**8 * 10**8, street // 10**6 * 10**6, street]
    rows = Division.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), code__in=codes, valid_from__lte=day
    ).order_by("code", "valid_from")
    names = {row.code: row.name for row in rows}
    return "".join(list(dict.fromkeys(names[code] for code in codes if code in names))[-levels:])


BROKEN = """
SELECT number, numbered, follows, digested FROM (
    SELECT e.number,
        e.number = lag(e.number, 1, %(after)s::bigint) OVER links + 1 AS numbered,
        e.previous = lag(e.digest, 1, coalesce((SELECT b.digest FROM audit_entries b WHERE b.number = %(after)s), %(first)s)) OVER links
            AS follows,
        e.digest = pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.concat_ws(E'\\n', e.previous, e.number,
            (extract(epoch FROM e.at) * 1000000)::bigint, e.by_id, e.action, e.subject, e.details,
            nullif(e.through, ''), CASE WHEN e.through <> '' THEN e.proof END), 'UTF8')), 'hex') AS digested
    FROM audit_entries e WHERE e.number > %(after)s AND (%(upto)s::bigint IS NULL OR e.number <= %(upto)s)
    WINDOW links AS (ORDER BY e.number)
) looked WHERE NOT (numbered AND follows AND digested) ORDER BY number"""
WRONG = ("number", "previous", "digest")


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A link of the audit chain that does not fit: its number and what is wrong (`number`, `previous` or `digest`)."""

    number: int
    wrong: str


def broken_links(after: int = 0, upto: int | None = None) -> Iterator[BrokenLink]:
    """Walk the audit chain, or the links in (after, upto], and tell every link that does not fit; nothing when it is whole.

    The database hashes, by functions of its own catalogue: five times as fast as reading every link out.
    """
    with connection.cursor() as cursor:
        cursor.execute(BROKEN, {"after": after, "upto": upto, "first": FIRST_PREVIOUS})
        for number, *fits in cursor.fetchall():
            yield from (BrokenLink(number, wrong) for wrong, whole in zip(WRONG, fits, strict=True) if not whole)
