"""A file's table as text, before anything is understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yimatong.edges.feeds.errors import refusal
from yimatong.edges.feeds.headers import Header
from yimatong.edges.feeds.limits import LIMITS


@dataclass(frozen=True, slots=True)
class Ragged:
    """A row that does not fit the header: its number and its text as it stood in the file."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of text under a header.

    `cells` has one string column a contract column that the file has; `everything` all columns, c0, c1 and so on;
    `numbers` the row numbers as people count them (the header's included, blank rows too). `ragged` rows are in neither.
    `skipped` names other sheets of the workbook that hold something. `formulas`: by column (c0 is 0) the numbers of the rows whose cell
    is a formula: what it shows was computed elsewhere, and nobody said it.
    """

    header: Header
    cells: pa.Table
    everything: pa.Table
    numbers: pa.Array
    ragged: tuple[Ragged, ...] = ()
    skipped: tuple[str, ...] = ()
    formulas: Mapping[int, np.ndarray] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows that are not blank."""
        return int(self.cells.num_rows) + len(self.ragged)


def sheet_of(
    table: pa.Table,
    numbers: np.ndarray,
    ragged: tuple[Ragged, ...],
    header: Header,
    place: str,
    skipped: tuple[str, ...] = (),
) -> Sheet:
    """The sheet of a table of strings, one column a title; blank rows go, `cell-too-long` and `no-rows` are found here."""
    _check_lengths(table, numbers, place)
    filled = np.zeros(table.num_rows, dtype=bool)
    for column in table.columns:
        if filled.all():
            break
        filled |= pc.fill_null(pc.match_substring_regex(column, r"\S"), fill_value=False).to_numpy()
    if not filled.all():
        table, numbers = table.filter(pa.array(filled)), numbers[filled]
    if table.num_rows == 0 and not ragged:
        raise refusal("no-rows", place=place)
    cells = pa.table({name: table.column(index) for name, index in header.columns.items()})
    return Sheet(header, cells, table, pa.array(numbers, pa.int32()), ragged, skipped)


def _check_lengths(table: pa.Table, numbers: np.ndarray, place: str) -> None:
    for column in table.columns:
        lengths = pc.utf8_length(column)
        if (pc.max(lengths).as_py() or 0) > LIMITS.cell_length:
            first = int(np.flatnonzero(pc.fill_null(lengths, 0).to_numpy() > LIMITS.cell_length)[0])
            raise refusal("cell-too-long", place=place, row=int(numbers[first]), most=LIMITS.cell_length)
