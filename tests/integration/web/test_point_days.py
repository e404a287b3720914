"""Single days and the place of an issuing point: set by the office with who and when, followed by everything that asks whether it is open."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from tests.integration.web.looking import page
from tests.integration.web.residents import Resident, shown_lines
from tests.integration.web.test_points import HOURS, a_point, visitor
from tests.integration.web.town import Town, at
from yimatong.records import clock
from yimatong.records.models import AuditEntry, Official
from yimatong.records.refusals import Refused
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions import issuing, points, slots
from yimatong.stations.issuing.errors import IssuingError
from yimatong.stations.issuing.hours import is_open
from yimatong.stations.issuing.models import Point, PointDay, PointPosition

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Thursday, 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


@pytest.fixture
def point(town: Town, db: None) -> Point:
    """A point with hours on weekdays."""
    return a_point(town, "月湖社区", longitude=121.55, latitude=29.88)


def set_days(client: Any, point: Point, **given: str) -> Any:
    return client.post(f"/points/{point.pk}/days/", {"what": "closed", **given})


def state(point: Point) -> list[str]:
    """What the list and the page of the point say to residents."""
    words = [shown_lines(visitor().get(f"/me/points/{more}").content.decode()) for more in ("", f"{point.pk}/")]
    return [re.findall(r"(?:●|○) (open now|closed now)", text)[0] for text in words]


def test_a_closed_day_is_closed_for_everybody_who_asks(signed_in, town, point):
    assert state(point) == ["open now", "open now"]
    assert set_days(signed_in("office"), point, first="2020-02-20", why="设备检修").status_code == 302
    assert state(point) == ["closed now", "closed now"]
    assert "Today: closed (设备检修)" in shown_lines(visitor().get("/me/points/").content.decode())
    assert "Today: closed (设备检修)" in shown_lines(visitor().get(f"/me/points/{point.pk}/").content.decode())
    assert point.title not in shown_lines(visitor().get("/me/points/?open=1").content.decode())
    no = slots.draw(point=point.pk, now=at(20, 10))
    assert isinstance(no, Refused)
    assert no.code == "outside-hours"
    clerk = Official.objects.get(username="desk")
    no = issuing.issue(by=clerk, point=point.pk, person=town.numbers["孙绿"], now=at(20, 10))
    assert isinstance(no, Refused)
    assert no.code == "outside-hours"
    assert {slot.date() for slot, _left in queries.free_slots(point.pk, at(20, 10))} == {date(2020, 2, 21)}


def test_other_hours_open_a_day_that_is_closed_each_week_and_go_back(signed_in, point):
    office = signed_in("office")
    saturday = at(22, 9, 30)
    assert not is_open(point, saturday)
    answer = set_days(
        office, point, first="2020-02-22", last="2020-02-23", what="hours", spans="09:00-11:00，14:00-15:00"
    )
    assert answer["Location"] == f"/points/{point.pk}/?done=days"
    assert [is_open(point, at(22, *when)) for when in ((8, 59), (9, 0), (11, 0), (11, 1), (14, 30))] == [
        False, True, True, False, True,
    ]  # fmt: skip
    assert is_open(point, at(23, 14))
    html = page(office, f"/points/{point.pk}/")
    assert "09:00–11:00, 14:00–15:00" in html
    assert "王防控" in html, "who set it"
    assert set_days(office, point, first="2020-02-22", what="week").status_code == 302
    assert not is_open(point, saturday)
    assert is_open(point, at(23, 14)), "the other day stays"
    assert 'data-day="2020-02-22"' not in page(office, f"/points/{point.pk}/")
    assert PointDay.objects.count() == 3, "what was said before is kept"
    assert AuditEntry.objects.filter(action="point.days").count() == 2
    with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("UPDATE issuing_days SET hours = NULL")


def test_who_had_booked_a_time_is_told_and_the_office_sees_how_many(signed_in, town, point):
    resident = Resident()
    slots.book(account=resident.account, point=point.pk, slot=at(21, 9), now=at(20, 10))
    assert "data-shut" not in resident.see("point", point.pk)
    office = signed_in("office")
    set_days(office, point, first="2020-02-21")
    assert "data-shut" in resident.see("point", point.pk)
    (row,) = re.findall(r'<tr data-day="2020-02-21">.*?</tr>', page(office, f"/points/{point.pk}/"), re.DOTALL)
    assert '<td class="is-number" data-label="Booked">1</td>' in row
    assert "closed" in row


@pytest.mark.parametrize(
    "given",
    [
        {"first": "2020-02-19"},
        {"first": ""},
        {"first": "2020-02-22", "last": "2020-02-21"},
        {"first": "2020-02-22", "last": "2020-03-30"},
        {"first": "2020-02-22", "what": "hours"},
        {"first": "2020-02-22", "what": "hours", "spans": "11:00-09:00"},
        {"first": "2020-02-22", "what": "painted"},
    ],
)
def test_days_that_cannot_be_are_told(signed_in, point, given):
    assert set_days(signed_in("office"), point, **given).status_code == 422
    assert not PointDay.objects.exists()


def test_a_place_is_changed_by_two_numbers_or_a_click_and_both_are_kept(signed_in, point):
    office, where = signed_in("office"), f"/points/{point.pk}/move/"
    html = page(office, f"/points/{point.pk}/")
    assert "data-placing" in html
    assert office.post(where, {"longitude": "121.5601", "latitude": "29.8702"}).status_code == 302
    moved = office.post(where, {"longitude": "121.561000", "latitude": "29.871000", "how": "map"})
    assert moved["Location"] == f"/points/{point.pk}/?done=moved"
    said = list(PointPosition.objects.order_by("pk").values_list("longitude", "latitude", "how", "set_by__username"))
    assert said == [
        (121.55, 29.88, "numbers", "office"), (121.5601, 29.8702, "numbers", "office"), (121.561, 29.871, "map", "office"),
    ]  # fmt: skip
    html = page(office, f"/points/{point.pk}/")
    assert html.count("data-position") == 3
    assert "clicked on the map · 王防控" in html
    assert "geo:29.871,121.561" in visitor().get(f"/me/points/{point.pk}/").content.decode()
    for wrong in (
        {"longitude": "500", "latitude": "29"},
        {"longitude": "121", "latitude": ""},
        {"longitude": "x", "latitude": "1"},
    ):
        assert office.post(where, wrong).status_code == 422
    assert AuditEntry.objects.filter(action="point.move").count() == 2
    with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM issuing_positions")


def test_only_the_control_office_of_the_place_changes_days_and_place(signed_in, town, point):
    elsewhere = {"longitude": "121.5", "latitude": "29.8"}
    for username in ("desk", "health", "auditor", "jiangbei"):
        client = signed_in(username)
        assert set_days(client, point, first="2020-02-22").status_code == 403
        assert client.post(f"/points/{point.pk}/move/", elsewhere).status_code == 403
    points.stop_point(by=town.office, point=point.pk, why="合并")
    with pytest.raises(IssuingError) as stopped:
        points.move_point(by=town.office, point=point.pk, longitude=121.5, latitude=29.8, how="map")
    assert stopped.value.code == "point-stopped"
    assert not PointDay.objects.exists()
    assert PointPosition.objects.count() == 1
    assert Point.objects.get(pk=point.pk).hours == HOURS
