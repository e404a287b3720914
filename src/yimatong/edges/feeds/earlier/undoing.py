"""Withdrawing a delivery of earlier declarations: its stays go, unless another delivery said them too; nobody is asked about it."""

from __future__ import annotations

from yimatong.edges.feeds.earlier.contracts import PLATFORM, POLICE
from yimatong.records.actions.intake.journeys import strike_journeys
from yimatong.records.models import Delivery, Official
from yimatong.stations.declarations.actions.importing import withdraw_earlier


def is_earlier(feed: str) -> bool:
    """True for the two feeds of earlier declarations."""
    return feed in {POLICE.feed, PLATFORM.feed}


def withdraw(*, by: Official, delivery: Delivery, why: str) -> frozenset[int]:
    """Undo the stays and the questions to the people, in the caller's transaction; whose stays changed."""
    touched = strike_journeys(by=by, delivery=delivery, why=why)
    withdraw_earlier(delivery=delivery)
    return frozenset(touched)
