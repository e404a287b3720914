"""What the planner takes a table's size for does not hang on the order in which its files are named."""

from __future__ import annotations

import re
from itertools import permutations
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from yimatong.core.engine.duckdb import open_table


def written(file: Path, rows: int) -> Path:
    columns = {name: pa.array(range(rows), pa.int32()) for name in ("person", "place", "division", "arrive", "leave")}
    pq.write_table(pa.table(columns), file)
    return file


def estimated(paths: tuple[Path, ...]) -> int:
    """How many rows DuckDB expects of the stays."""
    with duckdb.connect() as session:
        open_table(session, "stays", paths)
        plan = session.execute("EXPLAIN (FORMAT json) SELECT person FROM stays").fetchall()[0][1]
    return int(re.findall(r'"Estimated Cardinality": "(\d+)"', plan)[-1])


def test_an_empty_file_that_is_named_first_hides_nobody_elses_length(tmp_path: Path) -> None:
    """The declared stays, of which there may be none, beside a lake of seventy million: eighteen times the memory."""
    files = (
        written(tmp_path / "empty.parquet", 0),
        written(tmp_path / "a.parquet", 50_000),
        written(tmp_path / "b.parquet", 700),
    )
    found = {estimated(order) for order in permutations(files)}
    assert len(found) == 1
    assert found.pop() >= 50_700
