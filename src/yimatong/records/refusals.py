"""A no that is part of the work of a station: a value with a code that never changes, and no error.

What the verifier of codes answers is another thing, with reasons of its own: core/credential/refusals.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from yimatong.core.errors import REMEDY, Language, Sentences, filled
from yimatong.core.text import Text


class Reason(Protocol):
    """Why a judgement says no, as the judgements explain it."""

    @property
    def rule(self) -> str:
        """The policy's name of the rule."""

    @property
    def because(self) -> Text:
        """What holds."""

    @property
    def what_ends_it(self) -> Text:
        """What the person can do, or wait for."""

    @property
    def evidence(self) -> Any:
        """The fact that it rests on."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A no to somebody. `reasons` are those of the judgement, the strictest first; `number` is the paper pass in the way."""

    code: str
    sentence: Text
    remedy: Text
    reasons: tuple[Reason, ...] = ()
    number: str = ""

    def tell(self, language: Language) -> str:
        """The sentence, the reasons with what ends them, and the remedy: for a clerk to read aloud."""
        reasons = [f"· {one.because.of(language)} {one.what_ends_it.of(language)}" for one in self.reasons]
        return "\n".join(
            [
                f"{self.sentence.of(language)} [{self.code}]",
                *reasons,
                f"{REMEDY.of(language)}{self.remedy.of(language)}",
            ]
        )


@dataclass(frozen=True, slots=True)
class Refusals:
    """Makes the refusals of one station from its table."""

    sentences: Sentences

    def __call__(self, code: str, *, reasons: tuple[Reason, ...] = (), number: str = "", **words: object) -> Refused:
        """The refusal of a code, its sentences filled in. Words are numbers and codes: never personal data."""
        return Refused(code, *filled(self.sentences, code, number=number, **words), reasons, number)
