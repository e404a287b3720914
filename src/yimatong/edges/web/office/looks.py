"""Looking at a person: the reason first, then the record of it, then the page. And the register of all looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yimatong.core.bounds import whole
from yimatong.edges.web.everybody.titles import ROLE_TITLES
from yimatong.edges.web.office.people_lists import home_street
from yimatong.edges.web.official import access, counted
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.reasons import PersonForm, spoken
from yimatong.edges.web.official.tables import Column, Table
from yimatong.records import calendar
from yimatong.records.actions import audit
from yimatong.records.models import Look, Official

EXPLAIN = "explain"
"""What a look says of where it was: the page of one person."""
LIST = "people"
"""The lists of people."""


@access.page(access.OPEN_PERSON)
@require_http_methods(["GET", "POST"])
def open_person(request: HttpRequest) -> HttpResponse:
    """Ask for the reason, record the look, and go to the person's page, whose address is the look's number."""
    if request.method == "POST" and "words" in request.POST:
        form = PersonForm(request.POST, request=request)
        if form.searched():
            by, person = access.official(request), form.cleaned_data["found"]
            if not access.may_see(by, home_street(person.number)):
                raise PermissionDenied
            look = counted.look(by=by, person=person.number, why=form.reason, where=EXPLAIN)
            return redirect("web:explain", look.pk)
        return show(request, "web/look.html", {"form": form}, status=422)
    form = PersonForm(initial={"person": request.POST.get("person", "")}, request=request)
    return show(request, "web/look.html", {"form": form})


@dataclass(frozen=True)
class LookRows:
    """The register, cut by the database."""

    looks: QuerySet[Look]

    def matching(self, search: str, chosen: Mapping[str, str]) -> LookRows:
        """Return looks by somebody, at somebody (by number), or for a reason that has the words."""
        found = self.looks
        if search:
            whom = Q() if (number := whole(search)) is None else Q(person_id=number)
            who = Q(by__username__icontains=search) | Q(by__name__icontains=search)
            found = found.filter(who | Q(why__icontains=search) | whom)
        if chosen.get("where") in WHERE:
            found = found.filter(where=chosen["where"])
        return LookRows(found)

    def count(self) -> int:
        """Return how many there are."""
        return self.looks.count()

    def cut(self, sort: str, start: int, stop: int) -> Sequence[Look]:
        """Return a stretch, the newest first unless another order is asked for."""
        column = {"at": "id", "by": "by__name", "person": "person_id"}.get(sort.lstrip("-"), "id")
        order = column if sort and not sort.startswith("-") else f"-{column}"
        return list(self.looks.select_related("by").order_by(order, "-id")[start:stop])

    def options(self, key: str) -> Sequence[tuple[str, str]]:
        """Return the pages on which somebody can be looked at."""
        return [(where, str(title)) for where, title in WHERE.items()]


WHERE = {
    EXPLAIN: _("one person"),
    LIST: _("a list of people"),
    "permit": _("the desk of special permits"),
    "hand_over": _("a hand-over"),
    "checkpoint": _("a checkpoint"),
    "outreach": _("telling somebody in person"),
    "correction": _("a correction of an identity"),
}


def of_one_day(request: HttpRequest) -> QuerySet[Look]:
    """Return the looks of the official and the days that the address names, where it names any."""
    found, who = Look.objects.all(), request.GET.get("official", "")
    if who.isdecimal() and len(who) < 10:
        found = found.filter(by_id=int(who))
    for name, side in (("from", "gte"), ("to", "lt")):
        if (day := day_of(request.GET.get(name, ""))) is not None:
            began = calendar.begins(day + timedelta(days=side == "lt"))
            found = found.filter(**{f"at__{side}": began})
    return found


def day_of(text: str) -> date | None:
    """Return the day of an address, None where it is none that can be."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None


@access.page(access.SEE_LOOKS)
def register(request: HttpRequest) -> HttpResponse:
    """Show who looked at whom, when and why."""
    columns: tuple[Column, ...] = (
        Column("at", _("When"), lambda look: look.at, "instant"),
        Column("by", _("Who"), lambda look: look.by.name),
        Column(
            "role",
            _("Role"),
            lambda look: str(ROLE_TITLES.get(Official.Role(look.by.role), look.by.role)),
            sortable=False,
        ),
        Column("person", _("Person number"), lambda look: look.person_id, "number"),
        Column(
            "where",
            _("Page"),
            lambda look: str(WHERE.get(look.where, look.where)),
            choices=lambda look: look.where,
            sortable=False,
        ),
        Column("why", _("Why"), lambda look: spoken(look.why), sortable=False, wide=True),
    )
    rows = LookRows(of_one_day(request))
    table = Table(
        name="looks",
        caption=_("Register of looks"),
        columns=columns,
        rows=rows,
        request=request,
        sort="-at",
        page_size=50,
        empty=_("Nobody has looked at anybody yet."),
    )
    context: dict[str, Any] = {"table": table}
    if (who := request.GET.get("official", "")).isdecimal() and len(who) < 10:
        # Whoever goes through one official's looks is seen doing it.
        audit.record(by=access.official(request), action="looks.list", subject=f"official/{who}")
    return exported(table) or show(request, "web/looks.html", context)
