"""Mistakes and refusals around declarations, each with a code that never changes and no personal data."""

from __future__ import annotations

from dataclasses import dataclass

from yimatong.core.errors import REMEDY, Language, YimatongError
from yimatong.stations.declarations.sentences import SENTENCES


class DeclarationError(YimatongError):
    """Something about a declaration that a person can mend."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One answer that cannot be right. `field` is the form's name, with the row for rows: `itinerary.0.from`."""

    field: str
    code: str
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


class AnswersWrong(DeclarationError):
    """Answers that cannot be right, all of them told together."""

    def __init__(self, errors: tuple[Wrong, ...]) -> None:
        self.errors = errors
        first = errors[0]
        super().__init__(
            "answers-wrong",
            zh=first.zh, en=first.en, place=first.field, remedy_zh=first.remedy_zh, remedy_en=first.remedy_en,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refused:
    """A no that is part of the work."""

    code: str
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str

    def tell(self, language: Language) -> str:
        """The sentence and its remedy."""
        sentence, remedy = (self.zh, self.remedy_zh) if language == "zh" else (self.en, self.remedy_en)
        return f"{sentence} [{self.code}]\n{REMEDY[language]}{remedy}"


def mistake(code: str, *, place: str = "", **words: object) -> DeclarationError:
    """The error of a code, its sentences filled in. Words are numbers, codes and slugs: never personal data."""
    zh, en, remedy_zh, remedy_en = (sentence.format(**words) for sentence in SENTENCES[code])
    return DeclarationError(code, zh=zh, en=en, place=place, remedy_zh=remedy_zh, remedy_en=remedy_en)


def refused(code: str, **words: object) -> Refused:
    """The refusal of a code."""
    return Refused(code, *(sentence.format(**words) for sentence in SENTENCES[code]))


def wrong(field: str, label_zh: str, label_en: str, code: str, **words: object) -> Wrong:
    """What is wrong with one answer; `{zh}` and `{en}` of the sentences are the field's labels."""
    filled = (sentence.format(zh=label_zh, en=label_en, **words) for sentence in SENTENCES[code])
    return Wrong(field, code, *filled)
