"""Who a row is about. An ID number or a person number is strong; a name or a phone alone never makes a fact."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from yimatong.records import identity
from yimatong.records.actions.intake.outcomes import HeldBack
from yimatong.records.actions.intake.staging import fetch, stage
from yimatong.records.models import Delivery

MOST_CANDIDATES = 5

# Blanks and the several middle dots of foreign and minority names do not make another person.
SAME_NAME = r"regexp_replace(upper({0}), '[\s·•‧・.．]', '', 'g')"
NAMES_DIFFER = f"{SAME_NAME.format('staged.name')} <> {SAME_NAME.format('people.name')}"

WEAK = """
    SELECT staged.row, array_agg(DISTINCT people.number) FILTER (WHERE people.number IS NOT NULL)
    FROM staged LEFT JOIN people ON people.phone_key = staged.phone_key OR people.name = staged.name
    WHERE staged.person IS NULL AND staged.id_key IS NULL
    GROUP BY staged.row ORDER BY staged.row
"""
STRANGERS = """
    SELECT DISTINCT ON (staged.id_key) staged.row FROM staged LEFT JOIN people USING (id_key)
    WHERE staged.id_key IS NOT NULL AND staged.person IS NULL AND people.number IS NULL AND staged.name IS NOT NULL
    ORDER BY staged.id_key, staged.row
"""
NUMBER_PROBLEMS = f"""
            WHEN staged.person IS NOT NULL AND numbered.number IS NULL THEN 'person-unknown'
            WHEN keyed.number <> numbered.number THEN 'person-and-document-differ'
            WHEN {NAMES_DIFFER.replace("people.", "numbered.")} THEN 'name-differs'
"""
PROBLEM_COLUMN = {
    "person-unknown": "id_number",
    "person-and-document-differ": "person",
    "name-differs": "name",
    "person-not-certain": "id_number",
}


def problem(*, numbered: bool) -> str:
    """SQL: why a staged row is about nobody certain, or NULL. Without person numbers among the rows, `numbered` is False."""
    return f"""
        CASE
            WHEN staged.id_key IS NOT NULL AND keyed.number IS NULL THEN 'person-unknown'
            {NUMBER_PROBLEMS if numbered else ""}
            WHEN {NAMES_DIFFER.replace("people.", "keyed.")} THEN 'name-differs'
        END
    """


def joins(*, numbered: bool) -> str:
    """SQL: the people whom staged rows name, `keyed` by document and `numbered` by our number."""
    return f"""
        LEFT JOIN people keyed ON keyed.id_key = staged.id_key
        {"LEFT JOIN people numbered ON numbered.number = staged.person" if numbered else ""}
    """


def found(*, numbered: bool) -> str:
    """SQL: the number of the person whom a staged row names."""
    return "coalesce(keyed.number, numbered.number)" if numbered else "keyed.number"


def with_keys(rows: pa.Table) -> pa.Table:
    """The rows with `id_key` and `phone_key` (hex text) in place of the numbers, which stay behind."""
    kept = rows.drop_columns([name for name in ("id_type", "id_number", "phone") if name in rows.column_names])
    return kept.append_column("id_key", _id_keys(rows)).append_column("phone_key", _phone_keys(rows))


def weak_rows() -> list[HeldBack]:
    """Rows that only a name or a phone speaks for, with the people they may be about."""
    with connection.cursor() as cursor:
        found = fetch(cursor, WEAK)
        cursor.execute("DELETE FROM staged WHERE person IS NULL AND id_key IS NULL")
    return [
        HeldBack(row, PROBLEM_COLUMN["person-not-certain"], "person-not-certain", tuple(people or ())[:MOST_CANDIDATES])
        for row, people in found
    ]


def record_strangers(rows: pa.Table, delivery: Delivery) -> int:
    """Record the people whom a row names for the first time, with document and name; return how many."""
    numbers = arrivals(STRANGERS)
    if not numbers:
        return 0
    fresh = rows.filter(pc.is_in(rows["row"], pa.array(numbers, rows.schema.field("row").type)))
    return insert_people(fresh, delivery)


def arrivals(statement: str) -> list[int]:
    """The rows that a statement finds to be about somebody new, none of whom anybody else can record before we commit."""
    with connection.cursor() as cursor:
        found = fetch(cursor, statement)
        if found:
            # Another delivery may be recording the same people; after the wait they are no strangers any more.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people'))")
            found = fetch(cursor, statement)
    return [row for (row,) in found]


def insert_people(rows: pa.Table, delivery: Delivery) -> int:
    """Insert people by COPY, their numbers sealed. Needs id_type, id_number and name; takes person, sex, phone, division."""
    stage(
        "arrivals",
        _sealed(rows),
        types={"id_key": "uuid", "phone_key": "uuid", "id_sealed": "bytea", "phone_sealed": "bytea"},
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO people (number, name, sex, id_type, id_key, id_sealed, id_tail,
                phone_key, phone_sealed, phone_tail, division, delivery_id, recorded_at)
            SELECT coalesce(person, nextval(pg_get_serial_sequence('people', 'number'))), name, coalesce(sex, 'unknown'),
                id_type, id_key, id_sealed, coalesce(id_tail, ''), phone_key, phone_sealed, coalesce(phone_tail, ''),
                division, %s, statement_timestamp()
            FROM arrivals ORDER BY row
            """,
            [delivery.pk],
        )
        return int(cursor.rowcount)


