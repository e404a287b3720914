"""Excel, xlsx and xls: looked at from outside before it is opened, and read without running anything in it."""

from __future__ import annotations

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.parsers import expat

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from yimatong.core import given
from yimatong.core.text import listed
from yimatong.edges.feeds import excel_formulas, headers
from yimatong.edges.feeds.contract import Contract
from yimatong.edges.feeds.errors import FeedError, refusal
from yimatong.edges.feeds.limits import LIMITS, MEBIBYTE
from yimatong.edges.feeds.sheets import Sheet, sheet_of
from yimatong.edges.feeds.values import LOST_DIGITS

PIECE = 1 << 20
PROLOG = 65_536
CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
CELL_REFERENCE = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
ROW_REFERENCE = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d{1,9})"')
END = 22
"""Bytes of an archive's last record, without its remark of at most 65,535."""
OVERLAP = 400
HARMFUL = (b"<!DOCTYPE", b"<!ENTITY", b"\0")
"""In the prolog of an XML part. A zero byte means UTF-16, in which the other two could hide."""
EXACT = 10**15
"""Excel keeps 15 digits; a larger number has lost some."""


def read(path: Path, form: str, contract: Contract) -> Sheet:
    """The table of the one sheet that has the contract's header; a FeedError says why there is none."""
    if form == "xlsx":
        inspect(path)
    try:
        return _read(path, form, contract)
    except FeedError:
        raise
    except PasswordError:
        raise refusal("file-locked", place=path.name) from None
    except (
        CalamineError,
        OSError,
        ValueError,
        KeyError,
        struct.error,
        expat.ExpatError,
        zipfile.BadZipFile,
    ) as problem:
        locked = "password" in str(problem).lower() or "encrypt" in str(problem).lower()
        raise refusal("file-locked" if locked else "excel-broken", place=path.name) from None
    except BaseException as problem:
        # A panic of the Rust reader is no Exception; whatever else it is (Ctrl-C) goes on.
        if type(problem).__name__ != "PanicException":
            raise
        raise refusal("excel-broken", place=path.name) from None


def inspect(path: Path) -> None:
    """Refuse an xlsx that unpacks to too much, declares entities, or spans a giant sheet; nothing is unpacked to disk."""
    try:
        _check_directory(path)
        with zipfile.ZipFile(path) as archive:
            _check_growth(archive, path)
            if any(member.flag_bits & 1 for member in archive.infolist()):
                raise refusal("file-locked", place=path.name)
            for member in archive.infolist():
                if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_member(archive, member, path.name)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, EOFError, NotImplementedError) as problem:
        raise refusal("excel-broken", place=path.name) from problem


def _check_directory(path: Path) -> None:
    """An archive's list of members is held in memory as a whole, before anything else can be asked: by its end, how long it is."""
    with given.opened(path, LIMITS.excel_bytes) as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - END - 65_535))
        last = file.read()
    at = last.rfind(b"PK\5\6")
    if at < 0 or at + END > len(last):
        raise refusal("excel-broken", place=path.name)
    members, length = struct.unpack_from("<HI", last, at + 10)
    if members > LIMITS.members or length > LIMITS.directory_bytes:
        raise refusal("excel-too-many-parts", place=path.name, most=LIMITS.members)


def _check_growth(archive: zipfile.ZipFile, path: Path) -> None:
    """By what the archive says of itself; _check_member counts what really comes out."""
    unpacked = sum(member.file_size for member in archive.infolist())
    steep = unpacked > LIMITS.ratio * path.stat().st_size and unpacked > LIMITS.ratio_counts_from
    if unpacked > LIMITS.unpacked or steep:
        raise _grows_too_much(path.name)


def _grows_too_much(place: str) -> FeedError:
    return refusal("excel-unpacks-too-large", place=place, most=LIMITS.unpacked // MEBIBYTE, ratio=LIMITS.ratio)


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str) -> None:
    """One XML part: well formed, no entities in its prolog, no more bytes than it says, no cell far away."""
    span, well_formed = Span(), expat.ParserCreate()
    seen = 0
    with archive.open(member) as part:
        while piece := part.read(PIECE):
            if seen == 0 and any(sign in piece[:PROLOG].upper() for sign in HARMFUL):
                raise refusal("excel-entities", place=place)
            seen += len(piece)
            if seen > member.file_size:
                raise _grows_too_much(place)
            well_formed.Parse(piece, False)
            if "worksheets/" in member.filename.lower():
                span.add(piece)
    well_formed.Parse(b"", True)
    if max(span.rows * max(span.columns, 1), span.cells) > LIMITS.cells:
        raise refusal("excel-too-many-cells", place=place, rows=span.rows, columns=span.columns)


