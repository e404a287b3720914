"""What became of the rows of a delivery."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A row that was not taken: its number in the file, the column (of the contract), and a code of docs/reference/feeds.md.

    `candidates` are person numbers that it may be about, where only a name or a phone speaks for them.
    """

    row: int
    column: str
    code: str
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """Counts of one intake; rows = taken + unchanged + len(held). `ended` of the taken gave an end to what was known.

    `people` are the numbers, sorted, of everybody whose facts or homes changed; `appeared` counts people recorded anew.
    """

    taken: int = 0
    unchanged: int = 0
    ended: int = 0
    appeared: int = 0
    held: tuple[HeldBack, ...] = ()
    people: tuple[int, ...] = field(default=(), repr=False)
