"""Taking people and their homes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.backends.utils import CursorWrapper

from yimatong.records.actions.intake import matching
from yimatong.records.actions.intake.facts import MOMENT, weigh
from yimatong.records.actions.intake.outcomes import HeldBack, Taken
from yimatong.records.actions.intake.staging import (
    PIECE,
    copy_pieces,
    fetch,
    fetch_integers,
    insert_new,
    make_room,
    stage,
)
from yimatong.records.models import Delivery, Person

PERSON_ROWS = pa.schema(
    [
        pa.field("row", pa.int32(), nullable=False),
        pa.field("person", pa.int32()),
        pa.field("id_type", pa.string(), nullable=False),
        pa.field("id_number", pa.string()),
        pa.field("name", pa.string(), nullable=False),
        pa.field("sex", pa.string()),
        pa.field("phone", pa.string()),
        pa.field("division", pa.int32()),
        pa.field("stairwell", pa.int32()),
        pa.field("start", MOMENT),
        pa.field("end", MOMENT),
    ]
)
"""What take_people takes. `person` is a number to give to somebody new (the demo city), or NULL; `stairwell` and
`start` belong together: the home. Somebody without a document (id_type none) is recorded once for each such row."""

STRANGERS = "SELECT asked.row FROM asked LEFT JOIN people USING (id_key) WHERE people.number IS NULL"
HOME = ("person_id", "stairwell_id", "start", "end", "source", "delivery_id", "legal_basis")
# A row whose document is known under another name is about nobody certain; its first row in the file wins.
WEIGHED = """
    CREATE TEMP TABLE weighed ON COMMIT DROP AS
    SELECT said.row, said.found, said.stairwell, said.start, said."end", homes.id AS home, said.fresh, said.moved,
        CASE
            WHEN said.problem IS NOT NULL THEN said.problem
            WHEN said.stairwell IS NULL THEN 'no-home'
            WHEN said.turn > 1 AND said."end" IS DISTINCT FROM said.first_end THEN 'said-twice-differently'
            WHEN said.turn > 1 THEN 'repeated'
            WHEN homes.id IS NULL THEN 'new'
            WHEN said."end" IS NULL OR said."end" = homes."end" THEN 'unchanged'
            WHEN homes."end" IS NULL THEN 'end'
            ELSE 'differs-from-record'
        END AS outcome
    FROM (
        SELECT *, row_number() OVER saying AS turn, first_value("end") OVER saying AS first_end
        FROM (
            SELECT staged.*, coalesce(staged.number, {found}) AS found,
                staged.number IS NOT NULL AS fresh,
                staged.number IS NULL AND (
                    keyed.phone_key IS DISTINCT FROM coalesce(staged.phone_key, keyed.phone_key)
                    OR keyed.division IS DISTINCT FROM coalesce(staged.division, keyed.division)
                ) AS moved,
                {problem} AS problem
            FROM staged {joins}
        ) known
        WINDOW saying AS (PARTITION BY found, problem IS NULL, stairwell, start ORDER BY row)
    ) said
    LEFT JOIN homes ON homes.person_id = said.found AND homes.stairwell_id = said.stairwell
        AND homes.start = said.start AND homes.struck_at IS NULL
"""
UPDATE_PEOPLE = """
    UPDATE people SET
        phone_key = coalesce(latest.phone_key, people.phone_key),
        phone_sealed = coalesce(latest.phone_sealed, people.phone_sealed),
        phone_tail = coalesce(latest.phone_tail, people.phone_tail),
        division = coalesce(latest.division, people.division)
    FROM (SELECT DISTINCT ON (weighed.found) weighed.found, moves.* FROM weighed JOIN moves USING (row)
        ORDER BY weighed.found, weighed.row DESC) latest
    WHERE people.number = latest.found
"""
INSERT = """
    INSERT INTO homes (person_id, stairwell_id, start, "end", source, delivery_id, legal_basis)
    SELECT found, stairwell, start, "end", %(source)s, %(delivery)s, %(basis)s
    FROM weighed WHERE outcome = 'new' ORDER BY found
"""
END = """
    UPDATE homes SET "end" = weighed."end", end_recorded_at = statement_timestamp(), end_delivery_id = %s,
        end_recorded_by_id = %s
    FROM weighed WHERE weighed.outcome = 'end' AND homes.id = weighed.home AND homes."end" IS NULL AND homes.struck_at IS NULL
"""
CONFIRM = """
    INSERT INTO confirmations (delivery_id, home_id, with_end)
    SELECT DISTINCT %s::bigint, home, "end" IS NOT NULL FROM weighed WHERE outcome IN ('unchanged', 'end') ON CONFLICT DO NOTHING
"""
GOOD = "('new', 'end', 'unchanged', 'repeated', 'no-home')"
COUNTS = f"""
    SELECT count(*) FILTER (WHERE outcome IN ('new', 'end') OR (outcome IN {GOOD} AND (fresh OR moved))),
        count(*) FILTER (WHERE outcome IN ('unchanged', 'repeated', 'no-home') AND NOT (fresh OR moved)),
        count(*) FILTER (WHERE outcome = 'end')
    FROM weighed
