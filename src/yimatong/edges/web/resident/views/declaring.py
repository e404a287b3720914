"""The declaration, a screen at a time. What is filled in is kept with every press of a button, right or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yimatong.core.bounds import whole
from yimatong.edges.web.everybody import answers as reading, places
from yimatong.edges.web.everybody.answers import Answers
from yimatong.edges.web.everybody.screens import Screen, screens
from yimatong.edges.web.resident.session import large, page, show
from yimatong.edges.web.resident.who import Who, who
from yimatong.records import calendar
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions.drafts import save_draft
from yimatong.stations.declarations.checks import check
from yimatong.stations.declarations.errors import Wrong
from yimatong.stations.declarations.models import Account


@dataclass
class Filling:
    """One declaration being filled in: whose it is, the screen at hand, the answers so far."""

    account: Account
    who: Who
    all: tuple[Screen, ...]
    screen: Screen
    answers: Answers

    def save(self) -> None:
        """Keep the answers as they are."""
        save_draft(
            account=self.account, answers=self.answers, step=self.screen.key, at=timezone.now(), about=self.who.about
        )

    def wrongs(self) -> tuple[Wrong, ...]:
        """What is wrong on this screen."""
        found = check(
            self.answers, today=calendar.today(), step=self.screen.step.name, off=off(), city=settings.YIMATONG_CITY
        )
        return tuple(wrong for wrong in found if self.screen.asks(wrong.field))

    def neighbour(self, by: int) -> Screen | None:
        """The screen after this one (1) or before it (-1), None past either end."""
        at = self.screen.number - 1 + by
        return self.all[at] if 0 <= at < len(self.all) else None


@page
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, account: Account, about: str) -> HttpResponse:
    """Go to the screen at which somebody stopped, else to the first."""
    whose = who(account, about)
    known = screens(off(), large=large(request))
    step = queries.progress(account, about=whose.about).step
    at = next((screen for screen in known if step in (screen.key, screen.step.name)), known[0])
    return redirect("me:screen", about=whose.about, key=at.key)


@page
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, account: Account, about: str, key: str) -> HttpResponse:
    """Show a screen, or take what was filled in: `go` says where to (next, back, add, remove:…, pick:…)."""
    filling = filled(request, account, about, key)
    if request.method == "GET":
        return shown(request, filling, (), request.GET.get("q", ""))
    filling.answers |= reading.parse(filling.screen.fields, request.POST)
    go, _colon, what = request.POST.get("go", "next").partition(":")
    if go == "pick":
        filling.answers |= places.picked(filling.answers, what)
    elif go == "remove":
        filling.answers |= removed(filling.answers, what)
    filling.save()
    if go in ("pick", "remove"):
        return redirect("me:screen", about=about, key=key)
    if go == "search":
        return shown(request, filling, (), request.POST.get("q", ""))
    if go == "add":
        return redirect("me:row", about=about, key=key)
    if go == "back":
        return left(filling, filling.neighbour(-1), "me:home")
    wrongs = filling.wrongs()
    if wrongs:
        return shown(request, filling, wrongs, "", status=422)
    return left(filling, None if request.GET.get("then") == "review" else filling.neighbour(1), "me:review")


def shown(
    request: HttpRequest, filling: Filling, wrongs: Sequence[Wrong], words: str, status: int = 200
) -> HttpResponse:
    """The page of a screen."""
    asked = filling.screen
    context: dict[str, Any] = {
        "filling": filling,
        "screen": asked,
        "who": filling.who,
        "questions": reading.questions(asked.fields, filling.answers, wrongs),
        "wrongs": [text for wrong in wrongs for text in reading.errors_at(wrong.field, [wrong])],
        "today": calendar.today(),
        "home": places.home(filling.answers, words, wrongs, calendar.today()) if asked.has_home else None,
    }
    return show(request, "me/screen.html", context, status=status)


def filled(request: HttpRequest, account: Account, about: str, key: str) -> Filling:
    """What is filled in so far, at the screen of an address; one of the other print size leads to its own."""
    whose = who(account, about)
    known = screens(off(), large=large(request))
    found = next((one for one in known if one.key == key), None)
    if found is None:
        names = {one.key: one.step.name for size in (True, False) for one in screens(off(), large=size)}
        found = next((one for one in known if one.step.name == names.get(key)), None)
    if found is None:
        raise Http404
    kept = queries.progress(account, about=whose.about)
    return Filling(account, whose, known, found, dict(kept.answers))


def left(filling: Filling, to: Screen | None, otherwise: str) -> HttpResponse:
    """Lead to another screen, or out of the form."""
    if to is not None:
        return redirect("me:screen", about=filling.who.about, key=to.key)
    return redirect("me:home") if otherwise == "me:home" else redirect(otherwise, about=filling.who.about)


def removed(answers: Answers, what: str) -> Answers:
    """The answers without one row: `itinerary:2`."""
    name, _colon, number = what.partition(":")
    rows = answers.get(name)
    if not isinstance(rows, list) or (place := whole(number)) is None:
        return {}
    return {name: [row for at, row in enumerate(rows) if at != place]}


def off() -> frozenset[str]:
    """The fields that the city does not ask."""
    return frozenset(settings.YIMATONG_FORM_OFF)
