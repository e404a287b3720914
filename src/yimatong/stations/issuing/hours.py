"""When a point is open: single days that are not like the week stand before its week.

single_days(points, first, last) -> Days         what was said of single days, the last word of each
spans_on(point, day, days) -> Spans              the hours of a day
is_open(point, now, days=None) -> bool
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from yimatong.records import calendar
from yimatong.stations.issuing.models import Point, PointDay

Spans = list[list[str]]
Days = Mapping[tuple[int, date], PointDay]
"""By point and day; a day that is as every week is not in it."""


def single_days(points: Iterable[int], first: date, last: date) -> Days:
    """The single days of these points between two days, both inside, in their order."""
    rows = PointDay.objects.filter(point__in=list(points), day__range=(first, last)).select_related("set_by")
    found = {(row.point_id, row.day): row for row in rows.order_by("day", "pk")}
    return {key: row for key, row in found.items() if row.hours is not None}


def spans_on(point: Point, day: date, days: Days) -> Spans:
    """The hours of a day: of this very day where something was said of it, else of its weekday."""
    single = days.get((point.pk, day))
    return list(point.hours[day.weekday()] if single is None else single.hours or ())


def is_open(point: Point, now: datetime, days: Days | None = None) -> bool:
    """Whether the point's desks work at an instant; `days` where many are asked at once."""
    local = calendar.local(now)
    known = single_days([point.pk], local.date(), local.date()) if days is None else days
    mark = f"{local:%H:%M}"
    return any(first <= mark <= last for first, last in spans_on(point, local.date(), known))
