"""Looks in sum: who looks how often, why, and whether anything follows; alarms; and facts that made many people red. For the auditor."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from yimatong.core.text import listed
from yimatong.edges.web.everybody.facts import fact_title
from yimatong.edges.web.everybody.titles import ROLE_TITLES
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.office.looks import day_of
from yimatong.edges.web.official import access
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.reasons import spoken
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import sums as summed
from yimatong.records.actions import alarms, audit
from yimatong.records.models import Alarm, Official
from yimatong.records.sums import Batch, Summed

SPANS = {1: _("one day"), 7: _("seven days"), 30: _("thirty days")}
ALARMS: dict[str, tuple[Promise, Promise]] = {
    "passwords": (_("Passwords guessed"), _("wrong passwords in an hour")),
    "walk": (_("Walk through documents or names"), _("searches beside each other or in order")),
    "misses": (_("Many searches that find nobody"), _("searches in an hour")),
    "idle": (_("Looks that nothing follows"), _("times somebody was opened in a day")),
    "budget": (_("Budget used up"), _("looks, or people in lists")),
    "batch": (_("Many people made red by few officials"), _("people in a day")),
}


@access.page(access.SEE_LOOKS)
@require_GET
def sums(request: HttpRequest) -> HttpResponse:
    """Show the looks of some days by official, the alarms of the same days, and the batches of facts that make red."""
    last = day_of(request.GET.get("day", "")) or summed.today()
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, SPANS) else 1
    first = last - timedelta(days=days - 1)
    table = sum_table(request, summed.sums(first, last), first, last)
    batches = batch_table(request, summed.batches(first, last))
    for one in (table, batches):
        if answer := exported(one):
            audit.record(
                by=access.official(request), action="looks.list", subject="officials", details={"table": one.name}
            )
            return answer
    context: dict[str, Any] = {
        "table": table,
        "batches": batches,
        "alarms": alarm_table(request, first, last),
        "standing": len(alarms.standing(timezone.now())),
        "day": last,
        "days": days,
        "spans": list(SPANS.items()),
        "ringing": sum(one.rings for one in batches.matching.cut("", 0, batches.count)),
    }
    return show(request, "web/look_sums.html", context)


def sum_table(request: HttpRequest, rows: list[Summed], first: date, last: date) -> Table:
    """Each official's looks, the most first; the link leads to the looks themselves."""

    def register(one: Summed) -> str:
        asked = {"official": one.official.pk, "from": first.isoformat(), "to": last.isoformat()}
        return f"{reverse('web:looks')}?{urlencode(asked)}"

    columns: tuple[Column, ...] = (
        Column("official", _("Official"), lambda one: one.official.name, link=register),
        Column("role", _("Role"), lambda one: role(one.official), choices=lambda one: one.official.role),
        Column("looks", _("Looks"), lambda one: one.looks, "number"),
        Column("median", _("Times the median of the role"), lambda one: one.times_median, "seconds"),
        Column("people", _("People"), lambda one: one.people, "number"),
        Column("openings", _("Times opened"), lambda one: one.openings, "number"),
        Column("share", _("Followed by an act"), lambda one: one.share, "share"),
        Column("searches", _("Searches"), lambda one: one.searches, "number"),
        Column("missed", _("Nobody found"), lambda one: one.missed, "number"),
        Column("refused", _("Budget used up"), lambda one: one.refused, "number"),
        Column("reasons", _("Reasons most used"), reasons, sortable=False, wide=True),
    )
    return Table(
        name="sums", caption=_("Looks by official"), columns=columns, rows=ListRows(columns, tuple(rows)), request=request,
        sort="-looks", page_size=50, highlight=stands_out, empty=_("Nobody has looked at anybody on these days."),
    )  # fmt: skip


def stands_out(one: Summed) -> bool:
    """Whether an official's looks are far from those of others of the role, or their budget was used up."""
    return one.refused > 0 or (one.times_median or 0) >= 5


def batch_table(request: HttpRequest, rows: list[Batch]) -> Table:
    """Facts that make red: what, about how many, by whom, on which ground, from when to when."""
    columns: tuple[Column, ...] = (
        Column("people", _("People"), lambda one: one.people, "number"),
        Column(
            "fact",
            _("Fact"),
            lambda one: fact_title(one.kind, one.detail),
            choices=lambda one: f"{one.kind}-{one.detail}",
        ),
        Column("day", _("Recorded on"), lambda one: one.day, "day"),
        Column("single", _("One by one"), lambda one: one.one_by_one, "number"),
        Column("by", _("By"), lambda one: in_words(listed(one.officials)), wide=True),
        Column("officials", _("Officials"), lambda one: len(one.officials), "number"),
        Column("source", _("Source"), lambda one: one.source),
        Column("ground", _("Legal basis"), lambda one: one.legal_basis, wide=True),
        Column("first", _("First"), lambda one: one.first_at, "instant"),
        Column("last", _("Last"), lambda one: one.last_at, "instant"),
    )
    return Table(
        name="batches", caption=_("Facts that make red"), columns=columns, rows=ListRows(columns, tuple(rows)), request=request,
        sort="-people", page_size=25, highlight=lambda one: one.rings, empty=_("No fact that makes red was recorded on these days."),
    )  # fmt: skip


def alarm_table(request: HttpRequest, first: date, last: date) -> Table:
    """The alarms of the days, the newest first; nobody of the records is named."""
    columns: tuple[Column, ...] = (
        Column("last", _("Last"), lambda one: one.last_at, "instant"),
        Column("what", _("Alarm"), lambda one: str(ALARMS[one.sort][0]), choices=lambda one: one.sort),
        Column(
            "official", _("Official"), lambda one: one.official.name if one.official else str(_("all names together"))
        ),
        Column("count", _("How many"), lambda one: one.count, "number"),
        Column("of", _("Of what"), lambda one: str(ALARMS[one.sort][1]), sortable=False),
        Column("first", _("First"), lambda one: one.first_at, "instant"),
    )
    found = Alarm.objects.select_related("official").filter(hour__date__range=(first, last)).order_by("-last_at")[:1000]
    return Table(
        name="alarms", caption=_("Alarms"), columns=columns, rows=ListRows(columns, tuple(found)), request=request,
        sort="-last", page_size=25, exportable=False, empty=_("Nothing rang on these days."),
    )  # fmt: skip


def role(one: Official) -> str:
    """Return what an official is."""
    return str(ROLE_TITLES.get(Official.Role(one.role), one.get_role_display()))


def reasons(one: Summed) -> str | None:
    """Return the reasons most used, each with how often."""
    return "; ".join(f"{spoken(why)} ({count})" for why, count in one.reasons) or None
