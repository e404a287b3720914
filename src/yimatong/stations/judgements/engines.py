"""The engines by name. All of them write the same tables, row for row, with the same writer."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from yimatong.core import given
from yimatong.core.engine import duckdb
from yimatong.core.engine.outcome import Outcome, Progress
from yimatong.core.engine.plan.tables import MADE
from yimatong.core.engine.reference.derivation import derive
from yimatong.core.engine.reference.judging import judge as judge_town
from yimatong.core.engine.sources import Sources
from yimatong.core.engine.steps import DERIVED
from yimatong.core.facts import COLUMNS, Area, Fact, Home, Kind, Level, Person, Stay, Town
from yimatong.core.policy.model import Policy
from yimatong.stations.judgements.errors import mistake, spark_conf_wrong, spark_missing

Engine = Callable[[Sources, Policy, int, Path, Progress | None], Outcome]
_ARROW = {"int32": pa.int32(), "string": pa.string()}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where Spark runs: its master (`local[2]`, `spark://host:7077`), and further configuration by Spark's own names."""

    master: str = "local[2]"
    config: Mapping[str, str] = field(default_factory=dict)


def cluster(*, master: str | None = None, conf: Path | None = None) -> Cluster:
    """The cluster of the settings (YIMATONG_SPARK_MASTER, YIMATONG_SPARK_CONF), with what is given in their place.

    `spark-conf-wrong` where the file of configuration cannot be read.
    """
    given = conf or (Path(settings.YIMATONG_SPARK_CONF) if settings.YIMATONG_SPARK_CONF else None)
    return Cluster(master or settings.YIMATONG_SPARK_MASTER, read_conf(given) if given else {})


def read_conf(path: Path) -> dict[str, str]:
    """Configuration in the form of Spark's spark-defaults.conf: a name, blanks or `=`, and its value on each line; `#` begins a remark."""
    try:
        lines = given.text(path).splitlines()
    except given.GivenError:
        raise spark_conf_wrong(str(path), 0) from None
    found = {}
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        parts = re.split(r"\s*=\s*|\s+", text, maxsplit=1)
        if len(parts) < 2 or not parts[0].startswith("spark."):
            raise spark_conf_wrong(str(path), number)
        found[parts[0]] = parts[1]
    return found


def engine(name: str, *, on: Cluster | None = None) -> Engine:
    """The engine of a name: duckdb, spark (on a cluster), reference; `engine-unknown` for any other."""
    engines: dict[str, Engine] = {
        "duckdb": _by_duckdb,
        "spark": lambda *work: _by_spark(on or Cluster(), *work),
        "reference": _by_reference,
    }
    if name not in engines:
        raise mistake("engine-unknown", engine=name)
    return engines[name]


def require_in_force(policy: Policy, as_of: int) -> None:
    """`policy-not-in-force` when the policy has no rules for the day: without rules everybody would be green."""
    day = policy.zone.date(as_of)
    if not policy.first <= day <= policy.last:
        raise mistake("policy-not-in-force", policy=policy.id, first=policy.first, last=policy.last, day=day)


def town_of(sources: Sources) -> Town:
    """Everything in the sources as plain values, for the reference engine; for thousands of people, not millions."""
    rows = {name: _rows(sources.paths(name), name) for name in COLUMNS}
    return Town(
        people=tuple(Person(*row) for row in rows["people"]),
        facts=tuple(Fact(row[0], row[1], Kind(row[2]), *row[3:]) for row in rows["facts"]),
        homes=tuple(Home(*row) for row in rows["homes"]),
        areas=tuple(Area(row[0], Level(row[1]), *row[2:]) for row in rows["areas"]),
        stays=tuple(Stay(*row) for row in rows["stays"]),
    )


def _by_duckdb(sources: Sources, policy: Policy, as_of: int, out: Path, progress: Progress | None) -> Outcome:
    return duckdb.judge(sources, policy, as_of, out, progress=progress)


def _by_spark(
    on: Cluster, sources: Sources, policy: Policy, as_of: int, out: Path, progress: Progress | None
) -> Outcome:
    if find_spec("pyspark") is None or not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise spark_missing()
    from yimatong.core.engine import spark

    session = spark.open_session(on.master, config=on.config)
    try:
        return spark.judge(session, sources, policy, as_of, out, progress=progress)
    finally:
        session.stop()


def _by_reference(sources: Sources, policy: Policy, as_of: int, out: Path, progress: Progress | None) -> Outcome:
    if progress:
        progress("reference", 1, 1)
    town = town_of(sources)
    judgement, derived = judge_town(town, policy, as_of), derive(town, policy, as_of)
    tables = {"verdicts": judgement.verdicts, "reasons": judgement.reasons}
    tables |= {name: getattr(derived, name) for name in DERIVED}
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as parts:
        for name, rows in tables.items():
            folder = Path(parts) / name
            folder.mkdir()
            pq.write_table(_table(name, rows), folder / "part.parquet")
        return duckdb.merge_outcome(Path(parts), out, {})


def _rows(paths: tuple[Path, ...], name: str) -> list[tuple[Any, ...]]:
    columns = [column for column, _kind in COLUMNS[name]]
    tables = [pq.read_table(path, columns=columns, partitioning=None) for path in paths]
    return [tuple(row[column] for column in columns) for table in tables for row in table.to_pylist()]


def _table(name: str, rows: tuple[Any, ...]) -> pa.Table:
    """The engine's rows as a table with the columns of the plan."""
    columns = {column: [_plain(getattr(row, column)) for row in rows] for column in MADE[name]}
    return pa.table({column: pa.array(values, _ARROW[MADE[name][column]]) for column, values in columns.items()})


def _plain(value: object) -> object:
    """A value as a column holds it: words for colours, lists joined with commas."""
    if isinstance(value, Enum):
        return value.value
    return ",".join(value) if isinstance(value, tuple) else value
