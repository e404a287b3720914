"""A file as it came: what it is called, how large, its hash, and what kind it is by its first bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from yimatong.core import given
from yimatong.edges.feeds.errors import refusal
from yimatong.edges.feeds.limits import LIMITS, MEBIBYTE
from yimatong.records.actions.deliveries import Stamp

Form = Literal["csv", "xlsx", "xls", "parquet", "json"]
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PARQUET = b"PAR1"
LIMIT: dict[Form, int] = {
    "csv": LIMITS.text_bytes,
    "xlsx": LIMITS.excel_bytes,
    "xls": LIMITS.excel_bytes,
    "parquet": LIMITS.parquet_bytes,
    "json": LIMITS.json_bytes,
}


def stamp(path: Path) -> Stamp:
    """Name, size and SHA-256 of a file; `file-missing`, `file-not-regular`, `file-empty` or `file-too-large`."""
    try:
        size = given.check(path, max(LIMIT.values()))
        with given.opened(path, max(LIMIT.values())) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except given.GivenError as problem:
        raise refusal(problem.code, place=path.name, most=max(LIMIT.values()) // MEBIBYTE) from problem
    except OSError as problem:
        raise refusal("file-missing", place=path.name) from problem
    if size == 0:
        raise refusal("file-empty", place=path.name)
    return Stamp(path.name[-255:], size, digest)


def form_of(path: Path, wanted: tuple[Form, ...]) -> Form:
    """The kind of a file by its first bytes, never by its name; `file-kind-unknown` where it is none of the wanted."""
    with path.open("rb") as file:
        head = file.read(64)
    form = _form(head)
    if form not in wanted:
        raise refusal("file-kind-unknown", place=path.name, wanted=" / ".join(wanted))
    if path.stat().st_size > LIMIT[form]:
        raise refusal("file-too-large", place=path.name, most=LIMIT[form] // MEBIBYTE)
    return form


def _form(head: bytes) -> Form:
    if head.startswith(ZIP):
        return "xlsx"
    if head.startswith(OLE):
        return "xls"
    if head.startswith(PARQUET):
        return "parquet"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return "json"
    return "csv"
