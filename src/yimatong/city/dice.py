"""Chance that needs no memory: a number for every (seed, what it is for, who), in any order and any piece.

So a person's morning can be told by the piece of the city where they live and by the piece where they work,
days and streets apart, and both tell the same story.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def roll(seed: int, purpose: int, who: NDArray[np.integer]) -> Bits:
    """64 even bits for each of `who` (SplitMix64's finisher over the three numbers)."""
    start = np.uint64((seed * 0x2545F4914F6CDD1D + purpose * 0xD1342543DE82EF95 + 0x632BE59BD9B4E019) % 2**64)
    bits = who.astype(np.uint64)
    bits *= _GOLDEN
    bits += start
    bits ^= bits >> np.uint64(30)
    bits *= _FIRST
    bits ^= bits >> np.uint64(27)
    bits *= _SECOND
    bits ^= bits >> np.uint64(31)
    return bits


def part(bits: Bits, shift: int, width: int) -> NDArray[np.int32]:
    """`width` of the bits from `shift` on, as a whole number from 0 to 2**width - 1."""
    return ((bits >> np.uint64(shift)) & np.uint64((1 << width) - 1)).astype(np.int32)


def generator(seed: int, purpose: int) -> np.random.Generator:
    """numpy's generator for one purpose of one city, where memory is no trouble."""
    return np.random.default_rng([seed, purpose])
