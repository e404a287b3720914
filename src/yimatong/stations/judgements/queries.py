"""What is read from the judgements by name. The values are in answers.py and are re-exported here.

overview()                   the control office's first page
explain(person)              the verdict in force of one person, with its reasons and its history
explain_run(run, person)     the same as a run judged it, also one that published nothing (as-of)
runs(), run_line(number)     the history of runs
holes()                      the numbers that no run has, and why
run_at(moment)               the run that was in force at an instant
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from yimatong.core.policy.model import Policy
from yimatong.records import calendar, policies
from yimatong.stations.judgements.answers import (
    Clause,
    Counts,
    DayCount,
    DistrictCount,
    Evidence,
    Explanation,
    Overview,
    PastVerdict,
    ReasonCount,
    ReasonExplained,
    RunLine,
)
from yimatong.stations.judgements.explaining import explain, explain_run
from yimatong.stations.judgements.lifecycle import in_force
from yimatong.stations.judgements.lines import counts_of, line
from yimatong.stations.judgements.models import CurrentCount, PastCount, Run
from yimatong.stations.judgements.names import division_text
from yimatong.stations.judgements.numbering import Hole, holes

__all__ = [
    "Clause",
    "Counts",
    "DayCount",
    "DistrictCount",
    "Evidence",
    "Explanation",
    "Hole",
    "Overview",
    "PastVerdict",
    "ReasonCount",
    "ReasonExplained",
    "RunLine",
    "explain",
    "explain_run",
    "holes",
    "overview",
    "policy_in_force",
    "run_at",
    "run_line",
    "runs",
]

MOST_DAYS = 60
PAGES = "default"


def overview() -> Overview:
    """Counts by colour, district, reason and day, and the history of runs; zeros before the first run."""
    current = in_force(PAGES)
    if current is None:
        return Overview(None, 0, counts_of({}), (), (), runs(), ())
    rows = list(CurrentCount.objects.all())
    return Overview(
        run=line(current, current=current.number),
        people=current.people or 0,
        counts=counts_of(current.counts or {}),
        districts=_districts(rows, calendar.day(current.as_of)),
        reasons=_reasons(rows, policies.kept(current.policy_id)),
        runs=runs(),
        days=_days(),
    )


def runs(limit: int = 50) -> tuple[RunLine, ...]:
    """The newest runs first."""
    current = in_force(PAGES)
    number = current.number if current else None
    newest = Run.objects.select_related("policy", "by").order_by("-number")[:limit]
    return tuple(line(run, current=number) for run in newest)


def run_line(number: int) -> RunLine | None:
    """One run of the history, or None where there is no such run."""
    run = Run.objects.select_related("policy", "by").filter(pk=number).first()
    current = in_force(PAGES)
    return line(run, current=current.number if current else None) if run else None


def run_at(moment: datetime) -> RunLine | None:
    """The run that was in force at an instant: the last published for no later one. None before the first."""
    published = Run.objects.filter(state=Run.State.PUBLISHED, as_of__lte=moment)
    run = published.select_related("policy", "by").order_by("-number").first()
    return line(run) if run else None


def policy_in_force() -> Policy | None:
    """The policy by which the verdicts in force were judged, or None before the first run."""
    current = in_force(PAGES)
    return policies.kept(current.policy_id) if current else None


def _districts(rows: Iterable[CurrentCount], day: date) -> tuple[DistrictCount, ...]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if not row.rule:
            found[row.district][row.colour] = row.people
    return tuple(
        DistrictCount(district, division_text(district * 1000, day), sum(counts.values()), counts_of(counts))
        for district, counts in sorted(found.items())
    )


def _reasons(rows: Iterable[CurrentCount], policy: Policy) -> tuple[ReasonCount, ...]:
    people: dict[str, int] = defaultdict(int)
    for row in rows:
        people[row.rule] += row.people
    return tuple(
        ReasonCount(rule.id, rule.requirement, rule.title, rule.colour, people.get(rule.id, 0))
        for rule in sorted(policy.rules, key=lambda rule: rule.order)
    )


def _days() -> tuple[DayCount, ...]:
    """What was in force at the end of each day, of the last days on which anything was judged."""
    newest = PastCount.objects.order_by("-day").values_list("day", flat=True).distinct()[:MOST_DAYS]
    colours: dict[date, dict[str, int]] = defaultdict(dict)
    rules: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in PastCount.objects.filter(day__in=list(newest)):
        if row.rule:
            rules[row.day][row.rule] += row.people
        else:
            colours[row.day][row.colour] = row.people
    return tuple(
        DayCount(day, counts_of(colours[day]), dict(sorted(rules[day].items()))) for day in sorted({*colours, *rules})
    )