class Span:
    """How far the cells of a sheet reach, from its XML as it comes in pieces."""

    def __init__(self) -> None:
        self.rows = self.columns = self.cells = 0
        self._rest = b""

    def add(self, piece: bytes) -> None:
        """Look at the next piece; a tag cut in two is found with the piece after it."""
        text = self._rest + piece
        cells = CELL_REFERENCE.findall(text)
        rows = ROW_REFERENCE.findall(text)
        self.cells += len(CELL.findall(piece))
        self.rows = max([self.rows, *map(int, rows), *(int(row) for _, row in cells)])
        self.columns = max([self.columns, *(column_number(letters) for letters in {letters for letters, _ in cells})])
        self._rest = text[-OVERLAP:]


def column_number(letters: bytes) -> int:
    """The number of a column by its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _read(path: Path, form: str, contract: Contract) -> Sheet:
    formulas = excel_formulas.in_xlsx(path) if form == "xlsx" else excel_formulas.in_xls(path)
    with CalamineWorkbook.from_path(str(path)) as book:
        if len(book.sheets_metadata) > LIMITS.sheets:
            raise refusal("excel-too-many-sheets", place=path.name, most=LIMITS.sheets)
        names = [sheet.name for sheet in book.sheets_metadata]
        visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.VeryHidden]
        found: list[tuple[str, headers.Header, list[list[object]]]] = []
        filled: list[str] = []
        failure: FeedError | None = None
        for name in visible:
            rows = _rows(book.get_sheet_by_name(name), path.name)
            if not rows:
                continue
            filled.append(name)
            try:
                top = [[_text(cell) or "" for cell in row] for row in rows[: LIMITS.header_within]]
                found.append((name, headers.find(top, contract, place=path.name), rows))
            except FeedError as problem:
                failure = failure or problem
    if len(found) > 1:
        raise refusal("excel-two-sheets", place=path.name, sheets=listed(name for name, _, _ in found))
    if not found:
        raise failure or refusal("no-rows", place=path.name)
    name, header, rows = found[0]
    sheet = _sheet(rows, header, path.name, tuple(other for other in filled if other != name))
    return replace(sheet, formulas=_formulas(formulas, names.index(name) if len(names) == len(formulas) else None))


def _formulas(found: excel_formulas.Formulas, sheet: int | None) -> dict[int, np.ndarray]:
    """The rows of each column that hold formulas, as numbers of rows; of all sheets where it is not certain which is which."""
    columns: dict[int, list[np.ndarray]] = {}
    for one in found if sheet is None else [found[sheet]]:
        for column, rows in one.items():
            columns.setdefault(column, []).append(np.array(rows, dtype=np.int32) + 1)
    return {column: np.concatenate(rows) for column, rows in columns.items()}


def _rows(sheet: CalamineSheet, place: str) -> list[list[object]]:
    """All rows of a sheet from its first cell's corner A1 on, so that row numbers are those of the screen."""
    if sheet.total_height * sheet.total_width > LIMITS.cells:
        raise refusal("excel-too-many-cells", place=place, rows=sheet.total_height, columns=sheet.total_width)
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def _sheet(rows: list[list[object]], header: headers.Header, place: str, skipped: tuple[str, ...]) -> Sheet:
    width = len(header.titles)
    if width > LIMITS.columns:
        raise refusal("too-many-columns", place=place, most=LIMITS.columns)
    body = rows[header.row :]
    columns = {f"c{index}": pa.array(list(_column(body, index)), pa.string()) for index in range(width)}
    numbers = np.arange(header.row + 1, header.row + 1 + len(body), dtype=np.int32)
    return sheet_of(pa.table(columns), numbers, (), header, place, skipped)


def _column(body: list[list[object]], index: int) -> Iterator[str | None]:
    for row in body:
        yield _text(row[index]) if index < len(row) else None


def _text(cell: object) -> str | None:
    """A cell as text: dates as ISO 8601, whole numbers without a fraction, a number that lost digits marked as such."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta | bool):
        return str(cell)
    if isinstance(cell, int | float):
        if abs(cell) >= EXACT:
            return f"{LOST_DIGITS}{cell:.0f}"
        return str(int(cell)) if float(cell).is_integer() else repr(cell)
    return str(cell)
