"""Arrow tables into temporary tables of PostgreSQL, by COPY."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.sql import SQL, Identifier, Literal

from yimatong.records.actions.intake.binary import END, HEAD, SQL_TYPES, encoded

PIECE = 16_384
WORTH_A_DEFAULT = 1_000
AHEAD = 2


def make_room() -> None:
    """Let the statements of this transaction sort and compare a large delivery in memory, the checks of what it inserts too."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")


def stage(name: str, rows: pa.Table) -> None:
    """Make the temporary table `name` of the rows, gone at the end of the transaction.

    Column types follow Arrow's (16 bytes are a uuid). A text that is the same in every row is the column's default and is not sent.
    """
    constants = {column: value for column in rows.column_names if (value := _constant(rows[column])) is not None}
    columns = SQL(", ").join(
        SQL("{} {} DEFAULT {}").format(
            Identifier(column.name),
            SQL(SQL_TYPES[str(column.type)]),
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
    """COPY the rows into a table with columns of these names; return how many. Columns of nothing but NULL are not sent.

    An empty text is sent as NULL.
    """
    rows = rows.select([name for name in rows.column_names if rows[name].null_count < rows.num_rows])
    if rows.num_rows == 0 or not rows.column_names:
        return 0
    rows = _empty_text_as_null(rows)
    return copy_pieces(table, rows.column_names, (rows.slice(at, PIECE) for at in range(0, rows.num_rows, PIECE)))


def copy_pieces(table: str, columns: Sequence[str], pieces: Iterable[pa.Table]) -> int:
    """COPY tables of these columns, as they are, in one statement: the server takes a piece in while the next is made."""
    names = ", ".join(f'"{name}"' for name in columns)
    count = 0
    with connection.cursor() as cursor, connection.wrap_database_errors:
        raw: psycopg.Cursor[Any] = cursor.cursor
        with raw.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)") as copy:
            copy.write(HEAD)
            for rows, signs in _made_ahead((rows, encoded(rows.select(columns))) for rows in pieces):
                copy.write(signs)
                count += rows.num_rows
            copy.write(END)
    return count


def _made_ahead(pieces: Iterator[tuple[pa.Table, bytes]]) -> Iterator[tuple[pa.Table, bytes]]:
    """The same, made in a thread while those before are used: writing waits for the server, which takes in most of a piece first.

    Two of them, since some pieces are written at once (what is underway to the server is a buffer, too).
    """
    with ThreadPoolExecutor(1) as beside:
        coming = deque(beside.submit(next, pieces, None) for _ in range(AHEAD))
        while (made := coming.popleft().result()) is not None:
            coming.append(beside.submit(next, pieces, None))
            yield made


def insert_new(cursor: CursorWrapper, statement: str, words: Mapping[str, int | str]) -> bool:
    """Insert rows that were new when they were weighed; True where somebody recorded one of them alone meanwhile, which is left out.

    Looking for that from the first is slower, and hardly ever finds any.
    """
    try:
        with transaction.atomic():
            cursor.execute(statement, words)
    except IntegrityError:
        cursor.execute(f"{statement} ON CONFLICT DO NOTHING", words)
        return True
    return False


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


def _empty_text_as_null(rows: pa.Table) -> pa.Table:
    """Nothing that a feed brings wants an empty text."""
    for index, column in enumerate(rows.schema):
        if pa.types.is_string(column.type):
            text = rows.column(index)
            rows = rows.set_column(index, column, pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text))
    return rows
