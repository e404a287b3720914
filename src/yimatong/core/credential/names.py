"""Names on a code: enough to compare with an ID document, too little to know somebody by."""

from __future__ import annotations

import re
import unicodedata

from yimatong.core.credential.claims import NAME_BYTES

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
STAR = "*"


def masked(name: str) -> str:
    """王小明: 王*明; 王明: 王*; 买买提·艾力: 买*力; John Edward Smith: J* S*. At most eight bytes; an empty name is a star.

    Everything between the first and the last sign becomes one star, so that its length says nothing.
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", name) if sign.isprintable()).strip()
    if not plain:
        return STAR
    if not _HAN.match(plain):
        return _initials(plain)
    ends = plain[0] + STAR + (plain[-1] if len(plain) > 2 else "")
    return ends if len(ends.encode()) <= NAME_BYTES else plain[0] + STAR


def _initials(plain: str) -> str:
    """The first signs of the first and of the last word."""
    words = plain.upper().split()
    text = f"{words[0][0]}{STAR}"
    if len(words) > 1:
        both = f"{text} {words[-1][0]}{STAR}"
        return both if len(both.encode()) <= NAME_BYTES else text
    return text


def tail_of(document: str) -> str:
    """The last four signs of a document number, in capitals; signs that a number does not have are left out."""
    return re.sub(r"[^0-9A-Z]", "", document.upper())[-4:]
