"""Loading the divisions into the records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from yimatong.edges.feeds.divisions.sources import DATA, rows
from yimatong.records.actions.divisions import DIVISION_ROWS, take_divisions
from yimatong.records.models import Division, Official


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded: rows by level, those of the past among them, and the folder they came from."""

    by_level: dict[str, int]
    past: int
    folder: Path


LEAST_COUNTIES = 2800
"""China has had more counties than this in every year; a demo city brings only those that its people travel to."""


def is_national() -> bool:
    """Whether the divisions of the whole country are in the records, and not only a demo city's."""
    return Division.objects.filter(level="county").count() >= LEAST_COUNTIES


def load(*, by: Official, folder: Path | None = None) -> Loaded:
    """Replace the divisions by those of the official lists. Repeating it changes nothing.

    `folder` holds tables as they are in data/ (tools/divisions.py makes them); without it, those are taken.
    """
    found = folder or DATA
    divisions = rows(found)
    names = DIVISION_ROWS.names
    take_divisions(
        by=by,
        rows=pa.table({name: [getattr(row, name) for row in divisions] for name in names}, schema=DIVISION_ROWS),
    )
    return Loaded(
        dict(Counter(row.level for row in divisions)), sum(row.valid_to is not None for row in divisions), found
    )
