"""Official lists of risk areas: a list is a state at an instant. What is new starts then, what is gone ends then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from django.db import connection, transaction

from yimatong.records.actions import places
from yimatong.records.actions.intake.outcomes import Taken
from yimatong.records.actions.intake.staging import fetch, stage
from yimatong.records.actions.withdrawal import Withdrawn, begin, finish
from yimatong.records.errors import mistake
from yimatong.records.models import Area, Delivery, Official

FEED = "risk-areas"
LISTED_ROWS = pa.schema(
    [
        pa.field("row", pa.int32(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("level", pa.string(), nullable=False),
        pa.field("listed_level", pa.string(), nullable=False),
        pa.field("scope", pa.string(), nullable=False),
        pa.field("low", pa.int32(), nullable=False),
        pa.field("high", pa.int32(), nullable=False),
        pa.field("place", pa.string()),
        pa.field("division_text", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("resolved_by", pa.string(), nullable=False),
    ]
)
"""What take_snapshot takes: an area a row; `row` is the text's number in the list, `place` the name of the place meant."""

# The first row of a key counts; the same text twice in a list is one area.
FRESH = """
    CREATE TEMP TABLE fresh_areas ON COMMIT DROP AS
    SELECT DISTINCT ON (listed.key) listed.* FROM listed
    LEFT JOIN areas ON areas.key = listed.key AND areas.source = %s AND areas.struck_at IS NULL AND areas."end" IS NULL
    WHERE areas.number IS NULL ORDER BY listed.key, listed.row
"""
START = """
    INSERT INTO areas (level, listed_level, scope, low, high, place_id, division_text, text, key, resolved_by, start,
        source, delivery_id, legal_basis)
    SELECT level, listed_level, scope, low, high, place_number, division_text, text, key, resolved_by, %s, %s, %s, %s
    FROM fresh_areas ORDER BY row, key
"""
END = """
    UPDATE areas SET "end" = %s, end_recorded_at = statement_timestamp(), end_recorded_by_id = %s, end_delivery_id = %s
    WHERE source = %s AND struck_at IS NULL AND "end" IS NULL AND delivery_id IS NOT NULL AND delivery_id <> %s
        AND NOT EXISTS (SELECT FROM listed WHERE listed.key = areas.key)
"""
LATER = """
    SELECT max(id) FROM deliveries WHERE feed = %s AND source = %s AND state = 'taken' AND id > %s
"""
# Areas that the withdrawn list ended are open again: struck, and recorded anew without an end.
REOPEN = """
    INSERT INTO areas (level, listed_level, scope, low, high, place_id, division_text, text, key, resolved_by, start,
        source, delivery_id, legal_basis)
    SELECT level, listed_level, scope, low, high, place_id, division_text, text, key, resolved_by, start,
        source, delivery_id, legal_basis
    FROM areas JOIN undone USING (number) WHERE undone.reopens ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class SnapshotTaken:
    """Texts counted as for any delivery (`counts`), and areas started and ended."""

    counts: Taken
    started: int
    ended: int


def latest_instant(*, source: str) -> datetime | None:
    """The instant of the latest list of a source that was taken and still stands; None where there is none.

    The instant is kept as the start or end of the areas that the list changed; a list that changed nothing moves nothing.
    """
    with connection.cursor() as cursor:
        rows = fetch(
            cursor,
            'SELECT max(greatest(start, "end")) FROM areas WHERE source = %s AND struck_at IS NULL AND delivery_id IS NOT NULL',
            [source],
        )
    found: datetime | None = rows[0][0]
    return found


def take_snapshot(*, delivery: Delivery, instant: datetime, rows: pa.Table) -> SnapshotTaken:
    """Make the open areas of the delivery's source those of the list, inside the caller's transaction."""
    stage("listed", _numbered(rows))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.fresh_areas")
        cursor.execute(FRESH, [delivery.source])
        texts = fetch(
            cursor,
            "SELECT count(DISTINCT listed.row), count(DISTINCT fresh_areas.row) FROM listed LEFT JOIN fresh_areas USING (row)",
        )
        cursor.execute(START, [instant, delivery.source, delivery.pk, delivery.legal_basis])
        started = cursor.rowcount
        cursor.execute(END, [instant, delivery.by_id, delivery.pk, delivery.source, delivery.pk])
        ended = cursor.rowcount
    everything, taken = texts[0]
    return SnapshotTaken(Taken(taken=taken, unchanged=everything - taken, ended=ended), started, ended)


def _numbered(rows: pa.Table) -> pa.Table:
    """The rows with the numbers of the places that they name; places that are new are recorded as listed ones."""
    wanted = [
        (division, name) if name is not None else None
        for division, name in zip(rows["low"].to_pylist(), rows["place"].to_pylist(), strict=True)
    ]
    numbers = places.ensure_named(key for key in wanted if key is not None)
    column = pa.array([None if key is None else numbers[key] for key in wanted], pa.int32())
    return rows.drop_columns(["place"]).append_column("place_number", column)


@transaction.atomic
def withdraw_snapshot(*, by: Official, delivery: int, why: str) -> Withdrawn:
    """Undo the latest list of its source: what it started is struck, what it ended is open again."""
    found = begin(by=by, delivery=delivery, why=why)
    with connection.cursor() as cursor:
        later = fetch(cursor, LATER, [FEED, found.source, found.pk])[0][0]
        if later is not None:
            raise mistake("snapshot-not-last", later=later)
        cursor.execute(
            "CREATE TEMP TABLE undone ON COMMIT DROP AS SELECT number, delivery_id <> %(d)s AS reopens FROM areas "
            "WHERE struck_at IS NULL AND (delivery_id = %(d)s OR end_delivery_id = %(d)s)",
            {"d": found.pk},
        )
        cursor.execute(
            "UPDATE areas SET struck_at = statement_timestamp(), struck_by_id = %s, strike_reason = %s "
            "FROM undone WHERE undone.number = areas.number",
            [by.pk, f"delivery {found.pk} withdrawn: {why.strip()}"],
        )
        struck = cursor.rowcount
        cursor.execute(REOPEN)
        standing = cursor.rowcount
        cursor.execute("DROP TABLE undone")
    finish(by=by, delivery=found, why=why, details={"struck": struck, "standing": standing})
    return Withdrawn(found.pk, struck, standing, ())


def open_areas(*, source: str) -> int:
    """How many areas of a source are open now."""
    return Area.objects.filter(source=source, struck_at=None, end=None).count()
