"""Deterministic CBOR (RFC 8949, 4.2.1), the few kinds of it that a code or a list needs, and nothing else.

Known are: whole numbers, byte strings, text, arrays, maps whose keys are numbers or text, true, false, and the tag 18.
Everything has one encoding, and only that one is read: what `decode` takes, `encode` writes again byte for byte.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SIGN1 = 18
"""The tag of a COSE_Sign1 message (RFC 9052); no other tag is known."""
DEEPEST = 6
LONGEST = 1024
"""Bytes of a code; lists say their own limit."""
_TWO, _FOUR, _EIGHT = struct.Struct(">BH").pack, struct.Struct(">BI").pack, struct.Struct(">BQ").pack


class Malformed(ValueError):
    """Bytes that are not in the form; `detail` is a word of reasons.json and never holds a part of the bytes."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value under the tag 18."""

    value: Any


def head(major: int, number: int) -> bytes:
    """The first bytes of an item: its kind and its number or length, as short as they can be."""
    kind = major << 5
    if number < 24:
        return bytes((kind | number,))
    if number < 0x100:
        return bytes((kind | 24, number))
    if number < 0x10000:
        return _TWO(kind | 25, number)
    if number < 0x100000000:
        return _FOUR(kind | 26, number)
    return _EIGHT(kind | 27, number)


def encode(value: Any) -> bytes:
    """The one encoding of a value; TypeError for a kind that is not known here."""
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return head(3, len(text)) + text
    if isinstance(value, Mapping):
        pairs = sorted((encode(key), encode(held)) for key, held in value.items())
        return head(5, len(pairs)) + b"".join(key + held for key, held in pairs)
    if isinstance(value, Sequence):
        return head(4, len(value)) + b"".join(map(encode, value))
    if isinstance(value, Tagged):
        return head(6, SIGN1) + encode(value.value)
    raise TypeError(type(value).__name__)


def decode(data: bytes, *, longest: int = LONGEST) -> Any:
    """The value of exactly these bytes; Malformed for anything that `encode` would have written otherwise."""
    if len(data) > longest:
        raise Malformed("too-long")
    value, end = _item(data, 0, 0)
    if end != len(data):
        raise Malformed("trailing-bytes")
    return value


def _item(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth >= DEEPEST:
        raise Malformed("too-deep")
    if at >= len(data):
        raise Malformed("truncated")
    major, code = data[at] >> 5, data[at] & 31
    if major == 7:
        return _simple(code), at + 1
    number, at = _number(data, at + 1, code)
    if major < 2:
        return (number if major == 0 else -1 - number), at
    if major < 4:
        return _string(data, at, number, is_text=major == 3)
    if major == 4:
        return _array(data, at, number, depth)
    if major == 5:
        return _map(data, at, number, depth)
    if number != SIGN1:
        raise Malformed("tag")
    value, at = _item(data, at, depth + 1)
    return Tagged(value), at


def _simple(code: int) -> bool:
    if code in {20, 21}:
        return code == 21
    if code in {25, 26, 27}:
        raise Malformed("float")
    raise Malformed("indefinite-length" if code == 31 else "simple-value")


def _number(data: bytes, at: int, code: int) -> tuple[int, int]:
    if code < 24:
        return code, at
    if code == 31:
        raise Malformed("indefinite-length")
    if code > 27:
        raise Malformed("reserved")
    size = 1 << (code - 24)
    if at + size > len(data):
        raise Malformed("truncated")
    number = int.from_bytes(data[at : at + size], "big")
    if number < (24 if size == 1 else 1 << (4 * size)):
        raise Malformed("not-shortest")
    return number, at + size


def _string(data: bytes, at: int, length: int, *, is_text: bool) -> tuple[bytes | str, int]:
    end = at + length
    if end > len(data):
        raise Malformed("truncated")
    if not is_text:
        return data[at:end], end
    try:
        return data[at:end].decode(), end
    except UnicodeDecodeError:
        raise Malformed("not-utf8") from None


def _array(data: bytes, at: int, length: int, depth: int) -> tuple[list[Any], int]:
    if length > len(data) - at:
        raise Malformed("truncated")
    values = []
    for _each in range(length):
        value, at = _item(data, at, depth + 1)
        values.append(value)
    return values, at


def _map(data: bytes, at: int, length: int, depth: int) -> tuple[dict[int | str, Any], int]:
    if length > len(data) - at:
        raise Malformed("truncated")
    values: dict[int | str, Any] = {}
    before = b""
    for _each in range(length):
        start = at
        key, at = _item(data, at, depth + 1)
        if isinstance(key, bool) or not isinstance(key, int | str):
            raise Malformed("key-type")
        encoded = data[start:at]
        if encoded <= before:
            raise Malformed("duplicate-key" if encoded == before or key in values else "key-order")
        before = encoded
        values[key], at = _item(data, at, depth + 1)
    return values, at
