"""Entries of official lists whose division or place could not be found: what somebody has to look into."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yimatong.edges.web.office.held_rows import HeldProblem
from yimatong.edges.web.official import access
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import identity
from yimatong.records.models import HeldRow

RISK_AREAS = "risk-areas"
"""The feed of the official lists. Its rows name places and nobody, so they may be read here."""
MOST = 5000


@dataclass(frozen=True)
class Unresolved:
    """An entry that waits: the list's own words, and what could not be found."""

    delivery: int
    row: int
    received: datetime
    words: str
    wrong: str
    remedy: str


@access.page(access.SEE_DELIVERIES)
def places(request: HttpRequest) -> HttpResponse:
    """Show the newest five thousand entries that wait."""
    waiting = HeldRow.objects.filter(delivery__feed=RISK_AREAS, state=HeldRow.State.WAITING)
    rows = waiting.select_related("delivery").order_by("-delivery_id", "row")[:MOST]
    columns: tuple[Column, ...] = (
        Column("words", _("As the list says it"), lambda one: one.words, wide=True),
        Column("wrong", _("What is wrong"), lambda one: one.wrong, choices=lambda one: one.wrong, wide=True),
        Column("remedy", _("What to do"), lambda one: one.remedy, wide=True),
        Column("delivery", _("Delivery"), lambda one: one.delivery, "number", link=delivery_address),
        Column("row", _("Row of the file"), lambda one: one.row, "number"),
        Column("received", _("Received"), lambda one: one.received, "instant"),
    )
    table = Table(
        name="places",
        caption=_("Unresolved places"),
        columns=columns,
        rows=ListRows(columns, tuple(unresolved(row) for row in rows)),
        request=request,
        sort="-received",
        page_size=50,
        empty=_("Every place of the lists was found; nothing waits here."),
    )
    return exported(table) or show(request, "web/places.html", {"table": table})


def unresolved(row: HeldRow) -> Unresolved:
    """Return a held entry of a list, unsealed."""
    told = [HeldProblem.of(row, problem, RISK_AREAS) for problem in row.problems]
    return Unresolved(
        delivery=row.delivery_id,
        row=row.row,
        received=row.delivery.received_at,
        words=own_words(identity.unseal(row.sealed, "row")),
        wrong="; ".join(problem.wrong for problem in told),
        remedy="; ".join(problem.remedy for problem in told),
    )


def own_words(kept: str) -> str:
    """Return an entry as one line, from the JSON in which it is kept."""
    entry = json.loads(kept)
    values = entry.values() if isinstance(entry, dict) else entry
    return " ".join(str(value) for value in values if value not in (None, ""))


def delivery_address(entry: Unresolved) -> str:
    """Return where the entry's delivery is shown."""
    return reverse("web:delivery", args=[entry.delivery])
