"""Ordinary days: who goes out, when, and where to, for a run of residents on one day.

Minutes are counted from the day's local midnight and may pass 1440 (an evening at home lasts into the next
morning). Everything follows from dice.roll(seed, day, resident), so that home and work tell the same day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yimatong.city.dice import Bits, part, roll
from yimatong.city.layout import WORKERS_A_CANTEEN, Ints
from yimatong.city.model import City

LAST_MINUTE = 1439
Mask = NDArray[np.uint32]

WILLING = 1000
"""The purpose of the roll that says how early a worker goes back to work, the same on every day."""
DAY = 2000
"""The purpose of the roll of a day is DAY + its number."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """One bit a day (bit 0 the first) for each resident: `away` days are told elsewhere (journeys, wards), `indoors` ones are
    spent at home without going out."""

    away: Mask
    indoors: Mask

    @classmethod
    def empty(cls, people: int) -> Calendar:
        """Nobody away, nobody kept indoors."""
        return cls(np.zeros(people, np.uint32), np.zeros(people, np.uint32))


@dataclass(frozen=True, slots=True)
class Plan:
    """What each of the `who` does on a day: flags, and the minute of the first way out (LAST_MINUTE: none)."""

    who: Ints
    bits: Bits
    away: NDArray[np.bool_]
    works: NDArray[np.bool_]
    market: NDArray[np.bool_]
    walk: NDArray[np.bool_]
    out: Ints
    walk_out: Ints

    @property
    def stays_in(self) -> NDArray[np.bool_]:
        """Whoever is here and does not leave home."""
        return ~(self.away | self.works | self.market | self.walk)


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays of one day: resident, place, first and last minute of the day."""

    who: Ints
    place: Ints
    arrive: Ints
    leave: Ints

    def __len__(self) -> int:
        return len(self.who)


def joined(parts: list[Stays]) -> Stays:
    """Several stays as one, in their order."""
    if not parts:
        nothing = np.empty(0, np.int32)
        return Stays(nothing, nothing, nothing, nothing)
    return Stays(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("who", "place", "arrive", "leave")))


def at_work(city: City, day: int) -> float:
    """The share of workers who go to work: the city's return to work of 2020, lower at weekends."""
    share = min(0.62, max(0.22, 0.22 + 0.05 * (city.days.first + day - 18299)))
    return share * (0.45 if city.days.weekend(day) else 1.0)


def plan(city: City, calendar: Calendar, who: Ints, day: int) -> Plan:
    """What each of `who` does on a day; `who` may be of any order."""
    bits = roll(city.seed, DAY + city.days.first + day, who)
    bit = np.uint32(1 << day)
    away = (calendar.away[who] & bit) != 0
    free = ~away & ((calendar.indoors[who] & bit) == 0)
    willing = part(roll(city.seed, WILLING, who), 0, 16) < at_work(city, day) * 65536
    works = free & city.residents.works[who] & willing
    idle = free & ~works
    market = idle & (part(bits, 0, 8) < 190)
    walk = idle & (part(bits, 8, 8) < 180)
    walk_out = 840 + part(bits, 16, 7)
    out = np.select(
        [works, market, walk], [390 + part(bits, 23, 7), 480 + part(bits, 23, 7), walk_out], default=LAST_MINUTE
    ).astype(np.int32)
    return Plan(who, bits, away, works, market, walk, out, walk_out)


def around_home(city: City, calendar: Calendar, first: int, last: int, day: int) -> Stays:
    """The stays of the residents `first` to `last - 1` in their own street: home, bus, shop, gate, market, park."""
    who = np.arange(first, last, dtype=np.int32)
    today, tomorrow = plan(city, calendar, who, day), plan(city, calendar, who, day + 1)
    morning_after = np.where(tomorrow.away, LAST_MINUTE, 1440 + tomorrow.out).astype(np.int32)
    woke = _woke_at_home(city, calendar, today, day)
    at_home = Stays(who[woke], city.home[who[woke]], np.zeros(int(woke.sum()), np.int32), today.out[woke])
    return joined([at_home, *_of_workers(city, today, morning_after), *_of_the_others(city, today, morning_after)])


