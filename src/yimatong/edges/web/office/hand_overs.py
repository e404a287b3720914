"""Hand-overs from the checkpoints: what waits, for how long, who acknowledges; and what the guard wrote down, for a reason.

The list names nobody. What was written down is shown once, in the answer to the form that gave the reason, and at no address.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimatong.core.errors import YimatongError
from yimatong.edges.web.office.checkpoint_tables import checkpoint_title
from yimatong.edges.web.official import access, counted
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.forms import put_into
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.reasons import WhyForm
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import clock
from yimatong.stations.dispositions import actions, queries
from yimatong.stations.dispositions.queries import Standing

TO: dict[str, Promise] = {"health": _("health department"), "township": _("township or street")}
WHY: dict[str, Promise] = {
    "red": _("red code"),
    "yellow": _("yellow code"),
    "fever": _("fever"),
    "recalled": _("code was recalled"),
    "other": _("something else"),
}
STATES: dict[str, Promise] = {
    "escalated": _("escalated to the control office"),
    "late": _("late"),
    "waiting": _("waits for acknowledgement"),
    "acknowledged": _("acknowledged"),
}
TONES = {"escalated": "is-bad", "late": "is-bad", "acknowledged": "is-on"}
DONE: dict[str, Promise] = {"acknowledged": _("It is acknowledged. The checkpoint hears of it at its next sync.")}


class NoteForm(forms.Form):
    """What the receiver says when they take over."""

    template_name = "web/parts/form.html"
    note = forms.CharField(
        label=_("Note for colleagues (may be left out)"),
        required=False,
        max_length=actions.MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example which ambulance comes. It is kept sealed."),
    )


@access.page(access.SEE_HAND_OVERS)
@require_GET
def hand_overs(request: HttpRequest) -> HttpResponse:
    """Show the hand-overs of the jurisdiction, the most urgent first; the page renews itself."""
    standing = queries.inbox(by=access.official(request))
    table = hand_over_table(request, standing)
    counts = {state: sum(one.state == state for one in standing) for state in STATES}
    context = {"table": table, "tiles": [(state, title, counts[state]) for state, title in STATES.items()]}
    return exported(table) or show(request, "web/hand_overs.html", context)


@access.page(access.SEE_HAND_OVERS)
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, number: int) -> HttpResponse:
    """Show one; acknowledge it."""
    by = access.official(request)
    found = standing_or_404(request, number)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if by.role not in access.RECEIVE:
            raise PermissionDenied
        if form.is_valid():
            try:
                actions.acknowledge(by=by, hand_over=number, now=clock.now(), note=form.cleaned_data["note"])
            except YimatongError as mistake:
                put_into(form, mistake)
            else:
                return redirect(f"{reverse('web:hand-over', args=[number])}?done=acknowledged")
    status = 422 if request.method == "POST" else 200
    return shown(request, found, note_form=form, status=status)


@access.page(access.RECEIVE)
@require_POST
def details(request: HttpRequest, number: int) -> HttpResponse:
    """Show what the guard wrote down, in this answer alone, once the reason is recorded (H5)."""
    found, form = standing_or_404(request, number), WhyForm(request.POST)
    if not form.is_valid():
        return shown(request, found, why_form=form, status=422)
    counted.spend(access.official(request), "look")
    opened = actions.open_details(by=access.official(request), hand_over=number, why=form.reason, now=clock.now())
    response = shown(request, standing_or_404(request, number), opened=opened, why=form.reason)
    response.headers["Cache-Control"] = "no-store"
    return response


def shown(
    request: HttpRequest,
    found: Standing,
    *,
    note_form: NoteForm | None = None,
    why_form: WhyForm | None = None,
    opened: actions.Details | None = None,
    why: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the page of one hand-over."""
    row = found.hand_over
    context: dict[str, Any] = {
        "it": found,
        "row": row,
        "place": checkpoint_title(row.checkpoint),
        "to": TO[row.to],
        "why_handed": WHY[row.why],
        "state": STATES[found.state],
        "tone": TONES.get(found.state, "is-wait"),
        "events": timeline(found),
        "waits": found.waits(clock.now()),
        "degrees": f"{row.temperature / 10:.1f}" if row.temperature else "",
        "note_form": (note_form or NoteForm()) if found.may_receive and found.state != "acknowledged" else None,
        "why_form": (why_form or first_why()) if found.may_receive and found.has_details and not opened else None,
        "opened": opened,
        "why": why,
        "done": DONE.get(request.GET.get("done", "")),
    }
    return show(request, "web/hand_over.html", context, status=status)


