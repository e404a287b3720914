"""Bounds of what comes from outside: whole numbers, texts, JSON. One place, so that no page, file or program has others.

Nothing here says what a number or a text means; it says what is not even looked at. Limits of files: edges/feeds/limits.py.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

LARGEST = 2**63 - 1
"""The largest whole number that the records hold (PostgreSQL's bigint)."""
LARGEST_INT32 = 2**31 - 1
"""The largest number of a place, a division, a person."""
DIGITS = 19
"""So many digits LARGEST has. Python reads a number of 4,300 digits and refuses one more, after time that grows with their square."""
LONGEST_TEXT = 200_000
"""Signs of one field of a form: a signature's strokes are the longest thing that anybody sends."""
DEEPEST = 64
"""Levels of JSON inside one another; what we take has at most eight."""
NUL = re.compile(rb"\x00|(?<!\\)(?:\\\\)*\\u0000")
"""A zero byte, plain or as JSON writes it: PostgreSQL holds none in a text."""
BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')


def whole(text: object, most: int = LARGEST) -> int | None:
    """The whole number from 0 to `most` that a text is, in ASCII digits alone; None for whatever else came."""
    if not isinstance(text, str) or len(text) > DIGITS or not (text.isascii() and text.isdigit()):
        return None
    number = int(text)
    return number if number <= most else None


def has_nul(data: bytes) -> bool:
    """Whether a text, or a text inside this JSON, holds a zero byte."""
    return NUL.search(data) is not None


def is_clean(text: str) -> bool:
    """Whether a text can be kept: no zero byte, and no half of a pair of UTF-16."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text))


def is_deep(data: bytes) -> bool:
    """Whether JSON goes deeper than DEEPEST, without reading it; brackets in texts do not count."""
    if data.count(b"[") + data.count(b"{") <= DEEPEST:
        return False
    depth = 0
    for found in BRACKETS.finditer(data):
        sign = found.group()
        depth += 1 if sign in b"[{" else -1 if sign in b"]}" else 0
        if depth > DEEPEST:
            return True
    return False


def loads(data: bytes | str) -> Any:
    """JSON of strangers. ValueError for what is none, goes too deep, names a key twice, or holds NaN, infinity, a number past LARGEST,
    a zero byte or a half sign."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if has_nul(raw) or is_deep(raw):
        raise ValueError("nul or depth")
    found = json.loads(
        raw.decode("utf-8"), parse_int=_int, parse_float=_float, parse_constant=_no, object_pairs_hook=_once
    )
    if rb"\ud" in raw.lower() and not is_clean(json.dumps(found, ensure_ascii=False)):
        raise ValueError("half a sign")
    return found


def _int(text: str) -> int:
    if len(text) > DIGITS + 1 or abs(number := int(text)) > LARGEST:
        raise ValueError("number")
    return number


def _float(text: str) -> float:
    if len(text) > 64 or abs(number := float(text)) == float("inf"):
        raise ValueError("number")
    return number


def _no(_: str) -> NoReturn:
    raise ValueError("no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found
