"""A table of the folder from CSV: UTF-8 with or without mark, or GB18030; header names; every wrong cell is told."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

from yimatong.core import given
from yimatong.core.facts import COLUMNS
from yimatong.core.time import Zone
from yimatong.edges.feeds.csv_files import decoded
from yimatong.edges.folders.cells import ENDS, STARTS, Wrong, instant, number
from yimatong.edges.folders.problems import Problem

MOST_BYTES = 1 << 30
MOST_ROWS = 5_000_000
MOST_COLUMNS = 200
CODES = {"file-too-large": "file-too-large", "file-missing": "file-not-read", "file-not-regular": "file-not-regular"}
BATCH = 200_000
LONGEST_CELL = 1000
LARGEST = {"int32": 2**31 - 1, "int64": 2**63 - 1}
ARROW = {"int32": pa.int32(), "int64": pa.int64(), "string": pa.string()}
Cell = Callable[[str], object]
Report = Callable[[Problem], None]


def read(path: Path, table: str, zone: Zone, report: Report) -> pa.Table | None:
    """The rows with a column `line`; None where the file cannot be read at all. Problems go to `report`.

    A row with a wrong cell is left out of the answer, since it was reported. An encoding that is none of ours stops
    everything with the feeds' own error, which names the line.
    """
    try:
        raw = given.read(path, MOST_BYTES)
    except given.GivenError as problem:
        report(Problem(path.name, 0, "", CODES[problem.code]))
        return None
    rows = csv.reader(io.StringIO(decoded(raw, path.name).decode(), newline=""), strict=True)
    gathered = _Rows(path.name, table, zone, report)
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        if not gathered.place(header):
            return None
        for row in rows:
            if row and not gathered.take(rows.line_num, row):
                return None
    except csv.Error:
        report(Problem(path.name, gathered.line + 1, "", "quote-open"))
        return None
    return gathered.table()


class _Rows:
    """The rows of one file, gathered a batch at a time."""

    def __init__(self, file: str, table: str, zone: Zone, report: Report) -> None:
        self.file, self.report, self.line = file, report, 1
        self._kinds = dict(COLUMNS[table])
        self._read = {name: _reader(name, kind, zone) for name, kind in self._kinds.items()}
        self._places: dict[str, int] = {}
        self._width, self._count = 0, 0
        self._batch: list[list[object]] = []
        self._done: list[pa.Table] = []

    def place(self, header: list[str]) -> bool:
        """Find each column in the header; False where the header is wrong, which was reported."""
        self._width = len(header)
        problems = list(_header_problems(self._kinds, header))
        for column, code in problems:
            self.report(Problem(self.file, 1, column, code))
        self._places = {name: header.index(name) for name in self._kinds if name in header}
        return not problems

    def take(self, line: int, row: list[str]) -> bool:
        """Take a row, or report what is wrong with it; False when there are too many rows."""
        self.line = line
        if len(row) != self._width:
            self.report(Problem(self.file, line, "", "row-width"))
            return True
        values = {name: self._value(name, row[place].strip()) for name, place in self._places.items()}
        wrong = [(name, value) for name, value in values.items() if isinstance(value, Wrong)]
        for name, code in wrong:
            self.report(Problem(self.file, line, name, code))
        if wrong:
            return True
        self._count += 1
        if self._count > MOST_ROWS:
            self.report(Problem(self.file, line, "", "file-too-large"))
            return False
        self._batch.append([*(values.get(name) for name in self._kinds), line])
        if len(self._batch) == BATCH:
            self._flush()
        return True

    def table(self) -> pa.Table:
        """Everything taken."""
        self._flush()
        return pa.concat_tables(self._done)

    def _value(self, name: str, text: str) -> object:
        if text:
            return self._read[name](text)
        return None if self._kinds[name].endswith("?") else Wrong("value-missing")

    def _flush(self) -> None:
        columns = [[row[n] for row in self._batch] for n in range(len(self._kinds) + 1)]
        types = [ARROW[kind.rstrip("?")] for kind in self._kinds.values()] + [pa.int64()]
        arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
        self._done.append(pa.table(arrays, names=[*self._kinds, "line"]))
        self._batch = []


def _header_problems(known: dict[str, str], header: list[str]) -> Iterator[tuple[str, str]]:
    """(column, code) of everything wrong with a header."""
    if len(header) > MOST_COLUMNS:
        yield "", "too-many-columns"
        return
    if not set(header) & set(known):
        yield "", "header-missing"
        return
    for name in sorted(name for name, count in Counter(header).items() if count > 1):
        yield name[:40], "column-twice"
    for name in header:
        if name not in known:
            yield name[:40], "column-unknown"
    for name, kind in known.items():
        if name not in header and not kind.endswith("?"):
            yield name, "column-missing"


def _reader(name: str, kind: str, zone: Zone) -> Cell:
    if name in STARTS | ENDS:
        return lambda text: instant(text, zone, is_end=name in ENDS)
    if kind == "string":
        return lambda text: text if len(text) <= LONGEST_CELL else Wrong("row-width")
    most = LARGEST[kind.rstrip("?")]
    return lambda text: value if isinstance(value := number(text), Wrong) or value <= most else Wrong("number-wrong")
