"""What the latest list could not resolve, for a page or a table."""

from __future__ import annotations

import json
from dataclasses import dataclass

from yimatong.edges.feeds.risk_areas.taking import FEED
from yimatong.records import identity
from yimatong.records.models import Delivery, HeldRow


@dataclass(frozen=True, slots=True)
class OpenText:
    """A text of a list that stays open: where it stands, its words, and why (a code of feeds/problems.py)."""

    held_row: int
    delivery: int
    row: int
    level: str
    province: str
    city: str
    county: str
    text: str
    why: str


def open_texts(delivery: int | None = None) -> tuple[OpenText, ...]:
    """The open texts of a list, in its order; without a number, of the latest that was taken and still stands."""
    if delivery is None:
        latest = Delivery.objects.filter(feed=FEED, state=Delivery.State.TAKEN).order_by("-pk").first()
        if latest is None:
            return ()
        delivery = latest.pk
    rows = HeldRow.objects.filter(delivery=delivery, state=HeldRow.State.WAITING).order_by("row")
    return tuple(_open_text(row) for row in rows)


def _open_text(row: HeldRow) -> OpenText:
    level, province, city, county, text = json.loads(identity.unseal(row.sealed, "row"))
    why = row.problems[0]["code"]
    return OpenText(row.pk, row.delivery_id, row.row, level, province, city, county, text, why)
