"""What is printed: passes, pages of a register, blanks. Values only; nothing here knows a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from yimatong.core.errors import Language

Form = Literal["card", "a4", "sheet", "thermal58", "thermal80"]
FORMS: tuple[Form, ...] = ("card", "a4", "sheet", "thermal58", "thermal80")
Languages = tuple[Language, ...]
BOTH: Languages = ("zh", "en")
Strokes = tuple[tuple[tuple[float, float], ...], ...]
"""A signature as it was drawn: strokes of points, x and y in any unit of one scale, y downwards."""


@dataclass(frozen=True, slots=True)
class PrintedPass:
    """One pass as it is printed. Both days are inside; `document_shown` is the whole number, as the announcement wants it.

    `qr_text` is `credential.paper_text` of the signed pass. `child_of`: the document number is a parent's, the pass the
    child's. `large`: its holder asked for large print, so that a card or a place on a sheet becomes an A4 page, and a
    thermal strip is set in letters of twice the size.
    """

    number: str
    name: str
    document_shown: str
    issued_on: date
    valid_until: date
    issuing_point: str
    qr_text: str
    not_valid_zones: tuple[str, ...] = ()
    child_of: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of the register: who got which number when, and the signature (strokes, a scan as PNG or JPEG, or none yet)."""

    sequence: int
    number: str
    name: str
    document_shown: str
    issued_at: datetime
    valid_until: date
    child_of: bool = False
    remark: str = ""
    signature: Strokes | bytes | None = None


@dataclass(frozen=True, slots=True)
class RegisterTotals:
    """What was issued anew, in place of a lost or damaged pass, and how many blanks were spoiled or void."""

    issued: int = 0
    replaced: int = 0
    spoiled: int = 0

    @property
    def all(self) -> int:
        """Numbers used."""
        return self.issued + self.replaced + self.spoiled


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """Page `page` of `pages` of a point's register of one day, with the totals of the page and of the day."""

    issuing_point: str
    district: str
    day: date
    page: int
    pages: int
    rows: tuple[RegisterRow, ...]
    page_totals: RegisterTotals
    day_totals: RegisterTotals
    clerk: str = ""


ROWS_A_PAGE = 12
"""Lines of a register's page; fewer are filled up with empty lines."""
