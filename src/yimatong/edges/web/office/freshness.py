"""How fresh what we know is: the newest delivery of every feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, Sum

from yimatong.records.models import Delivery, HeldRow

FRESH = timedelta(hours=24)
"""The judgement is made every night, so a feed is expected every day."""


@dataclass(frozen=True)
class Feed:
    """One feed: its newest taken delivery and what waits to be settled."""

    feed: str
    latest: datetime | None
    deliveries: int
    rows: int
    waiting: int
    late: bool


def freshness(now: datetime) -> Sequence[Feed]:
    """Return every feed that ever delivered, by name; late ones are those without a delivery in the 24 hours before `now`."""
    taken = Q(state=Delivery.State.TAKEN)
    found = (
        Delivery.objects.values("feed")
        .annotate(latest=Max("received_at", filter=taken), deliveries=Count("id", filter=taken), rows_taken=Sum("taken", filter=taken))
        .order_by("feed")
    )  # fmt: skip
    waiting = dict(
        HeldRow.objects.filter(state=HeldRow.State.WAITING)
        .values_list("delivery__feed")
        .annotate(Count("id"))
        .values_list("delivery__feed", "id__count")
    )
    return [
        Feed(
            feed=row["feed"],
            latest=row["latest"],
            deliveries=row["deliveries"],
            rows=row["rows_taken"] or 0,
            waiting=waiting.get(row["feed"], 0),
            late=row["latest"] is None or now - row["latest"] > FRESH,
        )
        for row in found
    ]
