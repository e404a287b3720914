"""Taking facts: new ones inserted, known ones confirmed, open ones ended, doubtful ones held back."""

from __future__ import annotations

import pyarrow as pa
from django.db import connection
from django.db.backends.utils import CursorWrapper

from yimatong.records.actions.intake import matching
from yimatong.records.actions.intake.outcomes import HeldBack, Taken
from yimatong.records.actions.intake.staging import fetch, insert_new, make_room, stage
from yimatong.records.models import Delivery

MOMENT = pa.timestamp("us", tz="UTC")
FACT_ROWS = pa.schema(
    [
        pa.field("row", pa.int32(), nullable=False),
        pa.field("person", pa.int32()),
        pa.field("id_type", pa.string()),
        pa.field("id_number", pa.string()),
        pa.field("name", pa.string()),
        pa.field("phone", pa.string()),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("detail", pa.string(), nullable=False),
        pa.field("start", MOMENT, nullable=False),
        pa.field("end", MOMENT),
        pa.field("onset", MOMENT),
        pa.field("source", pa.string()),
    ]
)
"""What take_facts takes. Numbers are normalised (identity.normalised); `source` NULL means the delivery's."""

# One row a key wins, the first of the file; whoever says the same again is unchanged, whoever says otherwise is held.
WEIGHED = """
    CREATE TEMP TABLE weighed ON COMMIT DROP AS
    SELECT said.row, said.found, said.kind, said.detail, said.start, said."end", said.onset, said.source,
        facts.id AS fact,
        CASE
            WHEN said.problem IS NOT NULL THEN said.problem
            WHEN said.turn > 1 THEN 'repeated'
            WHEN facts.id IS NULL THEN 'new'
            WHEN said.onset IS DISTINCT FROM facts.onset AND said.onset IS NOT NULL THEN 'differs-from-record'
            WHEN said."end" IS NULL OR said."end" = facts."end" THEN 'unchanged'
            WHEN facts."end" IS NULL THEN 'end'
            ELSE 'differs-from-record'
        END AS outcome
    FROM (
        SELECT *, row_number() OVER (PARTITION BY found, problem IS NULL, kind, detail, start ORDER BY row) AS turn
        FROM (
            SELECT staged.*, {found} AS found, {problem} AS problem FROM staged {joins}
        ) known
    ) said
    LEFT JOIN facts ON facts.person_id = said.found AND facts.kind = said.kind AND facts.detail = said.detail
        AND facts.start = said.start AND facts.struck_at IS NULL
"""
DIFFERENTLY = """
    UPDATE weighed SET outcome = 'said-twice-differently'
    FROM weighed AS first
    WHERE weighed.outcome = 'repeated' AND first.outcome IN ('new', 'end', 'unchanged', 'differs-from-record')
        AND (weighed.found, weighed.kind, weighed.detail, weighed.start) = (first.found, first.kind, first.detail, first.start)
        AND (weighed."end", weighed.onset) IS DISTINCT FROM (first."end", first.onset)
"""
INSERT = """
    INSERT INTO facts (person_id, kind, detail, start, "end", onset, source, delivery_id, legal_basis)
    SELECT found, kind, detail, start, "end", onset, coalesce(source, %(source)s), %(delivery)s, %(basis)s
    FROM weighed WHERE outcome = 'new'
"""
# Somebody recorded the same fact alone while we were at it: it is there, so our row changes nothing.
OVERTAKEN = """
    UPDATE weighed SET outcome = 'unchanged', fact = facts.id
    FROM facts WHERE weighed.outcome = 'new' AND facts.person_id = weighed.found AND facts.kind = weighed.kind
        AND facts.detail = weighed.detail AND facts.start = weighed.start AND facts.struck_at IS NULL
        AND facts.delivery_id IS DISTINCT FROM %s
"""
END = """
    UPDATE facts SET "end" = weighed."end", end_recorded_at = statement_timestamp(), end_delivery_id = %s,
        end_recorded_by_id = %s
    FROM weighed WHERE weighed.outcome = 'end' AND facts.id = weighed.fact AND facts."end" IS NULL AND facts.struck_at IS NULL
"""
CONFIRM = """
    INSERT INTO confirmations (delivery_id, fact_id, with_end)
    SELECT DISTINCT %s::bigint, fact, "end" IS NOT NULL FROM weighed WHERE outcome IN ('unchanged', 'end') ON CONFLICT DO NOTHING
"""
HELD = """
    SELECT row, outcome FROM weighed WHERE outcome NOT IN ('new', 'end', 'unchanged', 'repeated') ORDER BY row
"""
PEOPLE = "SELECT array_agg(DISTINCT found) FROM weighed WHERE outcome IN ('new', 'end')"
COUNTS = "SELECT outcome, count(*) FROM weighed GROUP BY outcome"


def take_facts(*, delivery: Delivery, rows: pa.Table) -> Taken:
    """Take rows of FACT_ROWS as facts of a delivery that is open in this transaction (actions/deliveries.py).

    Unknown people with document and name are recorded; rows of nobody certain are held back, never guessed.
    """
    make_room()
    stage("staged", matching.with_keys(rows))
    weak = matching.weak_rows()
    appeared = matching.record_strangers(rows, delivery)
    with connection.cursor() as cursor:
        weigh(cursor, WEIGHED, numbered=rows["person"].null_count < rows.num_rows)
        if dict(fetch(cursor, COUNTS)).get("repeated"):
            cursor.execute(DIFFERENTLY)
        _write(cursor, delivery)
        counts = dict(fetch(cursor, COUNTS))
        strong = [HeldBack(row, _column(code), code) for row, code in fetch(cursor, HELD)]
        people = tuple(fetch(cursor, PEOPLE)[0][0] or ())
    return Taken(
        taken=counts.get("new", 0) + counts.get("end", 0),
        unchanged=counts.get("unchanged", 0) + counts.get("repeated", 0),
        ended=counts.get("end", 0),
        appeared=appeared,
        held=(*weak, *strong),
        people=people,
    )


def weigh(cursor: CursorWrapper, statement: str, *, numbered: bool) -> None:
    """Make the temporary table `weighed`: every staged row with its person and what is to become of it."""
    matching.compare_names(cursor, numbered=numbered)
    words = {"found": matching.found, "problem": matching.problem, "joins": matching.joins}
    spelled = statement.format(**{name: write(numbered=numbered) for name, write in words.items()})
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.weighed; {spelled}; ANALYZE weighed")


def _write(cursor: CursorWrapper, delivery: Delivery) -> None:
    """Insert, end and confirm, as weighed."""
    words: dict[str, int | str] = {"source": delivery.source, "delivery": delivery.pk, "basis": delivery.legal_basis}
    if insert_new(cursor, INSERT, words):
        cursor.execute(OVERTAKEN, [delivery.pk])
    cursor.execute(END, [delivery.pk, delivery.by_id])
    cursor.execute(CONFIRM, [delivery.pk])


def _column(code: str) -> str:
    return matching.PROBLEM_COLUMN.get(code, "start" if code == "said-twice-differently" else "end")
