"""Declaring at the desk for whoever never did, an adult or a child of somebody whose document lies there; judged at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yimatong.core.facts import Kind
from yimatong.core.text import given
from yimatong.edges.web.desk import session, short_form
from yimatong.edges.web.desk.short_form import Filled
from yimatong.edges.web.everybody import answers as reading, places
from yimatong.edges.web.everybody.words import in_words, masked, told
from yimatong.edges.web.official import access, counted, frame
from yimatong.edges.web.official.frame import show
from yimatong.records import calendar, clock, identity
from yimatong.records.models import Fact, Person
from yimatong.records.queries import person_by_document
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions import declaring
from yimatong.stations.declarations.actions.declaring import Declared
from yimatong.stations.declarations.errors import AnswersWrong, DeclarationError, Wrong
from yimatong.stations.issuing.models import Point
from yimatong.stations.judgements.tasks import judge_soon

Declaring = Callable[..., Declared]


@access.page(access.DESK)
@require_POST
def begin(request: HttpRequest, number: int) -> HttpResponse:
    """Begin with the number that was looked for and not found."""
    at = session.here(request, number)
    return page_of(request, at, short_form.begun(request.POST.get("number", "")[:40]))


@access.page(access.DESK)
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, number: int) -> HttpResponse:
    """Take the declaration of an adult, or of a child with a document; then go on with them."""
    at = session.here(request, number)
    if request.method == "GET":
        return page_of(request, at, short_form.begun())
    filled = short_form.posted(request.POST, calendar.day(clock.now()))
    if is_a_step(request):
        return page_of(request, at, filled)
    if (known := declared_before(filled)) is not None:
        # Whoever has declared is not declared anew by a clerk; they are judged by what they said.
        made = counted.look(
            by=access.official(request), person=known.number, why="paper: declared before", where=session.WHERE
        )
        return redirect("web:desk-person", at.pk, made.pk)
    return declared(request, at, filled, declaring.declare_for, "paper: declared at this desk")


@access.page(access.DESK)
@require_http_methods(["GET", "POST"])
def declare_child(request: HttpRequest, number: int, look: int) -> HttpResponse:
    """Take the declaration of a child without a document, from the parent whose document lies there (D5)."""
    at = session.here(request, number)
    seen = session.look_of(access.official(request), look)
    if seen is None or seen.person.id_type == Person.IdType.NONE:
        return redirect("web:desk-point", at.pk)
    parent: dict[str, Any] = {"parent": seen, "parent_name": masked(seen.person.name)}
    if request.method == "GET":
        last = queries.declaration_of(seen.person_id)
        home = queries.answers_of(last) if last is not None else None
        return page_of(request, at, short_form.begun(home=home, child=True), **parent)
    filled = short_form.posted(request.POST, calendar.day(clock.now()), child=True)
    if is_a_step(request):
        return page_of(request, at, filled, **parent)

    def said(**words: Any) -> Declared:
        return declaring.declare_child_for(parent=seen.person_id, **words)

    return declared(request, at, filled, said, f"paper: child of look/{seen.pk}", **parent)


def declared(
    request: HttpRequest, at: Point, filled: Filled, declares: Declaring, why: str, **more: Any
) -> HttpResponse:
    """Declare, have it judged, and go on with the person; the page again where something is wrong."""
    by, now = access.official(request), clock.now()
    if request.POST.get("agreed") != "yes":
        return page_of(request, at, filled, not_agreed=True, status=422, **more)
    if filled.unclear:
        return page_of(request, at, filled, status=422, **more)
    statement = request.POST.get("statement", "")
    try:
        made = declares(by=by, answers=filled.answers, statement=statement, now=now, at=timezone.now())
    except AnswersWrong as mistake:
        return page_of(request, at, filled, wrongs=mistake.errors, status=422, **more)
    except DeclarationError as mistake:
        return page_of(request, at, filled, problem=told(mistake), status=422, **more)
    if made.person is None:
        waits = _(
            "This document is recorded with another name. An official settles it; no pass can be issued until then."
        )
        return page_of(request, at, filled, problem=f"{waits} {made.receipt}", status=422, **more)
    judge_soon()
    seen = counted.look(by=by, person=made.person, why=why, where=session.WHERE)
    return redirect("web:desk-person", at.pk, seen.pk)


def page_of(
    request: HttpRequest,
    at: Point,
    filled: Filled,
    *,
    wrongs: tuple[Wrong, ...] = (),
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page of the short form; no cache keeps it."""
    today, answers = calendar.day(clock.now()), filled.answers
    statement = queries.statement_in_force(today)
    is_child = "parent" in more
    context: dict[str, Any] = {
        "point": at,
        "filled": filled,
        "action": reverse("web:desk-declare-child", args=[at.pk, more["parent"].pk])
        if is_child
        else reverse("web:desk-declare", args=[at.pk]),
        "about": short_form.questions(short_form.CHILD if is_child else short_form.ABOUT, answers, wrongs),
        "health": short_form.questions(short_form.HEALTH, answers, wrongs),
        "home": places.home(answers, filled.words, wrongs, today),
        "kept": [
            (name, answers.get(name))
            for name in ("home_division", "home_compound", "home_building", "home_stairwell")
            if answers.get(name)
        ],
        "home_missing": answers.get("home_missing") is True,
        "row_errors": short_form.row_errors(wrongs),
        "statement": statement,
        "statement_words": in_words(given({"zh": statement.zh, "en": statement.en})),
        "agreed": request.POST.get("agreed") == "yes",
        "wrongs": [text for wrong in wrongs for text in reading.errors_at(wrong.field, [wrong])],
        "today": today,
        "earliest": today - short_form.FORTNIGHT,
        **more,
    }
    return frame.kept_nowhere(show(request, "web/desk_declare.html", context, status=status))


def is_a_step(request: HttpRequest) -> bool:
    """Whether a button of the home picker was pressed, and not the main one."""
    return request.POST.get("go", "").partition(":")[0] in ("pick", "search")


def declared_before(filled: Filled) -> Person | None:
    """Who has this document, where they have declared."""
    kind, given = filled.answers.get("id_type"), filled.answers.get("id_number")
    found = person_by_document(str(kind), identity.normalised(str(given))) if kind and given else None
    if found is None:
        return None
    said = Fact.objects.filter(person=found, kind=Kind.DECLARATION.value, struck_at=None)
    return found if said.exists() else None
