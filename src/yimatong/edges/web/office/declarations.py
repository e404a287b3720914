"""Declarations that want an official: those without a verdict, those that contradict something, homes that no list has.

No table here names anybody: a declaration is told by its number, and who it is about is opened as any person is, with a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from yimatong.edges.web.everybody import words
from yimatong.edges.web.everybody.divisions import division_in_words
from yimatong.edges.web.official import access
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import clock
from yimatong.stations.declarations.models import Contradiction, MissingPlace
from yimatong.stations.judgements.overdue import ALARM, Waiting, waiting

MOST = 2000
SORTS = {
    Contradiction.Sort.IDENTITY.value: _("the document is recorded under another name"),
    Contradiction.Sort.ITINERARY.value: _("a journey that was not declared"),
}
STATES = {
    Contradiction.State.OPEN.value: _("waits for the person's answer"),
    Contradiction.State.HEARD.value: _("was heard, to be settled"),
}


@access.page(access.OPEN_PERSON)
def declarations(request: HttpRequest) -> HttpResponse:
    """Show the three queues, the most urgent first."""
    tables = (overdue_table(request), contradictions_table(request), places_table(request))
    answer = next((file for file in map(exported, tables) if file is not None), None)
    return answer or show(request, "web/declarations.html", {"tables": tables})


def overdue_table(request: HttpRequest) -> Table:
    """Declarations without a verdict: each has one by the end of the next day of the city (T+1)."""
    now = clock.now()

    def standing(one: Waiting) -> str:
        if one.late(now):
            return str(_("overdue"))
        return str(_("20 hours or more")) if now - one.declared_at >= ALARM else str(_("in time"))

    def tone(one: Waiting) -> str:
        return "is-bad" if one.late(now) else "is-wait" if now - one.declared_at >= ALARM else ""

    columns = (
        Column("declaration", _("Declaration"), lambda one: one.declaration, "number"),
        Column("declared", _("Declared"), lambda one: one.declared_at, "instant"),
        Column("due", _("Verdict due by"), lambda one: one.due, "instant"),
        Column("standing", _("Standing"), standing, "badge", tone=tone, choices=standing),
        Column(
            "held",
            _("Why it waits"),
            lambda one: str(_("whose document it is, is not certain") if one.person is None else _("not judged yet")),
            wide=True,
        ),
    )
    empty = _("Everybody who has declared has a verdict.")
    return _table(request, "waiting", _("Waiting for a verdict"), columns, waiting(now)[:MOST], "due", empty)


def contradictions_table(request: HttpRequest) -> Table:
    """Contradictions that are not settled; none of them changes a colour by itself."""
    rows = Contradiction.objects.exclude(state=Contradiction.State.SETTLED).order_by("answer_by")[:MOST]
    columns = (
        Column("case", _("Matter"), lambda one: one.pk, "number"),
        Column(
            "sort",
            _("What does not agree"),
            lambda one: str(SORTS.get(one.sort, _("something was taken back"))),
            choices=lambda one: one.sort,
            wide=True,
        ),
        Column(
            "state",
            _("Standing"),
            lambda one: str(STATES[one.state]),
            "badge",
            tone=lambda one: "is-wait" if one.state == "heard" else "",
            choices=lambda one: one.state,
        ),
        Column("declaration", _("Declaration"), lambda one: one.declaration_id, "number"),
        Column("opened", _("Opened"), lambda one: one.opened_at, "instant"),
        Column("answer", _("Answer until"), lambda one: one.answer_by, "instant"),
    )
    empty = _("No declaration contradicts anything.")
    return _table(request, "contradictions", _("Contradictions"), columns, tuple(rows), "answer", empty)


def places_table(request: HttpRequest) -> Table:
    """Homes in a community that the gazetteer does not have; the address itself is sealed."""
    rows = MissingPlace.objects.filter(state=MissingPlace.State.WAITING).order_by("id")[:MOST]
    columns = (
        Column("number", _("Queue number"), lambda one: one.pk, "number"),
        Column(
            "street",
            _("Street or township"),
            lambda one: division_in_words(one.division) or words.NOTHING,
            choices=lambda one: str(one.division),
            wide=True,
        ),
        Column("declaration", _("Declaration"), lambda one: one.declaration_id, "number"),
        Column("queued", _("Queued"), lambda one: one.queued_at, "instant"),
    )
    empty = _("No community is missing.")
    return _table(request, "missing", _("Missing communities"), columns, tuple(rows), "number", empty)


def _table(
    request: HttpRequest,
    name: str,
    caption: Any,
    columns: tuple[Column, ...],
    rows: Sequence[Any],
    sort: str,
    empty: Any,
) -> Table:
    return Table(
        name=name,
        caption=caption,
        columns=columns,
        rows=ListRows(columns, tuple(rows)),
        request=request,
        sort=sort,
        page_size=20,
        empty=empty,
    )
