"""Deliveries of stays: merged into the lake, or withdrawn from it, all of their days or none."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fcntl import LOCK_EX, flock
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yimatong.core.lake.days import DayWriter, path_of, sync
from yimatong.core.lake.form import (
    FIVE,
    NO_DELIVERY,
    ROW_GROUP,
    SCHEMA,
    STAY_COLUMNS,
    checked,
    date_of,
    day_number,
    mistake,
)
from yimatong.core.time import MINUTES_A_DAY, Zone

_JOURNAL = ".commit.json"
_ORDER = "place, arrive, person, leave, delivery"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a change of the lake did: the days it rewrote, and how many rows it brought and took away."""

    days: tuple[date, ...]
    added: int
    removed: int


def files(lake: Path) -> tuple[Path, ...]:
    """Every day's file, in the order of the days, after finishing a change that a crash interrupted."""
    if (lake / _JOURNAL).exists():
        with _writing(lake):
            pass
    return tuple(sorted((lake / "stays").glob("[0-9]*.parquet")))


def read_day(lake: Path, day: date) -> pa.Table:
    """The five columns of one day's stays, in the lake's order; no rows where there is no file."""
    path = path_of(lake, day)
    if path not in files(lake):
        return SCHEMA.empty_table().select(list(STAY_COLUMNS))
    return pq.read_table(path, columns=list(STAY_COLUMNS), partitioning=None)


def deliver(lake: Path, stays: Iterable[pa.Table], zone: Zone, *, delivery: int, place: str = "stays") -> Receipt:
    """Merge a delivery of stays, in any order and of any days, into the lake: all of its days or none.

    Delivering the same number again replaces what it brought before, so repeating it changes nothing.
    `place` names the delivery's file in errors. Memory is bounded: DuckDB sorts, and spills to disk beside the lake.
    """
    if delivery <= NO_DELIVERY:
        raise mistake("lake-delivery-number", place)
    with _writing(lake) as spool:
        added = _spool(stays, zone, spool, place)
        before = {day for day in _days(lake) if delivery in deliveries_of(path_of(lake, day))}
        days = sorted(added.keys() | before)
        removed = sum(_rewrite(lake, spool, day, zone, delivery) for day in days)
        _commit(lake, spool, days)
        return Receipt(tuple(days), sum(added.values()), removed)


def withdraw(lake: Path, zone: Zone, *, delivery: int) -> Receipt:
    """Take a delivery's rows out of every day, all days or none; the rest stays as it was. Repeating does nothing."""
    with _writing(lake) as spool:
        days = [day for day in _days(lake) if delivery in deliveries_of(path_of(lake, day))]
        removed = sum(_rewrite(lake, spool, day, zone, delivery) for day in days)
        _commit(lake, spool, days)
        return Receipt(tuple(days), 0, removed)


def adopt(lake: Path, days: Iterable[Path]) -> Receipt:
    """Take over whole days' files of another lake in place of those that are here, all of them or none.

    Files are linked where the file system can, and copied where not; the other lake keeps its own names for them.
    """
    with _writing(lake) as spool:
        names = {}
        for path in days:
            day = date_of(day_number(path))
            names[day] = pq.read_metadata(path).num_rows
            _link(path, spool / f"{day}.parquet")
        _commit(lake, spool, sorted(names))
        return Receipt(tuple(sorted(names)), sum(names.values()), 0)


def deliveries_of(path: Path) -> frozenset[int]:
    """The deliveries that brought rows of a day's file."""
    column = pq.read_table(path, columns=["delivery"], partitioning=None)["delivery"]
    return frozenset(column.unique().to_pylist())


