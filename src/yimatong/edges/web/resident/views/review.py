"""Everything once more, the truthfulness statement, and the declaration itself; then waiting for the judgement."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from yimatong.core.text import given
from yimatong.edges.web.everybody import answers as reading
from yimatong.edges.web.everybody.refusals import spoken
from yimatong.edges.web.everybody.screens import screens
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.resident.session import gate_of, large, page, show, tell_code
from yimatong.edges.web.resident.views.declaring import off
from yimatong.edges.web.resident.who import NEW, Who, everybody, known, who
from yimatong.records import calendar, clock
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions import declaring
from yimatong.stations.declarations.addresses import unknown_places
from yimatong.stations.declarations.checks import check
from yimatong.stations.declarations.errors import AnswersWrong, DeclarationError, Wrong
from yimatong.stations.declarations.models import Account
from yimatong.stations.judgements.models import Run
from yimatong.stations.judgements.queries import explain
from yimatong.stations.judgements.tasks import judge_soon

RELATION = "me.relation"
AGREED = "agreed"


@page
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, account: Account, about: str) -> HttpResponse:
    """Show all answers and the statement; declare when it is agreed to."""
    whose = who(account, about)
    kept = queries.progress(account, about=whose.about)
    wrongs = wrong_answers(dict(kept.answers))
    not_agreed = False
    if request.method == "POST" and not wrongs:
        wording = request.POST.get(AGREED, "")
        not_agreed = not wording
        if wording:
            try:
                return declared(request, account, whose, dict(kept.answers), wording)
            except AnswersWrong as mistake:
                wrongs = mistake.errors
            except DeclarationError as mistake:
                return show_review(request, account, whose, (), mistake=mistake, status=422)
    return show_review(
        request, account, whose, wrongs, not_agreed=not_agreed, status=422 if request.method == "POST" else 200
    )


def show_review(
    request: HttpRequest,
    account: Account,
    whose: Who,
    wrongs: tuple[Wrong, ...],
    *,
    not_agreed: bool = False,
    mistake: DeclarationError | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of the review."""
    kept = queries.progress(account, about=whose.about)
    statement = queries.statement_in_force(calendar.today())
    context: dict[str, Any] = {
        "who": whose,
        "shown": reading.review(screens(off(), large=large(request)), kept.answers, wrongs),
        "wrong": bool(wrongs),
        "not_agreed": not_agreed,
        "mistake": spoken(mistake) if mistake else None,
        "statement": statement,
        "statement_words": in_words(given({"zh": statement.zh, "en": statement.en})),
    }
    return show(request, "me/review.html", context, status=status)


def wrong_answers(answers: dict[str, Any]) -> tuple[Wrong, ...]:
    """Everything that cannot be right, also places that are not there."""
    found = check(answers, today=calendar.today(), off=off(), city=settings.YIMATONG_CITY)
    return found or unknown_places(answers, calendar.today())


def declared(
    request: HttpRequest, account: Account, whose: Who, answers: dict[str, Any], statement: str
) -> HttpResponse:
    """Declare by the wording that was read, have it judged soon, and show the page that waits for the colour."""
    given: dict[str, Any] = {
        "account": account,
        "answers": answers,
        "statement": statement,
        "now": clock.now(),
        "at": timezone.now(),
        "checkpoint": gate_of(request),
    }
    if whose.person is not None:
        made = declaring.correct(person=whose.person, **given)
    elif whose.handle == NEW:
        made = declaring.declare(relation=request.session.get(RELATION, "other"), **given)
    else:
        made = declaring.declare(**given)
    # Also where no colour can change: the page that waits is told so by the run that looked.
    judge_soon()
    request.session.pop(RELATION, None)
    if made.person is None:
        return redirect("me:questions")
    account.refresh_from_db()
    handle = next((one.handle for one in everybody(account) if one.person == made.person), "self")
    return tell_code(redirect("me:waiting", about=handle))


LONGEST = 10
"""Seconds between two questions of a page that waits for a colour, at most."""


@page
@require_GET
def waiting(request: HttpRequest, account: Account, about: str) -> HttpResponse:
    """Show that the judgement is under way, and the colour when it is there; the part asks again by itself."""
    whose = known(account, about)
    assert whose.person is not None
    declaration = queries.declaration_of(whose.person)
    explained = explain(whose.person)
    judged = declaration is not None and explained.run is not None and judged_since(declaration.recorded_at)
    context = {
        "who": whose,
        "it": explained,
        "judged": judged,
        "again": asks_again_in(timezone.now() - declaration.recorded_at) if declaration else LONGEST,
        "receipt": queries.receipt_of(declaration) if declaration else "",
        "replaces": declaration is not None and declaration.replaces_id is not None,
    }
    part = "me/parts/waiting.html" if request.headers.get("HX-Request") else "me/waiting.html"
    return show(request, part, context)


def asks_again_in(waited: timedelta) -> int:
    """Seconds until the part asks again: soon at first, since most are judged in seconds, and the less often the longer it takes."""
    return max(1, min(LONGEST, int(waited.total_seconds()) // 10))


def judged_since(recorded: datetime) -> bool:
    """Whether a run that knew what was recorded then has published, or has found that nothing changes."""
    done = [Run.State.PUBLISHED, Run.State.REPEATED]
    latest = Run.objects.filter(state__in=done).aggregate(latest=Max("known_at"))["latest"]
    return latest is not None and latest >= recorded
