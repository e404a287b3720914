"""One row at a time: a place of the journey, or somebody who lives here too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from yimatong.edges.web.everybody import answers as reading, places
from yimatong.edges.web.everybody.divisions import division_in_words
from yimatong.edges.web.resident.session import page, show
from yimatong.edges.web.resident.views.declaring import filled, off
from yimatong.records import calendar
from yimatong.stations.declarations.checks import check
from yimatong.stations.declarations.form import Field
from yimatong.stations.declarations.models import Account

FORTNIGHT = timedelta(days=14)


@page
@require_http_methods(["GET", "POST"])
def row(request: HttpRequest, account: Account, about: str, key: str) -> HttpResponse:
    """Add one row to the question with rows on this screen."""
    filling = filled(request, account, about, key)
    field = next((one for one in filling.screen.fields if one.kind == "rows"), None)
    if field is None:
        raise Http404
    given: dict[str, Any] = {"to": calendar.today().isoformat(), "id_type": "resident"}
    found: tuple[places.Option, ...] = ()
    wrongs: list[Any] = []
    words = request.POST.get("q", "")
    if request.method == "POST":
        given = {name: value for name, value in reading.parse(field.inside, request.POST).items() if value is not None}
        found = places.divisions_like(words, calendar.today()) if words else ()
        if "division" not in given and len(found) == 1 and request.POST.get("go") == "save":
            given["division"] = int(found[0].value)
        if request.POST.get("go") == "save":
            rows = [*(filling.answers.get(field.name) or []), given]
            wrongs = wrong_in(field, rows, filling.screen.step.name)
            if not wrongs:
                filling.answers[field.name] = rows
                if field.name == "itinerary":
                    filling.answers["elsewhere"] = True
                filling.save()
                return redirect("me:screen", about=about, key=filling.screen.key)
    context = {
        "filling": filling,
        "field": field,
        "questions": [
            asked for asked in reading.questions(field.inside, given, wrongs) if asked.field.kind != "division"
        ],
        "division": next((one for one in field.inside if one.kind == "division"), None),
        "division_errors": reading.errors_at("division", wrongs),
        "chosen": given.get("division"),
        "chosen_name": division_in_words(given.get("division")),
        "found": found,
        "words": words,
        "earliest": calendar.today() - FORTNIGHT,
        "today": calendar.today(),
        "wrongs": [text for wrong in wrongs for text in reading.errors_at(wrong.field, [wrong])],
    }
    return show(request, "me/row.html", context, status=422 if wrongs else 200)


def wrong_in(field: Field, rows: list[dict[str, Any]], step: str) -> list[Any]:
    """What is wrong with the last of the rows, told by the names of its own cells."""
    where = f"{field.name}.{len(rows) - 1}."
    found = check({field.name: rows, "elsewhere": True}, today=calendar.today(), step=step, off=off())
    return [replace(wrong, field=wrong.field.removeprefix(where)) for wrong in found if wrong.field.startswith(where)]


@page
@require_GET
def divisions(request: HttpRequest, account: Account) -> HttpResponse:
    """The part of the row's page that lists provinces, cities and counties for the words typed."""
    words = request.GET.get("q", "")
    context = {"found": places.divisions_like(words, calendar.today()), "words": words, "chosen": None}
    return show(request, "me/parts/divisions.html", context)
