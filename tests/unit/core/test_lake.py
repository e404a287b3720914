"""The lake of stays: its form, its deliveries, and what a crash leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from yimatong.core import lake
from yimatong.core.lake import LakeError
from yimatong.core.lake.form import NOTED_DIVISIONS
from yimatong.core.time import SHANGHAI, day_of

FIRST = date(2020, 2, 15)
MIDNIGHT = SHANGHAI.first_minute(day_of(FIRST))


def stays(count: int, *, seed: int = 0, days: int = 2) -> pa.Table:
    """Stays of some days in no order."""
    chance = np.random.default_rng(seed)
    place = chance.integers(1, 500, count)
    arrive = MIDNIGHT + chance.integers(0, days * 1440, count)
    columns = {
        "person": chance.integers(1, 10_000, count),
        "place": place,
        "division": 330203001 + place // 250,
        "arrive": arrive,
        "leave": arrive + chance.integers(0, 600, count),
    }
    return pa.table({name: pa.array(values.astype(np.int32)) for name, values in columns.items()})


def digests(folder: Path) -> list[tuple[str, str]]:
    return [(path.name, sha256(path.read_bytes()).hexdigest()) for path in lake.files(folder)]


def in_order(table: pa.Table) -> pa.Table:
    return table.sort_by([(name, "ascending") for name in ("place", "arrive", "person", "leave")])


def test_a_day_is_sorted_by_place_then_arrival_and_holds_exactly_its_arrivals(tmp_path):
    table = stays(5_000)

    lake.deliver(tmp_path, [table], SHANGHAI, delivery=1)

    first = lake.read_day(tmp_path, FIRST)
    expected = in_order(table.filter(pc.less(table["arrive"], MIDNIGHT + 1440)))
    assert first.to_pylist() == expected.to_pylist()
    assert len(lake.read_day(tmp_path, date(2020, 2, 16))) == 5_000 - len(first)


def test_columns_are_int32_and_never_null_and_row_groups_are_full(tmp_path):
    lake.deliver(tmp_path, [stays(300_000, days=1)], SHANGHAI, delivery=1)

    file = pq.ParquetFile(lake.path_of(tmp_path, FIRST))
    assert all(field.type == pa.int32() and not field.nullable for field in file.schema_arrow)
    sizes = [file.metadata.row_group(index).num_rows for index in range(file.metadata.num_row_groups)]
    assert sizes == [lake.ROW_GROUP, lake.ROW_GROUP, 300_000 - 2 * lake.ROW_GROUP]


def test_row_groups_know_their_places_so_that_readers_can_skip_them(tmp_path):
    lake.deliver(tmp_path, [stays(300_000, days=1)], SHANGHAI, delivery=1)

    metadata = pq.read_metadata(lake.path_of(tmp_path, FIRST))
    bounds = [metadata.row_group(index).column(1).statistics for index in range(metadata.num_row_groups)]
    assert all(left.max <= right.min for left, right in pairwise(bounds))


def test_the_pieces_in_which_a_delivery_comes_make_no_difference(tmp_path):
    table = stays(9_000, days=3)
    lake.deliver(tmp_path / "one", [table], SHANGHAI, delivery=1)

    lake.deliver(tmp_path / "many", [table.slice(start, 700) for start in range(0, 9_000, 700)], SHANGHAI, delivery=1)

    assert digests(tmp_path / "many") == digests(tmp_path / "one")


def test_delivering_the_same_again_changes_no_byte(tmp_path):
    lake.deliver(tmp_path, [stays(2_000)], SHANGHAI, delivery=1)
    before = digests(tmp_path)

    receipt = lake.deliver(tmp_path, [stays(2_000)], SHANGHAI, delivery=1)

    assert digests(tmp_path) == before
    assert receipt.added == receipt.removed == 2_000


def test_a_delivery_withdrawn_leaves_the_lake_as_it_was(tmp_path):
    lake.deliver(tmp_path, [stays(2_000, seed=1)], SHANGHAI, delivery=1)
    before = digests(tmp_path)
    lake.deliver(tmp_path, [stays(3_000, seed=2, days=4)], SHANGHAI, delivery=2)
    assert digests(tmp_path) != before

    receipt = lake.withdraw(tmp_path, SHANGHAI, delivery=2)

    assert digests(tmp_path) == before
    assert receipt.removed == 3_000
    assert lake.withdraw(tmp_path, SHANGHAI, delivery=2).days == ()


def test_a_stay_that_two_deliveries_brought_stays_when_one_is_withdrawn(tmp_path):
    lake.deliver(tmp_path, [stays(500)], SHANGHAI, delivery=1)
    lake.deliver(tmp_path, [stays(500)], SHANGHAI, delivery=2)

    lake.withdraw(tmp_path, SHANGHAI, delivery=1)

    assert sum(len(lake.read_day(tmp_path, day)) for day in (FIRST, date(2020, 2, 16))) == 500
    assert lake.deliveries_of(lake.path_of(tmp_path, FIRST)) == {2}


def test_a_corrected_delivery_takes_its_rows_from_days_that_it_no_longer_names(tmp_path):
    lake.deliver(tmp_path, [stays(900, days=3)], SHANGHAI, delivery=1)

    lake.deliver(tmp_path, [stays(300, days=1)], SHANGHAI, delivery=1)

    assert [path.name for path in lake.files(tmp_path)] == ["2020-02-15.parquet"]


def test_days_of_another_lake_are_taken_over_byte_by_byte(tmp_path):
    lake.deliver(tmp_path / "from", [stays(900, days=3)], SHANGHAI, delivery=1)

    for _ in range(2):
        lake.adopt(tmp_path / "to", lake.files(tmp_path / "from"))

    assert digests(tmp_path / "to") == digests(tmp_path / "from")
    assert len(digests(tmp_path / "from")) == 3


def changed(name: str, value: int) -> pa.Table:
    table = stays(50, days=1)
    index = table.column_names.index(name)
    return table.set_column(index, name, pa.array([value] * 50, pa.int32()))


WRONG = {
    "lake-column-missing": lambda: stays(50).drop_columns(["leave"]),
    "lake-column-type": lambda: stays(50).set_column(3, "arrive", pa.array(["2020-02-15"] * 50)),
    "lake-null": lambda: stays(50).set_column(0, "person", pa.array([None] * 50, pa.int32())),
    "lake-interval": lambda: changed("leave", MIDNIGHT - 1),
}


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_delivery_is_refused_by_its_code_and_changes_nothing(tmp_path, code):
    lake.deliver(tmp_path, [stays(100)], SHANGHAI, delivery=1)
    before = digests(tmp_path)

    with pytest.raises(LakeError) as refused:
        lake.deliver(tmp_path, [stays(100, seed=3), WRONG[code]()], SHANGHAI, delivery=2, place="phones.parquet")

    assert refused.value.code == code
    assert refused.value.place == "phones.parquet"
    assert digests(tmp_path) == before
    assert not list((tmp_path / ".spool").iterdir())


@pytest.mark.parametrize(
    ("column", "value"),
    [("arrive", 1_581_696_000), ("division", 330203), ("person", 0), ("place", -1), ("arrive", 0)],
    ids=["seconds", "six-digit county", "no person", "no place", "1970"],
)
def test_a_value_that_cannot_be_names_its_column_and_not_the_value(tmp_path, column, value):
    with pytest.raises(LakeError) as refused:
        lake.deliver(tmp_path, [changed(column, value)], SHANGHAI, delivery=1)

    assert refused.value.code == "lake-range"
    for text in (refused.value.tell("zh"), refused.value.tell("en")):
        assert column in text
        assert str(value) not in text.split()


@pytest.mark.parametrize("delivery", [0, -3])
def test_rows_without_a_delivery_come_only_from_the_maker_of_a_lake(tmp_path, delivery):
    with pytest.raises(LakeError) as refused:
        lake.deliver(tmp_path, [stays(10)], SHANGHAI, delivery=delivery)

    assert refused.value.code == "lake-delivery-number"


@pytest.mark.parametrize(
    ("table", "code"),
    [(stays(200, days=1), "lake-not-sorted"), (in_order(stays(200, days=2)), "lake-day")],
    ids=["unsorted", "another day"],
)
def test_a_day_written_wrongly_leaves_the_old_file(tmp_path, table, code):
    path = lake.path_of(tmp_path, FIRST)
    with lake.DayWriter(path, SHANGHAI) as writer:
        writer.write(in_order(stays(100, days=1)))
    before = digests(tmp_path)

    with pytest.raises(LakeError) as refused, lake.DayWriter(path, SHANGHAI) as writer:
        writer.write(table)

    assert refused.value.code == code
    assert digests(tmp_path) == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_pieces_out_of_order_are_found_across_their_border(tmp_path):
    table = in_order(stays(200, days=1))

    with lake.DayWriter(lake.path_of(tmp_path, FIRST), SHANGHAI) as writer:
        writer.write(table.slice(100))
        with pytest.raises(LakeError) as refused:
            writer.write(table.slice(0, 100))

    assert refused.value.code == "lake-not-sorted"


KILLED_AT_A_SYNC = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.unit.core.test_lake import SHANGHAI, lake, stays
from yimatong.core.lake import days, deliveries
folder, left, sync = Path(sys.argv[2]), int(sys.argv[3]), days.sync

def killing(path):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    sync(path)

days.sync = deliveries.sync = killing
lake.deliver(folder, [stays(2_000, seed=2, days=3)], SHANGHAI, delivery=2)
"""


