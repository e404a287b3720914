"""JSON with an object a line, as a platform's interface writes it: a table like any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from yimatong.core import given
from yimatong.edges.feeds import headers
from yimatong.edges.feeds.contract import Contract
from yimatong.edges.feeds.csv_files import decoded
from yimatong.edges.feeds.errors import refusal
from yimatong.edges.feeds.limits import LIMITS
from yimatong.edges.feeds.sheets import Ragged, Sheet, sheet_of

WORDS = {True: "yes", False: "no"}


def read(path: Path, contract: Contract) -> Sheet:
    """The table of a file of JSON lines; keys are the contract's headers. A line that is no flat object is ragged."""
    lines = decoded(given.read(path, LIMITS.json_bytes), path.name).decode().splitlines()
    if len(lines) > LIMITS.rows:
        raise refusal("too-many-rows", place=path.name, most=LIMITS.rows)
    objects: list[dict[str, str | None]] = []
    numbers: list[int] = []
    ragged: list[Ragged] = []
    for number, line in enumerate(lines, start=1):
        found = _object(line)
        if found is not None:
            objects.append(found)
            numbers.append(number)
        elif line.strip():
            ragged.append(Ragged(number, line))
    titles = list(dict.fromkeys(title for found in objects for title in found))
    if len(titles) > LIMITS.columns:
        raise refusal("too-many-columns", place=path.name, most=LIMITS.columns)
    header = headers.find([titles], contract, place=path.name)
    table = pa.table(
        {
            f"c{index}": pa.array([found.get(title) for found in objects], pa.string())
            for index, title in enumerate(titles)
        }
    )
    return sheet_of(table, np.array(numbers, dtype=np.int32), tuple(ragged), header, path.name)


def _object(line: str) -> dict[str, str | None] | None:
    """The texts of a flat object, or None where the line is none."""
    try:
        found = json.loads(line, parse_float=str, parse_constant=str, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or any(isinstance(value, dict | list) for value in found.values()):
        return None
    return {key: _text(value) for key, value in found.items()}


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return WORDS[value] if isinstance(value, bool) else str(value)
