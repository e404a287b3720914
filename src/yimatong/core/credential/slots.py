"""Slots: each epoch has its own order of the places, so that slots of two epochs cannot be joined without the key.

A place is the small number that the office keeps for a pass's holder; its slot in an epoch is where its recall would stand.
The order is a permutation of 0 .. 2^bits - 1: a Feistel network of eight rounds over the two halves of the bits (an odd number
of bits has an upper half that is one shorter). In round i the half that is not changed chooses an entry of a table, and that is
added to the other half by exclusive or. The table of a round is SHAKE-256 over key, "YMT1-slots", epoch (8 bytes), bits (1 byte)
and round (1 byte), read as numbers of four bytes.
"""

from __future__ import annotations

from array import array
from functools import lru_cache
from hashlib import shake_256
from sys import byteorder

from yimatong.core.credential.recall import FEWEST_BITS, MOST_BITS

ROUNDS = 8
KEY_BYTES = 32


def bits_for(places: int) -> int:
    """The bits of a slot space for so many places: an eighth of it stays free, so that it need not grow at once."""
    return max(FEWEST_BITS, (places + places // 8).bit_length())


def slot(key: bytes, epoch: int, bits: int, place: int) -> int:
    """The slot of a place in an epoch."""
    upper, lower = _halves(bits, place)
    tables, low = _tables(key, epoch, bits), (bits + 1) // 2
    for number in range(0, ROUNDS, 2):
        lower ^= tables[number][upper]
        upper ^= tables[number + 1][lower]
    return upper << low | lower


def place_of(key: bytes, epoch: int, bits: int, slot_: int) -> int:
    """The place of a slot: the way back."""
    upper, lower = _halves(bits, slot_)
    tables, low = _tables(key, epoch, bits), (bits + 1) // 2
    for number in range(ROUNDS - 2, -1, -2):
        upper ^= tables[number + 1][lower]
        lower ^= tables[number][upper]
    return upper << low | lower


def _halves(bits: int, number: int) -> tuple[int, int]:
    if not FEWEST_BITS <= bits <= MOST_BITS or not 0 <= number < 1 << bits:
        raise ValueError("the number lies below 2^bits")
    low = (bits + 1) // 2
    return number >> low, number & ((1 << low) - 1)


@lru_cache(maxsize=16)
def _tables(key: bytes, epoch: int, bits: int) -> tuple[array[int], ...]:
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key of the slots has {KEY_BYTES} bytes")
    low = (bits + 1) // 2
    high = bits - low
    return tuple(_table(key, epoch, bits, number, *((high, low), (low, high))[number % 2]) for number in range(ROUNDS))


def _table(key: bytes, epoch: int, bits: int, number: int, chooses: int, changed: int) -> array[int]:
    """The entries of one round: one for each number of the half that chooses, each fit for the half that is changed."""
    seed = key + b"YMT1-slots" + epoch.to_bytes(8, "big") + bytes((bits, number))
    entries = array("I", shake_256(seed).digest(4 << chooses))
    if byteorder == "little":
        entries.byteswap()
    return array("I", [entry & ((1 << changed) - 1) for entry in entries])
