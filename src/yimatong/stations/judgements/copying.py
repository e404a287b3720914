"""Rows between PostgreSQL and files, in bulk: COPY out into Parquet, COPY in from CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

NULL = "\\N"
"""What stands for NULL in the CSV files that are copied in."""
ROW_GROUP = 122_880
_TYPES = {"int32": pa.int32(), "int64": pa.int64(), "string": pa.string()}


def copy_out(cursor: Any, select: str, columns: Mapping[str, str], path: Path) -> int:
    """Write the rows of a SELECT as Parquet; the same rows in the same order give the same bytes. Returns their number.

    `columns` maps a column to int32, int64 or string, with a `?` where it may be NULL; a text is never NULL.
    """
    text = path.with_name(f".{path.stem}.csv")
    with text.open("wb") as file, cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT csv)") as copy:
        for piece in copy:
            file.write(piece)
    table = _read(text, {column: _TYPES[kind.rstrip("?")] for column, kind in columns.items()})
    text.unlink()
    dictionaries = [column for column in ("kind", "detail", "colour") if column in columns]
    pq.write_table(table, path, compression="zstd", row_group_size=ROW_GROUP, use_dictionary=dictionaries)
    return len(table)


def copy_in(cursor: Any, table: str, columns: Sequence[str], rows: Path) -> None:
    """Insert the rows of a CSV file."""
    listed = ", ".join(f'"{column}"' for column in columns)
    with (
        rows.open("rb") as file,
        cursor.copy(f"COPY {table} ({listed}) FROM STDIN (FORMAT csv, NULL '{NULL}')") as copy,
    ):
        while piece := file.read(1 << 20):
            copy.write(piece)


def _read(text: Path, types: dict[str, pa.DataType]) -> pa.Table:
    if not text.stat().st_size:
        return pa.schema(list(types.items())).empty_table()
    table = pacsv.read_csv(
        text,
        read_options=pacsv.ReadOptions(column_names=list(types)),
        convert_options=pacsv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=False),
    )
    # One piece, or the pieces that the reader happened to make would show in the file.
    return table.combine_chunks()