def first_why() -> WhyForm:
    """The form of a reason, on the ground that is the usual one here."""
    return WhyForm(initial={"ground": "checkpoint"})


def standing_or_404(request: HttpRequest, number: int) -> Standing:
    """Return the hand-over as it stands, 404 outside the jurisdiction."""
    found = queries.one(by=access.official(request), hand_over=number)
    if found is None:
        raise Http404
    return found


def timeline(found: Standing) -> list[dict[str, Any]]:
    """Return what happened to it, in order: when, what, by which official where it was one."""
    row = found.hand_over
    words = {
        "late": _("late: nobody acknowledged it in time"),
        "escalated": _("escalated: the control office may acknowledge it too"),
        "acknowledged": _("acknowledged"),
        "opened": _("what was written down was opened"),
    }
    rows: list[dict[str, Any]] = [
        {"at": row.happened, "what": _("recorded at the checkpoint"), "by": ""},
        {"at": row.received, "what": _("reached us"), "by": ""},
    ]
    rows += [
        {"at": event.at, "what": words[event.kind], "by": "" if event.by.role == "machine" else event.by.name}
        for event in row.events.all()
    ]
    return rows


def hand_over_table(request: HttpRequest, standing: tuple[Standing, ...], *, of_one: bool = False) -> Table:
    """The hand-overs; nobody is named. On the page `of_one` checkpoint its name is left out, and a few columns more."""
    now = clock.now()
    columns: tuple[Column, ...] = (
        Column("number", _("Hand-over"), lambda one: one.hand_over.pk, "number", link=address),
        Column("state", _("Standing"), lambda one: str(STATES[one.state]), "badge", tone=tone, choices=lambda one: one.state),
        Column("checkpoint", _("Checkpoint"), where, choices=lambda one: str(one.hand_over.checkpoint_id), in_page=not of_one),
        Column("why", _("Why"), lambda one: str(WHY[one.hand_over.why]), choices=lambda one: one.hand_over.why),
        Column("to", _("To"), lambda one: str(TO[one.hand_over.to]), choices=lambda one: one.hand_over.to),
        Column("happened", _("At the checkpoint"), lambda one: one.hand_over.happened, "instant", in_page=False),
        Column("received", _("Reached us"), lambda one: one.hand_over.received, "instant"),
        Column("due", _("Due"), lambda one: one.hand_over.late_from, "instant"),
        Column("waits", _("Minutes"), lambda one: one.waits(now), "number"),
        Column("by", _("Acknowledged by"), lambda one: one.acknowledged_by.name if one.acknowledged_by else None),
        Column("acknowledged", _("Acknowledged"), lambda one: one.acknowledged_at, "instant", in_page=False),
    )  # fmt: skip
    return Table(
        name="hand_overs",
        caption=_("Hand-overs"),
        columns=columns,
        rows=ListRows(columns, standing),
        request=request,
        page_size=50,
        highlight=lambda one: one.state in ("late", "escalated"),
        empty=_("Nobody has been handed over."),
    )


def where(one: Standing) -> str:
    """Return its checkpoint's name."""
    return checkpoint_title(one.hand_over.checkpoint)


def tone(one: Standing) -> str:
    """Return how the badge of a state looks."""
    return TONES.get(one.state, "is-wait")


def address(one: Standing) -> str:
    """Return where a hand-over is shown."""
    return reverse("web:hand-over", args=[one.hand_over.pk])
