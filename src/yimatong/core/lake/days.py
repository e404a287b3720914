"""Writing one day's file, piece by piece, whole or not at all; and finding and reading the files."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yimatong.core.lake.form import (
    COMPRESSION,
    DELTA,
    DICTIONARY,
    NO_DELIVERY,
    NOTED_DIVISIONS,
    ROW_GROUP,
    SCHEMA,
    checked,
    day_number,
    mistake,
)
from yimatong.core.time import Zone


def path_of(lake: Path, day: date) -> Path:
    """The file of one day of arrivals."""
    return lake / "stays" / f"{day.isoformat()}.parquet"


class DayWriter:
    """Writes one day in full row groups from tables that come in the lake's order, a piece at a time.

    Memory stays at one piece and one row group. Leaving the block without an exception puts the file in its place
    (fsync, rename); with one, nothing is left behind and the old file stands. One writer at a time: `deliver` and
    `withdraw` see to that for a lake in use, and whoever makes a new lake from nothing is alone in it.
    """

    def __init__(self, path: Path, zone: Zone, *, delivery: int = NO_DELIVERY, temporary: Path | None = None) -> None:
        self.path = path
        self.rows = 0
        self._zone, self._delivery = zone, delivery
        self._temporary = temporary or path.with_name(f".{path.name}.new")
        self._keep = temporary is not None
        self._day = day_number(path)
        self._last = -1
        self._divisions: set[int] = set()
        self._waiting: list[pa.Table] = []
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(self._temporary, SCHEMA, **parquet_options())
        return self

    def write(self, stays: pa.Table) -> None:
        """Append a piece: the five columns, and `delivery` where the rows are of several deliveries."""
        piece = checked(stays, self._zone, place=self.path.name, day=self._day)
        self._check_order(piece)
        delivery = stays["delivery"] if "delivery" in stays.column_names else _constant(self._delivery, len(piece))
        self._divisions.update(pc.unique(piece["division"]).to_pylist())
        self._waiting.append(piece.append_column("delivery", delivery).cast(SCHEMA))
        self.rows += len(piece)
        if sum(len(table) for table in self._waiting) >= ROW_GROUP:
            self._flush(whole_groups=True)

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        assert self._writer is not None
        if kind is None:
            self._flush(whole_groups=False)
            noted = ",".join(str(division) for division in sorted(self._divisions))
            self._writer.add_key_value_metadata({NOTED_DIVISIONS: noted})
        self._writer.close()
        if kind is not None:
            self._temporary.unlink(missing_ok=True)
            return
        sync(self._temporary)
        if not self._keep:
            self._temporary.replace(self.path)
            sync(self.path.parent)

    def _flush(self, *, whole_groups: bool) -> None:
        assert self._writer is not None
        table = pa.concat_tables(self._waiting) if self._waiting else SCHEMA.empty_table()
        ready = len(table) // ROW_GROUP * ROW_GROUP if whole_groups else len(table)
        self._writer.write_table(table.slice(0, ready), row_group_size=ROW_GROUP)
        self._waiting = [table.slice(ready)] if ready < len(table) else []

    def _check_order(self, piece: pa.Table) -> None:
        if not len(piece):
            return
        key = piece["place"].to_numpy().astype(np.int64) << 32 | piece["arrive"].to_numpy()
        if key[0] < self._last or np.any(key[1:] < key[:-1]):
            raise mistake("lake-not-sorted", self.path.name)
        self._last = int(key[-1])


def parquet_options() -> dict[str, Any]:
    """How the lake's files are written; docs/decisions/0020-lake-layout.md has the figures of the other ways."""
    return {
        "compression": COMPRESSION,
        "use_dictionary": list(DICTIONARY),
        "column_encoding": dict.fromkeys(DELTA, "DELTA_BINARY_PACKED"),
        "write_statistics": True,
    }


def _constant(value: int, length: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.int32()), length)


def sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
