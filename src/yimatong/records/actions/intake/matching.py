"""Who a row is about. An ID number or a person number is strong; a name or a phone alone never makes a fact."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.backends.utils import CursorWrapper

from yimatong.core.name_matching import Likeness, compare
from yimatong.records import identity
from yimatong.records.actions.intake.outcomes import HeldBack
from yimatong.records.actions.intake.staging import copy_pieces, fetch, fetch_integers, stage
from yimatong.records.models import Delivery, Person

MOST_CANDIDATES = 5
SEALED_AT_ONCE = 4_096
KEY = pa.binary(16)
SPELLED = pa.schema([pa.field("told", pa.string()), pa.field("known", pa.string())])
STORED = (
    "number", "name", "sex", "id_type", "id_key", "id_sealed", "id_tail", "phone_key", "phone_sealed", "phone_tail",
    "division", "delivery_id", "recorded_at", "identified_at", "identity_mac",
)  # fmt: skip
NEXT_NUMBERS = "SELECT nextval('people_number_seq')::integer FROM generate_series(1, {0})"

SPELLINGS = """
    SELECT DISTINCT staged.name, people.name FROM staged JOIN people ON {0} WHERE staged.name <> people.name
"""
NAMES_DIFFER = """
    (staged.name <> people.name AND (staged.name, people.name) NOT IN (SELECT told, known FROM spellings))
