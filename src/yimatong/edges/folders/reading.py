"""Reading a folder of facts: which files there are, every problem told, and the tables ready for an engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from yimatong.city import manifest
from yimatong.core.engine.outcome import Progress
from yimatong.core.engine.sources import Sources
from yimatong.core.facts import COLUMNS
from yimatong.core.time import Zone
from yimatong.edges.folders import csv_tables, parquet_tables
from yimatong.edges.folders.checks import wrong_rows
from yimatong.edges.folders.problems import MOST_KEPT, FolderError, Problem

READ = (".csv", ".parquet")


def read(folder: Path, zone: Zone, spool: Path, *, progress: Progress | None = None) -> Sources:
    """The five tables of a folder; CSV is turned into Parquet in `spool`. FolderError tells everything that is wrong."""
    gathered = _Gathered()
    found = _find(folder, gathered)
    gathered.stop()
    paths: dict[str, tuple[Path, ...]] = {}
    for number, (table, listed) in enumerate(found.items(), start=1):
        if progress:
            progress(f"read {table}", number, 2 * len(found))
        paths[table] = tuple(_readable(listed, table, zone, spool, gathered))
    gathered.stop_where_unreadable(found, paths)
    with duckdb.connect() as session:
        for number, (table, files) in enumerate(paths.items(), start=1 + len(found)):
            if progress:
                progress(f"check {table}", number, 2 * len(found))
            try:
                _open(session, table, files, spool)
                for file, line, column, code in wrong_rows(session, table):
                    gathered.report(Problem(file, line, column, code))
            except duckdb.Error:
                # A file's description can be right and its rows damaged.
                for damaged in _damaged(session, files):
                    gathered.report(Problem(damaged.name, 0, "", "file-not-read"))
                gathered.stop()
                raise
    gathered.stop()
    return Sources(**paths)


class _Gathered:
    """Problems as they are found; the first 100,000 are kept, all are counted."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.count = 0

    def report(self, problem: Problem) -> None:
        self.count += 1
        if len(self.problems) < MOST_KEPT:
            self.problems.append(problem)

    def stop(self) -> None:
        """FolderError when anything was wrong."""
        if self.problems:
            raise FolderError(self.problems, self.count)

    def stop_where_unreadable(self, found: dict[str, list[Path]], paths: dict[str, tuple[Path, ...]]) -> None:
        """FolderError when a file could not be read at all; wrong cells alone let the rest be checked first."""
        if any(len(paths[table]) != len(files) for table, files in found.items()):
            self.stop()


def _find(folder: Path, gathered: _Gathered) -> dict[str, list[Path]]:
    """The files of each table, people first; what does not belong is a problem."""
    if not folder.is_dir():
        gathered.report(Problem(folder.name, 0, "", "folder-missing"))
        return {}
    found: dict[str, list[Path]] = {}
    for table in COLUMNS:
        forms = [list(form) for form in _forms(folder, table) if form]
        if len(forms) > 1:
            gathered.report(Problem(table, 0, "", "table-twice"))
        if forms:
            found[table] = forms[0]
    if "people" not in found:
        gathered.report(Problem(folder.name, 0, "", "people-missing"))
    registers = _registers(folder)
    for file in sorted(folder.iterdir()):
        if (
            file.suffix.lower() in READ
            and not any(file in files for files in found.values())
            and file.stem not in COLUMNS
            and file not in registers
        ):
            gathered.report(Problem(file.name, 0, "", "file-unknown"))
    return found


def _registers(folder: Path) -> tuple[Path, ...]:
    """What `yimatong city build` writes beside the five tables, in a folder that says that it did: nobody takes them for facts."""
    if not (folder / manifest.FILE).is_file():
        return ()
    return tuple(folder / f"{name}.parquet" for name in manifest.REGISTERS)


def _forms(folder: Path, table: str) -> Iterator[list[Path]]:
    """The three ways in which a table can lie in a folder."""
    for suffix in READ:
        file = folder / f"{table}{suffix}"
        yield [file] if os.path.lexists(file) else []
    yield sorted((folder / table).rglob("*.parquet"))


def _readable(files: list[Path], table: str, zone: Zone, spool: Path, gathered: _Gathered) -> Iterator[Path]:
    """Parquet files as they are, a CSV as the Parquet file written from it."""
    for file in files:
        if file.suffix == ".parquet":
            if parquet_tables.is_readable(file, table, gathered.report):
                yield file
            continue
        rows = csv_tables.read(file, table, zone, gathered.report)
        if rows is not None:
            spool.mkdir(parents=True, exist_ok=True)
            pq.write_table(rows, spool / f"{table}.parquet", row_group_size=122_880)
            yield spool / f"{table}.parquet"


def _open(session: duckdb.DuckDBPyConnection, table: str, files: tuple[Path, ...], spool: Path) -> None:
    """A view with the columns `file` and `line` beside the table's own: the line of the CSV, or the row in Parquet."""
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    columns = ", ".join(f'"{name}"' for name, _kind in COLUMNS[table])
    if files[0].parent == spool:
        where, line = f"'{table}.csv'", "line"
    else:
        where, line = "parse_filename(filename)", "file_row_number + 1"
    session.execute(
        f"CREATE VIEW {table} AS SELECT {columns}, {where} AS file, {line} AS line"
        f" FROM read_parquet([{listed}], filename=true, file_row_number=true)"
    )


def _damaged(session: duckdb.DuckDBPyConnection, files: tuple[Path, ...]) -> Iterator[Path]:
    """Those whose rows can't be read to the end."""
    for file in files:
        try:
            session.execute("SELECT max(hash(row)) FROM read_parquet(?) AS row", [str(file)]).fetchall()
        except duckdb.Error:
            yield file
