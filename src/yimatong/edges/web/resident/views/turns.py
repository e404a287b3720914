"""At the door: drawing a number, waiting for it on one's own phone, and the screen that shows who is called."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimatong.core.bounds import whole
from yimatong.edges.printing.symbol import symbol
from yimatong.edges.web.everybody.accounts import account_of
from yimatong.edges.web.everybody.refusals import spoken
from yimatong.edges.web.resident.session import open_page, show
from yimatong.edges.web.resident.source import source_of
from yimatong.edges.web.resident.views.points import open_point
from yimatong.records import calendar, clock, identity
from yimatong.records.refusals import Refused
from yimatong.stations.declarations.actions import limits
from yimatong.stations.issuing import queries, turns
from yimatong.stations.issuing.actions import slots
from yimatong.stations.issuing.errors import refused
from yimatong.stations.issuing.hours import is_open
from yimatong.stations.issuing.models import Point, Ticket

TICKET = "yimatong-number"
"""The cookie of a phone that drew a number: the ticket's own, signed. It says nothing about the person."""
LASTS = 16 * 3600


@open_page
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, number: int) -> HttpResponse:
    """Draw a number at the door, by the word that stands on the screen there; who has booked says that they are here."""
    here, now = open_point(number), clock.now()
    ticket = held(request, here, now)
    if ticket is not None and ticket.state == Ticket.State.WAITING:
        return redirect("me:turn", here.pk)
    no = None
    if request.method == "POST":
        made = drawn(request, here, ticket, request.POST.get("word", ""), now)
        if isinstance(made, Ticket):
            return kept(redirect("me:turn", here.pk), made)
        no = made
    given = request.POST.get("word") or request.GET.get("door", "")
    context = {
        "point": here,
        "word": given[:12],
        "booked": ticket,
        "no": spoken(no) if no is not None else None,
        "open_now": is_open(here, now),
    }
    return show(request, "me/draw.html", context, status=422 if no else 200)


def drawn(request: HttpRequest, here: Point, ticket: Ticket | None, word: str, now: datetime) -> Ticket | Refused:
    """The number that was drawn, or a refusal; `door-word` where the word is not the one that stands there."""
    source, at = source_of(request), timezone.now()
    if no := limits.spent(what="wrong-door", source=source, at=at):
        return no
    if not turns.is_at_door(here.pk, word, now):
        return limits.spend(what="wrong-door", source=source, at=at) or refused("door-word")
    if ticket is not None:
        return slots.arrive(ticket=ticket.pk, now=now)
    if no := limits.spend(what="draw", source=source, at=at, target=identity.keyed("point:", str(here.pk))):
        return no
    return slots.draw(point=here.pk, now=now)


@open_page
@require_GET
def turn(request: HttpRequest, number: int) -> HttpResponse:
    """Show one's own number: how many are before it, about how long, and when it is called."""
    here, now = open_point(number), clock.now()
    ticket = held(request, here, now, over=True)
    if ticket is None or ticket.state == Ticket.State.BOOKED:
        return redirect("me:point", here.pk)
    context = {"point": here, "turn": turns.turn(ticket, now), "called": queries.queue(here.pk, now).called}
    return show(request, "me/parts/turn.html" if request.headers.get("HX-Request") else "me/turn.html", context)


@open_page
@require_POST
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """Go away: nobody calls the number, and who comes after waits less."""
    here, now = open_point(number), clock.now()
    ticket = held(request, here, now)
    if ticket is not None:
        slots.leave(ticket=ticket.pk, now=now)
    response = redirect("me:point", here.pk)
    response.delete_cookie(TICKET, path="/me/points/")
    return response


@open_page
@require_GET
def screen(request: HttpRequest, number: int) -> HttpResponse:
    """The screen at the point's door: numbers called, who waits, and the word with which a number is drawn.

    It opens with a key of the day that the desk's page of the queue has; no official is signed in on it.
    """
    here, now, key = open_point(number), clock.now(), request.GET.get("key", "")
    if not turns.opens_screen(here.pk, key):
        raise Http404
    word = turns.door_word(here.pk, now)
    address = request.build_absolute_uri(reverse("me:draw", args=[here.pk])) + f"?door={word}"
    context = {
        "point": here,
        "queue": queries.queue(here.pk, now),
        "open_now": is_open(here, now),
        "word": f"{word[:3]} {word[3:]}",
        "address": request.get_full_path(),
        "svg": mark_safe(symbol(address).svg),  # noqa: S308 -- drawn here, of our own text
    }
    part = request.headers.get("HX-Request")
    return render(request, "me/parts/door.html" if part else "me/door.html", context)


def held(request: HttpRequest, here: Point, now: datetime, *, over: bool = False) -> Ticket | None:
    """The number with which this phone waits here today, or the booking of its account; `over` takes one that was served too."""
    kept_number = request.get_signed_cookie(TICKET, default="", salt=TICKET, max_age=LASTS) or ""
    if whole(kept_number) is not None:
        found = Ticket.objects.filter(pk=int(kept_number), point=here).select_related("point").first()
        if found is not None and (over or turns.turn(found, now).state in {"waiting", "called"}):
            return found
    account = account_of(request)
    mine = turns.of_account(account, now) if account else None
    return mine if mine is not None and mine.point_id == here.pk and today(mine, now) else None


def today(ticket: Ticket, now: datetime) -> bool:
    """Whether a number is of this day."""
    return turns.turn(ticket, now).state != "gone" and ticket.day == calendar.day_number(now)


def kept(response: HttpResponse, ticket: Ticket) -> HttpResponse:
    """Let the phone keep its number."""
    response.set_signed_cookie(
        TICKET, str(ticket.pk), salt=TICKET, max_age=LASTS, path="/me/points/",
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip
    return response
