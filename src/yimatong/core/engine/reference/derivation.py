"""What follows from stays, cases, areas and homes, pair by pair, as the policy words it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

from yimatong.core.engine.derived import Derivations, Exposure, Neighbour, Travel, Visit
from yimatong.core.facts import Area, Fact, Home, Kind, Stay, Town
from yimatong.core.policy.model import Policy
from yimatong.core.time import LAST_INSTANT

T = TypeVar("T")


def derive(town: Town, policy: Policy, as_of: int) -> Derivations:
    """All derived facts of a town at an instant."""
    stays = [stay for stay in town.stays if stay.arrive <= as_of]
    facts = [fact for fact in town.facts if fact.start <= as_of]
    areas = [area for area in (*policy.areas, *town.areas) if area.level in policy.watched]
    exposures = tuple(_exposures(stays, facts, policy))
    return Derivations(
        visits=tuple(_visits(stays, areas, as_of)),
        travels=tuple(_travels(stays, areas, policy, as_of)),
        exposures=exposures,
        neighbours=tuple(_neighbours(town.homes, facts, exposures, as_of)),
    )


def together(*parts: Derivations) -> Derivations:
    """What governs where a town was derived in parts: of all rows of a person (and level, or source) the last."""
    return Derivations(
        visits=tuple(_last_visits(visit for part in parts for visit in part.visits)),
        travels=tuple(_last_travels(travel for part in parts for travel in part.travels)),
        exposures=tuple(_last_exposures(exposure for part in parts for exposure in part.exposures)),
        neighbours=tuple(_last_neighbours(neighbour for part in parts for neighbour in part.neighbours)),
    )


def visit_of(stay: Stay, area: Area, as_of: int) -> Visit | None:
    """The visit that a stay makes of an area, or None: right place, overlapping times, begun by as_of."""
    inside = stay.place == area.place if area.place is not None else area.low <= stay.division <= area.high
    start = max(stay.arrive, area.start)
    end = min(stay.leave, LAST_INSTANT if area.end is None else area.end)
    if not inside or start > end or start > as_of:
        return None
    return Visit(stay.person, area.level, stay.division, stay.place, area.area, start, end)


def _visits(stays: list[Stay], areas: list[Area], as_of: int) -> Iterable[Visit]:
    visits = [visit for stay in stays for area in areas if (visit := visit_of(stay, area, as_of))]
    return _last_visits(visits)


def _travels(stays: list[Stay], areas: list[Area], policy: Policy, as_of: int) -> Iterable[Travel]:
    """Stays outside the province that no stricter kind of area has already counted."""
    derivation = policy.derivation
    stricter = [area for area in areas if area.level in derivation.travel_excludes]
    travels = [
        Travel(stay.person, stay.division, stay.place, stay.arrive, stay.leave)
        for stay in stays
        if not derivation.province_low <= stay.division <= derivation.province_high
        and not any(visit_of(stay, area, as_of) for area in stricter)
    ]
    return _last_travels(travels)


def _exposures(stays: list[Stay], facts: list[Fact], policy: Policy) -> Iterable[Exposure]:
    """Whoever shared a place with an infectious case for long enough, and is no such case."""
    derivation = policy.derivation
    cases = [fact for fact in facts if fact.kind is Kind.CASE and fact.detail in derivation.exposure_of]
    ill = {case.person for case in cases}
    exposures = []
    for infectious in _infectious_stays(stays, cases, policy):
        for stay in stays:
            if stay.place != infectious.place or stay.person in ill:
                continue
            last = min(stay.leave, infectious.leave)
            if last - max(stay.arrive, infectious.arrive) >= derivation.exposure_minutes:
                exposures.append(Exposure(stay.person, stay.place, last))
    return _last_exposures(exposures)


def _infectious_stays(stays: list[Stay], cases: list[Fact], policy: Policy) -> Iterator[Stay]:
    """The cases' stays, cut to the time in which each case could infect."""
    for case in cases:
        ill_on = policy.zone.day(case.start if case.onset is None else case.onset)
        first = policy.zone.first_minute(ill_on - policy.derivation.infectious_days)
        for stay in stays:
            arrive, leave = max(stay.arrive, first), min(stay.leave, case.start)
            if stay.person == case.person and arrive <= leave:
                yield Stay(stay.person, stay.place, stay.division, arrive, leave)


def _neighbours(
    homes: tuple[Home, ...], facts: list[Fact], exposures: tuple[Exposure, ...], as_of: int
) -> Iterable[Neighbour]:
    """Whoever lives on a stairwell with another person who is a confirmed case or a close contact."""
    neighbours = []
    for person, source, anchor in _sources(facts, exposures):
        if anchor > as_of:
            continue
        lived = {home.stairwell for home in homes if home.person == person and _lived(home, anchor)}
        neighbours += [
            Neighbour(home.person, source, home.stairwell, anchor)
            for home in homes
            if home.stairwell in lived and home.person != person and _lived(home, anchor)
        ]
    return _last_neighbours(neighbours)


def _sources(facts: list[Fact], exposures: tuple[Exposure, ...]) -> Iterator[tuple[int, str, int]]:
    for fact in facts:
        if fact.kind is Kind.CASE and fact.detail == "confirmed":
            yield fact.person, "case", fact.start
        if fact.kind is Kind.CONTACT and fact.detail == "confirmed":
            yield fact.person, "contact", fact.start if fact.end is None else fact.end
    for exposure in exposures:
        yield exposure.person, "contact", exposure.end


def _lived(home: Home, moment: int) -> bool:
    return home.start <= moment and (home.end is None or moment <= home.end)


def _last_visits(visits: Iterable[Visit]) -> Iterable[Visit]:
    return _governing(
        visits,
        by=lambda visit: (visit.person, visit.level),
        first=lambda visit: (-visit.end, -visit.start, visit.division, visit.place, visit.area),
    )


def _last_travels(travels: Iterable[Travel]) -> Iterable[Travel]:
    return _governing(
        travels,
        by=lambda travel: travel.person,
        first=lambda travel: (-travel.end, -travel.start, travel.division, travel.place),
    )


def _last_exposures(exposures: Iterable[Exposure]) -> Iterable[Exposure]:
    return _governing(
        exposures, by=lambda exposure: exposure.person, first=lambda exposure: (-exposure.end, exposure.place)
    )


def _last_neighbours(neighbours: Iterable[Neighbour]) -> Iterable[Neighbour]:
    return _governing(
        neighbours,
        by=lambda neighbour: (neighbour.person, neighbour.source),
        first=lambda neighbour: (-neighbour.end, neighbour.stairwell),
    )


def _governing(rows: Iterable[T], *, by: Callable[[T], Hashable], first: Callable[[T], tuple[int, ...]]) -> Iterable[T]:
    """One row for each key: the one that sorts first."""
    best: dict[Hashable, T] = {}
    for row in sorted(rows, key=first):
        best.setdefault(by(row), row)
    return best.values()
