"""Issuing points for the control office: naming one, its staff, hours and blocks of numbers, what each has issued, stopping it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimatong.core.errors import YimatongError
from yimatong.edges.web.everybody.divisions import division_in_words
from yimatong.edges.web.office import point_places
from yimatong.edges.web.office.point_forms import (
    KINDS,
    SCOPES,
    DayForm,
    HoursForm,
    NameForm,
    PositionForm,
    StaffForm,
    StopForm,
    hours_in_words,
)
from yimatong.edges.web.official import access
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.forms import number_of, put_into
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import clock
from yimatong.records.models import Official
from yimatong.stations.issuing import books, queries
from yimatong.stations.issuing.actions import points
from yimatong.stations.issuing.hours import is_open
from yimatong.stations.issuing.models import Point, Staff

DONE: dict[str, Promise] = {
    "named": _("The issuing point is named. Appoint the clerks who work there."),
    "appointed": _("Appointed. The desk is open to them now."),
    "released": _("They work there no more."),
    "hours": _("The hours are changed."),
    "days": _("The single days are changed. Residents see them now."),
    "moved": _("The place is changed. Residents see it on the map now; where it was before is kept."),
    "stopped": _("The point is stopped. Its register, stock and tasks stay."),
}
USES: dict[str, Promise] = {"point": _("desks with a network"), "offline": _("offline desk"), "blanks": _("blanks")}


@access.page(access.SEE_POINTS)
@require_GET
def all_points(request: HttpRequest) -> HttpResponse:
    """Show the points of the jurisdiction with their figures."""
    by, now = access.official(request), clock.now()
    mine = [point for point in Point.objects.order_by("title") if access.may_see(by, point.division)]
    lines = books.figures(mine, now)
    table = point_table(request, lines)
    tiles = [
        (_("Open points"), sum(line.point.stopped_at is None for line in lines)),
        (_("Issued today"), sum(line.today for line in lines)),
        (_("Issued in 7 days"), sum(line.week for line in lines)),
        (_("Not signed"), sum(line.unsigned for line in lines)),
        (_("To be fetched"), sum(line.open_tasks for line in lines)),
        (_("Fetched late"), sum(line.late_tasks for line in lines)),
    ]
    context = {"table": table, "tiles": tiles, "may_run": by.role in access.RUN_POINTS}
    return exported(table) or show(request, "web/points.html", context)


@access.page(access.RUN_POINTS)
@require_http_methods(["GET", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Name a point."""
    by = access.official(request)
    form = NameForm(request.POST if request.method == "POST" else None, by=by)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        words = {
            key: given[key]
            for key in ("kind", "title", "division", "address", "scope", "desks", "longitude", "latitude")
        }
        documents = given["documents"] if given["scope"] == "documents" else ()
        try:
            made = points.open_point(
                by=by, hours=form.hours(), now=clock.now(), place=given.get("place"), documents=documents, **words
            )
        except YimatongError as mistake:
            put_into(form, mistake)
        else:
            return redirect(f"{reverse('web:point', args=[made.pk])}?done=named")
    return show(request, "web/point_name.html", {"form": form}, status=422 if request.method == "POST" else 200)


@access.page(access.SEE_POINTS)
@require_GET
def point(request: HttpRequest, number: int) -> HttpResponse:
    """Show one point: where, when, for whom, its staff, figures and blocks."""
    return page_of(request, found_or_404(request, number))


@access.page(access.RUN_POINTS)
@require_POST
def appoint(request: HttpRequest, number: int) -> HttpResponse:
    """Let a clerk work there."""
    at = found_or_404(request, number)
    form = StaffForm(request.POST, point=at)
    if not form.is_valid():
        return page_of(request, at, 422, staff_form=form)
    points.appoint(by=access.official(request), point=at.pk, official=form.cleaned_data["official"])
    return done(at, "appointed")


@access.page(access.RUN_POINTS)
@require_POST
def release(request: HttpRequest, number: int) -> HttpResponse:
    """Let a clerk work there no more."""
    at = found_or_404(request, number)
    whom = Official.objects.filter(pk=number_of(request, "official")).first()
    if whom is None:
        raise Http404
    points.release(by=access.official(request), point=at.pk, official=whom)
    return done(at, "released")


@access.page(access.RUN_POINTS)
@require_POST
def hours(request: HttpRequest, number: int) -> HttpResponse:
    """Change the hours and the number of desks."""
    at = found_or_404(request, number)
    form = HoursForm(request.POST)
    if not form.is_valid():
        return page_of(request, at, 422, hours_form=form)
    points.change_hours(by=access.official(request), point=at.pk, hours=form.hours(), desks=form.cleaned_data["desks"])
    return done(at, "hours")


