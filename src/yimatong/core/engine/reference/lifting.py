"""What lifts a reason: a series of negative tests, or daily reports without a symptom."""

from __future__ import annotations

from itertools import combinations, pairwise

from yimatong.core.facts import Fact, Kind
from yimatong.core.policy.model import Anchor, DailyReports, Lift, NegativeTests
from yimatong.core.time import Zone


def is_lifted(lift: Lift, start: int, end: int | None, known: tuple[Fact, ...], permits: set[str], zone: Zone) -> bool:
    """Whether the facts known so far lift a reason whose ground runs from `start` to `end`."""
    anchor = _anchor(lift.after, start, end)
    if isinstance(lift, DailyReports):
        return _reported_daily(lift, anchor, known, zone)
    if lift.holder is not None and lift.holder not in permits:
        return False
    return _tested_negative(lift, anchor, known, zone)


def _anchor(after: Anchor, start: int, end: int | None) -> int:
    return start if after == "start" or end is None else end


def _tested_negative(lift: NegativeTests, anchor: int, known: tuple[Fact, ...], zone: Zone) -> bool:
    """Whether some series of negative samples since the anchor satisfies the lift."""
    tests = [fact for fact in known if fact.kind is Kind.TEST]
    negatives = sorted({test.start for test in tests if test.detail == "negative" and test.start >= anchor})
    return any(_is_series(series, lift, tests, zone) for series in combinations(negatives, lift.count))


def _is_series(series: tuple[int, ...], lift: NegativeTests, tests: list[Fact], zone: Zone) -> bool:
    first, last = series[0], series[-1]
    apart = all(later - earlier >= lift.min_hours * 60 for earlier, later in pairwise(series))
    in_time = zone.day(last) - zone.day(first) <= lift.within_days
    return apart and in_time and not any(_breaks(test, first, last, zone) for test in tests)


def _breaks(test: Fact, first: int, last: int, zone: Zone) -> bool:
    """A positive breaks the series on any of its days, an invalid sample between its first and last minute."""
    if test.detail == "positive":
        return zone.day(first) <= zone.day(test.start) <= zone.day(last)
    return test.detail == "invalid" and first <= test.start <= last


def _reported_daily(lift: DailyReports, anchor: int, known: tuple[Fact, ...], zone: Zone) -> bool:
    declared = {zone.day(fact.start) for fact in known if fact.kind is Kind.DECLARATION}
    unwell = {zone.day(fact.start) for fact in known if fact.kind is Kind.SYMPTOM}
    good = {day for day in declared - unwell if day > zone.day(anchor)}
    return any(all(day + n in good for n in range(lift.days)) for day in good)
