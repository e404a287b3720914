"""A mistake that a person can mend: one class, so that every edge tells it the same way, and one way to make it.

A room has a table of what can be wrong there, by code (`Sentences`), a subclass of YimatongError, and
`mistake = Mistakes(ThatError, TABLE)`; it is raised as `raise mistake("code", place="column", count=3)`.

A refusal is a value and no error (see GLOSSARY.md, records/refusals.py). An error says what went wrong, where, and what to do, in Chinese
and in English, and never carries personal data: a place is a file, a line, a column or a setting, never a name or an ID number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, Literal, TypeVar

Language = Literal["zh", "en"]

Sentences = Mapping[str, tuple[str, str, str, str]]
"""By code: what is wrong in Chinese and in English, and what to do in both, with gaps in braces."""

REMEDY = {"zh": "处理办法：", "en": "What to do: "}


class Exit(IntEnum):
    """What a command says to the shell; docs/reference/exit-codes.md is written from here."""

    OK = 0
    FOUND = 1
    USAGE = 2
    INPUT = 3
    ENVIRONMENT = 4


class YimatongError(Exception):
    """A mistake with a stable `code`, a sentence in `zh` and `en`, the `place` it is at, and its remedy in both languages.

    `code` is words with hyphens (`policy-without-last-day`) and never changes once published. `exit` is what a command
    returns for it: bad input unless a subclass or the raiser says otherwise.
    """

    exit: Exit = Exit.INPUT

    def __init__(
        self,
        code: str,
        *,
        zh: str,
        en: str,
        place: str = "",
        remedy_zh: str = "",
        remedy_en: str = "",
        exit: Exit | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.zh, self.en = zh, en
        self.place = place
        self.remedy_zh, self.remedy_en = remedy_zh, remedy_en
        if exit is not None:
            self.exit = exit

    def tell(self, language: Language) -> str:
        """Return the place, the sentence, the remedy and the code, ready to be printed."""
        sentence, remedy = (self.zh, self.remedy_zh) if language == "zh" else (self.en, self.remedy_en)
        where = f"{self.place}: " if self.place else ""
        lines = [f"{where}{sentence} [{self.code}]"]
        if remedy:
            lines.append(f"{REMEDY[language]}{remedy}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.tell("en")


class EnvironmentProblem(YimatongError):
    """The machine, the settings or a server we depend on is not as it must be; the input is not to blame."""

    exit = Exit.ENVIRONMENT


def filled(sentences: Sentences, code: str, **words: object) -> tuple[str, str, str, str]:
    """The sentences of a code, their gaps filled; KeyError where the table has no such code, or a gap no word."""
    zh, en, remedy_zh, remedy_en = (sentence.format(**words) for sentence in sentences[code])
    return zh, en, remedy_zh, remedy_en


E = TypeVar("E", bound=YimatongError)


@dataclass(frozen=True, slots=True)
class Mistakes(Generic[E]):
    """Makes the errors of one room from its table."""

    kind: type[E]
    sentences: Sentences

    def __call__(self, code: str, place: str = "", **words: object) -> E:
        """The error of a code, its sentences filled in. Words are numbers, codes and field names: never personal data."""
        zh, en, remedy_zh, remedy_en = filled(self.sentences, code, place=place, **words)
        return self.kind(code, zh=zh, en=en, place=place, remedy_zh=remedy_zh, remedy_en=remedy_en)
