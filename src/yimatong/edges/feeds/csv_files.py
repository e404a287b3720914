"""CSV: UTF-8 with or without mark, UTF-16 with mark, GB18030; comma, tab, semicolon or bar."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from yimatong.core import given
from yimatong.edges.feeds import headers
from yimatong.edges.feeds.contract import Contract
from yimatong.edges.feeds.errors import refusal
from yimatong.edges.feeds.limits import LIMITS
from yimatong.edges.feeds.sheets import Ragged, Sheet, sheet_of

DELIMITERS = (",", "\t", ";", "|")
HEAD = 65_536
BLANK = ' \t\r\n,;|"'
UTF8_MARK = codecs.BOM_UTF8
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read(path: Path, contract: Contract) -> Sheet:
    """The table of a CSV file; a FeedError says why there is none. Rows with another number of cells come as ragged."""
    text = decoded(given.read(path, LIMITS.text_bytes), path.name)
    head = text[:HEAD].decode(errors="replace")
    delimiter, header = _header(head, contract, path.name)
    _check_quotes(text, path.name)
    width = len(header.titles)
    if width > LIMITS.columns:
        raise refusal("too-many-columns", place=path.name, most=LIMITS.columns)
    table, ragged = _parsed(text, delimiter, header, path.name)
    if table.num_rows + len(ragged) > LIMITS.rows:
        raise refusal("too-many-rows", place=path.name, most=LIMITS.rows)
    return _sheet(table, ragged, delimiter, header, path.name, quoted=b'"' in text)


def decoded(raw: bytes, place: str) -> bytes:
    """The file's text as UTF-8 without a mark; `encoding-unknown`, `encoding-mixed`, `file-truncated` or `csv-nul`."""
    if raw.startswith(UTF16_MARKS):
        return _transcoded(raw, "utf-16", place)
    if (nul := raw.find(b"\0")) >= 0:
        raise refusal("csv-nul", place=place, line=_line(raw, nul))
    body = raw.removeprefix(UTF8_MARK)
    try:
        body.decode()
    except UnicodeDecodeError as problem:
        return _not_utf8(raw, body, problem, place)
    return body


def _not_utf8(raw: bytes, body: bytes, problem: UnicodeDecodeError, place: str) -> bytes:
    """The text of a file that is not UTF-8: cut off, mixed, or GB18030."""
    if problem.reason == "unexpected end of data":
        raise refusal("file-truncated", place=place)
    if raw.startswith(UTF8_MARK) or _begins_as_utf8(body):
        raise refusal("encoding-mixed", place=place, line=_line(body, problem.start))
    return _transcoded(body, "gb18030", place)


def _begins_as_utf8(body: bytes) -> bool:
    """The first line with Chinese in it reads as UTF-8; one of GB18030 hardly ever does, a single sign of it may."""
    first = next((line for line in body[:HEAD].splitlines() if not line.isascii()), b"")
    try:
        return not first.decode().isascii()
    except UnicodeDecodeError:
        return False


def _transcoded(raw: bytes, encoding: str, place: str) -> bytes:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as problem:
        if problem.end >= len(raw) - 1:
            raise refusal("file-truncated", place=place) from None
        raise refusal("encoding-unknown", place=place, line=_line(raw, problem.start)) from None
    if (nul := text.find("\0")) >= 0:
        raise refusal("csv-nul", place=place, line=text.count("\n", 0, nul) + 1)
    return text.removeprefix("\ufeff").encode()


def _line(raw: bytes, position: int) -> int:
    return raw.count(b"\n", 0, position) + 1


def _header(head: str, contract: Contract, place: str) -> tuple[str, headers.Header]:
    """The delimiter whose reading of the first rows names most columns, and the header read with it."""
    best = max(DELIMITERS, key=lambda delimiter: _named(_first_rows(head, delimiter), contract))
    return best, headers.find(_first_rows(head, best), contract, place=place)


def _named(rows: list[list[str]], contract: Contract) -> int:
    titles = {headers.folded_title(title) for column in contract.columns for title in (*column.zh, *column.en)}
    return max((sum(headers.folded_title(cell) in titles for cell in row) for row in rows), default=0)


def _first_rows(head: str, delimiter: str) -> list[list[str]]:
    lines = head.splitlines()[: LIMITS.header_within]
    try:
        return [next(csv.reader([line], delimiter=delimiter), []) for line in lines]
    except csv.Error:
        return []


def _check_quotes(text: bytes, place: str) -> None:
    """An odd number of quotation marks means that some row swallows others; the first line with an odd number is told."""
    if text.count(b'"') % 2 == 0:
        return
    for number, line in enumerate(io.BytesIO(text), start=1):
        if line.count(b'"') % 2:
            raise refusal("csv-quote-open", place=place, line=number)


def _parsed(text: bytes, delimiter: str, header: headers.Header, place: str) -> tuple[pa.Table, list[Ragged]]:
    """Every cell as text, blank rows included. The reader counts rows itself, so it works in one thread."""
    ragged: list[Ragged] = []

    def set_aside(row: pa_csv.InvalidRow) -> str:
        ragged.append(Ragged(row.number, row.text))
        return "skip"

    names = [f"c{index}" for index in range(len(header.titles))]
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(text if text.endswith((b"\n", b"\r")) else text + b"\n"),
            read_options=pa_csv.ReadOptions(
                use_threads=False, block_size=LIMITS.line_bytes, column_names=names, skip_rows=header.row
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, invalid_row_handler=set_aside, ignore_empty_lines=False, newlines_in_values=True
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowInvalid as problem:
        if "straddling" in str(problem):
            raise refusal("csv-line-too-long", place=place, most=LIMITS.line_bytes) from None
        raise refusal("csv-broken", place=place) from None
    return table, ragged


def _sheet(
    table: pa.Table, ragged: list[Ragged], delimiter: str, header: headers.Header, place: str, *, quoted: bool
) -> Sheet:
    """The sheet without its blank rows, every row with its number. A file that is not `quoted` has no line break in a cell."""
    misfits = {row.row for row in ragged}
    every = np.arange(header.row + 1, header.row + 1 + table.num_rows + len(ragged), dtype=np.int32)
    numbers = every[~np.isin(every, list(misfits))] if misfits else every
    if quoted:
        _check_line_breaks(table, numbers, delimiter, header, place)
    return sheet_of(table, numbers, tuple(row for row in ragged if row.text.strip(BLANK)), header, place)


def _check_line_breaks(
    table: pa.Table, numbers: np.ndarray, delimiter: str, header: headers.Header, place: str
) -> None:
    """A cell that holds whole rows, or a column of ours with a line break, comes from a quotation mark that was never closed."""
    ours = set(header.columns.values())
    for index, column in enumerate(table.columns):
        # Two plain searches are several times as fast as one by a pattern.
        broken = pc.fill_null(pc.or_(*(pc.match_substring(column, sign) for sign in "\r\n")), fill_value=False)
        for position in np.flatnonzero(broken.to_numpy()):
            lines = column[int(position)].as_py().splitlines()
            if index in ours or any(line.count(delimiter) >= len(header.titles) - 1 for line in lines):
                raise refusal("csv-quote-open", place=place, line=int(numbers[position]))
