"""Loading: a city's register of residents through the feed as a city delivers it, against COPY of the very rows that came of it.

python -m bench.loading HOME PEOPLE
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from bench import aside, cities
from bench.figures import Figure
from bench.run import Bench

NAME = "loading"
LEAST = 40_000
ROUNDS = 3
HEADER = (
    "证件类型", "证件号码", "姓名", "性别", "手机号", "街道代码", "小区", "楼栋", "单元", "入住时间", "搬离时间",
)  # fmt: skip
TABLES = ("people", "homes")


def measure(bench: Bench) -> Iterator[Figure]:
    """People a second into empty records, the bound, and how far the one is from the other."""
    people = bench.loaded
    home = bench.root / "loading"
    bench.say(f"a register of {people:,} people through the feed, and its rows by COPY, {ROUNDS} times")
    try:
        found = aside.run("bench.loading", str(home), str(people))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    rate, bound, bare = (people / found[name] for name in ("loaded", "copied", "bare"))
    yield Figure(
        NAME,
        f"people loaded the product's own way, a second: {people:,} in one file",
        f"{rate:,.0f}",
        f"at least {LEAST:,}",
        rate >= LEAST,
        f"{found['loaded']:.1f} s for {found['rows']:,} rows, {found['bytes'] / 1e6:,.0f} MB of CSV: "
        + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in found["steps"].items())
        + f"; {found['people']:,} people, {found['homes']:,} homes, {found['held']:,} held; peak memory {found['peak'] / 1e9:.1f} GB",
    )
    yield Figure(
        NAME,
        "the bound: COPY of the same people and homes, sealed already, into tables with the same keys",
        f"{bound:,.0f} people/s",
        note=f"{found['copied']:.1f} s, best of {ROUNDS}; into tables without keys {bare:,.0f} people/s, {found['bare']:.1f} s",
    )
    yield Figure(
        NAME,
        "loading against the bound",
        f"{found['loaded'] / found['copied']:.1f} times the time",
        "no row lost",
        found["taken"] + found["unchanged"] + found["held"] == found["rows"] and found["people"] == people,
        "COPY checks keys alone; the feed reads and checks each cell, looks up and seals each number, numbers the compounds, "
        "buildings and stairwells, finds who is known, and keeps one delivery that can be taken back, in one transaction",
    )
    yield Figure(
        NAME,
        "the same people in another file: nothing new",
        f"{people / found['again']:,.0f} people/s",
        note=f"{found['again']:.1f} s; every home confirmed; recorded anew are {found['again_new']:,} children without a document, who "
        "can't be told from others",
    )


def load(home: str, people: str) -> dict[str, Any]:
    """Seconds of the feed and of COPY, and what was taken."""
    root = Path(home)
    os.environ["YIMATONG_HOME"] = home
    os.environ.pop("DATABASE_URL", None)
    root.mkdir(parents=True, exist_ok=True)
    file, again = root / "register.csv", root / "again.csv"
    rows = write_register(file, int(people))
    again.write_bytes(file.read_bytes() + b"\r\n")

    from yimatong.site.program import log_aside, server

    with server(), log_aside():
        from django.core.management import call_command
        from django.db import connections

        try:
            call_command("migrate", database="owner", verbosity=0, interactive=False)
            loaded, outcome, steps = _taken(file)
            # The peak is that of the load alone.
            found = aside.with_peak(
                {
                    "rows": rows, "bytes": file.stat().st_size, "loaded": loaded, "steps": steps, "taken": outcome.taken,
                    "unchanged": outcome.unchanged, "held": outcome.held,
                }
            )  # fmt: skip
            found |= _counted() | _copied(root)
            found["again"], second, _steps = _taken(again)
            return found | {"again_new": second.appeared}
        finally:
            connections.close_all()


def write_register(file: Path, people: int) -> int:
    """A CSV of the demo city's residents with their homes, a row a home, in no order; how many rows."""
    from yimatong.city.homes import homes
    from yimatong.city.model import Days, found
    from yimatong.city.persons import persons
    from yimatong.city.places import places, stairwells
    from yimatong.core.time import SHANGHAI
    from yimatong.edges.cli.city import DAYS, SEED

    city = found(people, SEED, Days(SHANGHAI, cities.WHEN, DAYS))
    every = homes(city)
    shuffled = np.random.default_rng(SEED).permutation(len(every.who))
    who = pa.concat_tables(persons(city)).take(pa.array(city.person[every.who[shuffled]] - 1))
    entrances = stairwells(city).take(pa.array(every.stairwell[shuffled] - 1))
    named = pa.concat_tables(places(city))
    at = pc.index_in(entrances["building"], named["place"])
    buildings = named.take(at)
    compounds = named["name"].take(pc.index_in(buildings["parent"], named["place"]))
    columns = [
        who["id_type"], who["id_number"], who["name"], who["sex"], who["phone"], buildings["division"],
        compounds, buildings["name"], entrances["name"], _days(every.start[shuffled]), _days(every.end[shuffled]),
    ]  # fmt: skip
    options = pa_csv.WriteOptions(quoting_style="none")
    pa_csv.write_csv(pa.Table.from_arrays(columns, names=list(HEADER)), file, options)
    return len(who)


