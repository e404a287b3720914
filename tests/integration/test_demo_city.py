"""The demo city in the database and the lake: once, whole, and judged like the folder that it came from."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import override_settings

from yimatong.core import lake
from yimatong.core.errors import YimatongError
from yimatong.edges.cli import city_records
from yimatong.edges.cli.city import Demo, build_demo
from yimatong.records.actions.places import ensure_places
from yimatong.records.models import Delivery, Division, Home, Person

pytestmark = pytest.mark.django_db
SEED = 5


def made(home: Path, people: int = 500) -> Demo:
    with override_settings(YIMATONG_HOME=home):
        return build_demo(people=people, seed=SEED, progress=lambda *_: None)


def rows(folder: Path, name: str) -> int:
    return pq.read_metadata(folder / f"{name}.parquet").num_rows


def counted(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return int(cursor.fetchone()[0])


def test_everybody_and_everything_of_the_folder_is_recorded(tmp_path):
    demo = made(tmp_path)

    assert Person.objects.count() == demo.people == 500
    for name in ("facts", "homes", "areas", "places", "stairwells"):
        assert counted(name) == rows(demo.folder, name), name
    assert Delivery.objects.get(feed="demo_city").held == 0


def test_the_lake_has_every_day_of_the_city(tmp_path):
    demo = made(tmp_path)

    files = lake.files(tmp_path / "lake")
    assert [file.name for file in files] == [file.name for file in lake.files(demo.folder)]
    assert len(files) == 14
    assert [file.read_bytes() for file in files] == [file.read_bytes() for file in lake.files(demo.folder)]


def test_a_second_start_records_nothing_twice(tmp_path):
    made(tmp_path)
    before = (Delivery.objects.count(), counted("facts"), counted("audit_entries"))

    made(tmp_path)

    assert (Delivery.objects.count(), counted("facts"), counted("audit_entries")) == before


def test_another_city_is_refused_and_changes_nothing(tmp_path):
    first = made(tmp_path)
    before = (first.folder / "city.json").read_bytes()

    with pytest.raises(YimatongError) as refused:
        made(tmp_path, people=600)

    assert refused.value.code == "city-there-already"
    assert (first.folder / "city.json").read_bytes() == before
    assert Person.objects.count() == 500


def test_a_start_cut_short_before_the_records_is_gone_on_with(tmp_path, monkeypatch):
    def cut_short(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(city_records, "_facts", cut_short)
        with pytest.raises(KeyboardInterrupt):
            made(tmp_path)
    assert Person.objects.count() == 0
    built = (tmp_path / "city" / "persons.parquet").stat().st_mtime_ns

    made(tmp_path)

    assert Person.objects.count() == 500
    assert (tmp_path / "city" / "persons.parquet").stat().st_mtime_ns == built


def test_homes_and_facts_keep_their_people_and_instants(tmp_path):
    demo = made(tmp_path)

    recorded = Home.objects.order_by("person_id", "start", "stairwell_id").values_list(
        "person_id", "stairwell_id", "start", "end"
    )
    homes = duckdb.sql(f"select * from '{demo.folder}/homes.parquet' order by person, start, stairwell").fetchall()
    as_minutes = [
        (person, stairwell, int(start.timestamp()) // 60, None if end is None else int(end.timestamp()) // 60)
        for person, stairwell, start, end in recorded
    ]
    assert as_minutes == homes


def test_new_places_of_a_street_get_numbers_of_the_street(tmp_path):
    demo = made(tmp_path)
    division, low, high = duckdb.sql(
        f"select code // 1000, first_place, last_place from '{demo.folder}/divisions.parquet' where first_place > 0 limit 1"
    ).fetchall()[0]

    numbers = ensure_places([("other", f"新地点{n}", division, None) for n in range(3)]).values()

    assert all(low < number <= high for number in numbers)
    assert len(set(numbers)) == 3


def test_the_names_of_the_divisions_are_known(tmp_path):
    made(tmp_path)

    assert Division.objects.filter(code=330203000000).values_list("name", flat=True).last() == "海曙区"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda file: file.write_bytes(b"PAR1" + b"x" * 99), "city-file-broken"),
        (lambda file: (file.unlink(), file.symlink_to("/dev/zero")), "file-not-regular"),
        (lambda file: (file.unlink(), os.mkfifo(file)), "file-not-regular"),
    ],
    ids=["broken", "device", "pipe"],
)
@pytest.mark.parametrize("name", ["places", "areas"])
def test_a_table_that_is_none_is_an_error_and_records_nothing(tmp_path, name, spoil, code):
    folder = tmp_path / "city"
    with override_settings(YIMATONG_HOME=tmp_path), pytest.MonkeyPatch.context() as patched:
        patched.setattr(city_records, "record_city", lambda *_: None)
        build_demo(people=500, seed=SEED, progress=lambda *_: None)
    spoil(folder / f"{name}.parquet")
    with pytest.raises(YimatongError) as refused:
        made(tmp_path)
    assert refused.value.code == code
    assert (Person.objects.count(), Delivery.objects.count()) == (0, 0)
