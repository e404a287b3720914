"""What an engine reports of a run besides the tables it wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[str, int, int], None]
"""Called before each step with its name, its number from 1, and how many there are."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts by colour, people judged, people touched (all of them in a full run), seconds a step."""

    counts: dict[str, int]
    people: int
    touched: int
    seconds: dict[str, float] = field(default_factory=dict)
