"""The demo's people who must be told in person: three without a phone and an account, whom an order of today keeps at home.

Nothing here opens a task. The order is recorded as every other is, judged with what waits, and told by the worker: it finds nobody
whom an inbox or a text reaches, and puts them onto the list.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from yimatong.records.actions import facts
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Person
from yimatong.stations.judgements.models import CurrentVerdict
from yimatong.stations.notifications.actions import following

PEOPLE, LOOKED_AT = 3, 500
DAYS = 14
SOURCE = "演示：居家隔离通知"
BASIS = "《中华人民共和国传染病防治法》第三十九条"


@transaction.atomic
def begin_demo_telling(*, now: datetime) -> bool:
    """Take the demo's past as told, and order three green people home from now on; False where somebody was told before."""
    if following.has_begun():
        return False
    following.begin_here()
    now = now.replace(second=0, microsecond=0)
    # Among the first few hundred alone: a view of millions is not asked for all of its greens.
    without = Person.objects.filter(phone_key=None, id_type="resident").order_by("pk").values_list("pk", flat=True)
    green = CurrentVerdict.objects.filter(person__in=list(without[:LOOKED_AT]), colour="green").order_by("person")
    for person in green.values_list("person", flat=True)[:PEOPLE]:
        facts.record(
            by=the_system(), person=person, kind="order", detail="home", start=now, end=now + timedelta(days=DAYS),
            source=SOURCE, legal_basis=BASIS,
        )  # fmt: skip
    return True
