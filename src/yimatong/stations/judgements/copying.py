"""Rows between PostgreSQL and files, in bulk: out straight into columns and Parquet, in from CSV by COPY."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from adbc_driver_postgresql import dbapi
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.conninfo import make_conninfo

NULL = "\\N"
"""What stands for NULL in the CSV files that are copied in."""
ROW_GROUP = 122_880
AT_ONCE = 2
"""Connections that read side by side: PostgreSQL answers each with one core, and as many turn rows into columns."""
TYPES = {"int32": pa.int32(), "int64": pa.int64(), "string": pa.string(), "binary8": pa.binary(8)}
_DICTIONARIES = ("kind", "detail", "colour")
_NAMED = (
    "host",
    "port",
    "user",
    "password",
    "passfile",
    "dbname",
    "options",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A SELECT whose rows become a Parquet file.

    `columns` maps a column to int32, int64, string or binary8 (8 bytes), with a `?` where it may be NULL; a text is never NULL.
    """

    select: str
    columns: Mapping[str, str]
    path: Path


def copy_out(
    connection: BaseDatabaseWrapper, wanted: Sequence[Wanted], *, snapshot: str = ""
) -> Iterator[tuple[Wanted, int]]:
    """Write each of the files, two at a time, and tell which is done and how many rows it has.

    The same rows in the same order give the same bytes, and memory is bounded. `snapshot` is one that a transaction exported
    (pg_export_snapshot): all see what it sees.
    """
    idle: SimpleQueue[Any] = SimpleQueue()

    def write(one: Wanted) -> int:
        cursor = idle.get()
        try:
            cursor.execute(one.select)
            return write_rows(cursor.fetch_record_batch(), one.columns, one.path)
        finally:
            idle.put(cursor)

    with _connected(connection, snapshot, min(AT_ONCE, len(wanted))) as cursors, ThreadPoolExecutor(AT_ONCE) as pool:
        for cursor in cursors:
            idle.put(cursor)
        going = {pool.submit(write, one): one for one in wanted}
        for done in as_completed(going):
            yield going[done], done.result()


def write_rows(batches: Iterable[pa.RecordBatch], columns: Mapping[str, str], path: Path) -> int:
    """Write rows as Parquet; the same rows in the same order give the same bytes, in whatever pieces they come. Returns their number."""
    schema = pa.schema([(column, TYPES[kind.rstrip("?")]) for column, kind in columns.items()])
    dictionaries = [column for column in _DICTIONARIES if column in columns]
    rows, rest = 0, schema.empty_table()
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=dictionaries) as writer:
        for batch in batches:
            rest = pa.concat_tables([rest, pa.Table.from_batches([batch]).rename_columns(schema.names).cast(schema)])
            # Whole groups, or the pieces in which the rows happened to come would show in the file.
            whole = len(rest) // ROW_GROUP * ROW_GROUP
            if whole:
                writer.write_table(rest.slice(0, whole).combine_chunks(), row_group_size=ROW_GROUP)
                rows, rest = rows + whole, rest.slice(whole)
        if len(rest) or not rows:
            writer.write_table(rest.combine_chunks(), row_group_size=ROW_GROUP)
    return rows + len(rest)


@dataclass(frozen=True, slots=True)
class Copied:
    """The number of rows that were copied, and the SHA-256 of their CSV."""

    rows: int
    sha256: str


def copy_in(cursor: Any, table: str, columns: Sequence[str], rows: Path) -> Copied:
    """Insert the rows of a CSV file, and tell what was inserted."""
    hashed, count = hashlib.sha256(), 0
    listed = ", ".join(f'"{column}"' for column in columns)
    with (
        rows.open("rb") as file,
        cursor.copy(f"COPY {table} ({listed}) FROM STDIN (FORMAT csv, NULL '{NULL}')") as copy,
    ):
        while piece := file.read(1 << 20):
            copy.write(piece)
            hashed.update(piece)
            count += piece.count(b"\n")
    return Copied(count, hashed.hexdigest())


@contextmanager
def _connected(connection: BaseDatabaseWrapper, snapshot: str, count: int) -> Iterator[list[Any]]:
    """Cursors of connections beside Django's, as the same role, each in a transaction that only reads."""
    given = connection.get_connection_params()
    where = make_conninfo(**{name: given[name] for name in _NAMED if given.get(name) is not None})
    opened = []
    try:
        for _n in range(count):
            beside = dbapi.connect(where, autocommit=False)
            opened.append(beside)
        cursors = [beside.cursor() for beside in opened]
        for cursor in cursors:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            if snapshot:
                cursor.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        yield cursors
        for cursor in cursors:
            cursor.close()
    finally:
        for beside in opened:
            beside.close()
