"""Records that were edited past the program: what was judged beside what stands there, recorded anew by two officials.

The list names nobody. The two versions are opened by an act that is recorded as a look at the person, and shown in that answer alone.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yimatong.core.errors import YimatongError
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.official import access, counted, frame
from yimatong.edges.web.official.forms import put_into
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records.models import Official, Person
from yimatong.records.queries import streets_of
from yimatong.stations.judgements import restating
from yimatong.stations.judgements.restating import Still
from yimatong.stations.judgements.tasks import judge_soon

WHERE = "correction"
SIDES: dict[str, Promise] = {
    "judged": _("As it was judged"),
    "recorded": _("As it is recorded now"),
}
DONE: dict[str, Promise] = {
    "proposed": _("It is proposed. Another official confirms it, or refuses it."),
    "confirmed": _("It is recorded anew. The colour follows within a minute."),
    "refused": _("It is refused. The verdict goes on standing still."),
}


class RestatementForm(forms.Form):
    """Which version is recorded anew, and why."""

    template_name = "web/parts/form.html"
    side = forms.ChoiceField(label=_("What is to be recorded anew"), choices=list(SIDES.items()))
    reason = forms.CharField(label=_("Why"), max_length=400, help_text=_("Without names or numbers."))
    basis = forms.CharField(
        label=_("What you have seen"), max_length=200, help_text=_("For example: the laboratory's report, original.")
    )


class RefusalForm(forms.Form):
    """Why a proposal is refused."""

    template_name = "web/parts/form.html"
    why = forms.CharField(label=_("Why it is refused"), max_length=400, help_text=_("Without names or numbers."))


@access.page(access.SEE_CORRECTIONS)
@require_http_methods(["GET", "POST"])
def restatement(request: HttpRequest, number: int) -> HttpResponse:
    """Show one, without what it says; a post opens it, proposes, confirms or refuses."""
    by, found = access.official(request), found_or_404(request, number)
    what = request.POST.get("what", "") if request.method == "POST" else ""
    if what and by.role not in access.CORRECT:
        raise Http404
    if what == "propose":
        return proposed(request, found, RestatementForm(request.POST))
    if what == "refuse":
        return refused(request, found, RefusalForm(request.POST))
    if what == "confirm":
        return settled(request, found, RefusalForm())
    return opened(request, found) if what else shown(request, found)


def proposed(request: HttpRequest, found: Still, form: RestatementForm) -> HttpResponse:
    """Propose a version, or tell what is wrong with it."""
    if form.is_valid():
        given = form.cleaned_data
        try:
            restating.propose(
                by=access.official(request),
                standstill=found.number,
                as_judged=given["side"] == "judged",
                reason=given["reason"],
                basis=given["basis"],
            )
        except YimatongError as mistake:
            put_into(form, mistake)
        else:
            return to(found, "proposed")
    return opened(request, found, form)


def refused(request: HttpRequest, found: Still, form: RefusalForm) -> HttpResponse:
    """Refuse what waits, or tell what is wrong with that."""
    return (
        settled(request, found, form, why=form.cleaned_data["why"]) if form.is_valid() else opened(request, found, form)
    )


def settled(request: HttpRequest, found: Still, form: RefusalForm, *, why: str | None = None) -> HttpResponse:
    """Confirm what waits, or with a reason refuse it."""
    by = access.official(request)
    if found.waiting is None:
        return to(found)
    try:
        if why is None:
            restating.confirm(by=by, restatement=found.waiting.pk)
            judge_soon()
        else:
            restating.refuse(by=by, restatement=found.waiting.pk, why=why)
    except YimatongError as mistake:
        form = RefusalForm(request.POST)
        form.is_valid()
        put_into(form, mistake)
        return opened(request, found, form)
    return to(found, "refused") if why is not None else redirect(f"{reverse('web:corrections')}?done=confirmed")


def opened(request: HttpRequest, found: Still, form: forms.Form | None = None) -> HttpResponse:
    """Return the page with both versions, once the look at the person is recorded; 422 where a form has a mistake."""
    by = access.official(request)
    if found.person is not None:
        counted.look(by=by, person=found.person, why=f"restatement: standstill/{found.number}", where=WHERE)
    own = found.waiting is not None and found.waiting.proposed_by_id == by.pk
    more: dict[str, Any] = {"opened": True, "own": own}
    if found.waiting is None:
        more["form"] = form or RestatementForm()
    elif not own:
        more["form"] = form or RefusalForm()
        more["as_proposed"] = restating.is_as_proposed(found.waiting)
    return frame.kept_nowhere(shown(request, found, status=422 if form else 200, **more))


def shown(request: HttpRequest, found: Still, *, status: int = 200, **more: Any) -> HttpResponse:
    """Return the page of one."""
    may_open = access.official(request).role in access.CORRECT and "opened" not in more
    side = SIDES["judged" if found.waiting.as_judged else "recorded"] if found.waiting else None
    context = {"it": found, "side": side, "may_open": may_open, "done": DONE.get(request.GET.get("done", "")), **more}
    return show(request, "web/restatement.html", context, status=status)


def to(found: Still, done: str = "") -> HttpResponse:
    """Go to the page of one."""
    return redirect(reverse("web:restatement", args=[found.number]) + (f"?done={done}" if done else ""))


def of_the_jurisdiction(by: Official) -> list[Still]:
    """Return what stands still of people of an official's jurisdiction; areas concern everybody."""
    rows, streets = restating.standing_still(), streets_of(by.jurisdiction)
    if streets is None:
        return list(rows)
    people = {row.person for row in rows if row.person is not None}
    inside = Person.objects.filter(number__in=people, division__range=streets).values_list("number", flat=True)
    return [row for row in rows if row.person is None or row.person in set(inside)]


def found_or_404(request: HttpRequest, number: int) -> Still:
    """Return what stands still under a number, 404 outside the jurisdiction and where it is over."""
    for row in of_the_jurisdiction(access.official(request)):
        if row.number == number:
            return row
    raise Http404


def edited_table(request: HttpRequest) -> Table:
    """What stands still; nobody is named."""
    columns: tuple[Column, ...] = (
        Column("number", _("Number"), lambda one: one.number, "number", link=address),
        Column("what", _("What was edited"), lambda one: in_words(one.name)),
        Column("person", _("Person number"), lambda one: one.person, "number"),
        Column("found", _("Found"), lambda one: one.found_at, "instant"),
        Column("by", _("Proposed by"), lambda one: one.waiting.proposed_by.name if one.waiting else None),
        Column("at", _("Proposed"), lambda one: one.waiting.proposed_at if one.waiting else None, "instant"),
    )
    return Table(
        name="edited",
        caption=_("Records edited past the program"),
        columns=columns,
        rows=ListRows(columns, tuple(of_the_jurisdiction(access.official(request)))),
        request=request,
        page_size=50,
        highlight=lambda one: one.waiting is not None,
        empty=_("All records are those that were judged."),
    )


def address(one: Still) -> str:
    """Return where one is shown."""
    return reverse("web:restatement", args=[one.number])
