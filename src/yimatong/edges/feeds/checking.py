"""From text to typed rows: every cell is read by its contract, every problem named, nothing guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yimatong.core.time import Zone
from yimatong.edges.feeds import values
from yimatong.edges.feeds.contract import Column, Contract
from yimatong.edges.feeds.sheets import Sheet
from yimatong.records import documents, identity
from yimatong.records.actions.intake import HeldBack
from yimatong.records.actions.intake.facts import MOMENT

CLOCK_SKEW = timedelta(minutes=10)
"""How far ahead of ours another system's clock may be."""
TIDY = {"document": "^[0-9A-Z]+$", "text": "^[\u4e00-\u9fff0-9A-Za-z]+$"}
"""Cells that are read as they are, and so need not be read one by one: no blank, no sign with another form (NFKC)."""
ARROW_TYPES: dict[str, pa.DataType] = {
    "start": MOMENT,
    "end": MOMENT,
    "day": MOMENT,
    "number": pa.int32(),
    "division": pa.int32(),
    "region": pa.int32(),
}


@dataclass(slots=True)
class Checked:
    """Typed columns by contract name (every one of them, NULL where the file has none or the cell is wrong), with `row`.

    `problems` are of rows that must be held; `good` marks the others.
    """

    columns: dict[str, pa.Array]
    rows: np.ndarray
    good: np.ndarray
    problems: list[HeldBack] = field(default_factory=list)

    def hold(self, at: np.ndarray, column: str, code: str) -> None:
        """Hold the rows at these positions back."""
        self.good[at] = False
        self.problems += [HeldBack(int(row), column, code) for row in self.rows[at]]


def check(sheet: Sheet, contract: Contract, *, now: datetime, zone: Zone) -> Checked:
    """Read every cell of a sheet. `now` bounds what may lie in the future; bare dates are days of the zone."""
    length = sheet.cells.num_rows
    checked = Checked({}, sheet.numbers.to_numpy(zero_copy_only=False), np.ones(length, dtype=bool))
    for column in contract.columns:
        if column.name in sheet.cells.column_names:
            cells = sheet.cells[column.name].combine_chunks()
        else:
            cells = pa.nulls(length, pa.string())
        checked.columns[column.name] = _read(cells, column, checked, now, zone)
        formulas = sheet.formulas.get(sheet.header.columns.get(column.name, -1))
        if formulas is not None:
            checked.hold(np.flatnonzero(np.isin(checked.rows, formulas)), column.name, "cell-formula")
    _check_documents(checked, now, zone)
    if contract.kind is None:
        if "building" in checked.columns:
            _check_homes(checked)
    else:
        _check_somebody(checked)
        _check_order(checked, contract.start, contract.end)
    if contract.origin is not None:
        _check_journeys(checked)
    return checked


def _read(cells: pa.Array, column: Column, checked: Checked, now: datetime, zone: Zone) -> pa.Array:
    """One column: problems are held, defaults filled in."""
    if column.type in TIDY and cells.null_count < len(cells):
        short = pc.less_equal(pc.utf8_length(cells), column.most)
        tidy = pc.fill_null(pc.and_(pc.match_substring_regex(cells, TIDY[column.type]), short), fill_value=False)
        if pc.all(tidy).as_py():
            return cells
        # Only what is not yet in its final form is read text by text.
        read, empty = _read_texts(pc.if_else(tidy, None, cells), column, checked, now, zone)
        result, empty = pc.if_else(tidy, cells, read), empty & ~_mask(tidy)
    else:
        result, empty = _read_texts(cells, column, checked, now, zone)
    if column.required:
        checked.hold(np.flatnonzero(empty), column.name, "required-empty")
    return result if column.default is None else pc.if_else(pa.array(empty), column.default, result)


