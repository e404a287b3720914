"""What a judgement took the records to be: the kept inputs of the run in force, put together of the run over everybody and those by day."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import duckdb

from yimatong.core.engine.duckdb import file_of
from yimatong.core.facts import COLUMNS
from yimatong.stations.judgements import inputs
from yimatong.stations.judgements.chain import CHANGED, links_of
from yimatong.stations.judgements.lifecycle import folder_of
from yimatong.stations.judgements.models import Run

OF_PEOPLE = ("facts", "homes", "stays")
TABLES = (*OF_PEOPLE, "areas")
"""The tables of a judgement whose rows are recorded one by one. Of `people` a verdict rests on nothing."""


@dataclass
class Judged:
    """The rows of TABLES that the run in force has judged. follow() reads what is new; files are read only while they are what was judged.

    Rows of the run over everybody stay in its files; those of the runs by day are kept in memory.
    """

    session: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    whole: int = 0
    laid: dict[int, dict[str, str]] = field(default_factory=dict)
    areas: Path | None = None
    checked: dict[Path, tuple[int, int, int]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def follow(self, run: Run) -> None:
        """Go on to a published run; `snapshot-gone` or `snapshot-changed` names a run whose files are not what it judged."""
        whole, *by_day = links_of(run)
        self._require(whole, OF_PEOPLE if by_day else TABLES)
        # A number alone names no run: a database that was restored gives it again.
        said = {link.number: _digests(link) for link in (whole, *by_day)}
        if self.whole != whole.number or any(said.get(number) != digests for number, digests in self.laid.items()):
            self._begin(whole)
        for link in by_day:
            if link.number not in self.laid:
                self._require(link, (*OF_PEOPLE, CHANGED))
                self._lay_over(link)
        self._require(run, ("areas",))
        self.areas = folder_of(run.number) / "inputs"

    def select(self, table: str, where: str = "true") -> str:
        """The rows that were judged, of those that a condition on the table's columns names."""
        columns = listed(table)
        if table == "areas":
            assert self.areas is not None
            return f"SELECT {columns} FROM {file_of(self.areas, table)} WHERE {where}"
        of_whole = file_of(folder_of(self.whole) / "inputs", table)
        if len(self.laid) == 1:
            return f"SELECT {columns} FROM {of_whole} WHERE {where}"
        return (
            f"SELECT {columns} FROM {of_whole} ANTI JOIN named USING (person) WHERE {where}"
            f" UNION ALL SELECT {columns} FROM later_{table} WHERE {where}"
        )

    def differs_from(self, table: str, digest: str) -> str:
        """The condition on a person whose rows can differ from those of a file, by its hash: it may be that of the run over everybody."""
        if table in OF_PEOPLE and digest == self.laid[self.whole].get(table):
            return "person IN (SELECT person FROM named)"
        return "true"

    def _begin(self, whole: Run) -> None:
        self.session.execute("CREATE OR REPLACE TABLE named (person INTEGER)")
        for table in OF_PEOPLE:
            rows = f"SELECT {listed(table)} FROM {file_of(folder_of(whole.number) / 'inputs', table)} LIMIT 0"
            self.session.execute(f"CREATE OR REPLACE TABLE later_{table} AS {rows}")
        self.whole, self.laid = whole.number, {whole.number: _digests(whole)}

    def _lay_over(self, link: Run) -> None:
        kept = folder_of(link.number) / "inputs"
        changed = f"SELECT person FROM {file_of(kept, CHANGED)}"
        self.session.execute("BEGIN")
        try:
            for table in OF_PEOPLE:
                self.session.execute(f"DELETE FROM later_{table} WHERE person IN ({changed})")
                self.session.execute(f"INSERT INTO later_{table} SELECT {listed(table)} FROM {file_of(kept, table)}")
            self.session.execute(f"INSERT INTO named {changed} ANTI JOIN named USING (person)")
        except BaseException:
            self.session.execute("ROLLBACK")
            raise
        self.session.execute("COMMIT")
        self.laid[link.number] = _digests(link)

    def _require(self, run: Run, tables: tuple[str, ...]) -> None:
        """Check files against the hashes of the run; not again those that this object has checked and that were not written since."""
        expected = {}
        for table in tables:
            path = folder_of(run.number) / "inputs" / f"{table}.parquet"
            if _identity(path) is None or self.checked.get(path) != _identity(path):
                expected[path] = _digests(run).get(table, "")
        inputs.require_whole(expected, run=run.number)
        self.checked |= {path: found for path in expected if (found := _identity(path)) is not None}


def listed(table: str) -> str:
    """The columns of one of the engine's tables, for SQL."""
    return ", ".join(f'"{column}"' for column, _ in COLUMNS[table])


JUDGED = Judged()
"""That of this process's judgements, which hold its lock while they compare."""


def _digests(run: Run) -> dict[str, str]:
    """The hashes of a run's inputs, as it recorded them; what somebody made unreadable is left out."""
    try:
        return {table: str(said["sha256"]) for table, said in run.inputs.items()}
    except (AttributeError, KeyError, TypeError):
        return {}


def _identity(path: Path) -> tuple[int, int, int] | None:
    """What changes with the file; its ctime nobody can set, as its mtime can be."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_size, status.st_ctime_ns
