"""Issuing points of every kind, named by the control office of their place: residents are told for whom each is, and each keeps to it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.integration.web.looking import page
from tests.integration.web.residents import shown_lines
from tests.integration.web.test_desk import found, issued
from tests.integration.web.test_points import visitor
from tests.integration.web.town import at
from yimatong.records import clock
from yimatong.records.actions import places
from yimatong.records.models import Official
from yimatong.stations.issuing.actions import points
from yimatong.stations.issuing.models import Paper, Point

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
STREET, XIAYING = 330203001, 330212001
WORDS = {"address": "1号", "workdays": "08:30-17:30", "weekend": "", "desks": "1"}
EVERY = {
    "company": ({"scope": "roster"}, "Company", "for who works here and is on the roster"),
    "building": ({"scope": "address", "place_words": "南门街道1号楼"}, "Office building", "for who lives here"),
    "village": ({"scope": "division"}, "Village or community", "for who lives in this street or township"),
    "compound": ({"scope": "address", "place_words": "haiwan"}, "Residential compound", "for who lives here"),
    "checkpoint": ({"scope": "everybody"}, "Checkpoint", "for everybody"),
    "police": (
        {"scope": "documents", "documents": ["passport", "hk_macau", "taiwan"]},
        "Police",
        "for holders of these documents: passport, travel permit of Hong Kong and Macau residents, travel permit of Taiwan residents",
    ),
}


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Thursday, 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


def named(client: Any, kind: str, title: str, division: int = STREET, **given: Any) -> Any:
    return client.post("/points/name/", WORDS | {"kind": kind, "title": title, "division": str(division)} | given)


@pytest.mark.parametrize("kind", EVERY)
def test_a_point_of_every_kind_is_named_and_residents_are_told_for_whom_it_is(signed_in, town, kind):
    places.ensure_places([("compound", "海湾新村", STREET, None)])
    given, title, whom = EVERY[kind]
    assert named(signed_in("office"), kind, "此处发证点", **given).status_code == 302
    made = Point.objects.get()
    assert (made.kind, made.scope) == (kind, given["scope"])
    listed = shown_lines(visitor().get("/me/points/").content.decode())
    assert f"{title} · {whom}" in listed
    assert "● open now" in listed
    assert whom in shown_lines(visitor().get(f"/me/points/{made.pk}/").content.decode())


def test_a_point_at_an_address_issues_to_who_lives_there_alone(signed_in, town):
    office, clerk = signed_in("office"), Official.objects.get(username="desk")
    named(office, "building", "下应楼", XIAYING, scope="address", place_words="下应街道1号楼")
    named(office, "building", "南门楼", STREET, scope="address", place_words="南门街道1号楼")
    here, elsewhere = Point.objects.get(title="下应楼"), Point.objects.get(title="南门楼")
    for point in (here, elsewhere):
        points.appoint(by=town.office, point=point.pk, official=clerk)
    desk = signed_in("desk")
    refused = page(desk, found(desk, town, elsewhere))
    assert re.findall(r'data-refused="([\w-]+)"', refused) == ["out-of-scope"]
    issued(desk, found(desk, town, here))
    assert Paper.objects.get().point_id == here.pk


def test_a_district_names_points_of_its_own_streets_alone(signed_in, town):
    jiangbei = signed_in("jiangbei")
    assert named(jiangbei, "village", "别区的点").status_code == 422
    assert named(jiangbei, "village", "庄桥社区", 330205003, scope="everybody").status_code == 302
    for username in ("desk", "health", "auditor"):
        assert named(signed_in(username), "village", "不该有").status_code == 403
    assert [point.title for point in Point.objects.all()] == ["庄桥社区"]
