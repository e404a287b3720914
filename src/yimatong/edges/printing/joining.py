"""Several PDF files of Typst as one, written as they come: no more than one of them is ever in memory.

The files are PDF 1.4 (`typesetting.PLAIN`): a table of offsets at the end, objects that lie open, numbers that can be moved. Each
file's objects are copied with other numbers; its root of pages becomes a branch of the tree of pages of the whole. An object
that an earlier file had already, byte for byte, is not copied again: patterns and colours stand once.
"""

from __future__ import annotations

import re
from hashlib import sha256
from itertools import pairwise
from typing import BinaryIO

_HEAD = b"%PDF-1.4\n%\x80\x80\x80\x80\n"
_XREF = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_ROOT = re.compile(rb"/Root (\d+) 0 R")
_PAGES = re.compile(rb"/Pages (\d+) 0 R")
_TREE_NODE = re.compile(rb"/Type\s*/Pages\b")
_COUNT = re.compile(rb"/Count (\d+)")
_TOKEN = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>|\b(\d+) 0 R\b", re.DOTALL)
"""Texts and hexadecimal texts are passed over; what is left and looks like a reference is one."""
_OBJECT = re.compile(rb"(\d+) 0 obj\s")
_TREE, _CATALOGUE, _ABOUT = 1, 2, 3
_TAIL = 2048


class NotPlain(ValueError):
    """The file is not such a one as Typst writes for PDF 1.4."""


class Joined:
    """A PDF that grows: `add` a file, `close` at the end. `out` need not be able to seek."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._size = 0
        self._offsets: list[int] = [0, 0, 0, 0]
        self._branches: list[int] = []
        self._known: dict[bytes, int] = {}
        self.pages = 0
        self._write(_HEAD)

    def add(self, file: bytes) -> None:
        """Append the pages of a file; NotPlain, before anything is written, where it is in another form."""
        objects = _objects(file)
        root = _number(_PAGES, objects[_number(_ROOT, file[-_TAIL:])])
        order, count = _below(objects, root), _number(_COUNT, objects[root])
        new = {number: self._reserved() for number in order if _TREE_NODE.search(objects[number])}
        branches = dict(new)
        for number in order:
            if number not in branches:
                new[number] = self._copied(_moved(objects[number], new))
        for number, reserved in branches.items():
            parent = b"/Parent %d 0 R" % _TREE if number == root else b""
            self._put(_moved(objects[number], new).replace(b"/Type/Pages", b"/Type/Pages" + parent, 1), at=reserved)
        self._branches.append(new[root])
        self.pages += count

    def close(self) -> int:
        """Write tree, catalogue and table; the size of the file in bytes."""
        kids = b" ".join(b"%d 0 R" % number for number in self._branches)
        self._put(b"<</Type/Pages/Count %d/Kids[%s]>>" % (self.pages, kids), at=_TREE)
        preferences = b"/ViewerPreferences<</PrintScaling/None>>"
        self._put(b"<</Type/Catalog/Pages %d 0 R%s>>" % (_TREE, preferences), at=_CATALOGUE)
        self._put(b"<</Title<FEFF%s>>>" % "甬行证".encode("utf-16-be").hex().encode(), at=_ABOUT)
        start, count = self._size, len(self._offsets)
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        self._write(b"".join(b"%010d 00000 n \n" % offset for offset in self._offsets[1:]))
        trailer = b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        self._write(trailer % (count, _CATALOGUE, _ABOUT, start))
        return self._size

    def _reserved(self) -> int:
        self._offsets.append(0)
        return len(self._offsets) - 1

    def _copied(self, body: bytes) -> int:
        """The number of an object in the whole: a new one, or that of the same bytes before."""
        digest = sha256(body).digest()
        if digest not in self._known:
            self._known[digest] = self._reserved()
            self._put(body, at=self._known[digest])
        return self._known[digest]

    def _put(self, body: bytes, *, at: int) -> None:
        self._offsets[at] = self._size
        self._write(b"%d 0 obj\n%s\nendobj\n" % (at, body))

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._size += len(data)


def _objects(file: bytes) -> dict[int, bytes]:
    """The bodies of a file's objects by number, found by its table of offsets."""
    end = _XREF.search(file, max(0, len(file) - _TAIL))
    if end is None or file[:8] != _HEAD[:8]:
        raise NotPlain("not a PDF 1.4 file")
    table = int(end[1])
    lines = file[table : end.start()].split(b"\n")
    if lines[0].strip() != b"xref":
        raise NotPlain("no table of offsets")
    starts = sorted(int(line[:10]) for line in lines[2:] if line[17:18] == b"n")
    return dict(_object(file, start, end_) for start, end_ in pairwise([*starts, table]))


def _object(file: bytes, start: int, end: int) -> tuple[int, bytes]:
    head = _OBJECT.match(file, start)
    stop = file.rfind(b"endobj", start, end)
    if head is None or stop < 0:
        raise NotPlain("an object is not where the table says")
    return int(head[1]), file[head.end() : stop].rstrip(b"\n")


def _number(pattern: re.Pattern[bytes], text: bytes) -> int:
    found = pattern.search(text)
    if found is None:
        raise NotPlain(pattern.pattern.decode())
    return int(found[1])


def _below(objects: dict[int, bytes], root: int) -> list[int]:
    """The objects that the root of pages leads to, each after all that it refers to, but for parents; the root is last."""
    order, seen, waiting = list[int](), {root}, [(root, iter(_references(objects[root])))]
    while waiting:
        number, rest = waiting[-1]
        found = next((each for each in rest if each not in seen), None)
        if found is None:
            order.append(number)
            waiting.pop()
        elif found not in objects:
            raise NotPlain("a reference leads nowhere")
        else:
            seen.add(found)
            waiting.append((found, iter(_references(objects[found]))))
    return order


def _split(body: bytes) -> tuple[bytes, bytes]:
    """What stands before a stream, where references are, and the stream."""
    at = body.find(b"stream\n")
    return (body, b"") if at < 0 else (body[:at], body[at:])


def _references(body: bytes) -> list[int]:
    return [int(found[1]) for found in _TOKEN.finditer(_split(body)[0]) if found[1]]


def _moved(body: bytes, new: dict[int, int]) -> bytes:
    """The object with the numbers that its references have in the whole."""
    before, stream = _split(body)
    return _TOKEN.sub(lambda hit: b"%d 0 R" % new[int(hit[1])] if hit[1] else hit[0], before) + stream
