"""What the matrix looks at: eight fields, each of a closed list. Plate and household registration are in none of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from itertools import product

FIELDS: dict[str, tuple[str, ...]] = {
    "verdict": (
        "green",
        "yellow",
        "red",
        "recalled",
        "doubtful",
        "again",
        "expired",
        "other_city",
        "training",
        "nothing",
        "stopped",
    ),
    "carrier": ("code", "paper", "register", "none"),
    "temperature": ("normal", "fever", "not_taken"),
    "origin": ("key_area", "elsewhere", "not_asked"),
    "person": ("resident", "visitor", "not_asked"),
    "zone": ("ordinary", "control"),
    "permit": ("none", "goods", "commuter"),
    "document": ("matched", "different", "not_shown", "minor_without", "unattended"),
}
"""Each field with all its values, in the order in which cells are counted."""

ACTIONS = ("release", "apply_now", "turn_back", "hand_over", "show_again", "ask")
"""What can follow. The last two are not decisions but "go on first"."""
AUTHORITIES = ("health", "township")
ASKED = {"temperature": "not_taken", "document": "not_shown", "origin": "not_asked", "person": "not_asked"}
"""The fields that can be asked for, and the value that says that they were not asked yet."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One person before one guard; ValueError names the field whose value is not of its list."""

    verdict: str
    carrier: str
    temperature: str = "not_taken"
    origin: str = "not_asked"
    person: str = "not_asked"
    zone: str = "ordinary"
    permit: str = "none"
    document: str = "not_shown"

    def __post_init__(self) -> None:
        for name, values in FIELDS.items():
            if getattr(self, name) not in values:
                raise ValueError(name)

    @classmethod
    def of(cls, data: Mapping[str, object]) -> Situation:
        """The situation of a record; ValueError names a field that is missing, unknown or not of its list."""
        for name in sorted(data.keys() ^ FIELDS.keys()):
            raise ValueError(name)
        return cls(**{name: str(value) for name, value in data.items()})

    def as_json(self) -> dict[str, str]:
        """Its fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def cells() -> Iterator[Situation]:
    """Every situation there can be on paper, in counting order: the last field turns fastest."""
    for values in product(*FIELDS.values()):
        yield Situation(*values)


def number_of(situation: Situation) -> int:
    """The place of a situation in `cells()`."""
    place = 0
    for value, values in zip(astuple(situation), FIELDS.values(), strict=True):
        place = place * len(values) + values.index(value)
    return place
