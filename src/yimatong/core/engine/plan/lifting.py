"""Series of negative tests and of daily reports, for everybody who has something to be lifted."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import IntegerValue, Table

from yimatong.core.engine.plan.tables import day, first_minute, table
from yimatong.core.policy.model import DailyReports, Lift, NegativeTests
from yimatong.core.time import Zone


def series(zone: Zone, lifts: tuple[Lift, ...], people: Table, as_of: int | IntegerValue) -> Table:
    """(person, series, first): the latest beginning of a completed series, by the number of the lift.

    A reason is lifted when its anchor is not after `first`.
    """
    known = table("facts").filter(_.start <= as_of).semi_join(people, "person")
    found = [_series(zone, lift, known).mutate(series=ibis.literal(n, "int32")) for n, lift in enumerate(lifts)]
    every = found[0].union(*found[1:]) if len(found) > 1 else found[0]
    return every.group_by("person", "series").aggregate(first=_.first.max())


def _series(zone: Zone, lift: Lift, known: Table) -> Table:
    if isinstance(lift, DailyReports):
        return _daily_reports(zone, lift, known)
    return _negative_tests(zone, lift, known)


def _negative_tests(zone: Zone, lift: NegativeTests, known: Table) -> Table:
    """(person, first) of every unbroken series, sample joined to sample."""
    tests = known.filter(_.kind == "test")
    negatives = tests.filter(_.detail == "negative").select(_.person, sampled=_.start)
    chain = negatives.select(_.person, first=_.sampled, last=_.sampled)
    for _n in range(lift.count - 1):
        chain = _extend(chain, negatives, lift, zone)
    breakers = tests.filter(_.detail != "negative").select(breaker=_.person, detail=_.detail, sampled=_.start)
    broken = (chain.person == breakers.breaker, _breaks(chain, breakers, zone))
    return chain.anti_join(breakers, broken)[["person", "first"]]


def _extend(chain: Table, negatives: Table, lift: NegativeTests, zone: Zone) -> Table:
    following = (
        chain.person == negatives.person,
        negatives.sampled - chain["last"] >= lift.min_hours * 60,
        negatives.sampled > chain["last"] if lift.min_hours == 0 else ibis.literal(True),
        day(negatives.sampled, zone) - day(chain.first, zone) <= lift.within_days,
    )
    return chain.join(negatives, following).select(chain.person, chain.first, last=negatives.sampled)


def _breaks(chain: Table, breakers: Table, zone: Zone) -> ibis.Value:
    """A positive breaks the series on any of its days, an invalid sample between its first and last minute."""
    by_day = (
        (breakers.detail == "positive")
        & (day(breakers.sampled, zone) >= day(chain.first, zone))
        & (day(breakers.sampled, zone) <= day(chain["last"], zone))
    )
    by_minute = (breakers.detail == "invalid") & (breakers.sampled >= chain.first) & (breakers.sampled <= chain["last"])
    return by_day | by_minute


def _daily_reports(zone: Zone, lift: DailyReports, known: Table) -> Table:
    """(person, first): the minute before each day from which declarations came daily, long enough and without symptoms."""
    days = known.mutate(day=day(_.start, zone))
    unwell = days.filter(_.kind == "symptom")[["person", "day"]]
    good = days.filter(_.kind == "declaration")[["person", "day"]].distinct().anti_join(unwell, ["person", "day"])
    ahead = good.mutate(later=_.day.lead(lift.days - 1).over(group_by="person", order_by="day"))
    whole = ahead.filter(_.later == _.day + lift.days - 1)
    return whole.select(_.person, first=(first_minute(_.day, zone) - 1).cast("int32"))
