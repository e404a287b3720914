"""Journeys: who was away over the Spring Festival and came back, who is still away, who drives and commutes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yimatong.city.layout import AWAY_KINDS, Ints
from yimatong.city.routine import LAST_MINUTE
from yimatong.city.story import Story
from yimatong.core.facts import Area, Level
from yimatong.core.policy.model import Policy

FESTIVAL = -14
"""The day, before the first of the stays, on which the journeys home began: some two weeks earlier."""

RETURNED = {Level.KEY: 0.0014, Level.SPECIFIED: 0.0042, Level.HIGHER_RISK: 0.0060}
"""Share of the people who came back from an area of each level within the days that are told."""
STILL_AWAY = 0.0006
OTHER_PROVINCE, RETURNING_WORKERS, SAME_PROVINCE = 0.016, 0.005, 0.004
DRIVERS, COMMUTERS = 0.0025, 0.0015
TESTED = 0.3
"""How many of those who came back have been tested twice since."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which streets outside Ningbo (indexes of Layout.away) lie where, and from which day on a visit of them counts."""

    of_level: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]
    of_area: tuple[tuple[NDArray[np.int64], int], ...]
    other_province: NDArray[np.int64]
    same_province: NDArray[np.int64]

    def level(self, level: Level) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Streets of a level and their first days; empty where the policy has no area of it that the city knows."""
        nothing = np.empty(0, np.int64)
        return self.of_level.get(level, (nothing, nothing))


def reach(story: Story, policy: Policy) -> Reach:
    """Sort the streets outside Ningbo by the policy's areas in force during the days."""
    divisions = np.array([street.division for street in story.city.layout.away])
    inside = (divisions >= policy.derivation.province_low) & (divisions <= policy.derivation.province_high)
    plain = np.ones(len(divisions), np.bool_)
    found: dict[str, list[tuple[int, int]]] = {}
    areas: list[tuple[NDArray[np.int64], int]] = []
    for area in policy.areas:
        hit = np.flatnonzero((divisions >= area.low) & (divisions <= area.high))
        plain[hit] = False
        if area.place is None and _in_force(story, area):
            first = story.city.days.zone.day(area.start) - story.city.days.first
            found.setdefault(area.level, []).extend((int(street), first) for street in hit)
            areas.append((hit, first))
    of_level = {
        level: (np.array([s for s, _ in rows]), np.array([d for _, d in rows])) for level, rows in found.items()
    }
    return Reach(of_level, tuple(areas), np.flatnonzero(plain & ~inside), np.flatnonzero(plain & inside))


def journey(story: Story, who: Ints, street: ArrayLike, out: ArrayLike, back: ArrayLike) -> Ints:
    """Send residents to streets outside Ningbo from day `out` to day `back`; the minute (of that day) at which each left.

    A day before the first or after the last is simply not told.
    """
    street, out, back = (np.broadcast_to(np.asarray(x, dtype=np.int32), who.shape) for x in (street, out, back))
    story.away(who, out, back)
    late = story.minutes(0, 119, len(who))
    first, last = np.maximum(out, 0), np.minimum(back, story.length - 1)
    length = np.maximum(last - first + 1, 0)
    trip = np.repeat(np.arange(len(who)), length)
    day = first[trip] + np.arange(len(trip)) - np.repeat(np.cumsum(length) - length, length)
    _tell(story, _Leg(who[trip], street[trip], day, day == out[trip], day == back[trip], late[trip]))
    return np.where(out == back, 800 + late, 480 + late).astype(np.int32)


@dataclass(frozen=True, slots=True)
class _Leg:
    """One day of a journey: of whom, where, and whether it is the first or the last."""

    who: Ints
    street: Ints
    day: Ints
    leaves: NDArray[np.bool_]
    returns: NDArray[np.bool_]
    late: Ints

    def where(self, chosen: NDArray[np.bool_]) -> _Leg:
        return _Leg(*(getattr(self, name)[chosen] for name in _Leg.__slots__))


def _tell(story: Story, legs: _Leg) -> None:
    home = story.city.home
    leg = legs.where(legs.leaves & ~legs.returns)
    story.stay(leg.who, leg.day, home[leg.who], 0, 420 + leg.late)
    story.stay(leg.who, leg.day, story.place("station", leg.who), 460 + leg.late, 480 + leg.late)
    story.stay(leg.who, leg.day, _away(story, leg, "lodging"), 900 + leg.late, LAST_MINUTE)
    leg = legs.where(~legs.leaves & ~legs.returns)
    story.stay(leg.who, leg.day, _away(story, leg, "lodging"), 0, 600 + leg.late)
    story.stay(leg.who, leg.day, _away(story, leg, "shop"), 615 + leg.late, 627 + leg.late)
    story.stay(leg.who, leg.day, _away(story, leg, "lodging"), 640 + leg.late, LAST_MINUTE)
    leg = legs.where(~legs.leaves & legs.returns)
    story.stay(leg.who, leg.day, _away(story, leg, "lodging"), 0, 480 + leg.late)
    story.stay(leg.who, leg.day, story.place("station", leg.who), 900 + leg.late, 910 + leg.late)
    _come_home(story, leg, 940)
    leg = legs.where(legs.leaves & legs.returns)
    story.stay(leg.who, leg.day, home[leg.who], 0, 330 + leg.late)
    story.stay(leg.who, leg.day, _away(story, leg, "shop"), 600 + leg.late, 800 + leg.late)
    _come_home(story, leg, 1050)


