"""Everybody at once on a cluster: the same plan compiled to Spark SQL. Needs the extra `spark` and Java 17.

The rows are those of the DuckDB engine; so are the files, because the parts that Spark writes are merged, sorted and
written by the same writer.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from yimatong.core.engine.duckdb import merge_outcome
from yimatong.core.engine.outcome import Outcome, Progress
from yimatong.core.engine.plan.policy_tables import Row
from yimatong.core.engine.plan.tables import MADE, POLICY
from yimatong.core.engine.sources import Sources
from yimatong.core.engine.steps import Statement, statements
from yimatong.core.facts import COLUMNS
from yimatong.core.policy.model import Policy

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_SQL_TYPES = {"int32": "int", "int64": "bigint", "string": "string"}

SETTINGS = {
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.adaptive.enabled": "true",
}
"""What the engine wants of a session unless it is told otherwise."""

RIGHT = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
"""What no configuration changes: days are counted in integers in UTC, and what overflows is a mistake and no other number."""


def open_session(master: str, *, memory: str = "4g", config: Mapping[str, str] | None = None) -> SparkSession:
    """A Spark session on a master (`local[2]`, `spark://host:7077`), driver and executors of `memory` each.

    `config` is further configuration by Spark's own names, and goes before ours but where ours is a matter of right or wrong.
    """
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("yimatong")
    sizes = {"spark.driver.memory": memory, "spark.executor.memory": memory}
    for name, value in (SETTINGS | sizes | dict(config or {}) | RIGHT).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def judge(
    session: SparkSession,
    sources: Sources,
    policy: Policy,
    as_of: int,
    out: Path,
    *,
    progress: Progress | None = None,
) -> Outcome:
    """Judge everybody as duckdb.judge does, row for row; every path must be visible to all workers."""
    seconds: dict[str, float] = {}
    compiled = statements(policy, as_of, "pyspark")
    _open(session, sources, policy)
    for name, columns in POLICY.items():
        _rows(session, columns, getattr(compiled.policy_rows, name)).createOrReplaceTempView(name)
    steps = [*compiled.deriving, *compiled.judging]
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as parts:
        for number, step in enumerate(steps, start=1):
            if progress:
                progress(step.name, number, len(steps))
            began = time.perf_counter()
            _make(session, step, f"{parts}/{step.name}")
            seconds[step.name] = time.perf_counter() - began
        return merge_outcome(Path(parts), out, seconds)


def _make(session: SparkSession, step: Statement, folder: str) -> None:
    """Write the step as Parquet and read it back: a view alone would make every later step compute it again."""
    session.sql(step.sql).write.parquet(folder)
    # The columns are known, so that Spark need not run a job to look at the files.
    session.read.schema(_schema(MADE[step.name])).parquet(folder).createOrReplaceTempView(step.name)


def _open(session: SparkSession, sources: Sources, policy: Policy) -> None:
    for name, columns in COLUMNS.items():
        typed = {column: kind.rstrip("?") for column, kind in columns}
        paths = [str(path) for path in sources.paths(name)]
        table = session.read.parquet(*paths) if paths else _rows(session, typed, ())
        cast = table.selectExpr(
            *(f"cast(`{column}` as {_SQL_TYPES[kind]}) `{column}`" for column, kind in typed.items())
        )
        if name == "areas":
            own = [(a.area, str(a.level), a.low, a.high, a.place, a.start, a.end) for a in policy.areas]
            cast = cast.unionAll(_rows(session, typed, tuple(own)))
        cast.createOrReplaceTempView(name)


def _rows(session: SparkSession, columns: dict[str, str], rows: tuple[Row, ...]) -> DataFrame:
    return session.createDataFrame(list(rows), _schema(columns))


def _schema(columns: dict[str, str]) -> str:
    return ", ".join(f"`{column}` {_SQL_TYPES[kind]}" for column, kind in columns.items())
