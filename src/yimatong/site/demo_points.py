"""The demo's issuing points: a village committee, an office building and a police post, where the demo city's people live."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count

from yimatong.records import clock
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Official, Person
from yimatong.stations.issuing.actions import points

OPEN = [[["08:00", "20:00"]]] * 7
"""A demo is looked at in the evening and on Sundays too."""
FOREIGN = ("passport", "foreign_permanent", "hk_macau", "taiwan")


@transaction.atomic
def open_demo_points(clerk: Official, company: Official | None = None) -> None:
    """Open the three, in the city's most populous street, with this clerk at their desks; `company` speaks for the building."""
    street = (
        Person.objects.exclude(division=None)
        .values_list("division")
        .annotate(people=Count("pk"))
        .order_by("-people")
        .first()
    )
    division = int(street[0]) if street else 330203001
    for words in (
        {"kind": "village", "title": "月湖社区便民服务中心", "address": "月湖街1号", "longitude": 121.543, "latitude": 29.872},
        {
            "kind": "building", "title": "江厦商务楼", "address": "江厦街28号", "scope": "roster",
            "longitude": 121.558, "latitude": 29.874,
        },
        {
            "kind": "police", "title": "月湖派出所", "address": "解放南路9号", "scope": "documents", "documents": FOREIGN,
            "longitude": 121.545, "latitude": 29.868,
        },
    ):  # fmt: skip
        made = points.open_point(by=the_system(), division=division, hours=OPEN, now=clock.now(), **words)  # type: ignore[arg-type]
        points.appoint(by=the_system(), point=made.pk, official=clerk)
        if company is not None and made.kind in made.WITH_ROSTER:
            points.appoint(by=the_system(), point=made.pk, official=company)
