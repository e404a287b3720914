"""A table of the folder from Parquet: the schema is looked at, the values are left to the checks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from yimatong.core.facts import COLUMNS
from yimatong.edges.feeds.parquet_files import UNREADABLE, too_much
from yimatong.edges.folders.csv_tables import Report
from yimatong.edges.folders.problems import Problem

IGNORED = {"stays": {"delivery"}}
"""Columns that our own lake has and the engine does not read."""


def is_readable(path: Path, table: str, report: Report) -> bool:
    """True when the file has the columns and types of the table; what is wrong goes to `report`."""
    try:
        if code := too_much(path):
            report(Problem(path.name, 0, "", code))
            return False
        problems = _problems(path.name, table, pq.read_schema(path))
    except UNREADABLE:
        report(Problem(path.name, 0, "", "file-not-read"))
        return False
    for problem in problems:
        report(problem)
    return not problems


def _problems(file: str, table: str, schema: pa.Schema) -> list[Problem]:
    known = dict(COLUMNS[table])
    names = schema.names
    problems = [
        Problem(file, 0, name, "column-twice")
        for name in sorted(name for name, count in Counter(names).items() if count > 1)
    ]
    extra = set(names) - known.keys() - IGNORED.get(table, set())
    problems += [Problem(file, 0, name[:40], "column-unknown") for name in sorted(extra)]
    problems += [Problem(file, 0, name, "column-missing") for name in known if name not in names]
    typed = [field for field in schema if field.name in known and names.count(field.name) == 1]
    return problems + [Problem(file, 0, field.name, "column-type") for field in typed if not _fits(field, known)]


def _fits(field: pa.Field, known: dict[str, str]) -> bool:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if known[field.name].startswith("string"):
        return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
    return bool(pa.types.is_integer(kind))