@access.page(access.RUN_POINTS)
@require_POST
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Stop a point for good."""
    at = found_or_404(request, number)
    form = StopForm(request.POST)
    if not form.is_valid():
        return page_of(request, at, 422, stop_form=form)
    points.stop_point(by=access.official(request), point=at.pk, why=form.cleaned_data["why"])
    return done(at, "stopped")


def page_of(request: HttpRequest, at: Point, status: int = 200, **more: forms.Form) -> HttpResponse:
    """The page of a point; `more` are forms with mistakes."""
    by, now = access.official(request), clock.now()
    may_run = by.role in access.RUN_POINTS and at.stopped_at is None
    table = lease_table(request, at)
    context: dict[str, Any] = {
        "point": at,
        "where": division_in_words(at.division),
        "kind": KINDS[at.kind],
        "scope": SCOPES[at.scope],
        "hours": hours_in_words(at.hours),
        "is_open": is_open(at, now) and at.stopped_at is None,
        "line": books.figures([at], now)[0],
        "stock": queries.stock(at.pk),
        "staff": [
            (one.official, clock.in_city(one.since))
            for one in Staff.objects.filter(point=at, until=None).select_related("official").order_by("since")
        ],
        "stopped": at.stopped_at and clock.in_city(at.stopped_at),
        "table": table,
        "may_run": may_run,
        "done": DONE.get(request.GET.get("done", "")),
        "days": point_places.coming_days(at),
        **point_places.place_of(request, at),
    }
    if may_run:
        before = {"workdays": spans(at.hours[0]), "weekend": spans(at.hours[5]), "desks": at.desks}
        context |= {
            "staff_form": StaffForm(point=at),
            "hours_form": HoursForm(initial=before),
            "stop_form": StopForm(),
            "day_form": DayForm(),
            "position_form": PositionForm(initial={"longitude": at.longitude, "latitude": at.latitude}),
            **more,
        }
    return exported(table) or show(request, "web/point.html", context, status=status)


def found_or_404(request: HttpRequest, number: int) -> Point:
    """The point; 404 where there is none, 403 outside the jurisdiction."""
    found = Point.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    if not access.may_see(access.official(request), found.division):
        raise PermissionDenied
    return found


def done(at: Point, what: str) -> HttpResponse:
    """Lead back to the point's page, which says what was done."""
    return redirect(f"{reverse('web:point', args=[at.pk])}?done={what}")


def spans(day: list[list[str]]) -> str:
    """A day's hours as they are typed."""
    return ", ".join("-".join(span) for span in day)


def point_table(request: HttpRequest, lines: tuple[books.Figures, ...]) -> Table:
    """The points with their figures."""
    columns: tuple[Column, ...] = (
        Column(
            "title",
            _("Issuing point"),
            lambda one: one.point.title,
            link=lambda one: reverse("web:point", args=[one.point.pk]),
        ),
        Column(
            "state",
            _("Standing"),
            lambda one: str(_("stopped") if one.point.stopped_at else _("in use")),
            "badge",
            tone=lambda one: "" if one.point.stopped_at else "is-on",
            choices=lambda one: "stopped" if one.point.stopped_at else "open",
        ),
        Column("kind", _("Kind"), lambda one: str(KINDS[one.point.kind]), choices=lambda one: one.point.kind),
        Column(
            "scope", _("May issue to"), lambda one: str(SCOPES[one.point.scope]), choices=lambda one: one.point.scope
        ),
        Column("street", _("Street"), lambda one: division_in_words(one.point.division), in_page=False),
        Column("address", _("Address"), lambda one: one.point.address, in_page=False),
        Column("staff", _("Staff"), lambda one: one.staff, "number"),
        Column("waiting", _("Waiting"), lambda one: one.waiting, "number", in_page=False),
        Column("today", _("Issued today"), lambda one: one.today, "number"),
        Column("week", _("7 days"), lambda one: one.week, "number", in_page=False),
        Column("all", _("Issued in all"), lambda one: one.all, "number"),
        Column("unsigned", _("Not signed"), lambda one: one.unsigned, "number"),
        Column("numbers", _("Numbers left"), lambda one: one.numbers, "number"),
        Column("blanks", _("Blanks in stock"), lambda one: one.blanks, "number"),
        Column("open_tasks", _("To be fetched"), lambda one: one.open_tasks, "number"),
        Column("late", _("Late"), lambda one: one.late_tasks, "number"),
        Column("held", _("Entries held"), lambda one: one.held, "number"),
    )
    return Table(
        name="points",
        caption=_("Issuing points"),
        columns=columns,
        rows=ListRows(columns, lines),
        request=request,
        sort="-today",
        page_size=50,
        highlight=lambda one: one.late_tasks > 0,
        empty=_("No issuing point is named yet."),
    )


def lease_table(request: HttpRequest, at: Point) -> Table:
    """The blocks of numbers of a point."""
    columns: tuple[Column, ...] = (
        Column("lease", _("Block"), lambda one: one.lease.pk, "number"),
        Column("use", _("For"), lambda one: str(USES[one.lease.use]), choices=lambda one: one.lease.use),
        Column("desk", _("Desk"), lambda one: one.lease.desk or None),
        Column("first", _("From"), lambda one: one.first, "code"),
        Column("last", _("Until"), lambda one: one.last, "code"),
        Column("count", _("Numbers"), lambda one: one.count, "number"),
        Column("used", _("In the register"), lambda one: one.used, "number"),
        Column("left", _("Not in it"), lambda one: one.count - one.used, "number"),
        Column("at", _("Leased"), lambda one: one.lease.leased_at, "instant"),
        Column("by", _("By"), lambda one: one.lease.leased_by.name, in_page=False),
    )
    return Table(
        name="blocks",
        caption=_("Blocks of numbers"),
        columns=columns,
        rows=ListRows(columns, books.leases(at.pk)),
        request=request,
        sort="-lease",
        page_size=15,
        empty=_("No block yet. The first pass leases one by itself."),
    )


@access.page(access.RUN_POINTS)
@require_POST
def days(request: HttpRequest, number: int) -> HttpResponse:
    """Give single days hours of their own."""
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
    at, form = found_or_404(request, number), PositionForm(request.POST)
    if not form.is_valid():
        return page_of(request, at, 422, position_form=form)
    points.move_point(by=access.official(request), point=at.pk, **form.cleaned_data)
    return done(at, "moved")
