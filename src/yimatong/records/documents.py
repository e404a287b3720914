"""Which document numbers can be true: their shape, the birth date in them, their check digit."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from stdnum.iso7064 import mod_11_2

from yimatong.records.identity import normalised

Flaw = Literal["id-number-shape", "id-number-date", "id-number-check-digit"]

SHAPES: dict[str, str] = {
    "resident": r"[1-9][0-9]{16}[0-9X]",
    "hk_macau": r"[HM]([0-9]{8}|[0-9]{10})",
    "taiwan": r"[0-9]{8}|[0-9]{10}[A-Z0-9]{0,2}",
    "foreign_permanent": r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]",
    "passport": r"[A-Z0-9]{5,17}",
}
"""The shape of each document's number, normalised (identity.normalised). Residence permits of people from Hong Kong,
Macau and Taiwan have a resident's number (GB 11643)."""

EARLIEST_BIRTH = date(1880, 1, 1)


def flaw(id_type: str, number: str, today: date) -> Flaw | None:
    """What is wrong with a document number, or None. The area code of a resident's number is not judged: codes
    come and go, and people keep the number they were given."""
    plain = normalised(number)
    if not re.fullmatch(SHAPES[id_type], plain):
        return "id-number-shape"
    if id_type != "resident":
        return None
    if not EARLIEST_BIRTH <= (birth_date(plain) or date.min) <= today:
        return "id-number-date"
    return None if mod_11_2.is_valid(plain) else "id-number-check-digit"


def birth_date(resident_number: str) -> date | None:
    """The birth date inside a resident's number, or None where there is no such day."""
    try:
        return date(int(resident_number[6:10]), int(resident_number[10:12]), int(resident_number[12:14]))
    except ValueError:
        return None
