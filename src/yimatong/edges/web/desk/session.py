"""What the pages of the desk share: at which point one sits, whom one has looked at, what a form sends, how a no is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from yimatong.core.bounds import whole
from yimatong.edges.web.everybody.words import masked
from yimatong.edges.web.official import access
from yimatong.records import calendar, clock
from yimatong.records.models import Look, Official, Person
from yimatong.stations.declarations.models import Dependant
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.issuing.models import Paper, Point

WHERE = "desk"
Answer = TypeVar("Answer", bound=HttpResponseBase)
LASTS = timedelta(minutes=30)


def here(request: HttpRequest, number: int, action: str = "issue") -> Point:
    """The point at which one works; the control office is at every one of its jurisdiction."""
    by = access.official(request)
    point = at_desk(by, number, action)
    if by.role == Official.Role.CONTROL_OFFICE and not access.may_see(by, point.division):
        raise PermissionDenied
    return point


def look_of(by: Official, look: int) -> Look | None:
    """A look of one's own at the desk; None where it is older than half an hour, 404 where it is none."""
    seen = get_object_or_404(Look.objects.select_related("person"), pk=look, by=by, where=WHERE)
    return seen if timezone.now() - seen.at <= LASTS else None


def guardian_of(by: Official, seen: Look) -> int | None:
    """The parent whose document lies there, where the look is at a child."""
    begin, _sign, look = seen.why.partition("child of look/")
    if begin != "paper: " or whole(look) is None:
        return None
    return Look.objects.filter(pk=int(look), by=by, where=WHERE).values_list("person_id", flat=True).first()


def children_of(parent: Person) -> list[Dependant]:
    """The children without a document whom somebody declared as their own, by name."""
    mine = Dependant.objects.filter(
        account__person=parent, until=None, person__id_type=Person.IdType.NONE, relation__in=["child", "ward"]
    )
    once = {one.person_id: one for one in mine.select_related("person").order_by("person__name")}
    for one in once.values():
        one.shown = masked(one.person.name)  # type: ignore[attr-defined]
    return list(once.values())


def paper_of(point: Point, entry: int) -> Paper:
    """The pass of a line of the point's register."""
    found = Paper.objects.filter(entry__pk=entry, entry__point=point)
    return get_object_or_404(found.select_related("credential", "point", "replaces", "replaces__entry"))


def address(made: Paper) -> str:
    """Where a pass is shown."""
    return reverse("web:desk-pass", args=[made.point_id, made.entry.pk])


def day_of(request: HttpRequest) -> date:
    """The day that is asked for, today where none is, or none that can be."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return calendar.day(clock.now())


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A PDF for the printer, kept nowhere on the way."""
    return for_the_printer(HttpResponse(content, content_type="application/pdf"), name)


def for_the_printer(answer: Answer, name: str) -> Answer:
    """The answer, opened in the browser and kept nowhere on the way."""
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