def _days(minutes: np.ndarray) -> pa.Array:
    """Minutes as days of the city, NULL where there is none."""
    from yimatong.city.story import NONE
    from yimatong.core.time import MINUTES_A_DAY, SHANGHAI

    local = (minutes.astype(np.int64) + SHANGHAI.offset) // MINUTES_A_DAY
    days = pa.array(local.astype("datetime64[D]"), mask=minutes == NONE)
    return pc.strftime(days, format="%Y-%m-%d")


def _taken(file: Path) -> tuple[float, Any, dict[str, float]]:
    """Seconds, what became of the file, and the seconds of each step."""
    from yimatong.edges.feeds.importing import take_file
    from yimatong.records.actions.officials import the_system

    marks: list[tuple[str, float]] = []
    began = time.perf_counter()
    outcome = take_file(
        file, feed="people", by=the_system(), source="户籍登记", legal_basis="演示数据，均为虚构",
        now=datetime.fromtimestamp(cities.WHEN * 60, UTC) + timedelta(days=1),
        progress=lambda step: marks.append((step, time.perf_counter())),
    )  # fmt: skip
    ended = time.perf_counter()
    following = [*(at for _, at in marks[1:]), ended]
    return ended - began, outcome, {step: end - at for (step, at), end in zip(marks, following, strict=True)}


def _counted() -> dict[str, int]:
    from yimatong.records.models import Home, Person

    return {"people": Person.objects.count(), "homes": Home.objects.count()}


def _copied(root: Path) -> dict[str, float]:
    """Seconds of COPY of both tables into others with the same keys, and without any; the best of some rounds."""
    from django.db import connections

    owner = connections["owner"]
    owner.ensure_connection()
    session = owner.connection
    files = {table: root / f"{table}.copy" for table in TABLES}
    best: dict[str, float] = {}
    with session.cursor() as cursor:
        for table, file in files.items():
            with file.open("wb") as out, cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                out.writelines(copy)
        for _round in range(ROUNDS):
            for name, like in (("copied", "INCLUDING INDEXES INCLUDING CONSTRAINTS"), ("bare", "")):
                for table in TABLES:
                    cursor.execute(f"CREATE TABLE bench_{table} (LIKE {table} {like})")
                began = time.perf_counter()
                for table, file in files.items():
                    _copy(cursor, table, file)
                best[name] = min(best.get(name, float("inf")), time.perf_counter() - began)
                cursor.execute(f"DROP TABLE {', '.join(f'bench_{table}' for table in TABLES)}")
    return best


def _copy(cursor: Any, table: str, file: Path) -> None:
    with file.open("rb") as opened, cursor.copy(f"COPY bench_{table} FROM STDIN (FORMAT binary)") as copy:
        while piece := opened.read(1 << 20):
            copy.write(piece)


if __name__ == "__main__":
    aside.answer(load)