def _come_home(story: Story, leg: _Leg, at: int) -> None:
    story.stay(leg.who, leg.day, story.place("checkpoint", leg.who), at + leg.late, at + 3 + leg.late)
    story.stay(leg.who, leg.day, story.city.home[leg.who], at + 40 + leg.late, LAST_MINUTE)


def _away(story: Story, leg: _Leg, kind: str) -> Ints:
    column = AWAY_KINDS.index(kind)
    first, count = story.city.layout.away_first, story.city.layout.away_count
    return (first[leg.street, column] + leg.who % count[leg.street, column]).astype(np.int32)


def tell_journeys(story: Story, streets: Reach) -> None:
    """Everybody's journeys: back from areas and other provinces, still away, drivers and commuters."""
    for level, share in RETURNED.items():
        known, first = streets.level(level)
        if len(known):
            _returned(story, story.take(story.share(share)), known, first, keep_in=level != Level.HIGHER_RISK)
    known, _ = streets.level(Level.KEY)
    if len(known):
        _still_away(story, story.take(story.share(STILL_AWAY)), known)
    everywhere = np.zeros(len(streets.other_province), np.int64)
    if len(streets.other_province):
        _returned(story, story.take(story.share(OTHER_PROVINCE)), streets.other_province, everywhere, keep_in=False)
        _returning_workers(story, story.take(story.share(RETURNING_WORKERS)), streets.other_province)
        _permit_holders(story, "goods_driver", story.take(story.share(DRIVERS)), streets.other_province, often=0.5)
        _permit_holders(story, "commuter", story.take(story.share(COMMUTERS)), streets.other_province, often=0.35)
    if len(streets.same_province):
        nowhere = np.zeros(len(streets.same_province), np.int64)
        _returned(story, story.take(story.share(SAME_PROVINCE)), streets.same_province, nowhere, keep_in=False)


def _returned(story: Story, who: Ints, streets: NDArray[np.int64], first: NDArray[np.int64], *, keep_in: bool) -> None:
    """Back on some day; most of the red ones then keep in, some are tested twice, some are recorded on arrival."""
    chosen = story.chance.integers(0, len(streets), len(who))
    earliest = np.clip(first[chosen] + 1, 1, story.length - 1)
    back = story.chance.integers(earliest, story.length).astype(np.int32)
    out = np.where(story.chance.random(len(who)) < 0.75, FESTIVAL, back - story.chance.integers(1, 6, len(who)))
    left = story.minute(back, journey(story, who, streets[chosen], out, back))
    if keep_in:
        story.indoors(who, back + 1, story.length)
    tested = story.chance.random(len(who)) < TESTED
    sample_twice(story, who[tested], left[tested])
    seen = story.chance.random(len(who)) < 0.6
    story.fact("presence", "away", who[seen], story.minute(out[seen], 500), left[seen])
    story.fact("presence", "in_city", who[seen], left[seen] + 460)


def _still_away(story: Story, who: Ints, streets: NDArray[np.int64]) -> None:
    journey(story, who, story.chance.choice(streets, len(who)), FESTIVAL, story.length + 7)
    story.fact("presence", "away", who, story.minute(FESTIVAL, 500))


def _returning_workers(story: Story, who: Ints, streets: NDArray[np.int64]) -> None:
    """Back since a week ago, registered by their enterprise, most of them tested once."""
    back = story.chance.integers(max(1, story.length - 8), story.length, len(who)).astype(np.int32)
    left = story.minute(back, journey(story, who, story.chance.choice(streets, len(who)), FESTIVAL, back))
    story.fact("permit", "returning_worker", who, story.minute(back, 720), story.minute(back + 60, LAST_MINUTE))
    tested = story.chance.random(len(who)) < 0.7
    sampled = left[tested] + 600 + story.minutes(0, 600, int(tested.sum()))
    before = sampled <= story.city.days.as_of
    story.fact("test", "negative", who[tested][before], sampled[before])


def _permit_holders(story: Story, permit: str, who: Ints, streets: NDArray[np.int64], *, often: float) -> None:
    """There and back on many days; every tenth permit has run out, every twentieth begins tomorrow."""
    days = story.chance.random((len(who), story.length)) < often
    street = np.repeat(story.chance.choice(streets, len(who)), days.sum(axis=1))
    driver, day = np.nonzero(days)
    journey(story, who[driver], street, day, day)
    first, last = np.full(len(who), -4), np.full(len(who), story.length + 30)
    last[::10] = story.length - 2
    first[7::20] = story.length + 1
    story.fact("permit", permit, who, story.minute(first), story.minute(last, LAST_MINUTE))


def sample_twice(story: Story, who: Ints, after: Ints) -> None:
    """Two samples since `after`, a day and more apart, some of them too close or with an invalid one between."""
    first = after + story.minutes(600, 1500, len(who))
    second = first + np.where(who % 9 == 0, 1439, np.where(who % 9 == 1, 1440, 1440 + story.minutes(0, 2880, len(who))))
    as_of = story.city.days.as_of
    story.fact("test", "negative", who[first <= as_of], first[first <= as_of])
    story.fact("test", "negative", who[second <= as_of], second[second <= as_of])
    spoilt = (who % 9 == 2) & (second <= as_of)
    story.fact("test", "invalid", who[spoilt], first[spoilt] + 700)


def _in_force(story: Story, area: Area) -> bool:
    """Whether the area counts on some minute of the days that are told."""
    begins_in_time = area.start < story.city.days.midnight(story.length)
    return begins_in_time and (area.end is None or area.end >= story.city.days.midnight(0))
