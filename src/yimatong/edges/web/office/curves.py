"""What the charts are drawn from: plain JSON, in the reader's language, without anybody's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext as _

from yimatong.core.colour import Colour
from yimatong.edges.web.everybody.facts import fact_title
from yimatong.edges.web.everybody.policies import colour_word
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.office.cases import CASES, CaseDay
from yimatong.edges.web.office.people_lists import address
from yimatong.stations.judgements.queries import DayCount, DistrictCount

CITY_DIGITS = 100
"""A district's 6-digit code without its last two digits is its city's."""


def city_of(districts: Sequence[DistrictCount]) -> int | None:
    """Return the 6-digit code of the city in which most of the people live, None where nobody does."""
    people: dict[int, int] = {}
    for district in districts:
        city = district.division // CITY_DIGITS * CITY_DIGITS
        people[city] = people.get(city, 0) + district.people
    return max(people, key=lambda city: (people[city], -city), default=None)


def in_city(districts: Iterable[DistrictCount], city: int | None) -> list[DistrictCount]:
    """Return the city's own districts."""
    return [district for district in districts if district.division // CITY_DIGITS * CITY_DIGITS == city]


def district_map(districts: Sequence[DistrictCount]) -> dict[str, Any] | None:
    """Return the map's data: what can be shown of each district. People from elsewhere are in the table alone."""
    city = city_of(districts)
    if city is None:
        return None
    red, yellow = (in_words(colour_word(colour)) for colour in (Colour.RED, Colour.YELLOW))
    measures: list[tuple[str, str, str, Callable[[DistrictCount], float]]] = [
        ("red", red, _("people"), lambda district: district.counts[Colour.RED]),
        ("yellow", yellow, _("people"), lambda district: district.counts[Colour.YELLOW]),
        ("red-rate", _("%(colour)s per 10,000") % {"colour": red}, "", lambda district: rate(district, Colour.RED)),
        (
            "yellow-rate",
            _("%(colour)s per 10,000") % {"colour": yellow},
            "",
            lambda district: rate(district, Colour.YELLOW),
        ),
    ]
    return {
        "city": str(city),
        "shape": static(f"web/maps/{city}.json"),
        "measures": [{"id": key, "name": name, "unit": unit} for key, name, unit, _measure in measures],
        "districts": [
            {
                "code": str(district.division),
                "name": short_name(district),
                "link": address(district=str(district.division)),
                "values": {key: measure(district) for key, _name, _unit, measure in measures},
            }
            for district in in_city(districts, city)
        ],
    }


def short_name(district: DistrictCount) -> str:
    """Return a district's name as a map has room for: Haishu of Haishu District."""
    return in_words(district.name).removesuffix(" District").removesuffix(" County").removesuffix(" City")


def rate(district: DistrictCount, colour: Colour) -> float:
    """Return people of a colour per 10,000 of the district's, with one decimal."""
    return round(10_000 * district.counts[colour] / district.people, 1) if district.people else 0.0


def colour_curve(days: Sequence[DayCount]) -> dict[str, Any]:
    """Return red and yellow by day; green is nearly everybody and would flatten both."""
    return {
        "days": [f"{count.day.month}/{count.day.day}" for count in days],
        "unit": "",
        "series": [
            {
                "id": colour.value,
                "name": in_words(colour_word(colour)),
                "kind": "line",
                "colour": colour.value,
                "values": [count.counts[colour] for count in days],
            }
            for colour in (Colour.RED, Colour.YELLOW)
        ],
    }


def case_curve(days: Sequence[CaseDay]) -> dict[str, Any]:
    """Return the epidemic curve: cases by the day of their report, as bars that stand on each other, and all so far."""
    tones = {"confirmed": "red", "suspected": "yellow", "asymptomatic": "unknown"}
    bars = [
        {
            "id": detail,
            "name": fact_title("case", detail),
            "kind": "bar",
            "colour": tones[detail],
            "stack": "cases",
            "values": [day.counts[detail] for day in days],
        }
        for detail in CASES
    ]
    so_far = accumulate(day.counts["confirmed"] for day in days)
    line = {
        "id": "so-far",
        "name": _("confirmed so far (right)"),
        "kind": "line",
        "colour": "accent",
        "second": True,
        "values": list(so_far),
    }
    return {"days": [f"{day.day.month}/{day.day.day}" for day in days], "unit": "", "series": [*bars, line]}
