"""The difference of two multisets of rows, and what is left out before it."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, strategies as st

from yimatong.stations.judgements import multisets

COLUMNS = "person, kind, start"
ROWS = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(["case", "test"]), st.one_of(st.none(), st.integers(0, 2)))
)
Row = tuple[int, str, int | None]


def sides(session: duckdb.DuckDBPyConnection, here: list[Row], there: list[Row]) -> tuple[str, str]:
    for name, rows in (("here", here), ("there", there)):
        session.execute(f"CREATE OR REPLACE TABLE {name} (person INTEGER, kind VARCHAR, start INTEGER)")
        if rows:
            session.executemany(f"INSERT INTO {name} VALUES (?, ?, ?)", rows)
    return f"SELECT {COLUMNS} FROM here", f"SELECT {COLUMNS} FROM there"


def by_hand(here: list[Row], there: list[Row]) -> list[tuple[object, ...]]:
    """Row by row what is left of each side when each row has taken its like away."""
    left = list(there)
    more = [row for row in here if not (row in left and (left.remove(row) or True))]
    return sorted([(*row, True) for row in more] + [(*row, False) for row in left], key=repr)


@given(here=ROWS, there=ROWS)
def test_it_is_what_is_left_when_each_row_has_taken_its_like_away(here: list[Row], there: list[Row]):
    with duckdb.connect() as session:
        both = sides(session, here, there)
        plain = session.execute(multisets.difference(*both, COLUMNS)).fetchall()
        narrowed = session.execute(
            multisets.difference(*multisets.narrowed(session, *both, COLUMNS), COLUMNS)
        ).fetchall()
    assert sorted(plain, key=repr) == sorted(narrowed, key=repr) == by_hand(here, there)


def test_who_is_as_before_is_left_out():
    rows = [(person, "case", person) for person in range(1, 401)]
    with duckdb.connect() as session:
        both = sides(session, rows, [row for row in rows if row[0] != 200])
        here, there = multisets.narrowed(session, *both, COLUMNS)
        counts = [session.execute(f"SELECT count(*) FROM ({side})").fetchall()[0][0] for side in (here, there)]
    assert counts == [multisets.PEOPLE_A_BUCKET, multisets.PEOPLE_A_BUCKET - 1]


@pytest.mark.parametrize("exchanged", [("kind",), ("start",), ("kind", "start")])
def test_two_people_of_one_bucket_who_exchange_what_they_have_are_not_left_out(exchanged: tuple[str, ...]):
    here = [{"person": 4, "kind": "case", "start": 1}, {"person": 5, "kind": "test", "start": 2}]
    there = [dict(row) for row in here]
    for column in exchanged:
        there[0][column], there[1][column] = here[1][column], here[0][column]
    with duckdb.connect() as session:
        both = sides(session, *([tuple(row.values()) for row in side] for side in (here, there)))  # type: ignore[misc]
        found = session.execute(multisets.difference(*multisets.narrowed(session, *both, COLUMNS), COLUMNS)).fetchall()
    assert len(found) == 4
