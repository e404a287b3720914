"""When two names may be one person's: the same sound, another script's order, a sign written otherwise."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from pypinyin import lazy_pinyin

NOT_LETTERS = re.compile(r"[\s·•‧・.．'’,-]+")
CLOSE = 0.8


def sound_alike(one: str, other: str) -> bool:
    """Whether two names are written or spoken the same: of children of one parent, who often differ by a single sign."""
    first, second = _plain(one), _plain(other)
    return first == second or lazy_pinyin(first) == lazy_pinyin(second)


def differ_much(one: str, other: str) -> bool:
    """True when nobody would take one name for the other: then an official looks, and nothing is taken over."""
    first, second = _plain(one), _plain(other)
    if sound_alike(one, other):
        return False
    if first.isascii() and second.isascii():
        return _latin_differs(one, other)
    if min(len(first), len(second)) < 3:
        return True
    # One sign of a long name may be written otherwise; the family name stays.
    same = sum(block.size for block in SequenceMatcher(None, first, second).get_matching_blocks())
    return first[0] != second[0] or same < max(len(first), len(second)) - 1


def _latin_differs(one: str, other: str) -> bool:
    """Given and family name may be swapped; a letter or two may be wrong."""
    words, others = (sorted(NOT_LETTERS.sub(" ", _folded(name)).split()) for name in (one, other))
    return SequenceMatcher(None, " ".join(words), " ".join(others)).ratio() < CLOSE


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).upper()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _plain(name: str) -> str:
    return NOT_LETTERS.sub("", _folded(name))
