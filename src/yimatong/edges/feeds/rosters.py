"""A company's roster as a file, and the tests of its workers as one: read by contract, bad rows told, nothing kept of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from yimatong.core.text import Text, message as _
from yimatong.edges.feeds.catalogue import CONTRACTS
from yimatong.edges.feeds.checking import Checked, check
from yimatong.edges.feeds.columns import ID_NUMBER, ID_TYPE, NAME
from yimatong.edges.feeds.contract import Column, Contract
from yimatong.edges.feeds.importing import read
from yimatong.edges.feeds.problems import BOTH, PROBLEMS
from yimatong.records import calendar, identity
from yimatong.stations.issuing.actions.rosters import RosterTest, Worker
from yimatong.stations.issuing.models import RosterLine

CATEGORIES = {
    "local": ("一直在甬", "在甬", "本地", "local", "stayed"),
    "returned": ("省内返甬", "省内", "returned", "returned within the province"),
    "province": ("省外返甬", "省外", "province", "returned from another province"),
    "risk": ("较高风险地区返甬", "较高风险地区", "高风险", "risk", "returned from a higher-risk county"),
}
ROSTER = Contract(
    "roster", _("A company's roster"), _("A worker a row."),
    (
        Column("name", "text", NAME.zh, NAME.en, NAME.note, NAME.example, required=True),
        ID_TYPE, ID_NUMBER,
        Column("category", "word", ("检测分类", "分类", "返岗分类", "类别"), ("category", "sort"),
               _("empty means that they stayed in the city"), "省外返甬", words=CATEGORIES, default="local"),
    ), None,
)  # fmt: skip
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was not taken: its number in the file, the column's header, what is wrong and what to do. No value of the row."""

    row: int
    column: Text
    wrong: Text
    remedy: Text
    code: str


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says: rows that are right, and the problems of the others."""

    rows: tuple[Any, ...] = field(repr=False)
    problems: tuple[Problem, ...]


def workers(path: Path, now: datetime) -> Read:
    """The workers of a roster file; a FeedError where the file as a whole cannot be read."""
    sheet = read(path, ROSTER)
    checked = check(sheet, ROSTER, now=now, zone=calendar.zone())
    told = [(one.row, one.column, one.code) for one in checked.problems]
    told += [(one.row, "", "cells-missing") for one in sheet.ragged]
    found: dict[Any, Worker] = {}
    for row, values in _good(checked):
        one = Worker(values["id_type"], values["id_number"] or "", values["name"], values["category"])
        if one.id_type == "none":
            told.append((row, "id_number", "required-empty"))
            continue
        key = identity.id_key(one.id_type, one.id_number)
        if key in found and found[key] != one:
            told.append((row, "id_number", "said-twice-differently"))
        found.setdefault(key, one)
    return Read(tuple(found.values()), _problems(told, ROSTER))


def tests(path: Path, point: int, now: datetime) -> Read:
    """The tests of a file that are of workers on a point's roster, by their documents; whoever is not on it is a problem."""
    contract = CONTRACTS["tests"]
    sheet = read(path, contract)
    checked = check(sheet, contract, now=now, zone=calendar.zone())
    told = [(one.row, one.column, one.code) for one in checked.problems]
    told += [(one.row, "", "cells-missing") for one in sheet.ragged]
    lines = RosterLine.objects.filter(point_id=point, removed_at=None).values_list("person__id_key", "person_id")
    there = dict(lines)
    found = []
    for row, values in _good(checked):
        number = values["id_number"]
        if not number:
            told.append((row, "id_number", "person-not-certain"))
            continue
        person = there.get(identity.id_key(values["id_type"], number))
        if person is None:
            told.append((row, "id_number", "not-on-the-roster"))
            continue
        found.append(RosterTest(person, values["result"], values["sampled_at"]))
    return Read(tuple(found), _problems(told, contract))


def _good(checked: Checked) -> Iterator[tuple[int, dict[str, Any]]]:
    columns = {name: column.to_pylist() for name, column in checked.columns.items()}
    for at, (row, good) in enumerate(zip(checked.rows, checked.good, strict=True)):
        if good:
            yield int(row), {name: column[at] for name, column in columns.items()}


def _problems(told: list[tuple[int, str, str]], contract: Contract) -> tuple[Problem, ...]:
    names = {column.name: column.title for column in contract.columns}
    whole = _("the whole row")
    return tuple(
        Problem(row, names.get(column, whole), PROBLEMS[code].wrong, PROBLEMS[code].remedy, code)
        for row, column, code in sorted(set(told))
    )


def template() -> bytes:
    """An empty roster as Excel, with the headers in both languages and text cells, so that no number loses a digit."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet(" ".join(map(_("roster").of, BOTH)))
        bold, text = book.add_format({"bold": True, "bg_color": "#E8EEF5"}), book.add_format({"num_format": "@"})
        for at, column in enumerate(ROSTER.columns):
            sheet.write_string(0, at, f"{column.zh[0]} ({column.en[0]})", bold)
            sheet.set_column(at, at, 24, text)
            if column.words:
                accepted = [spellings[0] for spellings in column.words.values()]
                sheet.data_validation(1, at, MOST_ROWS, at, {"validate": "list", "source": accepted})
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()
