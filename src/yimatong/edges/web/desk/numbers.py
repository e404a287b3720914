"""What a number of a paper pass is, for whoever found one or holds one in their hand: good, dead, a blank, or never issued."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from yimatong.core.errors import Language
from yimatong.core.paper import NumberFlaw
from yimatong.edges.web.desk import session
from yimatong.edges.web.everybody.words import shown_language
from yimatong.edges.web.official import access, counted, frame, searching
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.passes_in_words import CAUSES, STATES, WHAT
from yimatong.records import clock
from yimatong.records.actions import audit
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions.issuing import paper_of
from yimatong.stations.issuing.models import CollectionTask, Point

PRINTABLE = frozenset({"good", "doubled"})


class NumberForm(forms.Form):
    """The number as it stands on the pass."""

    template_name = "web/parts/form.html"
    number = forms.CharField(
        label=_("Number of the pass, as it stands on it"),
        max_length=40,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "inputmode": "numeric"}),
        help_text=_("Such as 330203-0001234-7; blanks and hyphens do not matter."),
    )


@access.page(access.DESK)
@require_http_methods(["GET", "POST"])
def number(request: HttpRequest) -> HttpResponse:
    """Say what a number is; it stands in no address."""
    if request.method == "GET":
        return show(request, "web/number.html", {"form": NumberForm()})
    searching.begin(request)
    return told(request, None, request.POST.get("number", "")[:40])


def told(request: HttpRequest, point: Point | None, text: str) -> HttpResponse:
    """The page of a number, asked for at a point's desk or by itself. Nobody is named on it."""
    form = NumberForm({"number": text})
    form.is_valid()
    said = queries.by_number(text, clock.now())
    context: dict[str, Any] = {"form": form, "point": point}
    if isinstance(said, NumberFlaw):
        if text.strip():
            language: Language = shown_language()
            form.add_error("number", f"{said.sentence(language)} {said.remedy(language)}")
        return show(request, "web/number.html", context, status=422)
    searching.done(request, sort=searching.Sort.PASS, typed="", found=int(said.state != "unknown"))
    title, tone = STATES[said.state]
    task = CollectionTask.objects.filter(paper=said.paper, closed_at=None).first() if said.paper else None
    context |= {
        "said": said,
        "title": title,
        "tone": tone,
        "what": WHAT[said.state],
        "cause": CAUSES.get(said.cause, ""),
        "task": task,
    }
    audit.record(
        by=access.official(request),
        action="number.look",
        subject=f"number/{said.number}",
        details={"state": said.state},
    )
    return frame.kept_nowhere(show(request, "web/number.html", context))


@access.page(access.DESK)
@require_POST
def holder(request: HttpRequest, number: int) -> HttpResponse:
    """Go on with the holder of a pass who stands at the desk with it; the look is recorded."""
    by, at = access.official(request), session.here(request, number)
    paper = paper_of(request.POST.get("number", "")[:40])
    why = f"paper: holder of pass {paper.number}"
    seen = counted.look(by=by, person=paper.person_id, why=why, where=session.WHERE)
    return redirect("web:desk-person", at.pk, seen.pk)
