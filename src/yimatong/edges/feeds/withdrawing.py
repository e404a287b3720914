"""Withdrawing a delivery of any feed."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from yimatong.edges.feeds.earlier import undoing
from yimatong.records import calendar
from yimatong.records.actions import risk_areas, withdrawal
from yimatong.records.actions.intake import stays
from yimatong.records.actions.withdrawal import Withdrawn
from yimatong.records.errors import mistake
from yimatong.records.models import Delivery, Official
from yimatong.stations.declarations.actions import restating


def withdraw(*, by: Official, delivery: int, why: str, lake_folder: Path) -> Withdrawn:
    """Undo a delivery, whatever it brought; the people whose facts changed come back, to be judged again.

    For stays and risk areas `people` is empty: the next full judgement sees what changed.
    """
    found = Delivery.objects.filter(pk=delivery).first()
    if found is None:
        raise mistake("delivery-unknown", delivery=delivery)
    if found.feed == stays.FEED:
        return stays.withdraw_stays(by=by, delivery=delivery, why=why, folder=lake_folder, zone=calendar.zone())
    if found.feed == risk_areas.FEED:
        return risk_areas.withdraw_snapshot(by=by, delivery=delivery, why=why)
    with transaction.atomic():
        # The audit link comes with the withdrawal, so what is small and can fail comes before it.
        stays_gone = undoing.withdraw(by=by, delivery=found, why=why) if undoing.is_earlier(found.feed) else frozenset()
        done = withdrawal.withdraw(by=by, delivery=delivery, why=why)
        restating.restate(by=by, delivery=delivery)
    return Withdrawn(done.delivery, done.struck, done.standing, tuple(sorted({*done.people, *stays_gone})))
