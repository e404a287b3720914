"""Reading a list: its instant and its entries, whatever of its changing format it has.

    {"data": {"end_update_time": "2022-12-02 11时", "hcount": 42965, "mcount": 0, "lcount": 2001,
              "highlist": [{"province": ..., "city": ..., "county": ..., "communitys": ["...", ...]}, ...],
              "middlelist": [...], "lowlist": [...]}, "code": 0, "msg": "..."}

`lowlist` and `lcount` are there from 2022-08 on, `middlelist` is empty from 2022-11-20, all are empty in 2023.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from yimatong.core import given
from yimatong.core.time import Zone
from yimatong.edges.feeds.errors import refusal
from yimatong.edges.feeds.limits import LIMITS
from yimatong.edges.feeds.values import instant, plain

LISTS = {"highlist": "high", "middlelist": "middle", "lowlist": "low"}
COUNTS = {"high": "hcount", "middle": "mcount", "low": "lcount"}
FIELDS = ("province", "city", "county")


@dataclass(frozen=True, slots=True)
class Entry:
    """One named area of a list: its level there (high, middle, low), the three names above it and its text.

    `row` counts the texts of a list file from 1, in the order high, middle, low.
    """

    row: int
    level: str
    province: str
    city: str
    county: str
    text: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A list as published. `claimed` is how many areas it says it has, by level; the list itself counts."""

    instant: datetime
    entries: tuple[Entry, ...]
    claimed: dict[str, int]


def read(path: Path, zone: Zone) -> Snapshot:
    """The list of a file; FeedError `json-broken` names what is not as it should be."""
    try:
        document = json.loads(given.read(path, LIMITS.json_bytes).decode("utf-8-sig"), parse_constant=_no_constants)
    except (ValueError, RecursionError) as problem:
        raise refusal("json-broken", place=path.name, what=type(problem).__name__) from None
    data = _of(document, "data", dict, path.name)
    moment = instant(_of(data, "end_update_time", str, path.name), zone, last=False)
    if moment is None:
        raise refusal("json-broken", place=path.name, what="end_update_time")
    entries: list[Entry] = []
    for name, level in LISTS.items():
        for number, listed in enumerate(data.get(name) or ()):
            entries += _entries(listed, level, len(entries), f"{name}[{number}]", path.name)
    if not any(name in data for name in LISTS):
        raise refusal("json-broken", place=path.name, what="highlist")
    if len(entries) > LIMITS.rows:
        raise refusal("too-many-rows", place=path.name, most=LIMITS.rows)
    claimed = {level: data[count] for level, count in COUNTS.items() if isinstance(data.get(count), int)}
    return Snapshot(moment, tuple(entries), claimed)


def _entries(listed: Any, level: str, before: int, at: str, place: str) -> list[Entry]:
    """The texts of one county's entry."""
    if not isinstance(listed, dict):
        raise refusal("json-broken", place=place, what=at)
    province, city, county = (plain(_of(listed, name, str, place, at)) for name in FIELDS)
    texts = _of(listed, "communitys", list, place, at)
    if not all(isinstance(text, str) and 0 < len(text) <= LIMITS.cell_length for text in texts):
        raise refusal("json-broken", place=place, what=f"{at}.communitys")
    return [
        Entry(before + number, level, province, city, county, plain(text)) for number, text in enumerate(texts, start=1)
    ]


def _of(holder: Any, name: str, kind: type, place: str, at: str = "") -> Any:
    """A member of a JSON object, of the wanted kind."""
    value = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(value, kind):
        raise refusal("json-broken", place=place, what=f"{at}.{name}".lstrip("."))
    return value


def _no_constants(name: str) -> None:
    raise ValueError(name)
