"""The form of the lake's files: columns, limits, and what is wrong with a table that has another form. Why so: decision 20."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from yimatong.core.errors import Mistakes, Sentences, YimatongError
from yimatong.core.facts import COLUMNS
from yimatong.core.text import message as _
from yimatong.core.time import EPOCH_DAY, Zone

ROW_GROUP = 122_880
"""Rows a row group: DuckDB's own vector group, so that one group is one unit of its work."""

COMPRESSION = "snappy"
DELTA = ("person", "place", "arrive", "leave")
"""Written as packed differences: quicker to read and smaller than plain or dictionary values of int32."""
DICTIONARY = ("division", "delivery")

NOTED_DIVISIONS = "yimatong.divisions"
"""Key in a file's footer: every division of its rows, as text, with commas between, so that nobody reads a column for them."""

NO_DELIVERY = 0
STAY_COLUMNS = tuple(name for name, _ in COLUMNS["stays"])
SCHEMA = pa.schema([pa.field(name, pa.int32(), nullable=False) for name in (*STAY_COLUMNS, "delivery")])

FIVE = pa.schema(list(SCHEMA)[:5])

FIRST_INSTANT = 15_778_080
"""2000-01-01T00:00Z. Seconds given for minutes fall after LAST_ARRIVAL, so they are found."""
LAST_ARRIVAL = 68_374_080
"""2100-01-01T00:00Z."""
LONGEST_STAY = 366 * 1440
"""Minutes. A longer stay is a typing error, or a home, which is no stay."""


class LakeError(YimatongError):
    """A file or a table that is not as the lake promises; `code` begins with `lake-`."""


def day_number(path: Path) -> int:
    """The local day that a file's name stands for; LakeError when the name is no date."""
    try:
        return date.fromisoformat(path.name.split(".")[0]).toordinal() - EPOCH_DAY
    except ValueError:
        raise mistake("lake-file-name", path.name) from None


def checked(stays: pa.Table, zone: Zone, *, place: str, day: int | None = None) -> pa.Table:
    """The stays with the lake's five columns as int32; LakeError names what is wrong at `place` (a file's name).

    With `day` every arrival must fall on that local day.
    """
    missing = [name for name in STAY_COLUMNS if name not in stays.column_names]
    if missing:
        raise mistake("lake-column-missing", place, columns=", ".join(missing))
    stays = stays.select(list(STAY_COLUMNS))
    _check_types(stays, place)
    if len(stays):
        columns = {name: stays[name].to_numpy() for name in STAY_COLUMNS}
        _check_ranges(columns, place)
        if day is not None:
            _check_day(columns["arrive"], zone, day, place)
    return stays.cast(FIVE)


def date_of(day: int) -> date:
    return date.fromordinal(day + EPOCH_DAY)


def _check_types(stays: pa.Table, place: str) -> None:
    for field in stays.schema:
        if not pa.types.is_integer(field.type):
            raise mistake("lake-column-type", place, column=field.name, type=field.type)
        if stays[field.name].null_count:
            raise mistake("lake-null", place, column=field.name)


def _check_ranges(columns: dict[str, np.ndarray], place: str) -> None:
    """LakeError for the first column with a value that cannot be."""
    limits = {"person": (1, 2**31 - 1), "place": (1, 2**31 - 1), "division": (10**8, 10**9 - 1)}
    limits |= {"arrive": (FIRST_INSTANT, LAST_ARRIVAL), "leave": (FIRST_INSTANT, LAST_ARRIVAL + LONGEST_STAY)}
    for name, (low, high) in limits.items():
        smallest, largest = int(columns[name].min()), int(columns[name].max())
        if smallest < low or largest > high:
            raise mistake("lake-range", place, column=name, low=low, high=high)
    length = columns["leave"] - columns["arrive"]
    if int(length.min()) < 0 or int(length.max()) > LONGEST_STAY:
        raise mistake("lake-interval", place)


def _check_day(arrive: np.ndarray, zone: Zone, day: int, place: str) -> None:
    if int(arrive.min()) < zone.first_minute(day) or int(arrive.max()) > zone.last_minute(day):
        raise mistake("lake-day", place)


_MISTAKES: Sentences = {
    "lake-file-name": (
        _("the file's name is no date"),
        _("name it like 2020-02-15.parquet"),
    ),
    "lake-column-missing": (
        _("columns are missing: {columns}"),
        _("add them; docs/reference/lake.md lists all five"),
    ),
    "lake-column-type": (
        _("column {column} is no integer ({type})"),
        _("instants are minutes since 1970-01-01T00:00Z; every column is int32"),
    ),
    "lake-null": (
        _("column {column} has NULLs"),
        _("fill the gaps, or leave those rows out"),
    ),
    "lake-range": (
        _("column {column} has values outside {low} to {high}"),
        _("instants are minutes, not seconds; divisions are 9-digit street codes; numbers are positive"),
    ),
    "lake-interval": (
        _("a stay leaves before it arrives, or is longer than 366 days"),
        _("look at arrive and leave"),
    ),
    "lake-day": (
        _("a stay did not arrive on the local day of the file's name"),
        _("split the file by day of arrival, or bring the stays in as a delivery"),
    ),
    "lake-not-sorted": (
        _("the stays are not sorted by place and arrival"),
        _("sort them first, or bring them in as a delivery"),
    ),
    "lake-delivery-number": (
        _("a delivery's number is a positive whole number"),
        _("give the number of a recorded delivery"),
    ),
}
"""Code -> the sentence and the remedy, in Chinese and in English."""
mistake = Mistakes(LakeError, _MISTAKES)
