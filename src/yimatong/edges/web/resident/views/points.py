"""Issuing points, for everybody and without signing in: where one gets a paper pass, when, how long one waits; booking a time."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from yimatong.core.bounds import LARGEST_INT32, whole
from yimatong.edges.web.everybody.accounts import account_of
from yimatong.edges.web.everybody.places import compounds_like
from yimatong.edges.web.everybody.refusals import spoken
from yimatong.edges.web.resident import points as shown
from yimatong.edges.web.resident.session import open_page, page, show
from yimatong.edges.web.resident.sketch import sketch
from yimatong.records import calendar, clock
from yimatong.records.models import Place
from yimatong.records.refusals import Refused
from yimatong.stations.declarations.models import Account
from yimatong.stations.issuing import queries, turns
from yimatong.stations.issuing.actions import slots
from yimatong.stations.issuing.hours import is_open
from yimatong.stations.issuing.models import Point


@open_page
@require_GET
def points(request: HttpRequest) -> HttpResponse:
    """List the points, those near a community first, with a map and how many wait at each."""
    words = request.GET.get("q", "").strip()[:40]
    near = _place(request.GET.get("near", ""))
    options = compounds_like(words) if words and near is None else ()
    if len(options) == 1:
        near, options = _place(options[0].value.partition(":")[2]), ()
    kind = request.GET.get("kind", "")
    wish = shown.Wish(near, kind if kind in shown.KINDS else "", request.GET.get("open") == "1")
    every = shown.found(wish, clock.now())
    number = request.GET.get("page", "1")
    at = whole(number, 9_999) or 1
    listed = every[(at - 1) * shown.MOST : at * shown.MOST]
    context = {
        "wish": wish,
        "words": near.name if near else words,
        "options": [(one.value.partition(":")[2], one) for one in options],
        "nothing_found": bool(words) and near is None and not options,
        "kinds": list(shown.KINDS.items()),
        "listed": listed,
        "every": len(every),
        "page": at,
        "more": len(every) > at * shown.MOST,
        "map": sketch(listed),
    }
    return show(request, "me/points.html", context)


@open_page
@require_GET
def point(request: HttpRequest, number: int) -> HttpResponse:
    """Show one point: hours, for whom, what to bring, the queue, and the times that can be booked."""
    return point_page(request, open_point(number))


def point_page(request: HttpRequest, here: Point, no: Refused | None = None) -> HttpResponse:
    """The page of a point, with a refusal where a time could not be booked."""
    now, account = clock.now(), account_of(request)
    mine = turns.of_account(account, now) if account else None
    context = {
        "point": here,
        "kind": shown.KINDS[here.kind],
        "where": shown.where(here),
        "whom": shown.for_whom(here),
        "hours": shown.hours(here),
        "single": shown.single(here, now),
        "today": calendar.day(now),
        "mine_is_shut": mine is not None and mine.slot is not None and not is_open(mine.point, mine.slot),
        "bring": shown.to_bring(here),
        "open_now": is_open(here, now),
        "queue": queries.queue(here.pk, now),
        "mine": mine,
        "turn": turns.turn(mine, now) if mine else None,
        "days": shown.slots_by_day(here.pk, now) if account and mine is None else [],
        "no": spoken(no) if no else None,
    }
    return show(request, "me/point.html", context, status=422 if no else 200)


@page
@require_POST
def book(request: HttpRequest, account: Account, number: int) -> HttpResponse:
    """Book a time; one at a time for everybody of the account."""
    here = open_point(number)
    try:
        slot = datetime.fromisoformat(request.POST.get("slot", ""))
    except ValueError:
        raise Http404 from None
    if slot.tzinfo is None:
        raise Http404
    made = slots.book(account=account, point=here.pk, slot=slot, now=clock.now())
    if isinstance(made, Refused):
        return point_page(request, here, made)
    return redirect("me:point", here.pk)


@page
@require_POST
def cancel(request: HttpRequest, account: Account, number: int) -> HttpResponse:
    """Give the booked time back, so that somebody else has it."""
    mine = turns.of_account(account, clock.now())
    if mine is not None and mine.point_id == number:
        slots.cancel(account=account, ticket=mine.pk, now=clock.now())
    return redirect("me:point", number)


def open_point(number: int) -> Point:
    """The point, 404 where there is none or it was stopped."""
    return get_object_or_404(Point, pk=number, stopped_at=None)


def _place(text: str) -> Place | None:
    number = whole(text, LARGEST_INT32) or 0
    return Place.objects.filter(pk=number, kind__in=[Place.Kind.COMPOUND, Place.Kind.VILLAGE]).first()
