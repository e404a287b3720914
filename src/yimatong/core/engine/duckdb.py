"""Everybody at once on one machine: the plan compiled to SQL and run by DuckDB's own client."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from yimatong.core.engine.outcome import Outcome, Progress
from yimatong.core.engine.plan.policy_tables import Row, next_other_rules
from yimatong.core.engine.plan.tables import MADE, POLICY
from yimatong.core.engine.sources import Sources
from yimatong.core.engine.steps import OUTCOME, Statement, statements
from yimatong.core.facts import COLUMNS
from yimatong.core.lake.form import NOTED_DIVISIONS
from yimatong.core.policy.model import Policy
from yimatong.core.time import day_of

SQL_TYPES = {"int32": "INTEGER", "int64": "BIGINT", "string": "VARCHAR"}
_ORDER = {
    "verdicts": "person",
    "reasons": "person, rule",
    "visits": "person, level",
    "travels": "person",
    "exposures": "person",
    "neighbours": "person, source",
}


MOST_IN_A_FILTER = 1000
"""Up to so many values of a join's small side are looked for while a file is read, instead of after."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What DuckDB may use: threads (None: every core), and memory as DuckDB writes it (None: 80 % of the machine)."""

    threads: int | None = None
    memory: str | None = None


def judge(
    sources: Sources,
    policy: Policy,
    as_of: int,
    out: Path,
    *,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Outcome:
    """Judge everybody in `sources` at an instant and write steps.OUTCOME as Parquet files into `out`.

    The files are sorted and written with fixed settings: the same inputs, policy, instant and DuckDB version give the
    same bytes. `out` appears whole or not at all.
    """
    with open_session(limits) as session, whole(out) as folder:
        run = Work(session, policy, as_of, progress)
        run.open(sources)
        run.make([*run.statements.deriving, *run.statements.judging])
        run.write(folder)
        return run.outcome(folder, touched=None)


def next_deadline(sources: Sources, policy: Policy, as_of: int, outcome: Path) -> int | None:
    """The first minute after as_of at which judging the same inputs could say something else of somebody; None: never.

    `outcome` is the folder that a judgement of these inputs at as_of wrote, whichever engine it was.
    """
    with open_session(None) as session:
        run = Work(session, policy, as_of, None)
        run.open(sources)
        session.execute(f"CREATE TEMP VIEW verdicts AS FROM {file_of(outcome, 'verdicts')}")
        return run.deadline()


@dataclass
class Work:
    """One judgement in one DuckDB session: tables are made by name, in order."""

    session: duckdb.DuckDBPyConnection
    policy: Policy
    as_of: int
    progress: Progress | None

    def __post_init__(self) -> None:
        began = time.perf_counter()
        self.statements = statements(self.policy, self.as_of, "duckdb")
        self.seconds: dict[str, float] = {"compile": time.perf_counter() - began}
        self.noted: dict[str, str] = {}

    def open(self, sources: Sources) -> None:
        """Name the inputs; the policy's own areas join those of the facts."""
        for name in COLUMNS:
            open_table(self.session, name, sources.paths(name))
        if noted := noted_divisions(self.session, sources.stays):
            # The lake's own files say their divisions in their footers; nobody has to read a column for them.
            self.noted["divisions"] = f"SELECT unnest({noted}::INTEGER[]) AS division"
        self.session.execute("CREATE TEMP TABLE given_areas AS FROM areas")
        self.session.execute("DROP VIEW areas")
        self.name_policy("given_areas")

    def name_policy(self, given_areas: str) -> None:
        """Make the policy's tables, and `areas` of the given ones and its own."""
        own = [(a.area, str(a.level), a.low, a.high, a.place, a.start, a.end) for a in self.policy.areas]
        _create(self.session, "areas", typed("areas"), own)
        self.session.execute(f"INSERT INTO areas FROM {given_areas}")
        for name, columns in POLICY.items():
            _create(self.session, name, columns, getattr(self.statements.policy_rows, name))

    def drop(self, name: str) -> None:
        """Forget a table, where there is one."""
        self.session.execute(f"DROP TABLE IF EXISTS {name}")

    def make(self, steps: Sequence[Statement]) -> None:
        """Materialise each step, saying which."""
        for number, step in enumerate(steps, start=1):
            if self.progress:
                self.progress(step.name, number, len(steps))
            began = time.perf_counter()
            # Everybody's verdicts are made while they are written, once, and not kept in memory besides.
            made = "VIEW" if step.name == "verdicts" else "TABLE"
            self.session.execute(f'CREATE TEMP {made} "{step.name}" AS {self.noted.get(step.name, step.sql)}')
            self.seconds[step.name] = self.seconds.get(step.name, 0) + time.perf_counter() - began

    def deadline(self) -> int | None:
        """The first minute after as_of at which something else could be said, by `verdicts` and the inputs as they are named."""
        found = self.session.execute(self.statements.deadline.sql).fetchall()[0][0]
        rules = next_other_rules(self.policy, self.policy.zone.date(self.as_of))
        midnight = None if rules is None else self.policy.zone.first_minute(day_of(rules))
        return min((minute for minute in (found, midnight) if minute is not None), default=None)

    def write(self, folder: Path) -> None:
        """Write the outcome's tables, each sorted, with fixed settings."""
        began = time.perf_counter()
        for name in OUTCOME:
            _write(self.session, name, folder)
        self.seconds["write"] = time.perf_counter() - began

    def outcome(self, folder: Path, touched: int | None) -> Outcome:
        """Counts of the verdicts as written."""
        return _outcome(self.session, folder, touched, self.seconds)


def merge_outcome(parts: Path, out: Path, seconds: dict[str, float]) -> Outcome:
    """Write the parts that another engine left in `parts/<table>/*.parquet` as judge would have written them."""
    with open_session(None) as session, whole(out) as folder:
        for name in OUTCOME:
            files = "'" + str(parts / name / "*.parquet").replace("'", "''") + "'"
            session.execute(f"CREATE TEMP TABLE {name} AS FROM read_parquet({files})")
            _write(session, name, folder)
        return _outcome(session, folder, None, seconds)


def write_part(outcome: Path, people: Path, out: Path) -> None:
    """Write the rows of some people, out of an outcome, as a judgement of those people alone would have written them.

    `people` is a Parquet file with a column `person`.
    """
    with open_session(None) as session, whole(out) as folder:
        for name in OUTCOME:
            rows = f"FROM {file_of(outcome, name)} SEMI JOIN '{quoted(people)}' USING (person)"
            session.execute(f"CREATE TEMP TABLE {name} AS {rows}")
            _write(session, name, folder)


@contextmanager
def open_session(limits: Limits | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session of DuckDB with the settings of a judgement."""
    session = duckdb.connect()
    try:
        # The lake's scans are narrowed by joins with small tables: a few hundred divisions, the cases' places.
        session.execute(f"SET dynamic_or_filter_threshold = {MOST_IN_A_FILTER}")
        # Each step opens the lake's files anew; what their footers say is read once.
        session.execute("SET parquet_metadata_cache = true")
        # Memory that a step leaves is given back beside the work and not in it.
        session.execute("SET allocator_background_threads = true")
        if limits and limits.threads:
            session.execute(f"SET threads = {limits.threads}")
        if limits and limits.memory:
            session.execute("SET memory_limit = ?", [limits.memory])
        yield session
    finally:
        session.close()


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """A folder that takes its name only when everything in it is written."""
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        yield folder
        if out.exists():
            shutil.rmtree(out)
        folder.rename(out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def open_table(
    session: duckdb.DuckDBPyConnection, name: str, paths: Sequence[Path], columns: dict[str, str] | None = None
) -> None:
    """Name the rows of files; `columns` are those of the table of that name unless they are given."""
    columns = columns or typed(name)
    if not paths:
        _create(session, f"no_{name}", columns, ())
        session.execute(f"CREATE TEMP VIEW {name} AS FROM no_{name}")
        return
    # DuckDB takes every file of a list to be as long as the first: an empty one there, and it builds its tables on the long side.
    by_size = sorted(paths, key=lambda path: -path.stat().st_size)
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in by_size)
    cast = ", ".join(f'"{column}"::{SQL_TYPES[kind]} AS "{column}"' for column, kind in columns.items())
    session.execute(f"CREATE TEMP VIEW {name} AS SELECT {cast} FROM read_parquet([{listed}])")


def put(session: duckdb.DuckDBPyConnection, name: str, rows: pa.Table, columns: Mapping[str, str]) -> None:
    """Name rows that are at hand as a table, in place of what had that name."""
    session.execute(f"DROP TABLE IF EXISTS {name}")
    session.register("given", rows)
    cast = ", ".join(f'"{column}"::{SQL_TYPES[kind]} AS "{column}"' for column, kind in columns.items())
    session.execute(f"CREATE TEMP TABLE {name} AS SELECT {cast} FROM given")
    session.unregister("given")


def noted_divisions(session: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> list[int]:
    """Every division of the stays as the files' footers note them; empty unless each file notes its own."""
    if not paths:
        return []
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    texts = session.execute(
        f"SELECT decode(value) FROM parquet_kv_metadata([{listed}]) WHERE decode(key) = '{NOTED_DIVISIONS}'"
    ).fetchall()
    if len(texts) < len(paths):
        return []
    return sorted({int(division) for (text,) in texts for division in text.split(",") if division})


def _create(session: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], rows: Iterable[Row]) -> None:
    declared = ", ".join(f'"{column}" {SQL_TYPES[kind]}' for column, kind in columns.items())
    session.execute(f"CREATE TEMP TABLE {name} ({declared})")
    if listed := list(rows):
        # One statement for all rows: a statement a row takes longer than some steps.
        marks = "(" + ", ".join("?" * len(columns)) + ")"
        values = [value for row in listed for value in row]
        session.execute(f"INSERT INTO {name} VALUES {', '.join([marks] * len(listed))}", values)


def typed(name: str) -> dict[str, str]:
    """The columns of one of core.facts.COLUMNS with their types."""
    return {column: kind.rstrip("?") for column, kind in COLUMNS[name]}


_PARQUET = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"


def _write(session: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    """Write one table, sorted. Every column is nullable in the file, whether DuckDB happens to know that it holds no NULL or
    not (other bytes, same rows, otherwise): the row of NULLs never comes, but DuckDB can't know that."""
    columns = ", ".join(f'"{column}"::{SQL_TYPES[kind]} AS "{column}"' for column, kind in MADE[name].items())
    nulls = ", ".join(["NULL"] * len(MADE[name]))
    rows = f"SELECT {columns} FROM {name} UNION ALL SELECT {nulls} WHERE random() < 0"
    target = str(folder / f"{name}.parquet").replace("'", "''")
    session.execute(f"COPY (FROM ({rows}) ORDER BY {_ORDER[name]}) TO '{target}' ({_PARQUET})")


def _outcome(
    session: duckdb.DuckDBPyConnection, folder: Path, touched: int | None, seconds: dict[str, float]
) -> Outcome:
    """What was written, counted from the file."""
    written = file_of(folder, "verdicts")
    counts = dict(session.execute(f"SELECT colour, count(*) FROM {written} GROUP BY 1 ORDER BY 1").fetchall())
    people = sum(counts.values())
    return Outcome(counts, people, people if touched is None else touched, seconds)


def file_of(folder: Path, name: str) -> str:
    """The quoted path of a table's file."""
    return f"'{quoted(folder / f'{name}.parquet')}'"


def quoted(path: Path) -> str:
    """A path as it stands between the quotes of SQL."""
    return str(path).replace("'", "''")
