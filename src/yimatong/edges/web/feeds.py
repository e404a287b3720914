"""How fresh what we know is: the newest delivery of every feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yimatong.edges.feeds.catalogue import CONTRACTS
from yimatong.edges.web.words import in_words
from yimatong.records.models import Delivery, HeldRow

FRESH = timedelta(hours=24)
"""The judgement is made every night, so a feed is expected every day."""

OTHER_TITLES: dict[str, Promise] = {"stays": _("Stays"), "risk-areas": _("Risk areas"), "demo_city": _("Demo city")}
"""The feeds that have no table contract."""


@dataclass(frozen=True)
class Feed:
    """One feed: its newest taken delivery and what waits to be settled."""

    feed: str
    latest: datetime | None
    deliveries: int
    rows: int
    waiting: int
    late: bool


def title(feed: str) -> str:
    """Return a feed's name in the page's language; a feed without one is called as it calls itself."""
    if feed in CONTRACTS:
        return in_words(CONTRACTS[feed].title)
    return str(OTHER_TITLES.get(feed, feed))


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
