"""Entries of offline desks that could not become a pass by themselves: what is wrong, what was entered, and how it was settled."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimatong.edges.web.official import access, counted, frame
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.reasons import WhyForm
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import clock, identity
from yimatong.records.actions import audit
from yimatong.records.models import Official, Person
from yimatong.stations.issuing import books
from yimatong.stations.issuing.actions.offline import settle_held
from yimatong.stations.issuing.models import HeldEntry

WHERE = "entry"
CODES: dict[str, tuple[Promise, Promise]] = {
    "number-used": (
        _("The number stands in the register already."),
        _("Compare both stubs; issue anew at the desk, and take the second pass back."),
    ),
    "not-in-stock": (
        _("The number was not leased to this desk."),
        _("Ask which desk wrote it; issue anew at the desk."),
    ),
    "number-wrong": (_("It is no number of a pass."), _("Read it from the pass again; issue anew at the desk.")),
    "clock-wrong": (_("The time of issue cannot be."), _("Set the desk's clock; issue anew at the desk.")),
    "person-unknown": (_("Nobody has this person number."), _("Let them declare at the desk; issue anew.")),
    "identity-in-doubt": (
        _("The name does not fit the document on record."),
        _("Settle the contradiction first; then issue at the desk."),
    ),
    "answers-wrong": (_("The declaration cannot be right."), _("Let them declare at the desk; issue anew.")),
}
OTHER = (_("It could not be taken."), _("See what was entered; issue anew at the desk."))


class SettleForm(forms.Form):
    """What was done about it."""

    template_name = "web/parts/form.html"
    why = forms.CharField(
        label=_("What was done"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Without names or ID numbers, such as: issued anew at the desk as 330203-0001234-7."),
    )


@access.page(access.DESK)
@require_GET
def held_entries(request: HttpRequest) -> HttpResponse:
    """Show the held entries of one's points or jurisdiction, those that wait first."""
    by = access.official(request)
    found = tuple(one for one in books.held(by) if may_see(by, one))
    table = entry_table(request, found)
    return exported(table) or show(request, "web/held_entries.html", {"table": table})


@access.page(access.DESK)
@require_http_methods(["GET", "POST"])
def held_entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show one; settle it."""
    found = entry_or_404(request, number)
    if request.method == "GET":
        return page_of(request, found)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return page_of(request, found, 422, settle_form=form)
    settle_held(by=access.official(request), held=number, why=form.cleaned_data["why"])
    return redirect(f"{reverse('web:held-entry', args=[number])}?done=settled")


@access.page(access.DESK)
@require_POST
def content(request: HttpRequest, number: int) -> HttpResponse:
    """Show what was entered, in this answer alone, once the reason is recorded (H5)."""
    found, form = entry_or_404(request, number), first_look(request.POST)
    if not form.is_valid():
        return page_of(request, found, 422, look_form=form)
    by, said = access.official(request), json.loads(identity.unseal(found.entry_sealed, "row"))
    answers = said.get("answers") or {}
    person = Person.objects.filter(pk=said.get("person") or 0).first()
    if person is not None:
        counted.look(by=by, person=person.number, why=form.reason, where=WHERE)
    audit.record(by=by, action="entry.open", subject=f"held-entry/{found.pk}", details={"known": person is not None})
    opened = {
        "name": person.name if person is not None else answers.get("name", ""),
        "document": answers.get("id_number", "") or (f"…{person.id_tail}" if person is not None else ""),
        "birth": answers.get("birth_date") or "",
        "phone": answers.get("phone") or "",
        "issued_at": datetime.fromisoformat(said["issued_at"]),
        "child": said.get("child_of") is not None,
        "signed": bool(said.get("strokes")),
        "why": form.reason,
    }
    return frame.kept_nowhere(page_of(request, found, opened=opened))


def page_of(request: HttpRequest, found: HeldEntry, status: int = 200, **more: Any) -> HttpResponse:
    """The page of an entry."""
    wrong, remedy = CODES.get(found.code, OTHER)
    waits = found.settled_at is None
    context: dict[str, Any] = {
        "it": found,
        "wrong": wrong,
        "remedy": remedy,
        "came": clock.in_city(found.recorded_at),
        "settle_form": SettleForm() if waits else None,
        "look_form": first_look() if "opened" not in more else None,
        "done": request.GET.get("done") == "settled",
        **more,
    }
    return show(request, "web/held_entry.html", context, status=status)


def first_look(given: Any = None) -> WhyForm:
    """The form of a reason, on the only ground there is here."""
    form = WhyForm(given, initial={"ground": "entry"})
    ground = form.fields["ground"]
    assert isinstance(ground, forms.ChoiceField)
    ground.choices = [("entry", _("Entry of an offline desk"))]
    return form


def may_see(by: Official, found: HeldEntry) -> bool:
    """Whether the entry lies in the official's jurisdiction."""
    return by.role == Official.Role.CLERK or access.may_see(by, found.point.division)


def entry_or_404(request: HttpRequest, number: int) -> HeldEntry:
    """An entry of one's points or jurisdiction."""
    by = access.official(request)
    found: HeldEntry = get_object_or_404(books.held(by), pk=number)
    if not may_see(by, found):
        raise PermissionDenied
    return found


def entry_table(request: HttpRequest, found: tuple[HeldEntry, ...]) -> Table:
    """The entries; nobody is named."""
    columns: tuple[Column, ...] = (
        Column(
            "entry", _("Entry"), lambda one: one.pk, "number", link=lambda one: reverse("web:held-entry", args=[one.pk])
        ),
        Column(
            "state",
            _("Standing"),
            lambda one: str(_("settled") if one.settled_at else _("waits")),
            "badge",
            tone=lambda one: "is-on" if one.settled_at else "is-wait",
            choices=lambda one: "settled" if one.settled_at else "waits",
        ),
        Column("number", _("Pass"), lambda one: one.number, "code"),
        Column(
            "code",
            _("What is wrong"),
            lambda one: str(CODES.get(one.code, OTHER)[0]),
            choices=lambda one: one.code,
            wide=True,
        ),
        Column("point", _("Issuing point"), lambda one: one.point.title, choices=lambda one: str(one.point_id)),
        Column("desk", _("Desk"), lambda one: one.desk),
        Column("recorded", _("Came in"), lambda one: clock.in_city(one.recorded_at), "instant"),
        Column("settled", _("Settled"), lambda one: one.settled_at, "instant", in_page=False),
        Column("why", _("What was done"), lambda one: one.settled_why or None, in_page=False),
    )
    return Table(
        name="entries",
        caption=_("Entries of offline desks"),
        columns=columns,
        rows=ListRows(columns, found),
        request=request,
        empty=_("No entry is held."),
    )
