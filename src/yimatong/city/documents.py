"""Numbers that are nobody's: ID numbers, other documents and telephones in forms that were never given out.

ID numbers begin with 330299, an area code that was never assigned, and carry the right check digit of GB 11643.
Telephones begin with 154, a range that no operator was given (as of 2022). Passports, permits for Hong Kong, Macau and
Taiwan residents have the right form and a serial that begins with 99.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yimatong.core.errors import YimatongError
from yimatong.core.text import message as _

AREA_CODE = "330299"
PHONE_RANGE = "154"
SERIALS_A_DAY = 500
"""Serials of one birthday and one sex: three digits, odd for men and even for women."""

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
_ZERO = ord("0")

Ints = NDArray[np.int32]


def serials(born: Ints, woman: NDArray[np.bool_]) -> Ints:
    """The three last digits before the check digit: different for all of one birthday, odd for men, even for women."""
    group = born.astype(np.int64) * 2 + woman
    order = np.argsort(group, kind="stable")
    ranked = group[order]
    starts = np.flatnonzero(np.diff(ranked, prepend=ranked[0] - 1))
    rank = np.arange(len(group)) - np.repeat(starts, np.diff(np.append(starts, len(group))))
    if len(rank) and int(rank.max()) >= SERIALS_A_DAY:
        raise YimatongError(
            "city-id-numbers-used-up",
            _("too many people share a birthday for the ID numbers of one area code"),
            remedy=_("make a smaller city"),
        )
    serial = np.empty(len(group), dtype=np.int32)
    serial[order] = rank
    return serial * 2 + ~woman


def id_numbers(born: Ints, serial: Ints) -> pa.Array:
    """Resident ID numbers, 18 characters each, from days of birth (since 1970-01-01) and serials."""
    digits = np.empty((len(born), 18), dtype=np.uint8)
    digits[:, :6] = np.frombuffer(AREA_CODE.encode(), dtype=np.uint8)
    digits[:, 6:14] = _dates(born)
    digits[:, 14:17] = _decimal(serial, 3)
    sums = (digits[:, :17].astype(np.int64) - _ZERO) @ _WEIGHTS
    digits[:, 17] = _CHECKS[sums % 11]
    return _text(digits)


def phones(person: Ints) -> pa.Array:
    """Telephone numbers of 11 digits, one a person."""
    digits = np.empty((len(person), 11), dtype=np.uint8)
    digits[:, :3] = np.frombuffer(PHONE_RANGE.encode(), dtype=np.uint8)
    # Multiplying by a number that shares no factor with 10**8 scatters them and keeps them different.
    digits[:, 3:] = _decimal(person.astype(np.int64) * 61_803_399 % 10**8, 8)
    return _text(digits)


def other_documents(prefix: str, person: Ints, length: int) -> pa.Array:
    """Document numbers: the prefix, then the person's number with leading zeros, `length` digits."""
    digits = np.empty((len(person), len(prefix) + length), dtype=np.uint8)
    digits[:, : len(prefix)] = np.frombuffer(prefix.encode(), dtype=np.uint8)
    digits[:, len(prefix) :] = _decimal(person % 10**length, length)
    return _text(digits)


def _dates(days: Ints) -> NDArray[np.uint8]:
    """Days since 1970-01-01 as eight digits, YYYYMMDD."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = (dates - months).astype(np.int64) + 1
    return _decimal(year * 10_000 + month * 100 + day, 8)


def _decimal(values: NDArray[np.integer], width: int) -> NDArray[np.uint8]:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (values.astype(np.int64)[:, None] // powers % 10 + _ZERO).astype(np.uint8)


def _text(digits: NDArray[np.uint8]) -> pa.Array:
    """Rows of ASCII bytes as an Arrow string column, without a Python object each."""
    rows, width = digits.shape
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    data = np.ascontiguousarray(digits)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data))
