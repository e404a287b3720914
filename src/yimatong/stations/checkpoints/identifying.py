"""Whose pass a slot belongs to: only the city's key tells, and only for what the law asks: a hand-over, a fever, contact tracing.

A pass's cti proves that the slot was read from a real pass: where a record has one it must fit, so that a guard who writes slots
into a record names nobody.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection

from yimatong.core.credential import window
from yimatong.core.credential.slots import place_of
from yimatong.stations.passes import keyring
from yimatong.stations.passes.days import HOURS
from yimatong.stations.passes.models import Epoch, PaperEpoch
from yimatong.stations.passes.models.papers import BELOW
from yimatong.stations.passes.stamping import cti_of


class Shown(NamedTuple):
    """What a record says of a pass."""

    epoch: int
    slot: int
    cti: bytes | None = None


class Known(NamedTuple):
    """The person of a pass, and when its credential was recalled (an instant of the city's life; None: it was not)."""

    person: int
    recalled_at: datetime | None


# A place is given to one credential after another: the one that had passes of that day is meant.
E_CODES = """
SELECT asked.i, c.serial, c.person_id, c.recalled_at FROM unnest(%(i)s::integer[], %(places)s::integer[], %(days)s::integer[],
    %(ends)s::timestamptz[]) AS asked(i, place, day, until)
JOIN credentials c ON c.place = asked.place AND c.issued_at <= asked.until AND (c.last_day IS NULL OR c.last_day >= asked.day)
ORDER BY asked.i, c.issued_at
"""
PAPERS = """
SELECT asked.i, c.serial, c.person_id, c.recalled_at
FROM unnest(%(i)s::integer[], %(places)s::integer[], %(epochs)s::integer[]) AS asked(i, place, epoch)
JOIN paper_credentials c ON c.epoch_id = asked.epoch AND c.place = asked.place
ORDER BY asked.i
"""


def person_of(epoch: int | None, slot: int | None, cti: bytes | None = None) -> int | None:
    """The person's number; None where nothing was shown, or the slot is nobody's."""
    if epoch is None or slot is None:
        return None
    known = people_of([Shown(epoch, slot, cti)])[0]
    return known.person if known else None


def people_of(shown: Sequence[Shown]) -> list[Known | None]:
    """Whose each pass was, in the order asked; None where it is nobody's."""
    found: list[Known | None] = [None] * len(shown)
    bits = _bits({one.epoch for one in shown})
    key = keyring.secret("slots")
    places = {
        i: place_of(key, one.epoch, bits[one.epoch], one.slot)
        for i, one in enumerate(shown)
        if one.epoch in bits and 0 <= one.slot < 1 << bits[one.epoch]
    }
    codes = [i for i in places if shown[i].epoch >= BELOW]
    papers = [i for i in places if shown[i].epoch < BELOW]
    for i, serial, person, recalled_at in (*_codes(codes, shown, places), *_papers(papers, shown, places)):
        if _fits(shown[i], serial):
            found[i] = Known(person, recalled_at)
    return found


def _codes(asked: list[int], shown: Sequence[Shown], places: dict[int, int]) -> list[tuple[int, int, int, datetime]]:
    ends = [datetime.fromtimestamp(window(shown[i].epoch, HOURS).exp, UTC) for i in asked]
    days = [shown[i].epoch // 24 for i in asked]
    return _rows(E_CODES, {"i": asked, "places": [places[i] for i in asked], "days": days, "ends": ends})


def _papers(asked: list[int], shown: Sequence[Shown], places: dict[int, int]) -> list[tuple[int, int, int, datetime]]:
    epochs = [shown[i].epoch for i in asked]
    return _rows(PAPERS, {"i": asked, "places": [places[i] for i in asked], "epochs": epochs})


def _rows(statement: str, words: dict[str, list[int] | list[datetime]]) -> list[tuple[int, int, int, datetime]]:
    if not words["i"]:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, words)
        return list(cursor.fetchall())


def _fits(one: Shown, serial: int) -> bool:
    if one.cti is None:
        return True
    return hmac.compare_digest(cti_of(keyring.secret("cti"), serial, one.epoch), bytes(one.cti))


def _bits(epochs: set[int]) -> dict[int, int]:
    """The bits of the slots of each epoch that passes were ever signed for."""
    codes = Epoch.objects.filter(epoch__in=[epoch for epoch in epochs if epoch >= BELOW])
    papers = PaperEpoch.objects.filter(epoch__in=[epoch for epoch in epochs if epoch < BELOW])
    return {row.epoch: row.bits for row in codes} | {row.epoch: row.bits for row in papers}
