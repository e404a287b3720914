"""Building a city: the same every time, whole or not at all, of the sizes it can have."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.unit.city.conftest import AS_OF, DAYS, POLICIES
from yimatong.city.build import build
from yimatong.city.model import Days
from yimatong.core import lake
from yimatong.core.engine.sources import Sources
from yimatong.core.errors import YimatongError
from yimatong.core.facts import COLUMNS
from yimatong.core.time import SHANGHAI


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_and_size_give_the_same_bytes(tmp_path, ningbo):
    for name in ("one", "two"):
        build(tmp_path / name, people=700, seed=8, days=DAYS, policy=ningbo)

    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_gives_another_city(tmp_path, ningbo):
    for seed in (8, 9):
        build(tmp_path / str(seed), people=700, seed=seed, days=DAYS, policy=ningbo)

    one, two = digests(tmp_path / "8"), digests(tmp_path / "9")
    assert one.keys() == two.keys()
    assert all(one[name] != two[name] for name in one if name != "divisions.parquet")


def test_the_folder_is_what_the_engine_reads(city):
    sources = Sources.of(city)

    for name, columns in COLUMNS.items():
        schema = pq.read_schema(sources.paths(name)[0])
        assert [field.name for field in schema][: len(columns)] == [column for column, _ in columns]
        for column, kind in columns:
            assert str(schema.field(column).type) == kind.rstrip("?"), (name, column)
            assert schema.field(column).nullable == kind.endswith("?"), (name, column)


def test_days_of_stays_end_the_day_before_the_judgement(city):
    names = [path.name for path in lake.files(city)]

    assert len(names) == 14
    assert (names[0], names[-1]) == ("2020-02-06.parquet", "2020-02-19.parquet")


def test_nothing_is_known_from_the_future(ask):
    assert ask(f"select max(leave) <= {AS_OF} from stays") == [(True,)]
    assert ask(f"select count(*) from facts where start > {AS_OF} and kind in ('case', 'test', 'declaration')") == [
        (0,)
    ]


@pytest.mark.parametrize("people", [0, 499, 10_000_001])
def test_a_size_that_no_city_has_is_refused_by_name(tmp_path, ningbo, people):
    with pytest.raises(YimatongError) as refused:
        build(tmp_path / "city", people=people, seed=1, days=DAYS, policy=ningbo)

    assert refused.value.code == "city-size"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("count", [9, 29])
def test_days_that_no_city_has_are_refused_by_name(tmp_path, ningbo, count):
    with pytest.raises(YimatongError) as refused:
        build(tmp_path / "city", people=500, seed=1, days=Days(SHANGHAI, AS_OF, count), policy=ningbo)

    assert refused.value.code == "city-days"


@pytest.mark.parametrize("count", [10, 28])
def test_the_shortest_and_the_longest_city_can_be_built(tmp_path, ningbo, count):
    built = build(tmp_path / "city", people=500, seed=1, days=Days(SHANGHAI, AS_OF, count), policy=ningbo)

    assert len(lake.files(tmp_path / "city")) == count
    assert built.rows["stays"] > 500 * count * 3


def test_progress_reaches_the_end_of_every_step(tmp_path, ningbo):
    seen: dict[str, tuple[int, int]] = {}

    build(
        tmp_path / "city", people=500, seed=1, days=DAYS, policy=ningbo,
        progress=lambda step, done, total: seen.__setitem__(step, (done, total)),
    )  # fmt: skip

    assert list(seen) == ["found", "story", "people", "facts", "homes", "places", "persons", "stays"]
    assert all(done == total for step, (done, total) in seen.items() if step != "stays")


@pytest.mark.parametrize("make", [lambda out: (out / "mine.txt").write_text("x"), lambda out: (out / "stays").mkdir()])
def test_a_folder_with_files_of_somebody_is_left_alone(tmp_path, ningbo, make):
    make(tmp_path)
    before = sorted(tmp_path.iterdir())

    with pytest.raises(YimatongError) as refused:
        build(tmp_path, people=500, seed=1, days=DAYS, policy=ningbo)

    assert refused.value.code == "city-folder-in-use"
    assert sorted(tmp_path.iterdir()) == before


def test_a_crash_between_the_renames_loses_no_city(tmp_path, ningbo):
    build(tmp_path / "city", people=500, seed=1, days=DAYS, policy=ningbo)
    before = digests(tmp_path / "city")
    (tmp_path / "city").rename(tmp_path / ".city.old")

    with pytest.raises(YimatongError):
        build(tmp_path / "city", people=1, seed=1, days=DAYS, policy=ningbo)

    assert digests(tmp_path / "city") == before


BUILDING = """
import os
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.unit.city.conftest import DAYS, POLICIES
from yimatong.city.build import build
from yimatong.core.policy.load import load
def told(step, done, total):
    if step == sys.argv[3]:
        # In one piece: two threads write, and a print is a text and a line's end.
        os.write(1, b"there\\n")
build(Path(sys.argv[2]), people=60_000, seed=2, days=DAYS, policy=load(POLICIES / "cn-zj-ningbo"), progress=told)
"""


@pytest.mark.parametrize("step", ["persons", "stays"])
def test_kill_9_while_building_leaves_the_old_city(tmp_path, ningbo, step):
    out, root = tmp_path / "city", POLICIES.parent
    build(out, people=500, seed=1, days=DAYS, policy=ningbo)
    before = digests(out)

    command = [sys.executable, "-c", BUILDING, str(root), str(out), step]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as building:
        assert building.stdout.readline() == b"there\n"
        building.send_signal(signal.SIGKILL)

    assert digests(out) == before
    build(out, people=500, seed=3, days=DAYS, policy=ningbo)
    assert digests(out) != before
