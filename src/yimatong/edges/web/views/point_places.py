"""Single days and the place of an issuing point, set by the control office: who said so, and when, is kept and shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from yimatong.edges.web import access
from yimatong.edges.web.issuing_points import DayForm, PositionForm
from yimatong.edges.web.placing import SCALES, placing
from yimatong.records import calendar, clock
from yimatong.stations.issuing.actions import points
from yimatong.stations.issuing.hours import single_days
from yimatong.stations.issuing.models import Point, PointPosition, Ticket

AHEAD = timedelta(days=90)
HOW: dict[str, Promise] = {"map": gettext_lazy("clicked on the map"), "numbers": gettext_lazy("two numbers")}
ZOOMS: dict[str, Promise] = {"near": gettext_lazy("Near"), "middle": gettext_lazy("Middle"), "far": gettext_lazy("Far")}


@access.page(access.RUN_POINTS)
@require_POST
def days(request: HttpRequest, number: int) -> HttpResponse:
    """Give single days hours of their own."""
    from yimatong.edges.web.views.points import done, found_or_404, page_of

    at, form = found_or_404(request, number), DayForm(request.POST)
    if not form.is_valid():
        return page_of(request, at, 422, day_form=form)
    given = form.cleaned_data
    points.change_days(
        by=access.official(request), point=at.pk, first=given["first"], last=given["last"], hours=form.hours(),
        why=given["why"], now=clock.now(),
    )  # fmt: skip
    return done(at, "days")


@access.page(access.RUN_POINTS)
@require_POST
def move(request: HttpRequest, number: int) -> HttpResponse:
    """Say where the point is."""
    from yimatong.edges.web.views.points import done, found_or_404, page_of

    at, form = found_or_404(request, number), PositionForm(request.POST)
    if not form.is_valid():
        return page_of(request, at, 422, position_form=form)
    points.move_point(by=access.official(request), point=at.pk, **form.cleaned_data)
    return done(at, "moved")


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
