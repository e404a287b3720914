"""The desk of special permits: who has one, issuing one to somebody whose document lies there, ending one early (B8, E19).

Nobody is named in the list: a person is a number. Issuing begins with a look at the person, which is recorded with its reason.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from yimatong.core.errors import YimatongError
from yimatong.edges.web.everybody.facts import fact_title
from yimatong.edges.web.everybody.words import masked
from yimatong.edges.web.office.people_lists import home_street
from yimatong.edges.web.official import access, counted
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.forms import put_into
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.reasons import PersonForm
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import calendar, clock
from yimatong.records.models import Look
from yimatong.records.models.recorded import REASON_LENGTH
from yimatong.stations.judgements.explaining import colour_in_force
from yimatong.stations.judgements.tasks import judge_soon
from yimatong.stations.passes.actions import permits as actions
from yimatong.stations.passes.models import SpecialPermit

WHERE = "permit"
LASTS = timedelta(minutes=30)
MOST = 2000
DOCUMENTS: dict[str, Promise] = {
    "police": _("Vehicle pass of the police"),
    "transport": _("Vehicle pass of the transport department"),
    "civil_affairs": _("Vehicle pass of civil affairs"),
    "employer": _("Letter of the employer"),
}
STATES: dict[str, Promise] = {
    "in_force": _("in force"),
    "to_come": _("to come"),
    "over": _("over"),
    "ended": _("ended early"),
}
DONE: dict[str, Promise] = {
    "issued": _(
        "The permit is issued. It counts from the next judgement, in a few seconds; the code shows its sign then."
    ),
    "ended": _("The permit is ended. The code shows it no more after the next judgement, in a few seconds."),
}
TONES = {"in_force": "is-on", "ended": "is-bad", "over": ""}


class FindForm(PersonForm):
    """Who the permit is for, and on which ground the desk looks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ground = self.fields["ground"]
        assert isinstance(ground, forms.ChoiceField)
        ground.choices = [("permit", _("Special permit at the desk"))]
        ground.initial = "permit"


def sorts() -> list[tuple[str, Promise | str]]:
    """The classes of permits, called as the facts that they become."""
    return [("", _("Choose …")), *((sort.value, fact_title("permit", sort.value)) for sort in SpecialPermit.Sort)]


class PermitForm(forms.Form):
    """What the permit rests on, and its days."""

    template_name = "web/parts/form.html"
    sort = forms.ChoiceField(label=_("Class"), choices=sorts)
    document = forms.ChoiceField(
        label=_("Document that was shown"),
        choices=[("", _("Choose …")), *DOCUMENTS.items()],
        help_text=_("A goods driver shows a vehicle pass of one of three offices, a commuter the employer's letter."),
    )
    number = forms.CharField(
        label=_("Number of this document"),
        max_length=actions.LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It is kept sealed; lists show its last four signs."),
    )
    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class EndForm(forms.Form):
    """Why a permit ends before its last day."""

    template_name = "web/parts/form.html"
    why = forms.CharField(
        label=_("Why it ends early"),
        max_length=REASON_LENGTH - 40,
        help_text=_("Without names or numbers of documents, such as: the vehicle pass was taken back."),
    )


@access.page(access.SEE_PERMITS)
@require_GET
def permits(request: HttpRequest) -> HttpResponse:
    """Show the newest permits."""
    table = permit_table(request)
    may = access.official(request).role
    context = {"table": table, "may_issue": may in access.ISSUE_PERMITS}
    return exported(table) or show(request, "web/permits.html", context)


