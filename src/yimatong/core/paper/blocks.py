"""Blocks: serials of a district that are leased to one issuing point or offline desk, given out once and for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from yimatong.core.paper.numbers import LAST_SERIAL, Number, number

BLOCK = 200
"""Serials of a lease, where the policy says nothing else."""


@dataclass(frozen=True, slots=True)
class Block:
    """The serials from `first` to `last` of a district, both inside; ValueError where that is no block."""

    district: int
    first: int
    last: int

    def __post_init__(self) -> None:
        number(self.district, self.first)
        number(self.district, self.last)
        if self.last < self.first:
            raise ValueError("a block's last serial is not before its first")

    @property
    def count(self) -> int:
        """How many serials."""
        return self.last - self.first + 1

    def numbers(self) -> Iterator[str]:
        """Its numbers in their order."""
        return (number(self.district, serial) for serial in range(self.first, self.last + 1))

    def after(self, serial: int) -> Block | None:
        """What is left when everything up to this serial has been given out; None when nothing is."""
        first = max(self.first, serial + 1)
        return Block(self.district, first, self.last) if first <= self.last else None

    def overlaps(self, other: Block) -> bool:
        """Whether one number could come out of both."""
        return self.district == other.district and self.first <= other.last and other.first <= self.last

    def __contains__(self, found: Number) -> bool:
        return found.district == self.district and self.first <= found.serial <= self.last


def next_block(district: int, last_leased: int, count: int = BLOCK) -> Block:
    """The block after the last serial that was ever leased in a district (0: none); ValueError when too few are left."""
    if count < 1:
        raise ValueError("a block has at least one serial")
    if last_leased + count > LAST_SERIAL:
        raise ValueError("the district has too few serials left")
    return Block(district, last_leased + 1, last_leased + count)
