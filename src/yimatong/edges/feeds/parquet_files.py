"""Parquet from outside, looked at before it is read: a regular file, whose description of itself is of a size that can be held."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from yimatong.core import given
from yimatong.edges.feeds.limits import LIMITS

MAGIC = b"PAR1"
UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError)
"""What reading a spoilt file raises; the last where the name of a column is no UTF-8, as soon as somebody asks for it."""


def too_much(path: Path) -> str | None:
    """The code of what is too much in a file: `file-not-regular`, `file-too-large`, `too-many-columns`, `too-many-groups` or
    `too-many-rows`; None where it can be read. Whatever else is wrong, its reader says (UNREADABLE).
    """
    try:
        with given.opened(path, LIMITS.parquet_bytes) as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - 8))
            end = file.read(8)
            # The description stands at the end: its length, and the mark. It is parsed as a whole, many times as large in memory.
            if end[4:] == MAGIC and size > int.from_bytes(end[:4], "little") > LIMITS.footer_bytes:
                return "too-many-groups"
            file.seek(0)
            with pq.ParquetFile(file) as parquet:
                about = parquet.metadata
                if about.num_columns > LIMITS.columns:
                    return "too-many-columns"
                if about.num_row_groups > LIMITS.groups:
                    return "too-many-groups"
                return "too-many-rows" if about.num_rows > LIMITS.parquet_rows else None
    except given.GivenError as problem:
        return "file-not-read" if problem.code == "file-missing" else problem.code
