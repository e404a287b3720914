"""Arrow rows in the binary form of PostgreSQL's COPY: nothing is written out as text to be parsed again.

https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-FILE-FORMATS: a head, then each row as the number of its fields (16 bits)
and each field as its length (32 bits; -1 is NULL) and its bytes, the highest first.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
DAYS_BEFORE, MICROSECONDS_BEFORE = 10_957, 946_684_800_000_000
"""From 1970, where Arrow counts from, to 2000, where PostgreSQL does."""
SQL_TYPES: dict[str, str] = {
    "int32": "integer",
    "int64": "bigint",
    "string": "text",
    "binary": "bytea",
    "fixed_size_binary[16]": "uuid",
    "timestamp[us, tz=UTC]": "timestamptz",
    "date32[day]": "date",
}
"""The types that can be written, and what PostgreSQL calls them."""


def encoded(rows: pa.Table) -> bytes:
    """The rows, without head and end."""
    fields = [_lengths_and_bytes(column.combine_chunks()) for column in rows.columns]
    widths = [np.maximum(lengths, 0) for lengths, _ in fields]
    sizes = 2 + 4 * len(fields) + np.sum(widths, axis=0, dtype=np.int64)
    at = np.cumsum(sizes) - sizes
    out = np.empty(int(sizes.sum()), dtype=np.uint8)
    _put(out, at, np.full(rows.num_rows, 2), np.full(rows.num_rows, len(fields), dtype=">i2").view(np.uint8))
    at += 2
    for (lengths, data), width in zip(fields, widths, strict=True):
        _put(out, at, np.full(rows.num_rows, 4), lengths.astype(">i4").view(np.uint8))
        at += 4
        _put(out, at, width, data)
        at += width
    return out.tobytes()


def _put(out: np.ndarray, at: np.ndarray, widths: np.ndarray, data: np.ndarray) -> None:
    """Lay the pieces of `data`, so many bytes each, one after another to where each belongs."""
    if len(widths) and (width := int(widths[0])) and (widths == width).all():
        out[at[:, None] + np.arange(width)] = data.reshape(-1, width)
    else:
        out[np.repeat(at - (np.cumsum(widths) - widths), widths) + np.arange(len(data))] = data


def _lengths_and_bytes(column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The length of each value (-1: NULL), and the bytes of those that are there."""
    lengths = np.full(len(column), -1, dtype=np.int64)
    there, valid = column.drop_null(), column.is_valid().to_numpy(zero_copy_only=False)
    if len(there) == 0:
        return lengths, np.empty(0, dtype=np.uint8)
    if pa.types.is_string(column.type) or pa.types.is_binary(column.type):
        _, offsets, data = there.buffers()
        ends = np.frombuffer(offsets, np.int32, len(there) + 1, 4 * there.offset)
        lengths[valid] = np.diff(ends)
        return lengths, np.frombuffer(data or b"", np.uint8)[ends[0] : ends[-1]]
    raw = _fixed(there)
    lengths[valid] = len(raw) // len(there)
    return lengths, raw


def _fixed(there: pa.Array) -> np.ndarray:
    """The bytes of values that are equally long."""
    if pa.types.is_fixed_size_binary(there.type):
        width = there.type.byte_width
        return np.frombuffer(there.buffers()[1], np.uint8, width * len(there), width * there.offset)
    if pa.types.is_timestamp(there.type):
        numbers = there.cast(pa.int64()).to_numpy() - MICROSECONDS_BEFORE
    elif pa.types.is_date32(there.type):
        numbers = there.cast(pa.int32()).to_numpy() - np.int32(DAYS_BEFORE)
    else:
        numbers = there.to_numpy()
    return numbers.astype(numbers.dtype.newbyteorder(">")).view(np.uint8)
