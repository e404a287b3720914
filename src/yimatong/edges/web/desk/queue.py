"""The clerk's page of a point's queue: call the next number, say who came, give a number to somebody without a phone."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yimatong.core.bounds import whole
from yimatong.edges.web.everybody.refusals import spoken
from yimatong.edges.web.official import access
from yimatong.edges.web.official.frame import show
from yimatong.records import clock
from yimatong.records.models import Official
from yimatong.records.refusals import Refused
from yimatong.stations.issuing import queries, turns
from yimatong.stations.issuing.actions import slots
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.issuing.hours import is_open
from yimatong.stations.issuing.models import Point, Ticket


@access.page(access.DESK)
@require_http_methods(["GET", "POST"])
def queue(request: HttpRequest, number: int) -> HttpResponse:
    """Show who was called, who waits and who has booked, by number; each press does one thing and shows the page again."""
    by = access.official(request)
    here = at_desk(by, number)
    if request.method == "GET":
        return queue_page(request, here)
    done = pressed(request, by, here, request.POST.get("go", ""))
    if isinstance(done, Refused):
        return queue_page(request, here, done)
    return redirect(f"{reverse('web:desk-queue', args=[here.pk])}{'?drawn=' + str(done.number) if done else ''}")


def pressed(request: HttpRequest, by: Official, here: Point, go: str) -> Ticket | Refused | None:
    """What a button does: `call`, `draw`, or `here`, `served`, `gone` of a number of this point; the number that was drawn."""
    now = clock.now()
    if go == "call":
        slots.call_next(by=by, point=here.pk, now=now)
        return None
    if go == "draw":
        return slots.draw(point=here.pk, now=now)
    given = request.POST.get("ticket", "")
    ticket = get_object_or_404(Ticket, pk=whole(given) or 0, point=here)
    if go == "here":
        slots.arrive(ticket=ticket.pk, now=now)
    elif go in {"served", "gone"}:
        slots.served(by=by, ticket=ticket.pk, now=now, came=go == "served")
    else:
        raise Http404
    return None


def queue_page(request: HttpRequest, here: Point, no: Refused | None = None) -> HttpResponse:
    """The queue as it stands."""
    now, drawn = clock.now(), request.GET.get("drawn", "")
    door = reverse("me:door", args=[here.pk]) + f"?key={turns.screen_key(here.pk)}"
    context = {
        "point": here,
        "is_open": is_open(here, now),
        "called": turns.called(here, now),
        "waiting": turns.line(here, now),
        "booked": turns.booked(here, now),
        "minutes": queries.queue(here.pk, now).minutes,
        "drawn": "" if whole(drawn, 99_999) is None else drawn,
        "door": door,
        "no": spoken(no) if no else None,
    }
    return show(request, "web/desk_queue.html", context, status=422 if no else 200)
