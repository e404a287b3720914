"""The heads: the seals of the audit chain as lines of files that lie outside the database.

A folder (YIMATONG_AUDIT_HEADS, else `audit-heads` of the home folder) holds one folder for each database, and in it a file a month,
`2020-02.jsonl`. Each line is one seal, appended and brought to the disk. When a month begins, of those before it the last line of each
day is kept. docs/reference/audit.md is the form for a stranger.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from yimatong.stations.judgements.sealing import sealed

SUFFIX = ".jsonl"
TAIL = 65_536
"""Bytes at the end of a file in which its last line lies."""


@dataclass(frozen=True, slots=True)
class Head:
    """A seal of the chain as it is written: `at` is ISO 8601 in UTC, `city` tells the database."""

    seal: int
    upto: int
    digest: str
    covers: str
    at: str
    previous: str
    city: str
    mac: str

    @property
    def is_good(self) -> bool:
        """True where the audit key made it."""
        return self.mac == mac_of(self.city, self.seal, self.upto, self.digest, self.covers, self.at, self.previous)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file: its file's name, its number from 1, and the head, or None where it is none."""

    file: str
    number: int
    head: Head | None


def mac_of(city: str, seal: int, upto: int, digest: str, covers: str, at: str, previous: str) -> str:
    """What a seal of the chain must be."""
    return sealed(["chain", city, seal, upto, digest, covers, at, previous])


def folder(city: str) -> Path:
    """Where the heads of a database lie."""
    return place() / hashlib.sha256(city.encode()).hexdigest()[:16]


def place() -> Path:
    """Where heads lie, of whichever database."""
    return Path(settings.YIMATONG_AUDIT_HEADS or Path(settings.YIMATONG_HOME) / "audit-heads")


def last(city: str) -> Line | None:
    """The last whole line that was written, or None where there is none."""
    for file in reversed(_files(city)):
        with file.open("rb") as opened:
            opened.seek(max(0, file.stat().st_size - TAIL))
            whole = opened.read().split(b"\n")[:-1]
        if whole:
            return Line(file.name, 0, _head(whole[-1]))
    return None


def lines(city: str) -> Iterator[Line]:
    """Every whole line of a database, the oldest first."""
    for file in _files(city):
        with file.open("rb") as opened:
            for number, line in enumerate(opened, start=1):
                if line.endswith(b"\n"):
                    yield Line(file.name, number, _head(line))


def append(city: str, heads: Iterable[Head]) -> None:
    """Append seals and bring them to the disk; OSError where that cannot be done."""
    by_month: dict[str, list[Head]] = {}
    for head in heads:
        by_month.setdefault(head.at[:7], []).append(head)
    if not by_month:
        return
    at = folder(city)
    at.mkdir(parents=True, exist_ok=True, mode=0o700)
    for month, of_month in sorted(by_month.items()):
        file = at / f"{month}{SUFFIX}"
        begins = not file.exists()
        _append(file, "".join(json.dumps(asdict(head), separators=(",", ":")) + "\n" for head in of_month).encode())
        if begins:
            _to_disk(at)
            for earlier in _files(city):
                if earlier.name < file.name:
                    _thin(earlier)


def _append(file: Path, data: bytes) -> None:
    with file.open("ab+") as opened:
        # What a kill left half written is no line.
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, size - TAIL))
        torn = opened.read().rsplit(b"\n", 1)[-1] if size else b""
        if torn:
            opened.truncate(size - len(torn))
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())


def _thin(file: Path) -> None:
    """Keep the last line of each day of a month that is over."""
    days: dict[str, bytes] = {}
    with file.open("rb") as opened:
        for line in opened:
            head = _head(line) if line.endswith(b"\n") else None
            # What is no line of ours stays to be found.
            days[head.at[:10] if head else f"line {len(days)}"] = line
    fresh = file.with_suffix(".new")
    with fresh.open("wb") as opened:
        opened.writelines(days.values())
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(file)
    _to_disk(file.parent)


def _to_disk(at: Path) -> None:
    opened = os.open(at, os.O_RDONLY)
    try:
        # A file system of another machine may have none of it.
        with suppress(OSError):
            os.fsync(opened)
    finally:
        os.close(opened)


def _files(city: str) -> list[Path]:
    return sorted(folder(city).glob(f"*{SUFFIX}"))


def _head(line: bytes) -> Head | None:
    try:
        said = json.loads(line)
        return Head(
            int(said["seal"]), int(said["upto"]), str(said["digest"]), str(said["covers"]), str(said["at"]),
            str(said["previous"]), str(said["city"]), str(said["mac"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None
