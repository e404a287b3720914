"""Deliveries: what came, what was taken, what was held back and why."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yimatong.edges.feeds import reports
from yimatong.edges.web.everybody.titles import feed_title
from yimatong.edges.web.office.held_rows import HeldProblem
from yimatong.edges.web.official import access
from yimatong.edges.web.official.excel import answer, exported
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.reasons import WhyForm
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records.models import Delivery, HeldRow

MOST = 2000
STATES: dict[str, Promise] = {
    "received": _("received"),
    "taken": _("taken"),
    "withdrawn": _("withdrawn"),
    "refused": _("refused"),
}
TONES = {"taken": "is-on", "withdrawn": "is-bad", "refused": "is-bad"}


def state_title(delivery: Delivery) -> str:
    """Return where a delivery stands, in words."""
    return str(STATES[delivery.state])


def state_tone(delivery: Delivery) -> str:
    """Return how the badge of a delivery's state looks."""
    return TONES.get(delivery.state, "is-wait")


@access.page(access.SEE_DELIVERIES)
def deliveries(request: HttpRequest) -> HttpResponse:
    """Show the newest deliveries of every feed."""
    newest = tuple(Delivery.objects.select_related("by").order_by("-received_at", "-id")[:MOST])
    columns: tuple[Column, ...] = (
        Column("number", _("Delivery"), lambda one: one.pk, "number", link=lambda one: reverse("web:delivery", args=[one.pk])),
        Column("feed", _("Feed"), lambda one: feed_title(one.feed), choices=lambda one: one.feed),
        Column("state", _("State"), state_title, "badge", tone=state_tone, choices=lambda one: one.state),
        Column("received", _("Received"), lambda one: one.received_at, "instant"),
        Column("source", _("Source"), lambda one: one.source, wide=True),
        Column("rows", _("Rows"), lambda one: one.rows, "number"),
        Column("taken", _("Taken"), lambda one: one.taken, "number"),
        Column("unchanged", _("Unchanged"), lambda one: one.unchanged, "number"),
        Column("held", _("Held"), lambda one: one.held, "number"),
        Column("by", _("Delivered by"), lambda one: one.by.name, in_page=False),
        Column("sha256", "SHA-256", lambda one: one.sha256, in_page=False),
        Column("error", _("Code of the refusal"), lambda one: one.error or None, in_page=False),
    )  # fmt: skip
    table = Table(
        name="deliveries",
        caption=_("Deliveries"),
        columns=columns,
        rows=ListRows(columns, newest),
        request=request,
        sort="-received",
        empty=_("No delivery yet. The command yimatong feeds takes files in."),
    )
    return exported(table) or show(request, "web/deliveries.html", {"table": table})


@access.page(access.SEE_DELIVERIES)
def delivery(request: HttpRequest, number: int, why_form: WhyForm | None = None) -> HttpResponse:
    """Show one delivery and its held rows: which row, which column, what is wrong, what to do. Their values stay sealed."""
    found = get_object_or_404(Delivery.objects.select_related("by", "withdrawn_by"), pk=number)
    table = held_table(request, found)
    context: dict[str, Any] = {
        "delivery": found,
        "feed": feed_title(found.feed),
        "state": state_title(found),
        "tone": state_tone(found),
        "table": table,
        "waiting": found.held_rows.filter(state=HeldRow.State.WAITING).exists(),
        "may_get": access.official(request).role in access.GET_HELD_ROWS,
        "why_form": why_form or WhyForm(),
    }
    return exported(table) or show(request, "web/delivery.html", context, status=422 if why_form else 200)


@access.page(access.GET_HELD_ROWS)
@require_POST
def held_report(request: HttpRequest, number: int) -> HttpResponseBase:
    """Return the report with the waiting rows as they came, once a reason was given; who took it and why is in the audit."""
    found = get_object_or_404(Delivery, pk=number)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return delivery(request, number, form)
    with NamedTemporaryFile(suffix=".xlsx") as file:
        reports.write([found], Path(file.name), by=access.official(request), why=form.reason)
        return answer(Path(file.name).read_bytes(), f"held-{number}")


def held_table(request: HttpRequest, delivery: Delivery) -> Table:
    """Return the held rows of a delivery, a line for each problem."""
    rows = delivery.held_rows.order_by("row").only("row", "problems", "state")
    problems = tuple(HeldProblem.of(row, problem, delivery.feed) for row in rows for problem in row.problems)
    columns: tuple[Column, ...] = (
        Column("row", _("Row of the file"), lambda one: one.row, "number"),
        Column("column", _("Column"), lambda one: one.column, choices=lambda one: one.column),
        Column("wrong", _("What is wrong"), lambda one: one.wrong, choices=lambda one: one.code, wide=True),
        Column("remedy", _("What to do"), lambda one: one.remedy, wide=True),
        Column("state", _("State"), lambda one: one.state, choices=lambda one: one.state_key),
        Column("code", _("Code"), lambda one: one.code, in_page=False),
    )
    return Table(
        name="held",
        caption=_("Held rows"),
        columns=columns,
        rows=ListRows(columns, problems),
        request=request,
        sort="row",
        empty=_("No row of this delivery was held back."),
    )