def test_kill_9_at_any_sync_leaves_all_days_old_or_all_days_new(tmp_path):
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    done = tmp_path / "done"
    for folder in (done, tmp_path / "lake"):
        lake.deliver(folder, [stays(1_000, seed=1, days=2)], SHANGHAI, delivery=1)
    old = digests(done)
    lake.deliver(done, [stays(2_000, seed=2, days=3)], SHANGHAI, delivery=2)
    new, seen = digests(done), []

    for moment in range(1, 30):
        command = [sys.executable, "-c", KILLED_AT_A_SYNC, str(root), str(tmp_path / "lake"), str(moment)]
        code = subprocess.run(command, env=environment, check=False).returncode
        seen.append((code, digests(tmp_path / "lake")))
        if code == 0:
            break
        lake.withdraw(tmp_path / "lake", SHANGHAI, delivery=2)

    assert [code for code, _ in seen] == [-signal.SIGKILL] * (len(seen) - 1) + [0]
    assert all(state in (old, new) for _, state in seen)
    assert {state == new for _, state in seen} == {True, False}
    assert len(seen) > 5


def test_a_file_notes_every_division_of_its_rows_and_no_other(tmp_path):
    lake.deliver(tmp_path, [stays(500, seed=3)], SHANGHAI, delivery=1)
    lake.deliver(tmp_path, [stays(20, seed=4)], SHANGHAI, delivery=2)
    lake.withdraw(tmp_path, SHANGHAI, delivery=1)

    for path in lake.files(tmp_path):
        noted = pq.read_metadata(path).metadata[NOTED_DIVISIONS.encode()].decode()
        there = sorted(set(pq.read_table(path, partitioning=None)["division"].to_pylist()))
        assert noted == ",".join(str(division) for division in there)
