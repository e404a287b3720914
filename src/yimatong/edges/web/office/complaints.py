"""Complaints about checkpoints, landlords and employers: a list without words, each read by an act that is recorded, answered once."""

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
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.office.checkpoint_tables import checkpoint_title
from yimatong.edges.web.official import access
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.forms import put_into
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import clock
from yimatong.stations.appeals import actions, queries
from yimatong.stations.appeals.queries import Standing

STATES: dict[str, Promise] = {"received": _("received"), "taken_up": _("being looked into"), "answered": _("answered")}
TONES = {"answered": "is-on"}
DONE: dict[str, Promise] = {
    "taken_up": _("It is taken up. The receipt shows that somebody looks into it."),
    "answered": _("The answer is kept. Whoever has the receipt reads it."),
}


class AnswerForm(forms.Form):
    """What is answered to whoever complained."""

    template_name = "web/parts/form.html"
    words = forms.CharField(
        label=_("Answer"),
        max_length=actions.MOST_ANSWERED,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "What was found, and what was done. Whoever has the receipt reads exactly this; it cannot be changed later."
        ),
    )


@access.page(access.SEE_COMPLAINTS)
@require_GET
def complaints(request: HttpRequest) -> HttpResponse:
    """Show the complaints of the jurisdiction, those that wait first."""
    table = complaint_table(request, queries.complaints(by=access.official(request)))
    return exported(table) or show(request, "web/complaints.html", {"table": table})


@access.page(access.SEE_COMPLAINTS)
@require_http_methods(["GET", "POST"])
def complaint(request: HttpRequest, number: int) -> HttpResponse:
    """Show one; take it up or answer it."""
    by, found = access.official(request), standing_or_404(request, number)
    if request.method == "GET":
        return shown(request, found)
    if by.role not in access.ANSWER_COMPLAINTS:
        raise PermissionDenied
    if "take_up" in request.POST:
        actions.take_up(by=by, complaint=number, now=clock.now())
        return redirect(f"{reverse('web:complaint', args=[number])}?done=taken_up")
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            actions.answer(by=by, complaint=number, words=form.cleaned_data["words"], now=clock.now())
        except YimatongError as mistake:
            put_into(form, mistake)
        else:
            return redirect(f"{reverse('web:complaint', args=[number])}?done=answered")
    return shown(request, found, form=form, status=422)


@access.page(access.ANSWER_COMPLAINTS)
@require_POST
def words(request: HttpRequest, number: int) -> HttpResponse:
    """Show what was written, in this answer alone; that it was read is recorded."""
    found = standing_or_404(request, number)
    said = actions.read(by=access.official(request), complaint=number)
    response = shown(request, found, said=said or None, read=True)
    response.headers["Cache-Control"] = "no-store"
    return response


def shown(
    request: HttpRequest,
    found: Standing,
    *,
    form: AnswerForm | None = None,
    said: str | None = None,
    read: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Return the page of one complaint."""
    may = access.official(request).role in access.ANSWER_COMPLAINTS
    row = found.complaint
    context: dict[str, Any] = {
        "it": found,
        "row": row,
        "kind": kind_title(found),
        "place": checkpoint_title(row.checkpoint),
        "state": STATES[found.state],
        "tone": TONES.get(found.state, "is-wait"),
        "from_scanner": row.source != "page",
        "has_words": row.words_sealed is not None,
        "may": may,
        "form": (form or AnswerForm()) if may and found.state != "answered" else None,
        "said": said,
        "read": read,
        "done": DONE.get(request.GET.get("done", "")),
    }
    return show(request, "web/complaint.html", context, status=status)


def standing_or_404(request: HttpRequest, number: int) -> Standing:
    """Return the complaint as it stands, 404 outside the jurisdiction."""
    try:
        return queries.stand(queries.of_the_jurisdiction(access.official(request), number))
    except YimatongError as none:
        raise Http404 from none


def complaint_table(request: HttpRequest, standing: tuple[Standing, ...], name: str = "complaints") -> Table:
    """The complaints; their words are sealed and stand in no list."""
    columns: tuple[Column, ...] = (
        Column("number", _("Complaint"), lambda one: one.complaint.pk, "number", link=address),
        Column("state", _("Standing"), lambda one: str(STATES[one.state]), "badge", tone=tone, choices=lambda one: one.state),
        Column("kind", _("About"), kind_title, choices=lambda one: one.complaint.kind, wide=True),
        Column("checkpoint", _("Checkpoint"), where, choices=lambda one: str(one.complaint.checkpoint_id)),
        Column("received", _("Received"), lambda one: one.complaint.received, "instant"),
        Column("source", _("Made on"), source_title, choices=lambda one: one.complaint.source.partition("/")[0]),
        Column("slip", _("Slip"), lambda one: one.complaint.slip or None, "code"),
        Column("answered", _("Answered"), lambda one: one.answered_at, "instant"),
    )  # fmt: skip
    return Table(
        name=name,
        caption=_("Complaints"),
        columns=columns,
        rows=ListRows(columns, standing),
        request=request,
        empty=_("Nobody has complained."),
    )


def kind_title(one: Standing) -> str:
    """Return what a complaint is about, in the policy's words."""
    kinds = queries.kinds(one.complaint.received)
    found = kinds.get(one.complaint.kind)
    return in_words(found) if found else one.complaint.kind


def source_title(one: Standing) -> str:
    """Return where it was made."""
    return str(_("their own phone") if one.complaint.source == "page" else _("the guard's scanner"))


def where(one: Standing) -> str:
    """Return its checkpoint's name."""
    return checkpoint_title(one.complaint.checkpoint)


def tone(one: Standing) -> str:
    """Return how the badge of a state looks."""
    return TONES.get(one.state, "is-wait")


def address(one: Standing) -> str:
    """Return where a complaint is shown."""
    return reverse("web:complaint", args=[one.complaint.pk])
