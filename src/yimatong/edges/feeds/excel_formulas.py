"""Which cells of a workbook are formulas: their kept values were computed by whoever sent the file, and are nothing that anybody said.

    in_xlsx(path) -> per sheet, in the workbook's order, the columns that hold formulas, each with its rows (from 0)
    in_xls(path) -> the same of a workbook of Excel 97 (MS-XLS: BIFF8 in a compound file, MS-CFB)

ValueError, KeyError, zipfile's and expat's own where a file is not built as it has to be.
"""

from __future__ import annotations

import re
import struct
import zipfile
from array import array
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TypeAlias
from xml.parsers import expat

from yimatong.core import given
from yimatong.edges.feeds.limits import LIMITS

Formulas: TypeAlias = "list[dict[int, array[int]]]"
"""A sheet: column (from 0) -> rows (from 0)."""
FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
PIECE = 1 << 20
SECTOR_END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
BOF, BOUNDSHEET, FORMULAS = (0x0009, 0x0209, 0x0409, 0x0809), 0x0085, (0x0006, 0x0206, 0x0406)


def in_xlsx(path: Path) -> Formulas:
    """Of each sheet; parts without a formula are searched by their bytes alone. The workbook has been inspected before."""
    with zipfile.ZipFile(path) as archive:
        return [_of_part(archive, part) for part in _parts(archive)]


def _parts(archive: zipfile.ZipFile) -> list[str]:
    """The part of each sheet, in the workbook's order."""
    listed = [given_ for name, given_ in _elements(archive, "xl/workbook.xml") if name == "sheet"]
    targets = {
        given_.get("Id", ""): given_.get("Target", "")
        for name, given_ in _elements(archive, "xl/_rels/workbook.xml.rels")
        if name == "Relationship"
    }
    there = {name.lower(): name for name in archive.namelist()}
    parts = []
    for sheet in listed:
        number = next((value for name, value in sheet.items() if name.rpartition(":")[2] == "id"), "")
        target = targets.get(number, "")
        full = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl", target))
        parts.append(there.get(full.lower(), ""))
    return parts


def _elements(archive: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(":")[2], attributes))
    parser.Parse(archive.read(part), True)
    return found


def _of_part(archive: zipfile.ZipFile, part: str) -> dict[int, array[int]]:
    if not part or not _has_formula(archive, part):
        return {}
    found: dict[int, array[int]] = {}
    at = [-1, -1]

    def begin(name: str, attributes: dict[str, str]) -> None:
        plain = name.rpartition(":")[2]
        if plain == "row":
            at[0] = int(attributes["r"]) - 1 if "r" in attributes else at[0] + 1
            at[1] = -1
        elif plain == "c":
            place = REFERENCE.fullmatch(attributes.get("r", ""))
            at[1] = _column(place[1]) if place else at[1] + 1
            if place:
                at[0] = int(place[2]) - 1
        elif plain == "f" and at[1] >= 0:
            found.setdefault(at[1], array("i")).append(at[0])

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    with archive.open(part) as stream:
        while piece := stream.read(PIECE):
            parser.Parse(piece, False)
    parser.Parse(b"", True)
    return found


def _has_formula(archive: zipfile.ZipFile, part: str) -> bool:
    rest = b""
    with archive.open(part) as stream:
        while piece := stream.read(PIECE):
            if FORMULA.search(rest + piece):
                return True
            rest = piece[-64:]
    return False


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def in_xls(path: Path) -> Formulas:
    """Of each sheet of an Excel 97 workbook."""
    stream = _workbook(given.read(path, LIMITS.excel_bytes))
    begins: list[int] = []
    found: dict[int, dict[int, array[int]]] = {}
    here = -1
    for at, kind, body in _records(stream):
        if kind == BOUNDSHEET:
            begins.append(struct.unpack_from("<I", body)[0])
        elif kind in BOF:
            here = at
        elif kind in FORMULAS:
            row, column = struct.unpack_from("<HH", body)
            found.setdefault(here, {}).setdefault(column, array("i")).append(row)
    return [found.get(begin, {}) for begin in begins]


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _workbook(raw: bytes) -> bytes:
    """The stream `Workbook` (or `Book`) of a compound file."""
    size, small = 1 << struct.unpack_from("<H", raw, 30)[0], 1 << struct.unpack_from("<H", raw, 32)[0]
    if size not in (512, 4096) or small != 64:
        raise ValueError("sector size")
    tables = [sector for sector in struct.unpack_from("<109I", raw, 76) if sector < SECTOR_END]
    more, left = struct.unpack_from("<2I", raw, 68)
    for _ in range(min(left, len(raw) // size)):
        *listed, more = struct.unpack_from(f"<{size // 4}I", raw, (more + 1) * size)
        tables += [sector for sector in listed if sector < SECTOR_END]
    chain = array("I")
    for sector in tables:
        chain.frombytes(raw[(sector + 1) * size : (sector + 2) * size])
    directory = b"".join(_follow(raw, chain, struct.unpack_from("<I", raw, 48)[0], size, 1))
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    for entry in entries:
        name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace")
        if name.lower() in ("workbook", "book"):
            first, length = struct.unpack_from("<II", entry, 116)
            if length >= 4096:
                return b"".join(_follow(raw, chain, first, size, 1))[:length]
            inside = b"".join(_follow(raw, chain, struct.unpack_from("<I", entries[0], 116)[0], size, 1))
            shorter = array("I", b"".join(_follow(raw, chain, struct.unpack_from("<I", raw, 60)[0], size, 1)))
            return b"".join(_follow(inside, shorter, first, small, 0))[:length]
    raise ValueError("no workbook")


def _follow(raw: bytes, chain: array[int], first: int, size: int, before: int) -> Iterator[bytes]:
    """The sectors of a chain; one that goes round in circles ends after as many as there are."""
    for _ in range(len(chain)):
        if first >= len(chain):
            return
        yield raw[(first + before) * size : (first + before + 1) * size]
        first = chain[first]
