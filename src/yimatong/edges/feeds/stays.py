"""Stays from a Parquet file into the lake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yimatong.core.lake import STAY_COLUMNS
from yimatong.edges.feeds import files
from yimatong.edges.feeds.errors import FeedError, refusal
from yimatong.edges.feeds.importing import Outcome, outcome
from yimatong.edges.feeds.limits import LIMITS
from yimatong.edges.feeds.parquet_files import UNREADABLE, too_much
from yimatong.records import calendar
from yimatong.records.actions import deliveries
from yimatong.records.actions.intake import stays
from yimatong.records.models import Official

PIECE = 4_000_000
PERSON_NUMBERS = 1 << 31


def take_file(path: Path, *, by: Official, source: str, legal_basis: str, lake_folder: Path) -> Outcome:
    """Take a Parquet file of stays (columns and units: docs/reference/feeds.md) into the lake, all of it or nothing.

    Everybody in it must be recorded (`stays-of-strangers`); a wrong column, type or range is a LakeError. Rows of
    machines are not held one by one: such a file comes from a program, and the program is what must be mended.
    """
    stamp = files.stamp(path)
    try:
        files.form_of(path, ("parquet",))
        check_shape(path)
        _check_people(path)
    except FeedError as error:
        deliveries.refuse(by=by, feed=stays.FEED, stamp=stamp, source=source, legal_basis=legal_basis, code=error.code)
        raise
    delivery, fresh = stays.take_stays(
        by=by,
        stamp=stamp,
        source=source,
        legal_basis=legal_basis,
        stays=pieces(path),
        folder=lake_folder,
        zone=calendar.zone(),
    )
    return outcome(delivery, again=not fresh)


def check_shape(path: Path) -> None:
    """Refuse a file that is too much to be described or read."""
    try:
        code = too_much(path)
    except UNREADABLE as problem:
        raise refusal("parquet-broken", place=path.name) from problem
    if code:
        most = {"too-many-columns": LIMITS.columns, "too-many-rows": LIMITS.parquet_rows}.get(code, 0)
        raise refusal("parquet-broken" if code == "file-not-read" else code, place=path.name, most=most)


def _check_people(path: Path) -> None:
    """Refuse a file that names somebody who is not recorded; a bit a person number, so that any size fits."""
    named = np.zeros(PERSON_NUMBERS // 8, dtype=np.uint8)
    highest = 0
    for piece in pieces(path):
        if "person" not in piece.column_names or not pa.types.is_integer(piece.schema.field("person").type):
            return  # The lake says better what is wrong with the columns.
        numbers = np.unique(piece["person"].drop_null().to_numpy().astype(np.int64))
        numbers = numbers[(numbers > 0) & (numbers < PERSON_NUMBERS)]
        np.bitwise_or.at(named, numbers >> 3, (1 << (numbers & 7)).astype(np.uint8))
        highest = max(highest, int(numbers.max(initial=0)))
    people = np.flatnonzero(np.unpackbits(named[: (highest >> 3) + 1], bitorder="little"))
    if count := stays.strangers(people.astype(np.int32)):
        raise refusal("stays-of-strangers", place=path.name, count=count)


def pieces(path: Path) -> Iterator[pa.Table]:
    """The five columns, a bounded piece at a time; `parquet-broken` or `no-rows`."""
    try:
        with pq.ParquetFile(path) as file:
            if file.metadata.num_rows == 0:
                raise refusal("no-rows", place=path.name)
            there = [name for name in STAY_COLUMNS if name in file.schema_arrow.names]
            for batch in file.iter_batches(batch_size=PIECE, columns=there):
                yield pa.Table.from_batches([batch])
    except UNREADABLE as problem:
        raise refusal("parquet-broken", place=path.name) from problem
