"""Finding the header row, and which column of the file is which of the contract."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from yimatong.core.text import listed
from yimatong.edges.feeds.contract import Contract
from yimatong.edges.feeds.errors import refusal
from yimatong.edges.feeds.limits import LIMITS
from yimatong.edges.feeds.values import folded


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header is (row numbers begin at 1), which file column holds each contract column, and what is left over."""

    row: int
    columns: dict[str, int]
    titles: tuple[str, ...]
    ignored: tuple[str, ...]


def find(rows: Sequence[Sequence[str]], contract: Contract, *, place: str) -> Header:
    """The header among the first rows of a sheet; FeedError `header-missing` or `header-twice`."""
    best: list[str] | None = None
    for number, row in enumerate(rows[: LIMITS.header_within], start=1):
        columns = known(row, contract, place=place)
        missing = required_but_missing(columns, contract)
        if not missing:
            ignored = tuple(title for index, title in enumerate(row) if title and index not in columns.values())
            return Header(number, columns, tuple(row), ignored)
        if columns and (best is None or len(missing) < len(best)):
            best = missing
    wanted = best if best is not None else required_but_missing({}, contract)
    raise refusal(
        "header-missing", place=place, within=LIMITS.header_within, columns=listed(wanted), feed=contract.feed
    )


def known(row: Sequence[str], contract: Contract, *, place: str) -> dict[str, int]:
    """The contract's columns that a row names, each with its position."""
    names = {folded_title(title): column.name for column in contract.columns for title in (*column.zh, *column.en)}
    columns: dict[str, int] = {}
    for index, title in enumerate(row):
        name = names.get(folded_title(title))
        if name is None:
            continue
        if name in columns:
            raise refusal("header-twice", place=place, column=contract.column(name).zh[0])
        columns[name] = index
    return columns


def required_but_missing(columns: dict[str, int], contract: Contract) -> list[str]:
    """The headers of required columns that are not there; somebody must be named by one column at least."""
    missing = [column.zh[0] for column in contract.columns if column.required and column.name not in columns]
    who = [name for name in ("id_number", "person", "name", "phone") if name in columns]
    if contract.kind is not None and not who:
        missing.append(contract.column("id_number").zh[0])
    return missing


def folded_title(title: str) -> str:
    """A header as it is compared: without notes in brackets, stars, blanks and underscores."""
    return re.sub(r"\(.*?\)|\[.*?\]|[*_\s:]", "", folded(title))
