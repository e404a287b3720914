"""Answers that say: come again in a moment. Too much is asked, or the database is away; nothing of either is the page's own mistake."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.defaults import server_error

from yimatong.core.text import Text, message as _
from yimatong.edges.web.everybody.words import for_programs
from yimatong.site.returning import cause_of, is_away

RETRY = 5
"""Seconds after which it may be asked again."""
PROGRAMS = ("/e/", "/s/", "/d/", "/texts/")
"""Where a program asks and not a person."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What is said: a code for programs, what is the matter, and what to do."""

    code: str
    what: Text
    remedy: Text


GO_ON = _("Codes, scanners and paper passes go on.")
BACK = _("The system is coming back: this page cannot be opened for a moment.")
AWAY = Told(
    "database-away",
    BACK,
    _("Wait a moment, the page opens again by itself. {go_on}", go_on=GO_ON),
)
NOT_TAKEN = Told(
    "database-away",
    BACK,
    _("What you sent just now may not have arrived: wait a moment, go back and send it again. {go_on}", go_on=GO_ON),
)


def come_again(request: HttpRequest, told: Told) -> HttpResponse:
    """503 with `Retry-After`: JSON where a program asked, a page of both languages where a person did, which asks again by itself."""
    if request.path_info.startswith(PROGRAMS):
        response: HttpResponse = JsonResponse(for_programs(told.code, told.what, told.remedy), status=503)
    else:
        # What was posted is not posted again behind a person's back.
        again = random.randint(RETRY, 3 * RETRY) if request.method == "GET" else 0  # noqa: S311 -- no secret
        response = render(request, "503.html", {"told": told, "again": again}, status=503)
    response.headers["Retry-After"] = str(RETRY)
    response.headers["Cache-Control"] = "no-store"
    return response


def went_wrong(request: HttpRequest) -> HttpResponse:
    """Django's handler of what nobody caught: a database that went away comes back, everything else is a mistake of ours."""
    problem = sys.exc_info()[1]
    if problem is not None and is_away(problem):
        log.error("request.database_away", cause=cause_of(problem))
        return come_again(request, AWAY if request.method == "GET" else NOT_TAKEN)
    return server_error(request)
