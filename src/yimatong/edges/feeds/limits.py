"""How large a file may be. Beyond it the file is refused whole, before it is read."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, rows, columns and signs. `unpacked` and `ratio` bound what an xlsx may grow to; a small one may be any ratio.

    `cells` is rows by columns of the rectangle that an Excel sheet spans, empty cells counted.
    """

    text_bytes: int = 1024 * MEBIBYTE
    excel_bytes: int = 100 * MEBIBYTE
    json_bytes: int = 100 * MEBIBYTE
    parquet_bytes: int = 16 * 1024 * MEBIBYTE
    unpacked: int = 1024 * MEBIBYTE
    ratio: int = 200
    ratio_counts_from: int = 10 * MEBIBYTE
    rows: int = 20_000_000
    columns: int = 200
    cells: int = 40_000_000
    cell_length: int = 2_000
    header_within: int = 10
    line_bytes: int = 8 * MEBIBYTE
    sheets: int = 200
    members: int = 5_000
    directory_bytes: int = 2 * MEBIBYTE
    footer_bytes: int = 32 * MEBIBYTE
    groups: int = 50_000
    parquet_rows: int = 4_000_000_000


LIMITS = Limits()
