"""Import: a CSV of tests through the feed as it is used, against PostgreSQL's plain COPY of the same file."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from bench.database import demo
from bench.figures import Figure
from bench.run import Bench
from yimatong.core.time import SHANGHAI, minute_down

if TYPE_CHECKING:
    from yimatong.edges.feeds.importing import Outcome

NAME = "import"
HEADER = ("姓名", "证件号码", "检测结果", "采样时间", "检测机构")
PLAIN = "CREATE TABLE bench_plain (name text, id_number text, result text, sampled_at timestamptz, laboratory text)"
COPY = "COPY bench_plain FROM STDIN (FORMAT csv, HEADER)"
MINUTES_BACK = 14 * 1440


def measure(bench: Bench) -> Iterator[Figure]:
    """Rows a second of both, and the ratio."""
    bench.say(f"a database with a demo city of {bench.database_people:,} people")
    home = bench.root / "home"
    with demo(home, bench.database_people) as as_of:
        file = bench.root / "tests.csv"
        write_tests(file, home / "city" / "persons.parquet", bench.import_rows, as_of)
        bench.say(f"{bench.import_rows:,} rows by COPY, three times")
        plain = min(_copied(file) for _round in range(3))
        bench.say(f"{bench.import_rows:,} rows through the feed")
        began = time.perf_counter()
        outcome = _taken(file, as_of)
        ours = time.perf_counter() - began
    rows = bench.import_rows
    yield Figure(
        NAME,
        f"{rows:,} rows of tests through the feed",
        f"{rows / ours:,.0f} rows/s",
        note=f"{ours:.1f} s, {file.stat().st_size / 1e6:,.0f} MB; taken {outcome.taken:,}, unchanged {outcome.unchanged:,}, "
        f"held {outcome.held:,}, people newly known {outcome.appeared:,}",
    )
    yield Figure(NAME, "the same file by plain COPY", f"{rows / plain:,.0f} rows/s", note=f"{plain:.1f} s, best of 3")
    yield Figure(
        NAME,
        "the feed against plain COPY",
        f"{ours / plain:.1f} times the time",
        # A person's test of one minute is said once: the file may say it twice.
        "no row lost",
        outcome.taken + outcome.unchanged == rows,
        "COPY fills one table without keys; the feed reads and checks each cell, finds the person by the sealed "
        "document, refuses doubles, and writes facts under their constraints, in one transaction",
    )


def write_tests(file: Path, persons: Path, rows: int, as_of: datetime) -> None:
    """A CSV of so many tests of people that are recorded; no person has two at one minute."""
    people = pq.read_table(persons, columns=["name", "id_type", "id_number"]).to_pylist()
    known = [person for person in people if person["id_type"] == "resident"]
    each = -(-rows // len(known))
    if each > MINUTES_BACK // 2:
        raise ValueError(f"{rows:,} tests are too many for {len(known):,} people")
    chance = random.Random(20200215)
    step = MINUTES_BACK // each
    ends = SHANGHAI.datetime(minute_down(as_of))
    with file.open("w", encoding="utf-8", newline="") as opened:
        out = csv.writer(opened)
        out.writerow(HEADER)
        for row in range(rows):
            person, turn = known[row % len(known)], row // len(known)
            at = ends - timedelta(minutes=1 + turn * step + chance.randrange(step))
            result = "阳性" if row % 500 == 0 else "阴性"
            out.writerow((person["name"], person["id_number"], result, f"{at:%Y-%m-%d %H:%M}", "第一检测所"))


def _copied(file: Path) -> float:
    """Seconds of COPY into an empty table, committed."""
    from django.db import connections

    owner = connections["owner"]
    owner.ensure_connection()
    session = owner.connection
    with session.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_plain")
        cursor.execute(PLAIN)
        cursor.execute(f"SET timezone = '{SHANGHAI.name}'")
        began = time.perf_counter()
        with cursor.copy(COPY) as copy, file.open("rb") as opened:
            while piece := opened.read(1 << 20):
                copy.write(piece)
        took = time.perf_counter() - began
        cursor.execute("DROP TABLE bench_plain")
        cursor.execute("RESET timezone")
    return took


def _taken(file: Path, as_of: datetime) -> Outcome:
    from yimatong.edges.feeds.importing import take_file
    from yimatong.records.actions.officials import the_system

    by = the_system()
    return take_file(file, feed="tests", by=by, source="第一检测所", legal_basis="演示数据，均为虚构", now=as_of)
