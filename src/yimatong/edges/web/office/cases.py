"""The epidemic curve: cases by the local day of their report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count

from yimatong.core.facts import DETAILS, Kind
from yimatong.records import calendar
from yimatong.records.models import Fact

CASES = DETAILS[Kind.CASE]
MOST_DAYS = 120


@dataclass(frozen=True)
class CaseDay:
    """Cases reported on a day, by detail; every detail is there."""

    day: date
    counts: dict[str, int]


def reported(until: datetime) -> Sequence[CaseDay]:
    """Return every day from the first report to `until`, at most the last 120, days without a report as zeros."""
    rows = (
        Fact.objects.filter(kind=Kind.CASE.value, struck_at=None, start__lte=until)
        .annotate(day=calendar.day_of_column("start"))
        .values_list("day", "detail")
        .annotate(Count("id"))
    )
    counts: dict[date, dict[str, int]] = {}
    for day, detail, cases in rows:
        counts.setdefault(day, {})[detail] = cases
    if not counts:
        return ()
    last = max(counts)
    first = max(min(counts), last - timedelta(days=MOST_DAYS - 1))
    days = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return tuple(CaseDay(day, {detail: counts.get(day, {}).get(detail, 0) for detail in CASES}) for day in days)
