"""Which document numbers can be true: their shape, the birth date in them, their check digit."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from stdnum.iso7064 import mod_11_2

from yimatong.records.identity import normalised

Flaw = Literal["id-number-shape", "id-number-date", "id-number-check-digit"]

SHAPES: dict[str, str] = {
    "resident": r"[1-9][0-9]{16}[0-9X]",
    "hk_macau": r"[HM]([0-9]{8}|[0-9]{10})",
    "taiwan": r"[0-9]{8}|[0-9]{10}[A-Z0-9]{0,2}",
    "foreign_permanent": r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]",
    "passport": r"[A-Z0-9]{5,17}",
}
"""The shape of each document's number, normalised (identity.normalised). Residence permits of people from Hong Kong,
Macau and Taiwan have a resident's number (GB 11643)."""

NO_SHAPE = r"[^\x00-\x{10FFFF}]"
"""Fits nothing: whoever has no document has no number."""
EARLIEST_BIRTH = date(1880, 1, 1)


def flaw(id_type: str, number: str, today: date) -> Flaw | None:
    """What is wrong with a document number, or None. The area code of a resident's number is not judged: codes
    come and go, and people keep the number they were given."""
    plain = normalised(number)
    if not re.fullmatch(SHAPES[id_type], plain):
        return "id-number-shape"
    if not has_check_digit(id_type, plain):
        return None
    if not EARLIEST_BIRTH <= (birth_date(plain) or date.min) <= today:
        return "id-number-date"
    return None if mod_11_2.is_valid(plain) else "id-number-check-digit"


def has_check_digit(id_type: str, plain: str) -> bool:
    """True for numbers built after GB 11643: a resident's, and a foreign permanent resident's of the form of December 2023
    (9, province, country, birth date, sequence, check digit by MOD 11-2 as well)."""
    return id_type == "resident" or (id_type == "foreign_permanent" and len(plain) == 18)


def birth_date(number: str) -> date | None:
    """The birth date inside a number built after GB 11643, or None where there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int32)
CHECK_SIGNS = np.frombuffer(b"10X98765432", dtype=np.uint8)
"""GB 11643: the sign that belongs to the weighted sum of the first 17 digits, modulo 11."""


def flaws(id_types: pa.Array, numbers: pa.Array, today: date) -> np.ndarray:
    """flaw() of a million normalised numbers at once: an array of codes, None where a number can be true or is NULL."""
    found = np.full(len(numbers), None, dtype=object)
    for id_type in pc.unique(id_types).drop_null().to_pylist():
        at = _where(pc.and_(pc.equal(id_types, id_type), pc.is_valid(numbers)))
        ours = numbers.take(pa.array(at))
        fits = pc.match_substring_regex(ours, f"^({SHAPES.get(id_type, NO_SHAPE)})$")
        found[at[_where(pc.invert(fits))]] = "id-number-shape"
        if id_type in ("resident", "foreign_permanent"):
            built = _where(pc.and_(fits, pc.equal(pc.utf8_length(ours), 18)))
            found[at[built]] = _checked_flaws(ours.take(pa.array(built)), today)
    return found


def _checked_flaws(numbers: pa.Array, today: date) -> np.ndarray:
    """The same for numbers built after GB 11643: 18 signs each."""
    found = np.full(len(numbers), None, dtype=object)
    if len(numbers) == 0:
        return found
    _, offsets, texts = numbers.buffers()
    start = np.frombuffer(offsets, np.int32)[numbers.offset]
    signs = np.frombuffer(texts, np.uint8, 18 * len(numbers), start).reshape(-1, 18)
    digits = np.ascontiguousarray(signs[:, :17].T).astype(np.int32) - ord("0")
    found[CHECK_SIGNS[WEIGHTS @ digits % 11] != signs[:, 17]] = "id-number-check-digit"
    found[~_real_days(digits[6:14], today)] = "id-number-date"
    return found


def _real_days(digits: np.ndarray, today: date) -> np.ndarray:
    """Which columns of eight digits are a day between EARLIEST_BIRTH and today; each different day is looked at once."""
    days = np.array([10**7, 10**6, 10**5, 10**4, 1000, 100, 10, 1], dtype=np.int32) @ digits
    coded = pa.array(days).dictionary_encode()
    told, which = coded.dictionary.to_numpy(), coded.indices.to_numpy()
    year, month, day = told // 10_000, told // 100 % 100, told % 100
    month_is_real = (month >= 1) & (month <= 12)
    first = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + np.where(month_is_real, month - 1, 0)
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    moment = first.astype("datetime64[D]") + (day - 1)
    in_time = (moment >= np.datetime64(EARLIEST_BIRTH)) & (moment <= np.datetime64(today))
    return (month_is_real & (day >= 1) & (day <= length) & in_time)[which]


def _where(mask: pa.Array) -> np.ndarray:
    return np.flatnonzero(pc.fill_null(mask, fill_value=False).to_numpy(zero_copy_only=False))
