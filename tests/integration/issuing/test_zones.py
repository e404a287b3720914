"""D7, P11: a pass says in which zones it does not hold: those in force in the city on the day of the print."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.issuing.town import NOW, STREET, give, official, people, publish
from tests.integration.printing.papers import texts
from yimatong.edges.printing import card
from yimatong.edges.web.desk.prints import printed
from yimatong.records.actions import areas
from yimatong.records.models import Division, Place
from yimatong.stations.issuing.models import Point
from yimatong.stations.issuing.zones import zones

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])
BEFORE = NOW - timedelta(days=3)


@pytest.fixture(autouse=True)
def divisions(office) -> None:
    for code, name, level in (
        (330206, "北仑区", "county"),
        (330206001, "新碶街道", "street"),
        (330203, "海曙区", "county"),
        (STREET, "月湖街道", "street"),
    ):
        filled = code * 10 ** (12 - len(str(code)))
        Division.objects.get_or_create(code=filled, valid_from=BEFORE, defaults={"name": name, "level": level})


def zone(low: int, high: int | None = None, text: str = "管控区 7", **given: object) -> int:
    words = {"level": "control_zone", "start": BEFORE, "source": "test", "legal_basis": "test", **given}
    return areas.record(by=official("office", "control_office"), low=low, high=high or low, text=text, **words).pk


def test_only_zones_in_force_in_the_city_are_named_each_once(office) -> None:
    zone(330206001)
    zone(330206001, text="again")
    zone(330203000, 330203999)
    zone(330206001, text="over", end=NOW - timedelta(hours=1))
    zone(330206001, text="not yet", start=NOW + timedelta(hours=1))
    zone(330100001, text="another city")
    zone(330206001, text="only watched", level="key")
    struck = zone(330206900, text="struck")
    areas.strike(by=office, area=struck, why="wrong", now=NOW)
    assert zones(STREET, NOW) == ("北仑区新碶街道", "海曙区")


def test_a_zone_of_one_place_says_where_it_is_and_one_without_a_name_as_it_was_published() -> None:
    compound = Place.objects.create(number=9001, kind="compound", name="明月小区", division=330206001)
    building = Place.objects.create(number=9002, kind="building", name="3幢", division=330206001, parent=compound)
    zone(330206001, place=building.pk)
    zone(330206001, 330206005, text="新碶街道至大碶街道")
    assert zones(STREET, NOW) == ("北仑区新碶街道明月小区3幢", "新碶街道至大碶街道")


def test_a_pass_that_is_printed_names_them(point: Point) -> None:
    (holder,) = people(1)
    publish({holder.pk: "green"})
    made = give(point, holder)
    assert "不适用区域" not in texts(card([printed(made.paper, NOW)]))[0]
    zone(330206001)
    for form in ("card", "a4", "sheet", "thermal58", "thermal80"):
        text = texts(card([printed(made.paper, NOW)], form=form))[0]
        assert "不适用区域" in text
        assert "北仑区新碶街道" in text
