"""Rows into the database by COPY's binary form: what comes out is what went in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from django.db import DataError, connection, transaction
from hypothesis import given, strategies as st

from yimatong.records.actions.intake.binary import SQL_TYPES
from yimatong.records.actions.intake.staging import copy_in, fetch_integers, stage

pytestmark = pytest.mark.django_db
KINDS: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "small": (pa.int32(), st.integers(-(2**31), 2**31 - 1)),
    "large": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "text": (pa.string(), st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1)),
    "sealed": (pa.binary(), st.binary(min_size=1)),
    "key": (pa.binary(16), st.uuids().map(lambda uuid: uuid.bytes)),
    "at": (pa.timestamp("us", tz="UTC"), st.datetimes(datetime(1700, 1, 1), timezones=st.just(UTC))),
    "day": (pa.date32(), st.dates(date(1700, 1, 1))),
}
ROW = st.fixed_dictionaries({name: st.none() | values for name, (_, values) in KINDS.items()})


def staged(rows: pa.Table) -> list[dict[str, Any]]:
    """The rows as the database has them."""
    with transaction.atomic(), connection.cursor() as cursor:
        stage("tried", rows)
        cursor.execute(f"SELECT {', '.join(KINDS)} FROM tried")
        return [dict(zip(KINDS, row, strict=True)) for row in cursor.fetchall()]


@given(st.lists(ROW, max_size=6), st.integers(0, 3))
def test_every_value_comes_out_as_it_went_in(rows: list[dict[str, Any]], cut: int) -> None:
    table = pa.table({name: pa.array([row[name] for row in rows], kind) for name, (kind, _) in KINDS.items()}).slice(
        cut
    )
    found = [
        {**row, "key": row["key"] and row["key"].bytes, "sealed": row["sealed"] and bytes(row["sealed"])}
        for row in staged(table)
    ]
    # Rows of nothing but NULL are not sent where no column holds anything.
    assert found == (table.to_pylist() if any(column.null_count < len(column) for column in table.columns) else [])


def test_every_type_that_is_written_is_tried() -> None:
    assert {str(kind) for kind, _ in KINDS.values()} == set(SQL_TYPES)


def test_an_empty_text_comes_as_null() -> None:
    rows = pa.table({"text": ["", "有"], "small": pa.array([1, 2], pa.int32())})
    with transaction.atomic(), connection.cursor() as cursor:
        stage("tried", rows)
        cursor.execute("SELECT text FROM tried ORDER BY small")
        assert cursor.fetchall() == [(None,), ("有",)]


def test_many_rows_go_in_pieces_and_come_back_in_their_order() -> None:
    numbers = np.random.default_rng(1).permutation(40_000).astype(np.int32)
    key = UUID(int=7)
    with transaction.atomic(), connection.cursor() as cursor:
        stage("tried", pa.table({"small": numbers, "key": pa.array([key.bytes] * len(numbers), pa.binary(16))}))
        assert (fetch_integers(cursor, "SELECT small FROM tried") == numbers).all()
        assert len(fetch_integers(cursor, "SELECT small FROM tried WHERE small < 0")) == 0
        cursor.execute("SELECT DISTINCT key FROM tried")
        assert cursor.fetchall() == [(key,)]


def test_what_the_database_refuses_is_a_database_error_that_tells_no_cell() -> None:
    rows = pa.table(
        {
            "number": pa.array([1], pa.int32()),
            "kind": ["shop"],
            "name": ["秘密" * 300],
            "division": pa.array([1], pa.int32()),
        }
    )
    with pytest.raises(DataError) as refusal, transaction.atomic():
        copy_in("places", rows)
    assert "秘密" not in str(refusal.value)
