"""Signing a strip: pure, so that processes without Django can do it for many at once.

A pass's cti is HMAC-SHA256(key, serial and epoch)[:8]: signed twice it is the same pass, and it says nothing to whoever has
no key. Its slot is the place's in the order of its epoch.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from yimatong.core.colour import Colour
from yimatong.core.credential import FileKey, Signer, document_check, e_code, masked, mint, slot, tail_of, windows_of
from yimatong.core.macs import mac

POINT = 33
OVER = bytes(2)
_CTI = struct.Struct(">QQ")


class Line(NamedTuple):
    """What a strip is made of: a credential, whose it is, and the day's window keys of its phone, one after the other."""

    binding: int
    serial: int
    place: int
    colour: str
    permit: int
    name: str
    document: str
    points: bytes


class Signed(NamedTuple):
    """A strip as it is kept: each pass with its length (two bytes) before it; a window that was over has no pass, length 0."""

    binding: int
    serial: int
    passes: bytes


class LeftOut(NamedTuple):
    """A binding whose strip could not be signed, and the kind of mistake; its own words could carry a name."""

    binding: int
    mistake: str


class Chunk(NamedTuple):
    """What came of many lines: one that fails is left out, and the others are signed."""

    signed: list[Signed]
    left_out: list[LeftOut]


@dataclass(frozen=True)
class Stamp:
    """Everything that a day's strips are signed with. `bits` has those of each window's epoch, in their order."""

    city: str
    day: int
    hours: int
    iat: int
    bits: tuple[int, ...]
    slots: bytes
    ctis: bytes
    checks: bytes
    signer: Signer

    def cti(self, serial: int, epoch: int) -> bytes:
        """The identity of a credential's pass in an epoch."""
        return cti_of(self.ctis, serial, epoch)

    def strip(self, line: Line) -> Signed:
        """The day's passes of one credential."""
        name, tail, colour = masked(line.name), tail_of(line.document), Colour(line.colour)
        document = line.document.encode("ascii", "ignore").decode()
        parts = []
        for number, window in enumerate(windows_of(self.day, self.hours)):
            if window.exp < self.iat:
                parts.append(OVER)
                continue
            cti = self.cti(line.serial, window.epoch)
            claims = e_code(
                city=self.city,
                epoch=window.epoch,
                hours=self.hours,
                iat=self.iat,
                cti=cti,
                colour=colour,
                name=name,
                tail=tail,
                check=document_check(self.checks, cti, document),
                slot=slot(self.slots, window.epoch, self.bits[number], line.place),
                device=line.points[number * POINT : number * POINT + POINT],
                permit=line.permit or None,
            )
            pass_ = mint(claims, self.signer)
            parts += (len(pass_).to_bytes(2, "big"), pass_)
        return Signed(line.binding, line.serial, b"".join(parts))


def cti_of(key: bytes, serial: int, epoch: int) -> bytes:
    """The identity of a credential's pass in an epoch."""
    return mac(key, _CTI.pack(serial, epoch))[:8]


def passes_of(strip: bytes) -> list[bytes]:
    """The passes of a strip, one a window; empty where the window was over when the strip was signed."""
    found, at = [], 0
    while at < len(strip):
        end = at + 2 + int.from_bytes(strip[at : at + 2], "big")
        found.append(strip[at + 2 : end])
        at = end
    return found


_stamp: list[Stamp] = []
"""The stamp of a signing process, set once when it starts."""


def begin(words: dict[str, object], pem: Path) -> None:
    """Set up a signing process: the stamp without its signer, and the file of the private key."""
    _stamp[:] = [Stamp(**words, signer=FileKey.read(pem))]  # type: ignore[arg-type]


def sign_many(lines: Sequence[Line]) -> Chunk:
    """In a signing process: the strips of many."""
    return strips(_stamp[0], lines)


def strips(stamp: Stamp, lines: Iterable[Line]) -> Chunk:
    """The strips of many."""
    chunk = Chunk([], [])
    for line in lines:
        try:
            chunk.signed.append(stamp.strip(line))
        except Exception as error:  # noqa: BLE001 -- whatever it is, those behind it must not wait for it
            chunk.left_out.append(LeftOut(line.binding, f"internal.{type(error).__name__}"))
    return chunk
