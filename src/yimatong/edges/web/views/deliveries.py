"""Deliveries: what came, what was taken, what was held back and why."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yimatong.edges.web import access
from yimatong.edges.web.excel import exported
from yimatong.edges.web.feeds import title
from yimatong.edges.web.frame import show
from yimatong.edges.web.tables import Column, ListRows, Table
from yimatong.records.models import Delivery, HeldRow

MOST = 2000
STATES: dict[str, Promise] = {
    "received": _("received"),
    "taken": _("taken"),
    "withdrawn": _("withdrawn"),
    "refused": _("refused"),
}
TONES = {"taken": "is-on", "withdrawn": "is-bad", "refused": "is-bad"}
HELD_STATES: dict[str, Promise] = {
    "waiting": _("waiting"),
    "released": _("released"),
    "dismissed": _("dismissed"),
}


@access.page(access.SEE_DELIVERIES)
def deliveries(request: HttpRequest) -> HttpResponse:
    """Show the newest deliveries of every feed."""
    newest = tuple(Delivery.objects.select_related("by").order_by("-received_at", "-id")[:MOST])
    columns: tuple[Column, ...] = (
        Column("number", _("Delivery"), lambda one: one.pk, "number", link=lambda one: reverse("web:delivery", args=[one.pk])),
        Column("feed", _("Feed"), lambda one: title(one.feed), choices=True),
        Column("state", _("State"), lambda one: str(STATES[one.state]), "badge", tone=lambda one: TONES.get(one.state, "is-wait"), choices=True),
        Column("received", _("Received"), lambda one: one.received_at, "instant"),
        Column("source", _("Source"), lambda one: one.source),
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
def delivery(request: HttpRequest, number: int) -> HttpResponse:
    """Show one delivery and its held rows: which row, which column, what is wrong. The rows' values stay sealed."""
    found = get_object_or_404(Delivery.objects.select_related("by", "withdrawn_by"), pk=number)
    held = tuple(found.held_rows.order_by("row"))
    columns: tuple[Column, ...] = (
        Column("row", _("Row of the file"), lambda one: one.row, "number"),
        Column("column", _("Column"), lambda one: ", ".join(str(problem.get("column") or "–") for problem in one.problems)),
        Column("problem", _("What is wrong"), problem_words),
        Column("state", _("State"), lambda one: str(HELD_STATES[one.state]), choices=True),
    )  # fmt: skip
    table = Table(
        name="held",
        caption=_("Held rows"),
        columns=columns,
        rows=ListRows(columns, held),
        request=request,
        sort="row",
        empty=_("No row of this delivery was held back."),
    )
    file = exported(table)
    if file is not None:
        return file
    context: dict[str, Any] = {
        "delivery": found,
        "feed": title(found.feed),
        "state": STATES[found.state],
        "tone": TONES.get(found.state, "is-wait"),
        "table": table,
        "kinds": Counter(problem.get("code", "") for row in held for problem in row.problems).most_common(),
        "may_get": access.official(request).role in access.GET_HELD_ROWS and held,
    }
    return show(request, "web/delivery.html", context)


def problem_words(row: HeldRow) -> str:
    """Return what is wrong with a held row, by the codes of its problems."""
    return ", ".join(str(problem.get("code", "")) for problem in row.problems)


@access.page(access.GET_HELD_ROWS)
def held_rows(request: HttpRequest, number: int) -> HttpResponse:
    """Return the delivery's report: every held row with row, column, reason and remedy."""
    raise Http404
