"""The synthetic people who have an account everywhere. Area code 330299 exists nowhere, and the phones begin with 170 0000."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident_number(first_17: str) -> str:
    """The number of a resident's card with its check sign (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True))
    return first_17 + "10X98765432"[total % 11]


@dataclass(frozen=True)
class Somebody:
    """One person as a real-name channel knows them."""

    key: str
    name: str
    id_number: str
    phone: str

    def subject(self, channel: str) -> str:
        """Who this is at one channel; two channels never give the same subject."""
        return hashlib.sha256(f"{channel}:{self.key}".encode()).hexdigest()[:28]


PEOPLE = {
    somebody.key: somebody
    for somebody in (
        Somebody("lin", "林晓岚", resident_number("33029919880214002"), "17000000101"),
        Somebody("zhou", "周建国", resident_number("33029919450803001"), "17000000102"),
        Somebody("chen", "陈雨桐", resident_number("33029919960512004"), "17000000103"),
        Somebody("wang", "王海生", resident_number("33029919721130003"), "17000000104"),
    )
}
