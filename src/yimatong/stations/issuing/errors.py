"""Refusals and mistakes around issuing, each with a code that never changes and no personal data."""

from __future__ import annotations

from dataclasses import dataclass

from yimatong.core.errors import REMEDY, Language, YimatongError
from yimatong.stations.issuing.sentences import MISTAKES, REFUSALS
from yimatong.stations.judgements.answers import ReasonExplained


class IssuingError(YimatongError):
    """Something about issuing that a person can mend."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A no that is part of the work. `reasons` are those of the judgement, the strictest first; `number` is the pass in the way."""

    code: str
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str
    reasons: tuple[ReasonExplained, ...] = ()
    number: str = ""

    def tell(self, language: Language) -> str:
        """The sentence, the reasons with what ends them, and the remedy: for the clerk to read aloud."""
        sentence, remedy = (self.zh, self.remedy_zh) if language == "zh" else (self.en, self.remedy_en)
        reasons = [f"· {getattr(one.because, language)} {getattr(one.what_ends_it, language)}" for one in self.reasons]
        return "\n".join([f"{sentence} [{self.code}]", *reasons, f"{REMEDY[language]}{remedy}"])


def refused(code: str, *, reasons: tuple[ReasonExplained, ...] = (), number: str = "") -> Refused:
    """The refusal of a code, its sentences filled in."""
    zh, en, remedy_zh, remedy_en = (sentence.format(number=number) for sentence in REFUSALS[code])
    return Refused(code, zh, en, remedy_zh, remedy_en, reasons, number)


def mistake(code: str, *, place: str = "", **words: object) -> IssuingError:
    """The error of a code, its sentences filled in. Words are numbers, codes and fields: never personal data."""
    zh, en, remedy_zh, remedy_en = (sentence.format(**words) for sentence in MISTAKES[code])
    return IssuingError(code, zh=zh, en=en, place=place, remedy_zh=remedy_zh, remedy_en=remedy_en)