@access.page(access.ISSUE_PERMITS)
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Ask who it is for, record the look, and go to the permit's form, whose address is the look's number."""
    form = FindForm(request.POST if request.method == "POST" else None, request=request)
    if request.method == "POST" and form.searched():
        by, person = access.official(request), form.cleaned_data["found"]
        if not access.may_see(by, home_street(person.number)):
            raise PermissionDenied
        look = counted.look(by=by, person=person.number, why=form.reason, where=WHERE)
        return redirect("web:permit-new", look.pk)
    return show(request, "web/permit_find.html", {"form": form}, status=422 if request.method == "POST" else 200)


@access.page(access.ISSUE_PERMITS)
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, look: int) -> HttpResponse:
    """Issue a permit to the person of a look of one's own that is less than half an hour old."""
    by = access.official(request)
    seen = Look.objects.select_related("person").filter(pk=look, by=by, where=WHERE).first()
    if seen is None:
        raise Http404
    if timezone.now() - seen.at > LASTS:
        return redirect("web:permit-find")
    today = calendar.day(clock.now())
    form = PermitForm(request.POST if request.method == "POST" else None, initial={"first": today})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.issue(by=by, person=seen.person_id, now=clock.now(), **form.cleaned_data)
        except YimatongError as mistake:
            put_into(form, mistake)
        else:
            judge_soon()
            return redirect(f"{reverse('web:permit', args=[made.pk])}?done=issued")
    context = {
        "form": form,
        "look": seen,
        "name": masked(seen.person.name),
        "colour": colour_in_force(seen.person_id) or "unknown",
        "others": [
            (one, state_of(one), fact_title("permit", one.sort))
            for one in seen.person.special_permits.order_by("-issued_at")[:10]
        ],
    }
    return show(request, "web/permit_new.html", context, status=422 if request.method == "POST" else 200)


@access.page(access.SEE_PERMITS)
@require_http_methods(["GET", "POST"])
def permit(request: HttpRequest, number: int) -> HttpResponse:
    """Show one permit; end it early, with a reason."""
    found = get_object_or_404(SpecialPermit.objects.select_related("issued_by", "ended_by"), pk=number)
    by = access.official(request)
    may_end = by.role in access.END_PERMITS and state_of(found) in {"in_force", "to_come"}
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if by.role not in access.END_PERMITS:
            raise PermissionDenied
        if form.is_valid():
            now = clock.now()
            actions.end_early(by=by, permit=found.pk, why=form.cleaned_data["why"], now=now, at=timezone.now())
            judge_soon()
            return redirect(f"{reverse('web:permit', args=[found.pk])}?done=ended")
    context = {
        "permit": found,
        "sort": fact_title("permit", found.sort),
        "document": DOCUMENTS[found.document],
        "state": str(STATES[state_of(found)]),
        "tone": TONES.get(state_of(found), "is-wait"),
        "form": form if may_end else None,
        "may_open": by.role in access.OPEN_PERSON,
        "done": DONE.get(request.GET.get("done", "")),
    }
    return show(request, "web/permit.html", context, status=422 if request.method == "POST" else 200)


def permit_table(request: HttpRequest) -> Table:
    """The newest permits, in force first."""
    rows = tuple(SpecialPermit.objects.select_related("issued_by").order_by("-issued_at", "-pk")[:MOST])
    who: Any = "open" if access.official(request).role in access.OPEN_PERSON else "number"
    columns: tuple[Column, ...] = (
        Column("number", _("Permit"), lambda one: one.pk, "number", link=address),
        Column("state", _("Standing"), state_title, "badge", tone=tone, choices=state_of),
        Column("sort", _("Class"), lambda one: fact_title("permit", one.sort), choices=lambda one: one.sort),
        Column("person", _("Person number"), lambda one: one.person_id, who),
        Column("document", _("On the ground of"), lambda one: str(DOCUMENTS[one.document]), choices=lambda one: one.document, wide=True),
        Column("tail", _("Number ends in"), lambda one: one.document_tail, "code", sortable=False),
        Column("first", _("First day"), lambda one: calendar.day(one.start), "day"),
        Column("last", _("Last day"), lambda one: calendar.day(one.ended_at or one.end), "day"),
        Column("by", _("Issued by"), lambda one: one.issued_by.name),
        Column("why", _("Why it ended early"), lambda one: one.ended_why or None, in_page=False),
    )  # fmt: skip
    return Table(
        name="permits",
        caption=_("Special permits"),
        columns=columns,
        rows=ListRows(columns, rows),
        request=request,
        sort="-number",
        empty=_("No special permit has been issued yet."),
    )


def address(one: SpecialPermit) -> str:
    """Return where a permit is shown."""
    return reverse("web:permit", args=[one.pk])


def state_of(one: SpecialPermit) -> str:
    """Return how a permit stands now."""
    now = clock.now()
    if one.ended_at is not None:
        return "ended"
    return "to_come" if one.start > now else "over" if one.end < calendar.minute(now) else "in_force"


def state_title(one: SpecialPermit) -> str:
    """Return the same in words."""
    return str(STATES[state_of(one)])


def tone(one: SpecialPermit) -> str:
    """Return how its badge looks."""
    return TONES.get(state_of(one), "is-wait")
