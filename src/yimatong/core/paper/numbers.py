"""The number of a paper pass: `DDDDDD-SSSSSSS-C`, sixteen signs.

Six digits of the district's division code, seven of the serial, and the check digit of ISO 7064 MOD 11,10 over these thirteen.
Every wrong digit is found, and nearly every two neighbours that changed places (the tests state which are not).
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from stdnum.iso7064 import mod_11_10

from yimatong.core.errors import Language
from yimatong.core.text import message as _, message_in

DISTRICT_DIGITS, SERIAL_DIGITS = 6, 7
DIGITS = DISTRICT_DIGITS + SERIAL_DIGITS + 1
FIRST_DISTRICT, LAST_DISTRICT = 110000, 829999
"""Division codes of provinces begin with 11 to 82 (GB/T 2260)."""
LAST_SERIAL = 10**SERIAL_DIGITS - 1
"""Serials run from 1, so that a row of zeros is never a number."""
_HYPHENS = "-‐‑‒–—―−﹘﹣－·._/"
_SKIPPED = str.maketrans(dict.fromkeys(_HYPHENS))


class Number(NamedTuple):
    """A number in its parts; `str` is as it stands on the pass."""

    district: int
    serial: int

    @property
    def digits(self) -> str:
        """The fourteen digits without hyphens."""
        body = f"{self.district:06}{self.serial:07}"
        return body + str(mod_11_10.calc_check_digit(body))

    def __str__(self) -> str:
        digits = self.digits
        return f"{digits[:6]}-{digits[6:13]}-{digits[13]}"


class NumberFlaw(NamedTuple):
    """Why a text is no number: `empty`, `sign`, `too-short`, `too-long`, `check-digit`, `district` or `serial`."""

    code: str

    def sentence(self, language: Language) -> str:
        """What is wrong, for whoever typed it; without the text itself."""
        return _SAID[self.code].of(language)

    def remedy(self, language: Language) -> str:
        """What to do."""
        return _REMEDY.of(language)


def number(district: int, serial: int) -> str:
    """The number of a serial of a district; ValueError where one of them is out of range."""
    if not FIRST_DISTRICT <= district <= LAST_DISTRICT:
        raise ValueError("a district is a division code of six digits")
    if not 1 <= serial <= LAST_SERIAL:
        raise ValueError(f"serials run from 1 to {LAST_SERIAL}")
    return str(Number(district, serial))


def read_number(text: str) -> Number | NumberFlaw:
    """The number in a text as people write it: blanks, missing or other hyphens and full-width digits do not matter."""
    plain = "".join(unicodedata.normalize("NFKC", text).translate(_SKIPPED).split())
    if not plain:
        return NumberFlaw("empty")
    if not (plain.isascii() and plain.isdigit()):
        return NumberFlaw("sign")
    if len(plain) != DIGITS:
        return NumberFlaw("too-short" if len(plain) < DIGITS else "too-long")
    if not mod_11_10.is_valid(plain):
        return NumberFlaw("check-digit")
    found = Number(int(plain[:6]), int(plain[6:13]))
    if not FIRST_DISTRICT <= found.district <= LAST_DISTRICT:
        return NumberFlaw("district")
    return found if found.serial else NumberFlaw("serial")


_SAID = {
    "empty": _("There is no number."),
    "sign": _("A pass number has digits only."),
    "too-short": _("The number has fewer than 14 digits."),
    "too-long": _("The number has more than 14 digits."),
    "check-digit": _("The check digit does not fit: a digit is wrong."),
    "district": _("The number does not begin with a division code."),
    "serial": _("There is no serial of zeros only."),
}
_REMEDY = message_in("pass number", "Type it again as it stands on the pass, like 330203-0001234-0.")
