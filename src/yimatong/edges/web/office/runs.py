"""The history of judgement runs, and one run in full."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from yimatong.core.colour import Colour
from yimatong.core.policy.model import Policy
from yimatong.edges.web.everybody.policies import colour_word, policy_in_force
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.office.overview_tables import count_of, kind_title, run_table, state_title
from yimatong.edges.web.official import access
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.stations.judgements import queries
from yimatong.stations.judgements.models import Run

MOST_RUNS = 1000
STEPS = {
    "snapshot": _("Reading the records"),
    "by_day": _("Finding the touched and their records"),
    "compile": _("Compiling the policy"),
    "write": _("Writing the outcome"),
    "records": _("Records against those judged before"),
    "deadline": _("When it is due again"),
    "comparison": _("Comparing with what was in force"),
    "publication": _("Publishing, and the rest"),
}
"""In words what is not a step of the judgement's plan (docs/reference/engine.md)."""
SIDES = {"before": _("Before"), "after": _("After")}


@access.page(access.ANYBODY)
def runs(request: HttpRequest) -> HttpResponse:
    """Show the newest thousand runs."""
    table = run_table(request, queries.runs(MOST_RUNS))
    return exported(table) or show(
        request,
        "web/runs.html",
        {"table": table, "holes": queries.holes(), "sees_watch": access.official(request).role in access.SEE_WATCH},
    )


@access.page(access.ANYBODY)
def run(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a run was given, what it said, and what it changed."""
    line = queries.run_line(number)
    if line is None:
        raise Http404
    record = get_object_or_404(Run.objects.select_related("policy"), number=number)
    names = {district.division: in_words(district.name) for district in queries.overview().districts}
    by_district = district_table(request, district_changes(record, names))
    by_rule = rule_table(request, rule_changes(record, policy_in_force()))
    file = exported(by_district, by_rule)
    if file is not None:
        return file
    context = {
        "run": line,
        "record": record,
        "kind": kind_title(line),
        "state": state_title(line),
        "tiles": [{"colour": colour, "people": count_of(colour)(line)} for colour in Colour],
        "inputs": [(name, kept, size_of(record, "inputs", name)) for name, kept in sorted(record.inputs.items())],
        "outputs": [
            (name, digest, size_of(record, "outputs", name)) for name, digest in sorted(record.outputs.items())
        ],
        "steps": steps_of(line, record),
        "versions": sorted(record.versions.items()),
        "by_district": by_district,
        "by_rule": by_rule,
        "replay": f"yimatong runs replay {number}",
    }
    return show(request, "web/run.html", context)


@dataclass(frozen=True)
class StepTaken:
    """A step of a run, its seconds, and the length of its bar: its part of the whole."""

    name: str
    seconds: float
    length: str


def steps_of(line: queries.RunLine, record: Run) -> tuple[StepTaken, ...]:
    """Return where the seconds of a run went, the longest first; what was not timed is the publication."""
    taken = dict(record.timings)
    if line.seconds is not None and line.state == "published":
        taken["publication"] = max(0.0, line.seconds - sum(taken.values()))
    whole = sum(taken.values()) or 1
    longest = sorted(taken.items(), key=lambda step: -step[1])
    return tuple(StepTaken(_title(name), seconds, f"{100 * seconds / whole:.1f}%") for name, seconds in longest)


def _title(step: str) -> str:
    return str(STEPS.get(step) or _("Judging: %(step)s") % {"step": step})


def size_of(record: Run, side: str, name: str) -> int | None:
    """Return the bytes of a table that a run read or wrote; None of a run before they were kept."""
    size: int | None = record.sizes.get(side, {}).get(name)
    return size


@dataclass(frozen=True)
class DistrictChange:
    """People of a district by colour, before and after a run."""

    district: str
    before: dict[Colour, int]
    after: dict[Colour, int]


@dataclass(frozen=True)
class RuleChange:
    """People for whom a rule held, before and after a run."""

    rule: str
    colour: Colour
    before: int
    after: int


def district_changes(run: Run, names: dict[int, str]) -> tuple[DistrictChange, ...]:
    """Return the districts in which the people of some colour became more or fewer."""
    then: dict[int, dict[Colour, int]] = defaultdict(dict)
    now: dict[int, dict[Colour, int]] = defaultdict(dict)
    for district, colour, before, after in run.shifts.get("districts", ()):
        then[district][Colour(colour)], now[district][Colour(colour)] = before, after
    return tuple(
        DistrictChange(names.get(district, str(district)), then[district], now[district]) for district in sorted(then)
    )


def rule_changes(run: Run, policy: Policy) -> tuple[RuleChange, ...]:
    """Return the rules that hold for more or fewer people, in the policy's order."""
    moved = {rule: (before, after) for rule, before, after in run.shifts.get("rules", ())}
    rules = sorted((rule for rule in policy.rules if rule.id in moved), key=lambda rule: rule.order)
    return tuple(RuleChange(in_words(rule.title), rule.colour, *moved[rule.id]) for rule in rules)


def district_table(request: HttpRequest, rows: tuple[DistrictChange, ...]) -> Table:
    """Return the changes by district; the Excel file has both sides."""
    columns = (
        Column("district", _("District"), lambda row: row.district),
        *(_side(colour, "change") for colour in Colour),
        *(_side(colour, side) for colour in Colour for side in ("before", "after")),
    )
    return Table(
        name="by-district",
        caption=_("What changed, by district"),
        columns=columns,
        rows=ListRows(columns, rows),
        request=request,
        page_size=20,
        searchable=False,
        empty=_("No district's figures changed."),
    )


def _side(colour: Colour, side: str) -> Column:
    word = in_words(colour_word(colour))
    if side == "change":
        return Column(colour.value, word, lambda row: row.after[colour] - row.before[colour], "change")
    title = f"{word} · {SIDES[side]}"
    return Column(f"{colour}-{side}", title, lambda row: getattr(row, side)[colour], "number", in_page=False)


def rule_table(request: HttpRequest, rows: tuple[RuleChange, ...]) -> Table:
    """Return the changes by rule."""
    columns = (
        Column("rule", _("Rule"), lambda row: row.rule),
        Column("colour", _("Colour"), lambda row: row.colour.value, "colour"),
        Column("before", _("Before"), lambda row: row.before, "number"),
        Column("after", _("After"), lambda row: row.after, "number"),
        Column("change", _("Change"), lambda row: row.after - row.before, "change"),
    )
    return Table(
        name="by-rule",
        caption=_("What changed, by rule"),
        columns=columns,
        rows=ListRows(columns, rows),
        request=request,
        page_size=20,
        searchable=False,
        empty=_("No rule's figures changed."),
    )
