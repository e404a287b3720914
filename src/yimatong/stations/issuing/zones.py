"""Where a paper pass does not hold (D7): the control zones of the point's city that are in force. Why so: decision 86."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from yimatong.core.facts import Level
from yimatong.records import calendar
from yimatong.records.models import Area, Place
from yimatong.records.queries import division_name

CITY, COUNTY = 10**5, 10**3
"""Streets of a city and of a county, in codes of nine digits."""


def zones(division: int, now: datetime) -> tuple[str, ...]:
    """The names of the control zones in force in the city of a street (9 digits), as they are printed; sorted, each once."""
    low = division // CITY * CITY
    standing = Area.objects.filter(
        Q(end=None) | Q(end__gt=now), level=Level.CONTROL_ZONE, struck_at=None, start__lte=now, low__lt=low + CITY, high__gte=low
    ).select_related("place", "place__parent")  # fmt: skip
    return tuple(sorted({_name(area, now) for area in standing}))


def _name(area: Area, now: datetime) -> str:
    """County, street and the place; a whole street, county or city by its name; else as it was published."""
    if area.place is not None:
        return division_name(area.place.division, calendar.day(now), levels=2) + _place(area.place)
    for step, levels in ((1, 2), (COUNTY, 1), (CITY, 1)):
        if area.low % step == 0 and area.high == area.low + step - 1:
            return division_name(area.low, calendar.day(now), levels=levels) or area.text
    return area.text


def _place(place: Place) -> str:
    return (place.parent.name if place.parent else "") + place.name
