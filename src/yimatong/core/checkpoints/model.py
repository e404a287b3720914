"""The checkpoints' part of a policy, as loaded: dated numbers, matrices and texts, and the province's guarantees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from yimatong.core.checkpoints.matrix import Guarantee, MatrixRule
from yimatong.core.text import Text


@dataclass(frozen=True, slots=True)
class Hours:
    """From which age on a list is amber, and from which on nothing is released any more (hours); minutes of an override."""

    trust_amber: int
    trust_stop: int
    recall_amber: int
    recall_stop: int
    policy_amber: int
    policy_stop: int
    override_minutes: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers in force from the first to the last day.

    Fever is `fever_tenths` of a degree or more. Two passages are impossible when they lie more than
    `impossible_minutes_floor` minutes' travel at `impossible_kmh` apart in too little time. A hand-over is late after
    `acknowledge_minutes`, very late after `escalate_minutes`. A passage is a stay of `stay_minutes` in the lake. Plates are
    kept where `plates`. The scan log goes after `retention_days`.
    """

    first: date
    last: date
    fever_tenths: int
    hours: Hours
    retention_days: int
    impossible_kmh: int
    impossible_minutes_floor: int
    acknowledge_minutes: int
    escalate_minutes: int
    stay_minutes: int
    plates: bool
    reading: Text


@dataclass(frozen=True, slots=True)
class Matrix:
    """The lines of the matrix from the first to the last day, in order."""

    first: date
    last: date
    rules: tuple[MatrixRule, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A text with an id: a ground, a kind of complaint, a slip."""

    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the fallback ladder: what the guard does, from this age of the oldest list on (minutes)."""

    id: str
    title: Text
    text: Text
    from_minutes: int


@dataclass(frozen=True, slots=True)
class Texts:
    """What guards and travellers read, from the first to the last day.

    `duties`: who passes by a work card while the code is down (S9); a closed list.
    """

    first: date
    last: date
    refusal_grounds: tuple[Listed, ...]
    complaint_kinds: tuple[Listed, ...]
    slips: tuple[Listed, ...]
    ladder: tuple[Rung, ...]
    duties: tuple[Listed, ...]
    notice: tuple[Text, ...]
    script: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """Another city whose codes are verified here: its six digits, its root key (33 bytes), and the colours that count here."""

    city: str
    title: Text
    root: bytes
    counts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cities:
    """The cities whose codes count from the first to the last day (C18); those of any other are another city's."""

    first: date
    last: date
    recognised: tuple[Recognised, ...]
    reading: Text


class _Dated(Protocol):
    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...


D = TypeVar("D", bound=_Dated)


def entry_on(entries: Sequence[D], day: date) -> D | None:
    """The entry in force on a day, or None."""
    return next((entry for entry in entries if entry.first <= day <= entry.last), None)


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """What a policy says of checkpoints. A province's pack may have guarantees alone; a city's has every part."""

    guarantees: tuple[Guarantee, ...]
    numbers: tuple[Numbers, ...]
    matrices: tuple[Matrix, ...]
    texts: tuple[Texts, ...]
    cities: tuple[Cities, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether a checkpoint can work by it."""
        return bool(self.numbers and self.matrices and self.texts and self.cities)

    def rules_on(self, day: date) -> tuple[MatrixRule, ...]:
        """The matrix of a day; LookupError where there is none."""
        matrix = entry_on(self.matrices, day)
        if matrix is None:
            raise LookupError("no matrix is in force on this day")
        return matrix.rules
