"""Held rows in words: which row, which column, what is wrong and what to do; without the row's values."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yimatong.edges.feeds.catalogue import CONTRACTS
from yimatong.edges.feeds.problems import PROBLEMS
from yimatong.edges.web.everybody.words import NOTHING, in_words
from yimatong.records.models import HeldRow

STATES: dict[str, Promise] = {
    "waiting": _("waiting"),
    "released": _("released"),
    "dismissed": _("dismissed"),
}


@dataclass(frozen=True)
class HeldProblem:
    """One problem of one held row, in the page's language and without the row's values."""

    row: int
    column: str
    code: str
    wrong: str
    remedy: str
    state: str
    state_key: str

    @classmethod
    def of(cls, row: HeldRow, problem: dict[str, str], feed: str) -> HeldProblem:
        """Put a problem into words; a code that is not listed speaks for itself."""
        code = problem["code"]
        sentence = PROBLEMS.get(code)
        return cls(
            row=row.row,
            column=column_title(feed, problem["column"]),
            code=code,
            wrong=in_words(sentence.wrong) if sentence else code,
            remedy=in_words(sentence.remedy) if sentence else NOTHING,
            state=str(STATES[row.state]),
            state_key=row.state,
        )


def column_title(feed: str, column: str) -> str:
    """Return a column's header as the file has it, in the page's language."""
    contract = CONTRACTS.get(feed)
    found = next((one for one in contract.columns if one.name == column), None) if contract else None
    return in_words(found.title) if found else column or NOTHING
