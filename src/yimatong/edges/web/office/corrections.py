"""Corrections of an identity: proposed from a person's page by one official, with the document in hand, settled by another.

The list names nobody. What was proposed is opened by an act that is recorded, and shown in that answer alone.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimatong.core.errors import YimatongError
from yimatong.edges.web.everybody.words import masked
from yimatong.edges.web.office import restatements
from yimatong.edges.web.office.explanation import LASTS
from yimatong.edges.web.office.looks import EXPLAIN
from yimatong.edges.web.official import access, counted, frame
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.forms import put_into
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.reasons import DOCUMENTS
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import calendar, clock, identity
from yimatong.records.actions import identities
from yimatong.records.actions.identities import Said
from yimatong.records.models import IdentityCorrection, Look, Official, Person
from yimatong.records.queries import streets_of
from yimatong.stations.judgements import discrepancies, unfit
from yimatong.stations.passes.actions.correcting import confirm_identity

WHERE = "correction"
MOST_SHOWN = 500
STATES: dict[str, Promise] = {"waiting": _("waits"), "confirmed": _("confirmed"), "refused": _("refused")}
TONES = {"waiting": "is-wait", "confirmed": "is-on", "refused": ""}
SEXES: dict[str, Promise] = {"female": _("female"), "male": _("male"), "unknown": _("not said")}
KINDS: dict[str, Promise] = {**DOCUMENTS, Person.IdType.NONE.value: _("no document")}
DONE: dict[str, Promise] = {
    "proposed": _("It is proposed. Another official confirms it with the document in hand, or refuses it."),
    "confirmed": _("The new identity stands from now on. The former one is kept; the person's codes are made anew."),
    "refused": _("It is refused. Nothing has changed about the person."),
}


class ProposalForm(forms.Form):
    """What the document says, and why the record is wrong."""

    template_name = "web/parts/form.html"
    name = forms.CharField(
        label=_("Name, as on the document"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=list(SEXES.items()))
    id_type = forms.ChoiceField(label=_("Sort of document"), choices=list(KINDS.items()))
    id_number = forms.CharField(
        label=_("Number of the document, all of it"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Also where only the name is wrong: it is read off the document once more. It is kept sealed."),
    )
    reason = forms.CharField(
        label=_("Why the record is wrong"),
        max_length=400,
        help_text=_("For example: name misspelt at the desk, document renewed. Without names or numbers."),
    )
    basis = forms.CharField(
        label=_("What you have seen"), max_length=400, help_text=_("For example: identity card, original.")
    )

    def clean(self) -> dict[str, Any]:
        """A document has a number."""
        given = super().clean() or {}
        if given.get("id_type") and (given["id_type"] == "none") == bool(given.get("id_number")):
            raise ValidationError({"id_number": _("A document has a number, and nothing has none.")})
        return given


class RefusalForm(forms.Form):
    """Why a proposal is refused."""

    template_name = "web/parts/form.html"
    why = forms.CharField(label=_("Why it is refused"), max_length=400, help_text=_("Without names or numbers."))


@access.page(access.SEE_CORRECTIONS)
@require_GET
def corrections(request: HttpRequest) -> HttpResponse:
    """Show the corrections of one's jurisdiction, those that wait first; nobody is named."""
    rows = of_the_jurisdiction(access.official(request))
    waiting = list(rows.filter(state="waiting").order_by("proposed_at")[:MOST_SHOWN])
    settled = list(rows.exclude(state="waiting").order_by("-decided_at")[:MOST_SHOWN])
    table = correction_table(request, [*waiting, *settled])
    edited, people = restatements.edited_table(request), not_as_recorded(access.official(request))
    return (
        exported(table)
        or exported(edited)
        or show(request, "web/corrections.html", {"table": table, "edited": edited, "people": people})
    )


