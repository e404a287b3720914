"""Mistakes and refusals around declarations, each with a code that never changes and no personal data."""

from __future__ import annotations

from dataclasses import dataclass

from yimatong.core.errors import Mistakes, YimatongError, filled
from yimatong.core.text import Text
from yimatong.records.refusals import Refusals
from yimatong.stations.declarations.sentences import SENTENCES


class DeclarationError(YimatongError):
    """Something about a declaration that a person can mend."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One answer that cannot be right. `field` is the form's name, with the row for rows: `itinerary.0.from`."""

    field: str
    code: str
    sentence: Text
    remedy: Text


class AnswersWrong(DeclarationError):
    """Answers that cannot be right, all of them told together."""

    def __init__(self, errors: tuple[Wrong, ...]) -> None:
        self.errors = errors
        first = errors[0]
        super().__init__("answers-wrong", first.sentence, place=first.field, remedy=first.remedy)


mistake = Mistakes(DeclarationError, SENTENCES)

refused = Refusals(SENTENCES)


def wrong(field: str, label: Text, code: str, **words: object) -> Wrong:
    """What is wrong with one answer; `{label}` of the sentences is the field's."""
    return Wrong(field, code, *filled(SENTENCES, code, label=label, **words))
