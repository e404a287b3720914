"""What a try is, and the table of all of them.

A try is one function. It does what an attacker would do with the real parts, and ends in one of three ways:

- what stands in the way raises: a mistake of ours (its code), the database's refusal (its SQLSTATE), or `Denied` with what was said;
- it got through, and somebody noticed: `Noticed`, with who or what did;
- it returns whether its aim was reached, measured in what it was for: the code is green at the gate, the row is read, the look is gone.

With the guards in place a try ends as its `answer` says. With `off`, the guard taken away (guards.py), the same function returns True;
a try that does not is no try. Whoever adds one writes a function under `@attack(...)` in one of the modules that `everything()` names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

Taken = Callable[[Any], AbstractContextManager[Any]]
"""A guard that is taken away while a try runs; it is given the city."""
AIMS = {
    "green": "somebody green who is not",
    "red": "somebody red who is not",
    "stop": "that somebody is not judged, or not told",
    "hide": "to leave no trace, or another's",
    "read": "to read what is not theirs",
    "shown": "to show somebody else's pass",
    "power": "to have another's rights",
}
SECTIONS = {
    "colour": "A colour is painted",
    "history": "What history knows",
    "passes": "A pass is shown by the wrong person",
    "records": "Records get out, or are written in another's name",
    "files": "A file breaks in; it does not answer",
}
MODULES = (
    "colour",
    "past_triggers",
    "edited",
    "packs",
    "history",
    "passes",
    "passes_by_tests",
    "records",
    "rights",
    "walks",
    "files",
    "triggers",
)
"""Where they are written; a module whose name is no section says in SECTION which is its."""


class Denied(Exception):
    """Something said no that raises nothing by itself: a verifier, a page."""

    def __init__(self, code: object) -> None:
        super().__init__(str(code))
        self.code = str(code)


class Noticed(Exception):
    """It went through, and was seen: by what."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


@dataclass(frozen=True)
class Refused:
    """Something in the product says no, with this code."""

    code: str


@dataclass(frozen=True)
class Found:
    """It goes through, and is seen: by what, within how long."""

    by: str
    within: str


@dataclass(frozen=True)
class NoDoor:
    """There is nothing in the product to try it on; the try looks for such a thing and finds none."""

    looked: str


@dataclass(frozen=True)
class Neither:
    """It goes through today and nobody sees it: what is to answer it."""

    until: str


Answer = Refused | Found | NoDoor | Neither


@dataclass(frozen=True)
class Planted:
    """A guard taken out of a copy of the product: this text of this file replaced, and the test that is the try."""

    file: str
    old: str
    new: str
    test: str


@dataclass(frozen=True)
class Attack:
    """A line of the table: who tries what, which promise of THREAT_MODEL.md says no, what the answer is, and how it is tried.

    `commits`: it needs connections of its own, and so a copy of the city (else one transaction, that is rolled back). `planted`: an
    existing test is the try, over a copy of the product. Those and `slow` ones take long, and are left to `make attack`.
    """

    id: str
    who: str
    aim: str
    promise: str
    how: str
    guard: str
    answer: Answer
    section: str
    do: Callable[[Any], bool] | None = None
    off: tuple[Taken, ...] = ()
    commits: bool = False
    slow: bool = False
    planted: Planted | None = None
    about: tuple[str, ...] = field(default=())
    """Further promises that it tests."""

    @property
    def promises(self) -> tuple[str, ...]:
        """Rows of the threat model that this tries."""
        return (self.promise, *self.about)

    @property
    def outcome(self) -> str:
        """The column of the figure that it counts in."""
        return {Refused: "refused", NoDoor: "refused", Found: "found", Neither: "neither"}[type(self.answer)]

    @property
    def test(self) -> str:
        """Where the try is written."""
        if self.planted:
            return self.planted.test
        if self.do is None:
            return "tests/integration/guards/tries.py"
        return f"{self.do.__module__.replace('.', '/')}.py::{self.do.__name__}"


TABLE: dict[str, Attack] = {}


def attack(
    identifier: str,
    *,
    who: str,
    aim: str,
    promise: str,
    how: str,
    guard: str,
    answer: Answer,
    off: Sequence[Taken] = (),
    commits: bool = False,
    slow: bool = False,
) -> Callable[[Callable[[Any], bool]], Callable[[Any], bool]]:
    """Write the function below into the table. `promise` may name several rows, the first is the one it is filed under."""

    def written(do: Callable[[Any], bool]) -> Callable[[Any], bool]:
        first, *others = promise.split()
        add(
            Attack(
                identifier, who, aim, first, how, guard, answer, do.__globals__.get("SECTION", do.__module__.rpartition(".")[2]),
                do, tuple(off), commits, slow, about=tuple(others),
            )
        )  # fmt: skip
        return do

    return written


def by_test(
    identifier: str,
    *,
    section: str,
    who: str,
    aim: str,
    promise: str,
    how: str,
    guard: str,
    answer: Answer,
    planted: Planted,
) -> None:
    """Write an existing test into the table; without its guard, over a copy of the product, that test has to fail."""
    first, *others = promise.split()
    add(Attack(identifier, who, aim, first, how, guard, answer, section, planted=planted, about=tuple(others)))


def add(one: Attack) -> None:
    """Write a line; each name once, each aim a known one."""
    assert one.id not in TABLE, one.id
    assert one.aim in AIMS, one.aim
    assert one.section in SECTIONS, one.section
    TABLE[one.id] = one


def everything() -> list[Attack]:
    """The table, by section and name."""
    for module in MODULES:
        import_module(f"tests.attack.{module}")
    order = list(SECTIONS)
    return sorted(TABLE.values(), key=lambda one: (order.index(one.section), one.id))
