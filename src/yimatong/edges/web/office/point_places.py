"""The single days and the places of an issuing point, as its page shows them: who said so, and when, is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext

from yimatong.edges.web.office.point_map import SCALES, placing
from yimatong.records import calendar, clock
from yimatong.stations.issuing.hours import single_days
from yimatong.stations.issuing.models import Point, PointPosition, Ticket

AHEAD = timedelta(days=90)
HOW: dict[str, Promise] = {"map": gettext_lazy("clicked on the map"), "numbers": gettext_lazy("two numbers")}
ZOOMS: dict[str, Promise] = {"near": gettext_lazy("Near"), "middle": gettext_lazy("Middle"), "far": gettext_lazy("Far")}


def coming_days(at: Point) -> list[dict[str, Any]]:
    """The single days from today on: hours, why, who said so and when, and how many have booked a time on them."""
    today = calendar.day(clock.now())
    rows = single_days([at.pk], today, today + AHEAD)
    booked = dict(
        Ticket.objects.filter(point=at, state=Ticket.State.BOOKED, day__gte=calendar.day_number(clock.now()))
        .values_list("slot__date").annotate(Count("pk"))
    )  # fmt: skip
    return [
        {
            "row": row,
            "hours": ", ".join("–".join(span) for span in row.hours or ()) or pgettext("hours", "closed"),
            "booked": booked.get(row.day, 0),
            "set_at": clock.in_city(row.set_at),
        }
        for row in rows.values()
    ]


def place_of(request: HttpRequest, at: Point) -> dict[str, Any]:
    """The map, and where the point was said to be so far."""
    rows = PointPosition.objects.filter(point=at).select_related("set_by").order_by("-pk")[:10]
    return {
        "placing": placing(at, request.GET.get("scale", "")),
        "scales": [(scale, ZOOMS[scale]) for scale in SCALES],
        "positions": [(row, HOW[row.how], clock.in_city(row.set_at)) for row in rows],
    }