def at_desks(city: City, calendar: Calendar, first: int, last: int, day: int) -> Stays:
    """The stays of city.workers[first:last] at work, and at lunch in between."""
    today = plan(city, calendar, city.workers[first:last], day)
    chosen = today.works
    who, desk, bits = today.who[chosen], city.desks[first:last][chosen], today.bits[chosen]
    bus_left = _first_bus(bits, today.out[chosen])[1]
    lunch = 690 + part(bits, 44, 5)
    back = lunch + 18 + part(bits, 49, 4)
    return joined(
        [
            Stays(who, desk, bus_left + 5, lunch),
            Stays(who, _canteen(city, desk), lunch + 3, back),
            Stays(who, desk, back + 3, _evening(bits)),
        ]
    )


def _woke_at_home(city: City, calendar: Calendar, today: Plan, day: int) -> NDArray[np.bool_]:
    """Whoever's night at home was not told on the day before: it was spent away, or nobody went out on it."""
    if day == 0:
        return ~today.away
    before = plan(city, calendar, today.who, day - 1)
    return ~today.away & (before.away | before.stays_in)


def _of_workers(city: City, today: Plan, morning_after: Ints) -> list[Stays]:
    """Bus, bus, some a shop, gate, home."""
    chosen = today.works
    who, bits = today.who[chosen], today.bits[chosen]
    bus_on, bus_off = _first_bus(bits, today.out[chosen])
    back_on = _evening(bits) + 6
    back_off = back_on + 10 + part(bits, 54, 5)
    shops = part(bits, 59, 1) == 1
    shop_on = back_off + 4
    shop_off = shop_on + 3 + part(bits, 60, 4)
    gate = np.where(shops, shop_off, back_off) + 4
    vehicle = _near_home(city, "bus", who, part(bits, 0, 3))
    return [
        Stays(who, vehicle, bus_on, bus_off),
        Stays(who, _near_home(city, "bus", who, part(bits, 3, 3)), back_on, back_off),
        Stays(who[shops], _near_home(city, "shop", who, part(bits, 6, 2))[shops], shop_on[shops], shop_off[shops]),
        Stays(who, city.gate[who], gate, gate + 1),
        Stays(who, city.home[who], gate + 3, morning_after[chosen]),
    ]


def _of_the_others(city: City, today: Plan, morning_after: Ints) -> list[Stays]:
    """A market in the morning, a walk in the afternoon, each through the gate and home."""
    market, walk = today.market, today.walk
    who, bits, on = today.who[market], today.bits[market], today.out[market] + 6
    off = on + 6 + part(bits, 30, 4)
    until = np.where(walk[market], today.walk_out[market], morning_after[market]).astype(np.int32)
    walker, walk_bits, walk_on = today.who[walk], today.bits[walk], today.walk_out[walk] + 5
    walk_off = walk_on + 10 + part(walk_bits, 34, 5)
    return [
        Stays(who, _near_home(city, "market", who, part(bits, 39, 1)), on, off),
        Stays(who, city.gate[who], off + 5, off + 6),
        Stays(who, city.home[who], off + 8, until),
        Stays(walker, _near_home(city, "park", walker, part(walk_bits, 40, 1)), walk_on, walk_off),
        Stays(walker, city.gate[walker], walk_off + 5, walk_off + 6),
        Stays(walker, city.home[walker], walk_off + 8, morning_after[walk]),
    ]


def _first_bus(bits: Bits, out: Ints) -> tuple[Ints, Ints]:
    on = out + 4 + part(bits, 30, 3)
    return on, on + 10 + part(bits, 33, 5)


def _evening(bits: Bits) -> Ints:
    """When work ends."""
    return 1010 + part(bits, 38, 6) * 2


def _near_home(city: City, kind: str, who: Ints, step: Ints) -> Ints:
    """A place of the kind in the resident's street: the nearest, or one of the next ones by `step`."""
    first, count = city.layout.kind(kind)
    street = city.street[who]
    starts = city.layout.starts
    along = (who - starts[street]).astype(np.int64) * count[street] // (starts[street + 1] - starts[street])
    return (first[street] + (along + step) % count[street]).astype(np.int32)


def _canteen(city: City, desk: Ints) -> Ints:
    """The canteen that a workplace shares with its neighbours."""
    first, _ = city.layout.kind("workplace")
    canteens, _ = city.layout.kind("canteen")
    street = np.searchsorted(city.layout.block[:, 0], desk, side="right") - 1
    return (canteens[street] + (desk - first[street]) // WORKERS_A_CANTEEN).astype(np.int32)
