"""A town as the five Parquet files that the fast engines read, and an outcome read back."""

from __future__ import annotations

from dataclasses import astuple
from enum import Enum
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from yimatong.core.colour import Colour
from yimatong.core.engine.sources import Sources
from yimatong.core.facts import COLUMNS, Town
from yimatong.core.judgement import Judgement, Reason, Verdict

_ARROW = {"int32": pa.int32(), "int64": pa.int64(), "string": pa.string()}


def write_town(town: Town, folder: Path) -> Sources:
    """Write the town's tables into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in COLUMNS.items():
        rows = [[_plain(value) for value in astuple(row)] for row in getattr(town, name)]
        arrays = [
            pa.array([row[n] for row in rows], _ARROW[kind.rstrip("?")]) for n, (_column, kind) in enumerate(columns)
        ]
        pq.write_table(pa.table(arrays, names=[column for column, _kind in columns]), folder / f"{name}.parquet")
    return Sources.of(folder)


def read_judgement(folder: Path) -> Judgement:
    """The verdicts and reasons that an engine wrote."""
    verdicts = [
        Verdict(
            person=row["person"],
            colour=Colour(row["colour"]),
            rules=_split(row["rules"]),
            facts=_split(row["facts"]),
            since=row["since"],
            until=row["until"],
            next_change=row["next_change"],
        )
        for row in pq.read_table(folder / "verdicts.parquet").to_pylist()
    ]
    reasons = [Reason(**row) for row in pq.read_table(folder / "reasons.parquet").to_pylist()]
    return Judgement(tuple(verdicts), tuple(reasons))


def _split(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(",")) if joined else ()


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value