def _spool(stays: Iterable[pa.Table], zone: Zone, spool: Path, place: str) -> dict[date, int]:
    """Part the rows of a delivery into one unsorted file a day; how many rows each day got."""
    writers: dict[int, pq.ParquetWriter] = {}
    rows: dict[int, int] = {}
    try:
        for table in stays:
            piece = checked(table, zone, place=place)
            day_of_row = (piece["arrive"].to_numpy() + zone.offset) // MINUTES_A_DAY
            for day in np.unique(day_of_row).tolist():
                if day not in writers:
                    writers[day] = pq.ParquetWriter(spool / f"{date_of(day)}.in", FIVE, compression="snappy")
                part = piece.filter(pa.array(day_of_row == day))
                writers[day].write_table(part)
                rows[day] = rows.get(day, 0) + len(part)
    finally:
        for writer in writers.values():
            writer.close()
    return {date_of(day): count for day, count in rows.items()}


def _rewrite(lake: Path, spool: Path, day: date, zone: Zone, delivery: int) -> int:
    """Write the day anew in the spool: the old rows but the delivery's, and its new ones; how many rows went."""
    old, new = path_of(lake, day), spool / f"{day}.in"
    parts, removed, columns = [], 0, ", ".join(STAY_COLUMNS)
    with duckdb.connect(config={"temp_directory": str(spool), "memory_limit": "2GB"}) as connection:
        if old.exists():
            parts.append(f"select {columns}, delivery from read_parquet('{_quoted(old)}') where delivery <> {delivery}")
            count = f"select count(*) from read_parquet('{_quoted(old)}') where delivery = {delivery}"
            removed = int(connection.sql(count).fetchall()[0][0])
        if new.exists():
            parts.append(f"select {columns}, {delivery}::int32 as delivery from read_parquet('{_quoted(new)}')")
        query = f"select * from ({' union all '.join(parts)}) order by {_ORDER}"
        reader = connection.sql(query).to_arrow_reader(ROW_GROUP * 4)
        with DayWriter(old, zone, temporary=spool / f"{day}.parquet") as writer:
            for batch in reader:
                writer.write(pa.Table.from_batches([batch]))
    return removed


def _commit(lake: Path, spool: Path, days: Iterable[date]) -> None:
    """Make the spooled files the lake's. The journal's rename is the one instant at which the change happens."""
    journal = spool / "journal"
    journal.write_text(json.dumps([day.isoformat() for day in days]))
    sync(journal)
    journal.replace(lake / _JOURNAL)
    sync(lake)
    _finish(lake, spool)


def _finish(lake: Path, spool: Path) -> None:
    """Carry out what a journal says, as often as it takes; then forget it and everything spooled."""
    journal = lake / _JOURNAL
    if journal.exists():
        for day in map(date.fromisoformat, json.loads(journal.read_text())):
            fresh = spool / f"{day}.parquet"
            if fresh.exists():
                _put(fresh, path_of(lake, day))
        sync(lake / "stays")
        journal.unlink()
        sync(lake)
    for left in spool.glob("*"):
        if left.is_file():
            left.unlink()


def _put(fresh: Path, path: Path) -> None:
    """Rename the new file into its place; a day without a row has no file."""
    if pq.read_metadata(fresh).num_rows:
        fresh.replace(path)
        # Renaming one link of a file over another link of the same file does nothing, and leaves both.
        fresh.unlink(missing_ok=True)
    else:
        path.unlink(missing_ok=True)
        fresh.unlink()


def _link(path: Path, link: Path) -> None:
    try:
        os.link(path, link)
    except OSError:
        shutil.copyfile(path, link)


@contextmanager
def _writing(lake: Path) -> Iterator[Path]:
    """The one writer's spool folder, empty, after finishing what was interrupted; a second writer waits."""
    spool = lake / ".spool"
    spool.mkdir(parents=True, exist_ok=True)
    (lake / "stays").mkdir(exist_ok=True)
    with (lake / ".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        _finish(lake, spool)
        try:
            yield spool
        except BaseException:
            _finish(lake, spool)
            raise


def _days(lake: Path) -> list[date]:
    return [date_of(day_number(path)) for path in sorted((lake / "stays").glob("[0-9]*.parquet"))]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
