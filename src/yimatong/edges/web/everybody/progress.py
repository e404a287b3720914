"""How far somebody is on the way out of a reason: what lifts it, what counts already, what is still missing.

Only for reading. Whether a reason is lifted is the judgement's to say; a reason that is shown is not lifted yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yimatong.core.facts import Fact, Kind
from yimatong.core.policy.model import DailyReports, Lift, NegativeTests
from yimatong.core.time import Zone


@dataclass(frozen=True)
class Series:
    """Negative samples that count so far, and when the next may be taken: minutes; `latest` None while none counts."""

    lift: NegativeTests
    samples: tuple[int, ...]
    earliest: int | None
    latest: int | None
    permit_missing: bool

    @property
    def missing(self) -> int:
        """How many negative samples are still wanted."""
        return self.lift.count - len(self.samples)


@dataclass(frozen=True)
class Reports:
    """Days in a row, up to today or yesterday, on which a declaration without a symptom was made."""

    lift: DailyReports
    days: int

    @property
    def missing(self) -> int:
        """How many days are still wanted."""
        return self.lift.days - self.days


def progress(
    lift: Lift, *, start: int, end: int | None, facts: Iterable[Fact], as_of: int, zone: Zone
) -> Series | Reports:
    """Return how far the facts known at `as_of` go towards a lift of a reason whose ground runs from `start` to `end`."""
    known = [fact for fact in facts if fact.start <= as_of]
    anchor = start if lift.after == "start" or end is None else end
    if isinstance(lift, DailyReports):
        return Reports(lift, _days_in_a_row(lift, known, anchor, as_of, zone))
    holds = {fact.detail for fact in known if fact.kind is Kind.PERMIT and (fact.end is None or fact.end >= as_of)}
    samples = _running(lift, known, anchor, as_of, zone)
    return Series(
        lift=lift,
        samples=samples,
        earliest=samples[-1] + lift.min_hours * 60 if samples else None,
        latest=zone.last_minute(zone.day(samples[0]) + lift.within_days) if samples else None,
        permit_missing=lift.holder is not None and lift.holder not in holds,
    )


def _running(lift: NegativeTests, known: Sequence[Fact], anchor: int, as_of: int, zone: Zone) -> tuple[int, ...]:
    """Return the longest series that a further negative sample could still complete; the latest of several."""
    tests = [fact for fact in known if fact.kind is Kind.TEST and fact.start >= anchor]
    negatives = sorted({test.start for test in tests if test.detail == "negative"})
    best: tuple[int, ...] = ()
    for first in negatives:
        if zone.day(as_of) - zone.day(first) > lift.within_days or _broken(first, tests, zone):
            continue
        series = [first]
        for later in negatives:
            if later - series[-1] >= lift.min_hours * 60:
                series.append(later)
        if len(series) >= len(best):
            best = tuple(series)
    return best[: lift.count]


def _broken(first: int, tests: Sequence[Fact], zone: Zone) -> bool:
    """A positive on any day from the first sample's on, or an invalid sample after it, starts the count again."""
    return any(
        (test.detail == "positive" and zone.day(test.start) >= zone.day(first))
        or (test.detail == "invalid" and test.start >= first)
        for test in tests
    )


def _days_in_a_row(lift: DailyReports, known: Sequence[Fact], anchor: int, as_of: int, zone: Zone) -> int:
    declared = {zone.day(fact.start) for fact in known if fact.kind is Kind.DECLARATION}
    unwell = {zone.day(fact.start) for fact in known if fact.kind is Kind.SYMPTOM}
    good = {day for day in declared - unwell if day > zone.day(anchor)}
    last = zone.day(as_of) if zone.day(as_of) in good else zone.day(as_of) - 1
    days = 0
    while last - days in good:
        days += 1
    return min(days, lift.days)
