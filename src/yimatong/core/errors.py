"""A mistake that a person can mend: one class, so that every edge tells it the same way, and one way to make it.

A room has a table of what can be wrong there, by code (`Sentences`), a subclass of YimatongError, and
`mistake = Mistakes(ThatError, TABLE)`; it is raised as `raise mistake("code", place="column", count=3)`.

A refusal is a value and no error (see GLOSSARY.md, records/refusals.py). An error says what went wrong, where, and what to do, in the
reader's language, and never carries personal data: a place is a file, a line, a column or a setting, never a name or an ID number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

from yimatong.core.text import NOTHING, Message, Text, message as _

Language = str
"""A tag of BCP 47, such as `zh`."""

Sentences = Mapping[str, tuple[Message, Message]]
"""By code: what is wrong, and what to do, with gaps in braces."""

REMEDY = _("What to do: ")


class Exit(IntEnum):
    """What a command says to the shell; docs/reference/exit-codes.md is written from here."""

    OK = 0
    FOUND = 1
    USAGE = 2
    INPUT = 3
    ENVIRONMENT = 4


class YimatongError(Exception):
    """A mistake with a stable `code`, the `sentence` that says it, the `place` it is at, and its `remedy`.

    `code` is words with hyphens (`policy-without-last-day`) and never changes once published. `exit` is what a command
    returns for it: bad input unless a subclass or the raiser says otherwise.
    """

    exit: Exit = Exit.INPUT

    def __init__(
        self,
        code: str,
        sentence: Text,
        *,
        place: str = "",
        remedy: Text = NOTHING,
        exit: Exit | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.place = place
        self.remedy = remedy
        if exit is not None:
            self.exit = exit

    def tell(self, language: Language) -> str:
        """Return the place, the sentence, the remedy and the code, ready to be printed."""
        where = f"{self.place}: " if self.place else ""
        lines = [f"{where}{self.sentence.of(language)} [{self.code}]"]
        if remedy := self.remedy.of(language):
            lines.append(f"{REMEDY.of(language)}{remedy}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.tell("en")


class EnvironmentProblem(YimatongError):
    """The machine, the settings or a server we depend on is not as it must be; the input is not to blame."""

    exit = Exit.ENVIRONMENT


def filled(sentences: Sentences, code: str, **words: object) -> tuple[Text, Text]:
    """The sentence and the remedy of a code, their gaps filled; KeyError where the table has no such code."""
    row = sentences[code]
    return row[0].filled(**words), row[1].filled(**words)


E = TypeVar("E", bound=YimatongError)


@dataclass(frozen=True, slots=True)
class Mistakes(Generic[E]):
    """Makes the errors of one room from its table."""

    kind: type[E]
    sentences: Sentences

    def __call__(self, code: str, place: str = "", **words: object) -> E:
        """The error of a code, its sentences filled in. Words are numbers, codes and field names: never personal data."""
        sentence, remedy = filled(self.sentences, code, place=place, **words)
        return self.kind(code, sentence, place=place, remedy=remedy)
