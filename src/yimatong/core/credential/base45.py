"""Base45 (RFC 9285), strict: only the 45 signs, only whole groups, only values that fit, so that bytes have one text."""

from __future__ import annotations

from array import array
from functools import lru_cache
from sys import byteorder

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
NO_SIGN = 255
_VALUES = bytes(SIGNS.find(chr(code)) if chr(code) in SIGNS else NO_SIGN for code in range(256))
_TRIPLES = tuple(a + b for b in SIGNS for a in SIGNS)
"""The first two signs of a group by the rest of dividing by 2025."""


class NotBase45(ValueError):
    """The text is not base45; `detail` says why and holds no part of the text."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def encode(data: bytes) -> str:
    """The base45 text of bytes."""
    pairs = array("H", data[: len(data) & ~1])
    if byteorder == "little":
        pairs.byteswap()
    text = "".join([_TRIPLES[pair % 2025] + SIGNS[pair // 2025] for pair in pairs])
    return text + _TRIPLES[data[-1]] if len(data) % 2 else text


def decode(text: str) -> bytes:
    """The bytes of a base45 text; NotBase45 for a sign, a length or a group that base45 does not have."""
    if len(text) % 3 == 1:
        raise NotBase45("base45-length")
    try:
        values = text.encode().translate(_VALUES)
    except UnicodeEncodeError:
        raise NotBase45("base45-sign") from None
    if NO_SIGN in values:
        raise NotBase45("base45-sign")
    groups = len(values) // 3
    data = _groups(values, groups)
    if groups * 3 == len(values):
        return data
    last = values[-2] + 45 * values[-1]
    if last > 255:
        raise NotBase45("base45-overflow")
    return data + bytes((last,))


def _groups(values: bytes, groups: int) -> bytes:
    """The two bytes of each whole group, all groups at once: they are the digits of a long number, three bytes a group."""
    last = _last_bytes(groups)
    number = int.from_bytes(values[: groups * 3], "big")
    sums = ((number >> 16 & last) + 45 * (number >> 8 & last) + 2025 * (number & last)).to_bytes(groups * 3, "big")
    if sums[::3].strip(b"\0"):
        raise NotBase45("base45-overflow")
    data = bytearray(groups * 2)
    data[::2], data[1::2] = sums[1::3], sums[2::3]
    return bytes(data)


@lru_cache(maxsize=256)
def _last_bytes(groups: int) -> int:
    """The number that keeps the last byte of every group."""
    return int.from_bytes(b"\0\0\xff" * groups, "big")
