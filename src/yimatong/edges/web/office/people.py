"""Lists of people. Every person on every page of a list that is shown is a look, and is recorded as one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yimatong.edges.web.everybody.policies import policy_in_force
from yimatong.edges.web.everybody.words import NOTHING, in_words
from yimatong.edges.web.office.looks import LIST
from yimatong.edges.web.office.people_lists import Listed, PeopleRows
from yimatong.edges.web.official import access, counted
from yimatong.edges.web.official.excel import answer, workbook
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.reasons import WhyForm
from yimatong.edges.web.official.tables import Column, Table
from yimatong.records.models import Official
from yimatong.records.queries import streets_of
from yimatong.stations.judgements import queries

LISTING = "web.listing"
"""The key of the session under which the reason for looking at lists is kept."""
LASTS = timedelta(minutes=30)
MOST_EXPORTED = 5000


@access.page(access.OPEN_PERSON)
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """List people once a reason was given, which holds for half an hour; who may not list is led to opening one person."""
    by = access.official(request)
    if by.role not in access.LIST_PEOPLE:
        return redirect("web:look")
    why_form = WhyForm(request.POST or None)
    if request.method == "POST":
        if request.POST.get("forget"):
            request.session.pop(LISTING, None)
            return redirect(request.get_full_path())
        if why_form.is_valid():
            until = timezone.now() + LASTS
            request.session[LISTING] = {"why": why_form.reason, "until": until.timestamp()}
            return redirect(request.get_full_path())
    context = {"why_form": why_form}
    why = reason_in_hand(request)
    if why is None:
        return show(request, "web/people.html", context, status=422 if request.method == "POST" else 200)
    table = people_table(request, by)
    if request.GET.get("export") == table.name:
        record_looks(by, table.matching.cut(table.sort, 0, MOST_EXPORTED), why)
        return answer(workbook(table, MOST_EXPORTED), table.name)
    record_looks(by, table.page_rows, why)
    return show(request, "web/people.html", {**context, "table": table, "why": why, "most_exported": MOST_EXPORTED})


def reason_in_hand(request: HttpRequest) -> str | None:
    """Return the reason that was given for looking at lists, None once its half hour is over."""
    kept = request.session.get(LISTING)
    if not kept or kept["until"] < timezone.now().timestamp():
        return None
    return str(kept["why"])


def record_looks(by: Official, shown: Iterable[Listed], why: str) -> None:
    """Record a look at everybody who is about to be shown."""
    counted.looks(by=by, people=[listed.person for listed in shown], why=why, where=LIST)


def people_table(request: HttpRequest, by: Official) -> Table:
    """Return the list by colour, rule and district, as far as the official's jurisdiction reaches."""
    titles = {rule.id: in_words(rule.title) for rule in policy_in_force().rules}

    def district(listed: Listed) -> str:
        return districts.get(str(listed.division // 1000), NOTHING)

    def reasons(listed: Listed) -> str | None:
        return "; ".join(titles.get(rule, rule) for rule in listed.rules) or None

    districts = {str(district.division): in_words(district.name) for district in queries.overview().districts}
    columns = (
        Column("person", _("Person number"), lambda listed: listed.person, "open"),
        Column("name", _("Name"), lambda listed: listed.name, sortable=False),
        Column("id_tail", _("Document ends in"), lambda listed: listed.id_tail or None, "code", sortable=False),
        Column("colour", _("Colour"), lambda listed: listed.colour.value, "colour", choices=lambda listed: listed.colour),
        Column("rule", _("Reasons"), reasons, choices=lambda listed: ",".join(listed.rules), sortable=False, wide=True),
        Column("district", _("District"), district, choices=lambda listed: str(listed.division // 1000)),
        Column("since", _("Since"), lambda listed: listed.since, "instant"),
        Column("until", _("Until"), lambda listed: listed.until, "instant"),
        Column("next_change", _("Next change"), lambda listed: listed.next_change, "instant"),
    )  # fmt: skip
    return Table(
        name="people",
        caption=_("People"),
        columns=columns,
        rows=PeopleRows(streets_of(by.jurisdiction), sorted(districts.items())),
        request=request,
        sort="person",
        page_size=25,
        searchable=False,
        empty=_("Nobody has been judged yet."),
    )