"""

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


def compare_names(cursor: CursorWrapper, *, numbered: bool) -> None:
    """Make the temporary table `spellings`: each name among the staged rows that is the known one of its person, spelled otherwise."""
    by = ["people.id_key = staged.id_key", *(["people.number = staged.person"] if numbered else [])]
    pairs = {pair for way in by for pair in fetch(cursor, SPELLINGS.format(way))}
    same = sorted((told, known) for told, known in pairs if compare(told, known) is Likeness.SAME)
    columns = ([told for told, _known in same], [known for _told, known in same])
    stage("spellings", pa.table(list(columns), schema=SPELLED))


def found(*, numbered: bool) -> str:
    """SQL: the number of the person whom a staged row names."""
    return "coalesce(keyed.number, numbered.number)" if numbered else "keyed.number"


def with_keys(rows: pa.Table) -> pa.Table:
    """The rows with `id_key` and `phone_key` (16 bytes) in place of the numbers, which stay behind."""
    keyed = with_id_keys(rows).append_column("phone_key", phone_keys(_texts(rows, "phone")))
    return keyed.drop_columns([name for name in ("id_type", "id_number", "phone") if name in rows.column_names])


def with_id_keys(rows: pa.Table) -> pa.Table:
    """The rows with `id_key` (16 bytes) beside the document."""
    return rows.append_column("id_key", _id_keys(rows))


def with_namings(rows: pa.Table) -> pa.Table:
    """The rows with two booleans: `first`, that no row before has its `id_key`, and `only`, that no other has; both without one."""
    keys = rows["id_key"].combine_chunks()
    there = keys.is_valid().to_numpy(zero_copy_only=False)
    which = keys.drop_null().dictionary_encode().indices.to_numpy()
    first, only = ~there, ~there
    # Codes are given in the order in which their keys come first.
    first[there] = np.diff(np.maximum.accumulate(which), prepend=-1) > 0
    only[there] = np.bincount(which)[which] == 1
    return rows.append_column("first", pa.array(first)).append_column("only", pa.array(only))


def phone_keys(phones: pa.Array) -> pa.Array:
    """The look-up keys of phones, 16 bytes each, NULL where there is none."""
    return _keys("phone:", phones)


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
    if len(numbers) == 0:
        return 0
    fresh = rows.filter(pc.is_in(rows["row"], pa.array(numbers)))
    return insert_people(with_numbers(with_id_keys(fresh)), delivery)


def arrivals(statement: str) -> np.ndarray:
    """The rows that a statement finds to be about somebody new, none of whom anybody else can record before we commit."""
    with connection.cursor() as cursor:
        if fetch(cursor, f"SELECT EXISTS ({statement})") == [(False,)]:
            return np.array([], dtype=np.int32)
        # Another delivery may be recording the same people; after the wait they are no strangers any more.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people'))")
        return fetch_integers(cursor, statement)


def in_order(rows: pa.Table) -> pa.Table:
    """Many rows in the order of their look-up keys: the largest index is then written from its beginning to its end, not here and there.

    A few stay as the file has them.
    """
    if rows.num_rows <= SEALED_AT_ONCE:
        return rows
    keys = rows["id_key"].combine_chunks().fill_null(bytes(16))
    signs = np.frombuffer(keys.buffers()[1], ">u8", 2 * len(keys), 16 * keys.offset)[::2]
    return rows.take(pa.array(np.argsort(signs, kind="stable")))


def with_numbers(rows: pa.Table) -> pa.Table:
    """Rows with an `id_key`, in_order(), with a `person` each: the number that is given, and the next one of the sequence where there
    is none."""
    if "person" not in rows.column_names:
        rows = rows.append_column("person", pa.nulls(rows.num_rows, pa.int32()))
    with ThreadPoolExecutor(1) as beside, connection.cursor() as cursor:
        ordered = beside.submit(in_order, rows)
        drawn = fetch_integers(cursor, NEXT_NUMBERS.format(rows["person"].null_count))
    rows = ordered.result()
    given = rows["person"].combine_chunks()
    numbers = given.fill_null(0).to_numpy().copy()
    numbers[given.is_null().to_numpy(zero_copy_only=False)] = drawn
    return rows.set_column(rows.column_names.index("person"), "person", pa.array(numbers, pa.int32()))


def insert_people(rows: pa.Table, delivery: Delivery) -> int:
    """Insert people by COPY, their numbers sealed: the server takes one piece in while the next is sealed.

    Needs person, id_type, id_number and name; takes sex, phone, division, and `id_key` where it is made already.
    """
    with connection.cursor() as cursor:
        ((at,),) = fetch(cursor, "SELECT statement_timestamp()")
    pieces = (
        _stored(rows.slice(start, SEALED_AT_ONCE), delivery, at) for start in range(0, rows.num_rows, SEALED_AT_ONCE)
    )
    return copy_pieces("people", STORED, pieces)


def stage_moves(rows: pa.Table) -> None:
    """Leave the temporary table `moves`: row, phone (key, seal, tail) and division of people who are known already, `person` each."""
    stage("moves", _sealed(rows).select(["row", "phone_key", "phone_sealed", "phone_tail", "division"]))


def _sealed(rows: pa.Table) -> pa.Table:
    """The people's table as it is stored: keys, seals and tails for the numbers."""
    ids, phones, people = _texts(rows, "id_number"), _texts(rows, "phone"), rows["person"].combine_chunks()
    return pa.table(
        {
            "row": rows["row"],
            "person": rows["person"],
            "name": rows["name"],
            "sex": _texts(rows, "sex"),
            "division": rows["division"] if "division" in rows.column_names else pa.nulls(rows.num_rows, pa.int32()),
            "id_type": rows["id_type"],
            "id_key": _id_keys(rows),
            "id_sealed": _seals(ids, "id", people),
            "id_tail": _tails(ids),
            "phone_key": phone_keys(phones),
            "phone_sealed": _seals(phones, "phone", people),
            "phone_tail": _tails(phones),
        }
    )


