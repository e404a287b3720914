"""How much of a list was resolved, measured on its texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yimatong.edges.feeds.risk_areas.lists import Entry
from yimatong.edges.feeds.risk_areas.names import Names, tidy
from yimatong.edges.feeds.risk_areas.resolving import NAMES_A_STREET, Resolved, Unresolved

Resolution = tuple[Entry, list[Resolved] | Unresolved]


def share(part: int, whole: int) -> int:
    """A share in ten-thousandths, rounded down; 10000 of nothing."""
    return 10_000 if whole == 0 else part * 10_000 // whole


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of a list was resolved, in ten-thousandths: `county` of all texts, `street` of those that begin with a
    street's name, `below_county` of all that got a street. `elsewhere` counts the texts whose third name is no official
    county or street: development zones, the Xinjiang corps. Only among them can a county stay open."""

    county: int
    street: int
    below_county: int
    elsewhere: int


def shares(resolved: Iterable[Resolution], known: Names) -> Shares:
    """The shares of a list's texts, resolved with these names."""
    items = list(resolved)
    elsewhere = sum(not is_official(entry, known) for entry, _ in items)
    return Shares(county_share(items), street_share(items), below_county_share(items), elsewhere)


def is_official(entry: Entry, known: Names) -> bool:
    """The third name is an official county, or an official street of the county that stands as the second name."""
    province = known.provinces.get(entry.province, 0)
    city = known.cities.get((province, entry.city), 0)
    if known.county(city or province, entry.county) is not None or known.county(province, entry.county) is not None:
        return True
    district = known.county(province, entry.city)
    return district is not None and tidy(entry.county) in known.inside[district].streets


def county_share(resolved: Iterable[Resolution]) -> int:
    """Texts whose county is certain."""
    found = [isinstance(answer, list) or answer.why == "street" for _, answer in resolved]
    return share(sum(found), len(found))


def street_share(resolved: Iterable[Resolution]) -> int:
    """Texts resolved to a street, among those that begin with a street's name."""
    found = [_street_found(entry, answer) for entry, answer in resolved]
    known = [answer for answer in found if answer is not None]
    return share(sum(known), len(known))


def below_county_share(resolved: Iterable[Resolution]) -> int:
    """Texts that got a street in any way, among all."""
    found = [isinstance(answer, list) and answer[0].how in ("street", "ending", "village") for _, answer in resolved]
    return share(sum(found), len(found))


def _street_found(entry: Entry, answer: list[Resolved] | Unresolved) -> bool | None:
    """True where the street was found by its name, False where a name is there and was not found, None where there is none."""
    if isinstance(answer, list) and answer[0].how in ("street", "ending"):
        return True
    if isinstance(answer, list) and answer[0].how == "village":
        return None
    if isinstance(answer, Unresolved) and answer.why == "street":
        return False
    text = tidy(entry.text).removeprefix(entry.province).removeprefix(entry.city).removeprefix(tidy(entry.county))
    return False if NAMES_A_STREET.match(text) else None
