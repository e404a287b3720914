"""The decision matrix: rules in order, the first that matches decides. The same in the browser (web/src/checkpoints)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from yimatong.core.checkpoints.situation import Situation
from yimatong.core.text import Text

When = Mapping[str, tuple[str, ...]]
"""The values that count, by field; a field that is not named counts with every value."""


class Decision(NamedTuple):
    """What the guard does: `rule` says by which rule, `to` whom, `slip` which text is given, `ask` what is still missing."""

    action: str
    rule: str
    to: str | None = None
    slip: str | None = None
    ask: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Its parts by name."""
        return self._asdict()


@dataclass(frozen=True, slots=True)
class MatrixRule:
    """One line of the matrix. `reference` is (instrument, clause); `source` file and line, for messages."""

    id: str
    requirement: str
    title: Text
    because: Text
    when: When
    decision: Decision
    reference: tuple[str, str]
    source: str

    def matches(self, situation: Situation) -> bool:
        """Whether the situation is one of this line's."""
        return all(getattr(situation, field) in values for field, values in self.when.items())


@dataclass(frozen=True, slots=True)
class Guarantee:
    """What the province promises of every cell that `when` names: one of the actions `only`, handed to `to`; never `never`."""

    id: str
    requirement: str
    title: Text
    when: When
    only: tuple[str, ...]
    never: tuple[str, ...]
    to: str | None
    reference: tuple[str, str]
    source: str

    def covers(self, situation: Situation) -> bool:
        """Whether the promise is about this cell."""
        return all(getattr(situation, field) in values for field, values in self.when.items())

    def is_kept(self, decision: Decision) -> bool:
        """Whether this decision keeps the promise in a cell that it covers."""
        if self.only and decision.action not in self.only:
            return False
        if decision.action in self.never:
            return False
        return self.to is None or decision.action != "hand_over" or decision.to == self.to


class Undecided(LookupError):
    """No line of the matrix matches; a checked matrix has no such cell."""


class Decides(Protocol):
    """A line: which situations it is about, and what it says of them."""

    @property
    def decision(self) -> Decision: ...
    def matches(self, situation: Situation) -> bool: ...


def decide(situation: Situation, rules: Iterable[Decides]) -> Decision:
    """What the first matching rule says; Undecided where none matches."""
    for rule in rules:
        if rule.matches(situation):
            return rule.decision
    raise Undecided("no rule matches")