def _stored(rows: pa.Table, delivery: Delivery, at: datetime) -> pa.Table:
    """A piece of the people's table, as it came with a delivery."""
    sealed = _sealed(rows)
    moment = pa.repeat(pa.scalar(at, pa.timestamp("us", tz="UTC")), len(sealed))
    columns = {
        "number": sealed["person"],
        "sex": pc.fill_null(sealed["sex"], Person.Sex.UNKNOWN.value),
        "delivery_id": pa.repeat(pa.scalar(delivery.pk, pa.int64()), len(sealed)),
        "recorded_at": moment,
        "identified_at": moment,
        "id_tail": pc.fill_null(sealed["id_tail"], ""),
        "phone_tail": pc.fill_null(sealed["phone_tail"], ""),
    }
    columns = {**{name: sealed[name] for name in sealed.column_names}, **columns}
    columns["identity_mac"] = _macs(columns)
    return pa.table([columns[name] for name in STORED], names=list(STORED))


def _macs(columns: Mapping[str, pa.Array | pa.ChunkedArray]) -> pa.Array:
    """The digest of each identity; what it covers (identity.covered) is put together for all at once."""
    since = str(columns["identified_at"].cast(pa.int64())[0].as_py()) if len(columns["number"]) else ""
    parts = [
        columns["number"].cast(pa.string()),
        pa.scalar(since),
        *(columns[name] for name in ("sex", "id_type", "id_tail", "name")),
    ]
    asis = [pc.fill_null(columns[name].cast(pa.binary()), b"") for name in ("id_key", "id_sealed")]
    texts = pc.binary_join_element_wise(*(part.cast(pa.binary()) for part in parts), *asis, b"\0")
    made = b"".join(identity.macs(texts.to_pylist()))
    return pa.FixedSizeBinaryArray.from_buffers(KEY, len(columns["number"]), [None, pa.py_buffer(made)])


def _texts(rows: pa.Table, column: str) -> pa.Array:
    if column not in rows.column_names:
        return pa.nulls(rows.num_rows, pa.string())
    return rows[column].combine_chunks()


def _id_keys(rows: pa.Table) -> pa.Array:
    if "id_key" in rows.column_names:
        return rows["id_key"].combine_chunks()
    types, numbers = rows["id_type"].combine_chunks(), rows["id_number"].combine_chunks()
    found = pa.nulls(rows.num_rows, KEY)
    for id_type in pc.unique(types).drop_null().to_pylist():
        ours = pc.equal(types, id_type)
        found = pc.coalesce(found, _keys(f"id:{id_type}:", pc.if_else(ours, numbers, None)))
    return found


def _keys(sort: str, numbers: pa.Array) -> pa.Array:
    """Look-up keys, NULL where there is no number."""
    there = pc.drop_null(numbers)
    keys = b"".join(identity.digests(sort, there.cast(pa.binary()).to_pylist()))
    return _spread(pa.FixedSizeBinaryArray.from_buffers(KEY, len(there), [None, pa.py_buffer(keys)]), numbers)


def _seals(numbers: pa.Array, purpose: Literal["id", "phone"], people: pa.Array) -> pa.Array:
    """The numbers sealed, each bound to the person in the same place, NULL where there is none."""
    there, whose = pc.drop_null(numbers), people.filter(pc.is_valid(numbers)) if numbers.null_count else people
    sealed = identity.seals(there.cast(pa.binary()).to_pylist(), purpose, whose.to_pylist())
    return _spread(pa.array(sealed, pa.binary()), numbers)


def _tails(numbers: pa.Array) -> pa.Array:
    """identity.tail() of normalised numbers."""
    long = pc.greater_equal(pc.utf8_length(numbers), 2 * identity.TAIL)
    last = (pc.utf8_slice_codeunits(numbers, -signs) for signs in (identity.TAIL, 1))
    return pc.if_else(long, *last)


def _spread(found: pa.Array, numbers: pa.Array) -> pa.Array:
    """What was found for the numbers that are there, each in the place of its number."""
    if numbers.null_count == 0:
        return found
    position = pc.subtract(pc.cumulative_sum(pc.cast(pc.is_valid(numbers), pa.int32())), 1)
    return found.take(pc.if_else(pc.is_valid(numbers), position, None))