def _read_texts(
    cells: pa.Array, column: Column, checked: Checked, now: datetime, zone: Zone
) -> tuple[pa.Array, np.ndarray]:
    """Each different text is read once: the values, and which cells are empty."""
    coded = cells.dictionary_encode()
    answers = [*map(_reader(column, now, zone), coded.dictionary.to_pylist()), Answer(empty=True)]
    codes = coded.indices.fill_null(len(answers) - 1).to_numpy(zero_copy_only=False)
    found = pa.array([answer.value for answer in answers], ARROW_TYPES.get(column.type, pa.string()))
    for code in {answer.problem for answer in answers if answer.problem}:
        wrong = np.array([answer.problem == code for answer in answers])
        checked.hold(np.flatnonzero(wrong[codes]), column.name, code)
    return found.take(pa.array(codes)), np.array([answer.empty for answer in answers])[codes]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one cell says: a value, or a problem, or nothing at all."""

    value: Any = None
    problem: str | None = None
    empty: bool = False


def _reader(column: Column, now: datetime, zone: Zone) -> Callable[[str], Answer]:
    """How the cells of a column are read, one by one."""
    spellings = values.lookup(column.words)

    def read(text: str) -> Answer:
        if text.startswith(values.LOST_DIGITS):
            return Answer(problem="number-lost-digits")
        if values.is_formula(text):
            return Answer(problem="cell-formula")
        if not values.plain(text):
            return Answer(empty=True)
        if column.type in ("start", "end", "day"):
            return _instant(text, column, now, zone)
        if column.type == "word":
            word = spellings.get(values.folded(text))
            return Answer(word) if word else Answer(problem="word-unknown")
        if column.type == "number":
            number = values.number(text)
            return Answer(number) if number else Answer(problem="number-wrong")
        if column.type == "division":
            division = values.division(text)
            return Answer(division) if division else Answer(problem="division-wrong")
        if column.type == "region":
            region = values.region(text)
            return Answer(region) if region else Answer(problem="region-wrong")
        kept = identity.normalised(text.strip(values.BLANKS)) if column.type == "document" else values.plain(text)
        return Answer(kept) if len(kept) <= column.most else Answer(problem="too-long")

    return read


def _instant(text: str, column: Column, now: datetime, zone: Zone) -> Answer:
    moment = values.instant(text, zone, last=column.type == "end")
    if moment is None:
        return Answer(problem="instant-wrong")
    if moment.date() < column.earliest:
        return Answer(problem="instant-too-early")
    # A day that is not over yet is no future; its last minute is only what a bare date says.
    if not column.ahead and values.instant(text, zone, last=False) > now + CLOCK_SKEW:  # type: ignore[operator]
        return Answer(problem="instant-ahead")
    return Answer(moment.astimezone(UTC))


def _check_documents(checked: Checked, now: datetime, zone: Zone) -> None:
    """Document numbers must be possible, and there or not there as the type says."""
    types, numbers = checked.columns["id_type"], checked.columns["id_number"]
    today = zone.date(int(now.timestamp() // 60))
    found = documents.flaws(types, numbers, today)
    for code in {flaw for flaw in found if flaw}:
        checked.hold(np.flatnonzero(found == code), "id_number", code)
    without = _mask(pc.equal(types, "none"))
    numbered = _mask(pc.is_valid(numbers))
    checked.hold(np.flatnonzero(without & numbered), "id_number", "document-and-type-differ")
    if "person" not in checked.columns:
        checked.hold(np.flatnonzero(~without & ~numbered & checked.good), "id_number", "required-empty")


def _check_somebody(checked: Checked) -> None:
    who = [_mask(pc.is_valid(checked.columns[name])) for name in ("id_number", "person", "name", "phone")]
    nobody = ~np.logical_or.reduce(who)
    checked.hold(np.flatnonzero(nobody & checked.good), "id_number", "person-missing")


def _check_order(checked: Checked, start: str | None, end: str | None) -> None:
    if start is not None and end is not None:
        backwards = _mask(pc.less(checked.columns[end], checked.columns[start]))
        checked.hold(np.flatnonzero(backwards), end, "end-before-start")


def _check_journeys(checked: Checked) -> None:
    """A journey is told whole or not at all."""
    said = [_mask(pc.is_valid(checked.columns[name])) for name in ("visited", "visited_from", "visited_to")]
    broken = np.logical_or.reduce(said) & ~np.logical_and.reduce(said)
    checked.hold(np.flatnonzero(broken & checked.good), "visited", "journey-incomplete")
    _check_order(checked, "visited_from", "visited_to")


def _check_homes(checked: Checked) -> None:
    """A home is told whole or not at all."""
    said = {
        name: _mask(pc.is_valid(checked.columns[name])) for name in ("building", "stairwell", "home_from", "home_to")
    }
    some = np.logical_or.reduce(list(said.values())) | _mask(pc.is_valid(checked.columns["compound"]))
    whole = said["building"] & said["home_from"] & _mask(pc.is_valid(checked.columns["division"]))
    checked.hold(np.flatnonzero(some & ~whole & checked.good), "building", "home-incomplete")
    _check_order(checked, "home_from", "home_to")


def _mask(condition: pa.Array) -> np.ndarray:
    return pc.fill_null(condition, fill_value=False).to_numpy(zero_copy_only=False)
