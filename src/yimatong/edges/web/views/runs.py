"""The history of judgement runs, and one run in full."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from yimatong.core.colour import Colour
from yimatong.edges.web import access
from yimatong.edges.web.excel import exported
from yimatong.edges.web.frame import show
from yimatong.edges.web.lists import count_of, kind_title, run_table, state_title
from yimatong.edges.web.policies import policy_in_force
from yimatong.edges.web.tables import Column, ListRows, Table
from yimatong.edges.web.words import in_words
from yimatong.stations.judgements import queries
from yimatong.stations.judgements.models import Run, RunCount

MOST_RUNS = 1000


@access.page(access.ANYBODY)
def runs(request: HttpRequest) -> HttpResponse:
    """Show the newest thousand runs."""
    table = run_table(request, queries.runs(MOST_RUNS))
    return exported(table) or show(request, "web/runs.html", {"table": table})


@access.page(access.ANYBODY)
def run(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a run was given, what it said, and what it changed."""
    line = queries.run_line(number)
    if line is None:
        raise Http404
    record = get_object_or_404(Run.objects.select_related("policy"), number=number)
    districts, rules = changes(record)
    by_district, by_rule = district_changes(request, districts), rule_changes(request, rules)
    file = exported(by_district, by_rule)
    if file is not None:
        return file
    context = {
        "run": line,
        "record": record,
        "kind": kind_title(line),
        "state": state_title(line),
        "tiles": [{"colour": colour, "people": count_of(colour)(line)} for colour in Colour],
        "inputs": sorted(record.inputs.items()),
        "outputs": sorted(record.outputs.items()),
        "timings": list(record.timings.items()),
        "versions": sorted(record.versions.items()),
        "by_district": by_district,
        "by_rule": by_rule,
    }
    return show(request, "web/run.html", context)


@dataclass(frozen=True)
class Change:
    """People counted under one heading after a run and after the run that it follows."""

    key: str
    title: str
    colour: Colour
    before: int
    after: int

    @property
    def change(self) -> int:
        """How many more, or fewer."""
        return self.after - self.before


def changes(record: Run) -> tuple[list[Change], list[Change]]:
    """Return what a published run changed: by district and colour, and by rule. Where nothing changed there is no row."""
    after, before = _counts(record.number), _counts(record.follows_id)
    districts: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    rules: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for side, counts in ((0, before), (1, after)):
        for (district, colour, rule), people in counts.items():
            if rule:
                rules[rule][side] += people
            else:
                districts[district, colour][side] += people
    named = {rule.id: rule for rule in policy_in_force().rules}
    names = {district.division: in_words(district.name) for district in queries.overview().districts}
    by_district = [
        Change(str(district), names.get(district, str(district)), Colour(colour), *sides)
        for (district, colour), sides in sorted(districts.items())
        if sides[0] != sides[1]
    ]
    by_rule = [
        Change(rule, in_words(named[rule].title) if rule in named else rule, _colour(rule), *sides)
        for rule, sides in sorted(rules.items())
        if sides[0] != sides[1]
    ]
    return by_district, by_rule


def _colour(rule: str) -> Colour:
    """Return a rule's colour; a rule that the policy has no longer tells it by the first word of its id."""
    found = next((known.colour for known in policy_in_force().rules if known.id == rule), None)
    return found or Colour(rule.split(".", maxsplit=1)[0])


def _counts(run: int | None) -> dict[tuple[int, str, str], int]:
    rows = RunCount.objects.filter(run=run).values_list("district", "colour", "rule", "people") if run else ()
    return {(district, colour, rule): people for district, colour, rule, people in rows}


def _change_columns(first: Column) -> tuple[Column, ...]:
    return (
        first,
        Column("colour", _("Colour"), lambda row: row.colour.value, "colour", choices=True),
        Column("before", _("Before"), lambda row: row.before, "number"),
        Column("after", _("After"), lambda row: row.after, "number"),
        Column("change", _("Change"), lambda row: row.change, "number"),
    )


def district_changes(request: HttpRequest, rows: list[Change]) -> Table:
    """Return the table of changes by district."""
    columns = _change_columns(Column("district", _("District"), lambda row: row.title))
    return Table(
        name="by-district",
        caption=_("What changed, by district"),
        columns=columns,
        rows=ListRows(columns, tuple(rows)),
        request=request,
        sort="district",
        page_size=20,
        empty=_("No district's figures changed."),
    )


def rule_changes(request: HttpRequest, rows: list[Change]) -> Table:
    """Return the table of changes by rule."""
    columns = _change_columns(Column("rule", _("Rule"), lambda row: row.title))
    return Table(
        name="by-rule",
        caption=_("What changed, by rule"),
        columns=columns,
        rows=ListRows(columns, tuple(rows)),
        request=request,
        sort="-after",
        page_size=20,
        empty=_("No rule's figures changed."),
    )
