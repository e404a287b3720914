"""Reading single cells: instants, numbers, words. Each function says None where the text is no such thing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone

from yimatong.core.time import Zone

INSTANT = re.compile(
    r"(?P<year>\d{4})(?:[-/.年])(?P<month>\d{1,2})(?:[-/.月])(?P<day>\d{1,2})日?"
    r"(?:[T\s]*(?P<hour>\d{1,2})(?:[:时点](?P<minute>\d{1,2}))?(?:[:分](?P<second>\d{1,2})(?:[.]\d{1,6})?)?[时点分秒]?"
    r"\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?)?"
)
COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[T\s]?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<offset>Z|[+-]\d{2}:?\d{2})?)?"
)
LOST_DIGITS = "\x01"
"""The first sign of a cell that Excel keeps as a number of more digits than it can hold."""
BLANKS = " \t\r\n\u00a0\u3000\ufeff'"
"""Taken off both ends of a cell; spreadsheets and other systems mark text with an apostrophe or a tab."""
FORMULA = re.compile(r"[=@]|[+-](?=.*[A-Za-z(|!=@\"'])")
"""How a text begins that a spreadsheet computes when it is opened or pasted. A telephone's +86 and a cellar's -1 compute nothing."""
LAST_INT32 = 2_147_483_647


def plain(text: str) -> str:
    """A cell as it is compared: half-width signs, no blanks at the ends."""
    return unicodedata.normalize("NFKC", text).strip(BLANKS)


def is_formula(text: str) -> bool:
    """Whether a cell's text would be computed by a spreadsheet. No name, number, date or word begins so."""
    return FORMULA.match(plain(text)) is not None


def instant(text: str, zone: Zone, *, last: bool) -> datetime | None:
    """The aware instant that a cell tells. A bare date is the first minute of that local day, or with `last` its last minute.

    Accepts 2020-02-15 08:30, 2020/2/15 8:30:00, 2020年2月15日8时30分, 20200215, 20200215083000, ISO 8601 with offset.
    An hour without minutes is accepted only with its word (8时).
    """
    found = INSTANT.fullmatch(plain(text)) or COMPACT.fullmatch(plain(text))
    if found is None:
        return None
    part = found.groupdict()
    if part["hour"] is not None and part["minute"] is None and not re.search("[时点]", text):
        return None
    try:
        day = date(int(part["year"]), int(part["month"]), int(part["day"]))
        local = timezone(timedelta(minutes=zone.offset))
        if part["hour"] is None:
            return datetime(day.year, day.month, day.day, *((23, 59) if last else (0, 0)), tzinfo=local)
        hour, minute, second = (int(part[name] or 0) for name in ("hour", "minute", "second"))
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=_offset(part["offset"], local))
    except ValueError:
        return None


def _offset(text: str | None, local: timezone) -> timezone:
    if text is None:
        return local
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    hours, minutes = int(text[1:3]), int(text[-2:])
    if minutes > 59:
        raise ValueError("no such offset")
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def number(text: str) -> int | None:
    """A positive int32, also as 12.0 (spreadsheets write it so)."""
    found = re.fullmatch(r"(\d{1,10})(?:\.0+)?", plain(text))
    value = int(found[1]) if found else 0
    return value if 0 < value <= LAST_INT32 else None


def division(text: str) -> int | None:
    """The 9-digit street of an official code of 9 or 12 digits; None for a county or above, whose last digits are 0."""
    found = re.fullmatch(r"([1-9]\d{8})(?:\d{3})?(?:\.0+)?", plain(text))
    return int(found[1]) if found and int(found[1]) % 1000 else None


def region(text: str) -> int | None:
    """The 9-digit division of an official code of 6, 9 or 12 digits, whatever its level."""
    found = re.fullmatch(r"([1-9]\d{5})(?:(\d{3})(?:\d{3})?)?(?:\.0+)?", plain(text))
    return int(found[1] + (found[2] or "000")) if found else None


def lookup(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Every accepted spelling of a closed list, folded, to our word."""
    spellings = {folded(spelling): word for word, accepted in words.items() for spelling in accepted}
    return spellings | {folded(word): word for word in words}


def folded(text: str) -> str:
    """A word as it is looked up: half-width, lower case, without blanks inside."""
    return re.sub(r"\s+", "", plain(text)).lower()
