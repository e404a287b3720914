"""What the engine sees: exactly its five tables, rounded in the person's favour, today and as it was known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.integration.records.people import START, a_fact, a_person
from yimatong.core.facts import COLUMNS, Level
from yimatong.core.time import minute_down, minute_up
from yimatong.records import queries
from yimatong.records.actions import areas, facts, people, places
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Home, Person, Stay

pytestmark = pytest.mark.django_db
TYPES = {"int32": "int4", "int64": "int8", "string": "text"}


def rows(table: str, at: datetime | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(queries.snapshot_sql(table, at))
        return cursor.fetchall()


def now() -> datetime:
    """The database's own clock, as rows recorded before carry it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


@pytest.mark.parametrize("table", COLUMNS)
def test_the_views_have_exactly_the_engines_columns_and_types(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM engine_{table}")
        found = [(column.name, column.type_code) for column in cursor.description]
        cursor.execute("SELECT oid::int, typname FROM pg_type WHERE typname IN ('int4', 'int8', 'text')")
        names = dict(cursor.fetchall())
    assert [(name, names[code]) for name, code in found] == [
        (name, TYPES[kind.rstrip("?")]) for name, kind in COLUMNS[table]
    ]


def test_starts_are_rounded_up_and_ends_down() -> None:
    seconds = 20
    start, end = START + timedelta(seconds=seconds), START + timedelta(hours=1, seconds=seconds)
    fact = a_fact(kind="order", detail="home", start=start, end=end)
    assert rows("facts") == [(fact.pk, fact.person_id, "order", "home", minute_up(start), minute_down(end), None)]
    assert minute_up(start) == minute_down(START) + 1


def test_a_fact_shorter_than_a_minute_keeps_its_start_as_its_end() -> None:
    a_fact(kind="order", detail="home", start=START + timedelta(seconds=10), end=START + timedelta(seconds=20))
    (_, _, _, _, start, end, _) = rows("facts")[0]
    assert start == end == minute_up(START) + 1


def test_a_stay_without_a_full_minute_is_left_out() -> None:
    place = places.ensure_places([("shop", "小店", 330203001, None)])["shop", "小店", 330203001, None]
    person = a_person().pk
    by = the_system()
    short = {"arrive": START + timedelta(seconds=10), "leave": START + timedelta(seconds=50)}
    people.record_stay(by=by, person=person, place=place, source="s", legal_basis="l", **short)
    people.record_stay(
        by=by,
        person=person,
        place=place,
        source="s",
        legal_basis="l",
        arrive=START,
        leave=START + timedelta(minutes=9, seconds=59),
    )
    assert Stay.objects.count() == 2
    assert rows("stays") == [(person, place, 330203001, minute_up(START), minute_up(START) + 9)]


def test_a_struck_fact_is_gone_today_and_known_before() -> None:
    fact = a_fact()
    before = now()
    facts.strike(by=the_system(), fact=fact.pk, why="x", now=now())
    assert rows("facts") == []
    assert [row[0] for row in rows("facts", before)] == [fact.pk]
    assert rows("facts", now()) == []


def test_nothing_is_known_before_it_was_recorded_however_long_ago_it_was_so() -> None:
    before = now()
    fact = a_fact(start=datetime(2020, 1, 1, tzinfo=UTC))
    assert rows("facts", before) == []
    assert rows("people", before) == []
    assert [row[0] for row in rows("facts", now())] == [fact.pk]


def test_an_end_is_known_from_when_we_learned_it() -> None:
    fact = a_fact(kind="case", detail="confirmed")
    before = now()
    facts.end(by=the_system(), fact=fact.pk, end=START + timedelta(days=3), now=now())
    assert [row[5] for row in rows("facts", before)] == [None]
    assert (
        [row[5] for row in rows("facts")]
        == [row[5] for row in rows("facts", now())]
        == [minute_down(START + timedelta(days=3))]
    )


def a_home(person: Person, division: int, start: datetime) -> Home:
    building = places.ensure_places([("building", f"{division}楼", division, None)])[
        "building", f"{division}楼", division, None
    ]
    stairwell = places.ensure_stairwells([(building, "1单元")])[building, "1单元"]
    return people.settle(
        by=the_system(), person=person.pk, stairwell=stairwell, start=start, source="s", legal_basis="l"
    )


def test_the_division_of_a_person_is_that_of_the_latest_home_else_the_one_stated_else_none() -> None:
    nowhere, stated, moved = a_person(), a_person(division=330203001), a_person(division=330203001)
    a_home(moved, 330205001, datetime(2019, 1, 1, tzinfo=UTC))
    before = now()
    a_home(moved, 330206001, datetime(2020, 1, 1, tzinfo=UTC))
    a_home(moved, 330211001, datetime(2099, 1, 1, tzinfo=UTC))
    assert dict(rows("people")) == {nowhere.pk: 0, stated.pk: 330203001, moved.pk: 330206001}
    assert dict(rows("people", before))[moved.pk] == 330205001


def test_homes_and_areas_come_as_the_engine_wants_them() -> None:
    person = a_person()
    home = a_home(person, 330205001, START)
    area = areas.record(
        by=the_system(),
        level=Level.KEY,
        low=420100000,
        high=420199999,
        text="武汉市",
        start=START,
        source="s",
        legal_basis="l",
    )
    assert rows("homes") == [(person.pk, home.stairwell_id, minute_up(START), None)]
    assert rows("areas") == [(area.pk, "key", 420100000, 420199999, None, minute_up(START), None)]


def test_one_person_is_found_by_index_and_not_by_reading_everybody() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT * FROM engine_facts WHERE person = 5")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "facts_said_once" in plan


def test_place_numbers_sort_by_division_and_are_never_handed_out_twice() -> None:
    with transaction.atomic():
        places.lay_out([330203001, 330203002, 330205001])
    first = places.ensure_places([("shop", "甲", 330205001, None), ("shop", "乙", 330203001, None)])
    second = places.ensure_places([("shop", "丙", 330203002, None), ("shop", "乙", 330203001, None)])
    numbers = {**first, **second}
    assert len(set(numbers.values())) == 3
    assert sorted(numbers, key=lambda key: numbers[key]) == sorted(numbers, key=lambda key: key[2])