@access.page(access.CORRECT)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, look: int) -> HttpResponse:
    """Propose what succeeds the identity of the person of a look of one's own that is less than half an hour old."""
    by = access.official(request)
    seen = Look.objects.select_related("person").filter(pk=look, by=by, where=EXPLAIN).first()
    if seen is None:
        raise Http404
    if timezone.now() - seen.at > LASTS:
        return redirect(f"{reverse('web:look')}?over=1")
    person = seen.person
    form = ProposalForm(
        request.POST if request.method == "POST" else None, initial={"id_type": person.id_type, "sex": person.sex}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        said = Said(given["name"], given["sex"], given["id_type"], given["id_number"] or None)
        try:
            made = identities.propose(
                by=by,
                person=person.number,
                said=said,
                reason=given["reason"],
                basis=given["basis"],
                today=calendar.day(clock.now()),
            )
        except YimatongError as mistake:
            put_into(form, mistake)
        else:
            return redirect(f"{reverse('web:correction', args=[made.pk])}?done=proposed")
    context = {"form": form, "look": seen, "name": masked(person.name), "kind": KINDS[person.id_type]}
    return frame.kept_nowhere(
        show(request, "web/correction_new.html", context, status=422 if request.method == "POST" else 200)
    )


@access.page(access.SEE_CORRECTIONS)
@require_GET
def correction(request: HttpRequest, number: int) -> HttpResponse:
    """Show one, without what it says about the person."""
    return shown(request, found_or_404(request, number))


@access.page(access.CORRECT)
@require_POST
def values(request: HttpRequest, number: int) -> HttpResponse:
    """Show what stands and what is proposed, in this answer alone, once the look at the person is recorded."""
    return opened(request, found_or_404(request, number))


@access.page(access.CORRECT)
@require_POST
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm or refuse; where that is a mistake it is told beside what was proposed, which is a look again."""
    by, found = access.official(request), found_or_404(request, number)
    confirms = request.POST.get("decision") == "confirm"
    form = RefusalForm(request.POST)
    if not confirms and not form.is_valid():
        return opened(request, found, form=form)
    try:
        if confirms:
            confirm_identity(by=by, correction=number, now=clock.now())
        else:
            identities.refuse(by=by, correction=number, why=form.cleaned_data["why"])
    except YimatongError as mistake:
        form = RefusalForm(request.POST)
        form.is_valid()
        put_into(form, mistake)
        return opened(request, found_or_404(request, number), form=form)
    return redirect(f"{reverse('web:correction', args=[number])}?done={'confirmed' if confirms else 'refused'}")


def opened(request: HttpRequest, found: IdentityCorrection, *, form: RefusalForm | None = None) -> HttpResponse:
    """Return the page with what stands and what is proposed; 422 where a form has a mistake."""
    by, person = access.official(request), found.person
    counted.look(by=by, person=person.number, why=f"correction: identity_correction/{found.pk}", where=WHERE)
    stands = {"name": person.name, "sex": SEXES[person.sex], "kind": KINDS[person.id_type], "tail": person.id_tail}
    number = identity.opened(found.id_sealed, "id", person.number) if found.id_sealed is not None else ""
    asked = {"name": found.name, "sex": SEXES[found.sex], "kind": KINDS[found.id_type], "number": number}
    more = {"stands": stands, "asked": asked, "as_proposed": identities.is_as_proposed(found)}
    if found.state == "waiting" and found.proposed_by_id != by.pk:
        more["form"] = form or RefusalForm()
    return frame.kept_nowhere(shown(request, found, status=422 if form else 200, **more))


def shown(request: HttpRequest, found: IdentityCorrection, *, status: int = 200, **more: Any) -> HttpResponse:
    """Return the page of one."""
    by = access.official(request)
    context: dict[str, Any] = {
        "it": found,
        "state": STATES[found.state],
        "tone": TONES[found.state],
        "done": DONE.get(request.GET.get("done", "")),
        "own": found.state == "waiting" and found.proposed_by_id == by.pk,
        "may_open": by.role in access.CORRECT and "asked" not in more,
        **more,
    }
    return show(request, "web/correction.html", context, status=status)


def of_the_jurisdiction(by: Official) -> QuerySet[IdentityCorrection]:
    """Return the corrections of people of an official's jurisdiction."""
    rows = IdentityCorrection.objects.select_related("person", "proposed_by", "decided_by")
    streets = streets_of(by.jurisdiction)
    return rows if streets is None else rows.filter(person__division__range=streets)


def not_as_recorded(by: Official) -> list[int]:
    """Return the numbers of the people of the jurisdiction whose identity is not the one that was recorded."""
    found = {one.person for one in discrepancies.open_ones("default", tables=(unfit.TABLE,)) if one.person is not None}
    people, streets = Person.objects.filter(number__in=found), streets_of(by.jurisdiction)
    rows = people if streets is None else people.filter(division__range=streets)
    return list(rows.order_by("number").values_list("number", flat=True)[:MOST_SHOWN])


def found_or_404(request: HttpRequest, number: int) -> IdentityCorrection:
    """Return a correction, 404 outside the jurisdiction."""
    return get_object_or_404(of_the_jurisdiction(access.official(request)), pk=number)


def correction_table(request: HttpRequest, rows: list[IdentityCorrection]) -> Table:
    """The corrections; nobody is named."""
    columns: tuple[Column, ...] = (
        Column("number", _("Correction"), lambda one: one.pk, "number", link=address),
        Column(
            "state", _("Standing"), lambda one: str(STATES[one.state]), "badge", tone=lambda one: TONES[one.state],
            choices=lambda one: one.state,
        ),
        Column("person", _("Person number"), lambda one: one.person_id, "number"),
        Column("reason", _("Reason"), lambda one: one.reason, wide=True),
        Column("by", _("Proposed by"), lambda one: one.proposed_by.name),
        Column("at", _("Proposed"), lambda one: one.proposed_at, "instant"),
        Column("settled_by", _("Settled by"), lambda one: one.decided_by.name if one.decided_by else None),
        Column("settled", _("Settled"), lambda one: one.decided_at, "instant"),
    )  # fmt: skip
    return Table(
        name="corrections",
        caption=_("Corrections of identities"),
        columns=columns,
        rows=ListRows(columns, tuple(rows)),
        request=request,
        page_size=50,
        highlight=lambda one: one.state == "waiting",
        empty=_("No correction was proposed."),
    )


def address(one: IdentityCorrection) -> str:
    """Return where a correction is shown."""
    return reverse("web:correction", args=[one.pk])
