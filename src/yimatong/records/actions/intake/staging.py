"""Arrow tables into temporary tables of PostgreSQL, by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg.sql import SQL, Identifier, Literal

PIECE = 65_536
WORTH_A_DEFAULT = 1_000
SQL_TYPES: dict[str, str] = {
    "int32": "integer",
    "int64": "bigint",
    "string": "text",
    "timestamp[us, tz=UTC]": "timestamptz",
    "date32[day]": "date",
}


class CopyFile:
    """What pyarrow writes CSV into: each piece goes straight on to COPY."""

    closed = False

    def __init__(self, copy: psycopg.Copy) -> None:
        self._copy = copy

    def write(self, piece: bytes | memoryview) -> int:
        """Send a piece on."""
        self._copy.write(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing is kept back."""

    def writable(self) -> bool:
        """Yes."""
        return True

    def close(self) -> None:
        """The copy is ended by its own block."""


def stage(name: str, rows: pa.Table, *, types: dict[str, str] | None = None) -> None:
    """Make the temporary table `name` of the rows, gone at the end of the transaction.

    Column types follow Arrow's, but where `types` names another (uuid and bytea come as hex text). A text that is the
    same in every row is the column's default and is not sent.
    """
    wanted = types or {}
    constants = {column: value for column in rows.column_names if (value := _constant(rows[column])) is not None}
    columns = SQL(", ").join(
        SQL("{} {} DEFAULT {}").format(
            Identifier(column.name),
            SQL(wanted.get(column.name) or SQL_TYPES[str(column.type)]),
            Literal(constants.get(column.name)),
        )
        for column in rows.schema
    )
    made = SQL("CREATE TEMP TABLE {} ({}) ON COMMIT DROP").format(Identifier(name), columns)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cursor.cursor.execute(made)
        copy_in(name, rows.drop_columns(list(constants)))
        cursor.execute(f"ANALYZE {name}")


def copy_in(table: str, rows: pa.Table) -> int:
    """COPY the rows into a table with columns of these names; return how many. Columns of nothing but NULL are not sent."""
    rows = rows.select([name for name in rows.column_names if rows[name].null_count < rows.num_rows])
    if rows.num_rows == 0 or not rows.column_names:
        return 0
    return copy_pieces(table, rows.column_names, [rows])


def copy_pieces(table: str, columns: Sequence[str], pieces: Iterable[pa.Table], *, filled: Sequence[str] = ()) -> int:
    """COPY tables of these columns into a table as one statement; the server takes a piece in while the next is made.

    An empty text is NULL, but in the columns `filled` NULL is an empty text.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    never_null = f", FORCE_NOT_NULL ({', '.join(filled)})" if filled else ""
    options = pa_csv.WriteOptions(include_header=False, batch_size=PIECE, quoting_style="needed")
    count = 0
    with connection.cursor() as cursor, connection.wrap_database_errors:
        raw: psycopg.Cursor[Any] = cursor.cursor
        with raw.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv{never_null})") as copy:
            for rows in pieces:
                pa_csv.write_csv(_as_written(rows.select(columns)), CopyFile(copy), options)
                count += rows.num_rows
    return count


def fetch(
    cursor: CursorWrapper, statement: str, parameters: Sequence[int | str | list[str] | None] = ()
) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    cursor.execute(statement, parameters or None)
    return cursor.fetchall()


def fetch_integers(cursor: CursorWrapper, query: str) -> np.ndarray:
    """The one int32 column of a query in its order, a million as one value; none of them NULL."""
    ((signs,),) = fetch(cursor, f"SELECT string_agg(int4send(value), '') FROM ({query}) AS found (value)")
    return np.frombuffer(signs or b"", ">i4").astype(np.int32)


def _constant(column: pa.ChunkedArray) -> str | None:
    """The one text of a long column that is the same in every row; None where it is anything else."""
    if len(column) < WORTH_A_DEFAULT or not pa.types.is_string(column.type) or column.null_count:
        return None
    ends = pc.min_max(column).as_py()
    return str(ends["min"]) if ends["min"] == ends["max"] else None


def _as_written(rows: pa.Table) -> pa.Table:
    """The rows as CSV wants them: instants as text, each different one written once, and NULL for an empty text.

    COPY reads an unquoted empty field as NULL and pyarrow quotes an empty text; no column here wants an empty text.
    """
    for index, column in enumerate(rows.schema):
        if pa.types.is_timestamp(column.type):
            coded = rows.column(index).combine_chunks().dictionary_encode()
            rows = rows.set_column(index, column.name, coded.dictionary.cast(pa.string()).take(coded.indices))
        elif pa.types.is_string(column.type):
            text = rows.column(index)
            rows = rows.set_column(index, column, pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text))
    return rows