def stage_moves(rows: pa.Table) -> None:
    """Leave the temporary table `moves`: row, phone (key, seal, tail) and division of people who are known already."""
    columns = ["row", "phone_key", "phone_sealed", "phone_tail", "division"]
    stage("moves", _sealed(rows).select(columns), types={"phone_key": "uuid", "phone_sealed": "bytea"})


def _sealed(rows: pa.Table) -> pa.Table:
    """The people's table as it is stored: keys, seals (hex) and tails for the numbers."""
    empty = pa.nulls(rows.num_rows, pa.string())
    ids = rows["id_number"].to_pylist()
    phones = rows["phone"].to_pylist() if "phone" in rows.column_names else [None] * rows.num_rows
    columns = {
        "row": rows["row"],
        "person": rows["person"] if "person" in rows.column_names else pa.nulls(rows.num_rows, pa.int32()),
        "name": rows["name"],
        "sex": rows["sex"] if "sex" in rows.column_names else empty,
        "division": rows["division"] if "division" in rows.column_names else pa.nulls(rows.num_rows, pa.int32()),
        "id_type": rows["id_type"],
        "id_key": _id_keys(rows),
        "id_sealed": pa.array([None if text is None else _hex(identity.seal(text, "id")) for text in ids], pa.string()),
        "id_tail": pa.array([None if text is None else identity.tail(text) for text in ids], pa.string()),
        "phone_key": _phone_keys(rows),
        "phone_sealed": pa.array(
            [None if text is None else _hex(identity.seal(text, "phone")) for text in phones], pa.string()
        ),
        "phone_tail": pa.array([None if text is None else identity.tail(text) for text in phones], pa.string()),
    }
    return pa.table(columns)


def _id_keys(rows: pa.Table) -> pa.Array:
    types, numbers = rows["id_type"].combine_chunks(), rows["id_number"].combine_chunks()
    found = pa.nulls(rows.num_rows, pa.string())
    for id_type in pc.unique(types).drop_null().to_pylist():
        ours = pc.equal(types, id_type)
        found = pc.coalesce(found, _keys(f"id:{id_type}:", pc.if_else(ours, numbers, None)))
    return found


def _phone_keys(rows: pa.Table) -> pa.Array:
    if "phone" not in rows.column_names:
        return pa.nulls(rows.num_rows, pa.string())
    return _keys("phone:", rows["phone"].combine_chunks())


def _keys(sort: str, numbers: pa.Array) -> pa.Array:
    """Look-up keys as 32 hex signs, NULL where there is no number."""
    if numbers.null_count == len(numbers):
        return pa.nulls(len(numbers), pa.string())
    there = pc.drop_null(numbers)
    signs = b"".join(identity.digests(sort, there.cast(pa.binary()).to_pylist())).hex().encode()
    offsets = np.arange(len(there) + 1, dtype=np.int32) * 32
    keys = pa.StringArray.from_buffers(len(there), pa.py_buffer(offsets), pa.py_buffer(signs))
    if numbers.null_count == 0:
        return keys
    position = pc.subtract(pc.cumulative_sum(pc.cast(pc.is_valid(numbers), pa.int32())), 1)
    return keys.take(pc.if_else(pc.is_valid(numbers), position, None))


def _hex(raw: bytes) -> str:
    return "\\x" + raw.hex()
