"""Blanks of a point: printed in blocks, counted in and out, and entered from their stubs when they were filled by hand (P7, P8)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from yimatong.core.bounds import whole
from yimatong.core.errors import YimatongError
from yimatong.core.paper import number as paper_number
from yimatong.edges import printing
from yimatong.edges.web.desk import finding, session
from yimatong.edges.web.everybody import refusals
from yimatong.edges.web.everybody.words import masked
from yimatong.edges.web.official import access, counted, searching
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.forms import number_of, put_into
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import calendar, clock
from yimatong.records.actions import audit
from yimatong.records.models import AuditEntry
from yimatong.records.refusals import Refused
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions import blanks as actions
from yimatong.stations.issuing.models import BlankMove, Lease, Point

MOST = 2_000
"""Blanks of one block: four hundred pages."""
WHATS: dict[str, Promise] = {
    "received": _("received"),
    "issued": _("issued"),
    "spoiled": _("spoiled"),
    "lost": _("lost"),
    "void": _("void"),
}
LEAVES = {"spoiled": actions.spoil, "lost": actions.lose, "void": actions.void}
DONE: dict[str, Promise] = {
    "received": _("The blanks are in stock. Print them now, once."),
    "left": _("The blanks have left the stock."),
    "entered": _("The stub is entered and in the register."),
}


class ReceiveForm(forms.Form):
    """How many are printed."""

    template_name = "web/parts/form.html"
    count = forms.IntegerField(
        label=_("How many blanks"),
        min_value=1,
        max_value=MOST,
        initial=50,
        help_text=_("Five on a page A4, each with its stub."),
    )


class LeaveForm(forms.Form):
    """Which blanks leave the stock without a pass, and why."""

    template_name = "web/parts/form.html"
    what = forms.ChoiceField(label=_("What became of them"), choices=[(key, WHATS[key]) for key in LEAVES])
    first = forms.CharField(label=_("First number"), max_length=40)
    last = forms.CharField(label=_("Last number (empty: that one)"), max_length=40, required=False)
    why = forms.CharField(label=_("Reason"), max_length=200)


class StubForm(forms.Form):
    """What stands on a stub."""

    template_name = "web/parts/form.html"
    number = forms.CharField(
        label=_("Number on the stub"), max_length=40, help_text=_("A scanner may read the code on the stub here.")
    )
    day = forms.DateField(label=_("Day of issue"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(
        label=_("Hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="12:00"
    )
    typed = forms.CharField(
        label=_("Document number on the stub"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    is_child = forms.BooleanField(label=_("It is a parent's number: the pass is a child's"), required=False)


@access.page(access.DESK)
@require_GET
def blanks(request: HttpRequest, number: int) -> HttpResponse:
    """Show the balance of a point's blanks, every move, and the forms."""
    return page_of(request, session.here(request, number))


@access.page(access.DESK)
@require_POST
def receive(request: HttpRequest, number: int) -> HttpResponse:
    """Take a block of numbers into stock, to be printed."""
    at = session.here(request, number)
    form = ReceiveForm(request.POST)
    if form.is_valid():
        by, count = access.official(request), form.cleaned_data["count"]
        made = actions.receive(by=by, point=at.pk, count=count, now=clock.now())
        if isinstance(made, Lease):
            return redirect(f"{reverse('web:desk-blanks', args=[at.pk])}?done=received")
        told = refusals.in_words(made)
        form.add_error(None, f"{told['sentence']} {told['remedy']}")
    return page_of(request, at, 422, receive_form=form)


@access.page(access.DESK)
@require_GET
def sheets(request: HttpRequest, number: int, block: int) -> HttpResponse:
    """Give a block's blanks for the printer; each print is in the audit."""
    at = session.here(request, number)
    lease = get_object_or_404(Lease, pk=block, point=at, use=Lease.Use.BLANKS)
    count = lease.last - lease.first + 1
    made = printing.blanks(
        (paper_number(lease.district, serial) for serial in range(lease.first, lease.last + 1)), at.title
    )
    by = access.official(request)
    audit.record(by=by, action="blanks.print", subject=f"lease/{lease.pk}", details={"count": count})
    return session.pdf_answer(made, f"blanks-{lease.pk}")


@access.page(access.DESK)
@require_POST
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """Take blanks out of the stock: spoiled, lost, void."""
    at = session.here(request, number)
    form = LeaveForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        span = {"first": given["first"], "last": given["last"] or given["first"]}
        try:
            LEAVES[given["what"]](by=access.official(request), point=at.pk, why=given["why"], now=clock.now(), **span)
        except YimatongError as mistake:
            put_into(form, mistake)
        else:
            return redirect(f"{reverse('web:desk-blanks', args=[at.pk])}?done=left")
    return page_of(request, at, 422, leave_form=form)


