"""The declaration's screens: a step each, or a question each in large print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yimatong.core.policy.model import Text
from yimatong.stations.declarations.form import STEPS, Field, Step, shown

TOGETHER = (
    ("id_type", "id_number", "birth_date"),
    ("home_division", "home_compound", "home_building", "home_stairwell", "home_missing", "home_text"),
    ("symptoms", "symptoms_since"),
    ("contact_symptomatic", "contact_symptomatic_on"),
    ("contact_confirmed", "contact_confirmed_on"),
    ("in_city", "arrived_on"),
    ("elsewhere", "itinerary"),
)
"""Questions that make no sense one without the other: never on two screens."""
HOME = frozenset(TOGETHER[1])
"""The answers that the home picker gives, all of them one question."""


@dataclass(frozen=True)
class Screen:
    """One screen: its name in the address, its step, its questions, its place among all."""

    key: str
    step: Step
    fields: tuple[Field, ...]
    number: int
    of: int

    @property
    def title(self) -> Text:
        """What stands at the top."""
        return self.step.title

    @property
    def subject(self) -> Text:
        """What tells it from the others: the step's title, or its first question where the step has several screens."""
        return self.step.title if self.key == self.step.name else self.fields[0].label

    @property
    def has_home(self) -> bool:
        """Whether the home picker is on it."""
        return any(field.name in HOME for field in self.fields)

    def asks(self, name: str) -> bool:
        """Whether an answer, or a cell of its rows (`itinerary.0.from`), is given here."""
        return name.split(".", maxsplit=1)[0] in {field.name for field in self.fields}


def screens(off: frozenset[str], *, large: bool) -> tuple[Screen, ...]:
    """Every screen in order."""
    parts = [(step, fields) for step in STEPS for fields in _parts(shown(step, off), large=large)]
    found: list[Screen] = []
    for number, (step, fields) in enumerate(parts, start=1):
        first = step.name == fields[0].name or fields == shown(step, off)
        key = step.name if first else fields[0].name.replace("_", "-")
        found.append(Screen(key, step, fields, number, len(parts)))
    return tuple(found)


def _parts(fields: Sequence[Field], *, large: bool) -> list[tuple[Field, ...]]:
    if not fields:
        return []
    if not large:
        return [tuple(fields)]
    parts: list[list[Field]] = []
    for field in fields:
        family = next((group for group in TOGETHER if field.name in group), ())
        if parts and family and parts[-1][0].name in family:
            parts[-1].append(field)
        else:
            parts.append([field])
    return [tuple(part) for part in parts]
