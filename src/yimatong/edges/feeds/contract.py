"""What a feed's file must look like: its columns, their headers in both languages, their types and closed lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from yimatong.core.facts import Kind
from yimatong.core.policy.model import Text
from yimatong.core.text import given

Type = Literal["document", "word", "number", "text", "start", "end", "day", "division", "region"]
"""How a cell is read. `start` and `end` are instants: a bare date is the first minute of that local day as a start, its
last minute as an end. `day` is a date, kept as that day's first minute. `division` is an official code of 9 or 12 digits, down to
the street; a `region` may also be a county, a city or a province, of 6 digits too."""

EPIDEMIC = date(2019, 12, 1)
"""No fact of this epidemic is older; an earlier date is a typing error."""
LONG_AGO = date(1930, 1, 1)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `zh` and `en` are the headers that it may have, the first of each being the one to use.

    `words` is the closed list of a word: our detail -> every spelling that is accepted. `ahead` allows instants that
    lie in the future. `most` is the longest text, in signs.
    """

    name: str
    type: Type
    zh: tuple[str, ...]
    en: tuple[str, ...]
    note: Text
    example: str
    required: bool = False
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default: str | None = None
    ahead: bool = False
    earliest: date = EPIDEMIC
    most: int = 80

    @property
    def title(self) -> Text:
        """The header to use."""
        return given({"zh": self.zh[0], "en": self.en[0]})


@dataclass(frozen=True, slots=True)
class Contract:
    """A feed. Its rows become facts of `kind` with the detail in `detail`, or (kind None) people and their homes.

    `start`, `end` and `onset` name the columns of the fact's instants. `origin` marks a feed of declarations made in an
    earlier system (feeds/earlier/): its rows bring symptoms, contacts and journeys too, and are kept to be confirmed.
    """

    feed: str
    title: Text
    about: Text
    columns: tuple[Column, ...]
    kind: Kind | None
    detail: str | None = None
    start: str | None = None
    end: str | None = None
    onset: str | None = None
    origin: str | None = None

    def column(self, name: str) -> Column:
        """The column of a name; KeyError where there is none."""
        return {column.name: column for column in self.columns}[name]