@access.page(access.DESK)
@require_POST
def stub(request: HttpRequest, number: int) -> HttpResponse:
    """Enter a blank that was filled by hand, from its stub."""
    at = session.here(request, number)
    form = StubForm(request.POST)
    if not form.is_valid():
        return page_of(request, at, 422, stub_form=form)
    given, by, now = form.cleaned_data, access.official(request), clock.now()
    searching.begin(request)
    found = finding.find(at, given["typed"])
    if found.sort != "pass":
        searching.done(request, sort=searching.Sort(found.sort), typed=found.typed, found=len(found.people))
    holder = found.people[0] if found.sort == "document" and len(found.people) == 1 else None
    if holder is None:
        form.add_error(
            "typed", _("Nobody is recorded under this number. Let them declare at the desk first, then enter the stub.")
        )
        return page_of(request, at, 422, stub_form=form)
    seen = counted.look(by=by, person=holder.number, why="paper: stub of a blank", where=session.WHERE)
    person, parent = holder.number, None
    if given["is_child"]:
        children = session.children_of(holder)
        chosen = number_of(request, "dependant")
        picked = [one for one in children if len(children) == 1 or one.pk == chosen]
        if len(picked) != 1:
            if not children:
                form.add_error(
                    "is_child", _("No child of this person is declared. Declare the child at the desk first.")
                )
            return page_of(request, at, 422, stub_form=form, children=children, parent=masked(seen.person.name))
        person, parent = picked[0].person_id, holder.number
        counted.look(by=by, person=person, why=f"paper: child of look/{seen.pk}", where=session.WHERE)
    issued_at = calendar.instant(given["day"], given["time"])
    try:
        made = actions.enter_blank(
            by=by, point=at.pk, number=given["number"], person=person, child_of=parent, issued_at=issued_at, now=now
        )
    except YimatongError as mistake:
        put_into(form, mistake)
        return page_of(request, at, 422, stub_form=form)
    if isinstance(made, Refused):
        told = refusals.in_words(made)
        form.add_error(None, f"{told['sentence']} {told['remedy']}")
        return page_of(request, at, 422, stub_form=form)
    where = reverse("web:desk-blanks", args=[at.pk])
    return redirect(f"{where}?done={'entered' if not made.never else made.never}&entry={made.paper.entry.pk}")


def page_of(request: HttpRequest, at: Point, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a point's blanks; `more` are forms with mistakes."""
    table = move_table(request, at)
    what, entry = request.GET.get("done", ""), request.GET.get("entry", "")
    done: Any = DONE.get(what)
    never = what in {"not-green", "not-declared", "not-judged", "wait-for-judgement"}
    if never:
        done = gettext(
            "The stub is entered, but the pass is not good: its holder is not green. A collection task is open."
        )
    context = {
        "point": at,
        "stock": queries.stock(at.pk),
        "table": table,
        "blocks": printed_blocks(at),
        "done": done,
        "never": never,
        "entry": whole(entry),
        "receive_form": ReceiveForm(),
        "leave_form": LeaveForm(),
        "stub_form": StubForm(initial={"day": calendar.today()}),
        "key": uuid4(),
        **more,
    }
    return exported(table) or show(request, "web/desk_blanks.html", context, status=status)


def printed_blocks(at: Point) -> list[tuple[Lease, str, str, int, int]]:
    """The blocks of blanks, the newest first: first and last number, how many, how often they were printed."""
    found = Lease.objects.filter(point=at, use=Lease.Use.BLANKS).order_by("-pk")[:20]
    prints = AuditEntry.objects.filter(action="blanks.print", subject__in=[f"lease/{one.pk}" for one in found])
    subjects = list(prints.values_list("subject", flat=True))
    return [
        (
            one, paper_number(one.district, one.first), paper_number(one.district, one.last), one.last - one.first + 1,
            subjects.count(f"lease/{one.pk}"),
        )
        for one in found
    ]  # fmt: skip


def move_table(request: HttpRequest, at: Point) -> Table:
    """Every move of the point's blanks."""
    rows = tuple(BlankMove.objects.filter(point=at).select_related("by").order_by("-pk"))
    columns: tuple[Column, ...] = (
        Column("move", _("Move"), lambda one: one.pk, "number"),
        Column("what", _("What became of them"), lambda one: str(WHATS[one.what]), choices=lambda one: one.what),
        Column("first", _("First number"), lambda one: paper_number(one.district, one.first), "code"),
        Column("last", _("Last number"), lambda one: paper_number(one.district, one.last), "code"),
        Column("count", _("Blanks"), lambda one: one.last - one.first + 1, "number"),
        Column("at", _("When"), lambda one: one.at, "instant"),
        Column("by", _("By"), lambda one: one.by.name),
        Column("why", _("Reason"), lambda one: one.why or None, wide=True),
    )
    return Table(
        name="moves",
        caption=_("Every move"),
        columns=columns,
        rows=ListRows(columns, rows),
        request=request,
        sort="-move",
        empty=_("No blanks have come to this point yet."),
    )