"""
HELD = f"SELECT row, outcome FROM weighed WHERE outcome NOT IN {GOOD} ORDER BY row"
PEOPLE = f"""
    SELECT DISTINCT found FROM weighed
    WHERE outcome IN ('new', 'end') OR (outcome IN {GOOD} AND (fresh OR moved)) ORDER BY found
"""


def take_people(*, delivery: Delivery, rows: pa.Table) -> Taken:
    """Take rows of PERSON_ROWS, in the order of their numbers, as people and homes of a delivery that is open in this transaction.

    Somebody known by the document is not recorded twice: a new phone or street replaces the old one, another name
    under the same document is held back.
    """
    make_room()
    keyed = matching.with_namings(matching.with_id_keys(rows))
    fresh = _record_arrivals(keyed, delivery)
    alone = fresh.select(["row", "person", "stairwell", "start", "end"]).filter(fresh["only"])
    _settle(alone, delivery)
    others = keyed.filter(pc.invert(pc.is_in(keyed["row"], alone["row"].combine_chunks())))
    stage("staged", _weighed_rows(others, fresh))
    with connection.cursor() as cursor:
        weigh(cursor, WEIGHED, numbered=False)
        _move(cursor, others)
        insert_new(cursor, INSERT, {"source": delivery.source, "delivery": delivery.pk, "basis": delivery.legal_basis})
        cursor.execute(END, [delivery.pk, delivery.by_id])
        cursor.execute(CONFIRM, [delivery.pk])
        taken, unchanged, ended = fetch(cursor, COUNTS)[0]
        held = [HeldBack(row, _column(code), code) for row, code in fetch(cursor, HELD)]
        people = np.union1d(alone["person"].to_numpy(), fetch_integers(cursor, PEOPLE))
    return Taken(
        taken=alone.num_rows + taken, unchanged=unchanged, ended=ended, appeared=fresh.num_rows, held=tuple(held),
        people=tuple(people.tolist()),
    )  # fmt: skip


def _record_arrivals(keyed: pa.Table, delivery: Delivery) -> pa.Table:
    """Insert the people who are not known yet; returns their rows, each with the number that it got as `person`."""
    stage("asked", keyed.filter(pc.and_(keyed["first"], pc.is_valid(keyed["id_key"]))).select(["row", "id_key"]))
    without = pc.and_(pc.is_null(keyed["id_key"]), pc.equal(keyed["id_type"], Person.IdType.NONE.value))
    strangers = pc.is_in(keyed["row"], pa.array(matching.arrivals(STRANGERS)))
    fresh = matching.with_numbers(keyed.filter(pc.or_(strangers, without)))
    matching.insert_people(fresh, delivery)
    _catch_up(keyed)
    return fresh


def _settle(alone: pa.Table, delivery: Delivery) -> None:
    """Insert the homes of new people of whom the file says one row: there is nothing that it could be weighed against."""
    at_home = alone.filter(pc.is_valid(alone["stairwell"])).drop_columns("row")
    told = [pa.scalar(value) for value in (delivery.source, delivery.pk, delivery.legal_basis)]

    def pieces() -> Iterator[pa.Table]:
        for start in range(0, at_home.num_rows, PIECE):
            said = at_home.slice(start, PIECE)
            yield pa.table([*said.columns, *(pa.repeat(value, said.num_rows) for value in told)], names=list(HOME))

    if at_home.num_rows:
        copy_pieces("homes", HOME, pieces())


def _weighed_rows(keyed: pa.Table, fresh: pa.Table) -> pa.Table:
    """The rows as they are weighed: with the `number` of whom we recorded just now, or with what somebody is known by.

    A given person number is for somebody new alone, so it finds nobody.
    """
    at = pc.index_in(keyed["row"], fresh["row"].combine_chunks())
    known = pc.is_null(at)
    told = ("id_key", "name", "phone", "division")
    columns = {name: pc.if_else(known, keyed[name], pa.scalar(None, keyed[name].type)) for name in told}
    columns["phone_key"] = matching.phone_keys(columns.pop("phone").combine_chunks())
    asis = {name: keyed[name] for name in ("row", "stairwell", "start", "end")}
    return pa.table({**asis, "number": fresh["person"].take(at), **columns})


def _catch_up(rows: pa.Table) -> None:
    """Numbers that were given must not be drawn again."""
    highest = pc.max(rows["person"]).as_py()
    if highest is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('people', 'number'), greatest(%s, last_value)) FROM people_number_seq",
                [highest],
            )


def _move(cursor: CursorWrapper, rows: pa.Table) -> None:
    """Give known people the phone and street that the file says now."""
    moved = fetch(cursor, f"SELECT row, found FROM weighed WHERE moved AND outcome IN {GOOD}")
    if not moved:
        return
    numbers, people = (pa.array(column, pa.int32()) for column in zip(*moved, strict=True))
    said = rows.filter(pc.is_in(rows["row"], numbers))
    theirs = people.take(pc.index_in(said["row"].combine_chunks(), numbers))
    matching.stage_moves(said.set_column(said.column_names.index("person"), "person", theirs))
    cursor.execute(UPDATE_PEOPLE)


def _column(code: str) -> str:
    return matching.PROBLEM_COLUMN.get(code, "home_from" if code == "said-twice-differently" else "home_to")
