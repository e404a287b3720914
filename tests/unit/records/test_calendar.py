"""The city's days and hours, in whatever zone of constant offset it lies."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from pydantic import ValidationError

from yimatong.core.errors import EnvironmentProblem
from yimatong.core.time import Zone
from yimatong.records import calendar, clock, jobs
from yimatong.site.environment import Environment

DAY = date(2020, 2, 20)
ZONES = {"Asia/Shanghai": 8, "Asia/Urumqi": 6, "Asia/Kathmandu": 5.75, "UTC": 0, "Etc/GMT+9": -9}


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, settings) -> timedelta:
    settings.TIME_ZONE = request.param
    return timedelta(hours=ZONES[request.param])


def test_a_day_begins_and_ends_at_the_citys_midnights(zone):
    first, following = calendar.bounds(DAY)
    assert first == calendar.begins(DAY) == datetime(2020, 2, 20, tzinfo=UTC) - zone
    assert following == first + timedelta(days=1)
    assert calendar.ends(DAY) == following - timedelta(minutes=1)
    assert calendar.last_second(DAY) == following - timedelta(seconds=1)


def test_an_instant_is_of_the_day_whose_midnights_it_lies_between(zone):
    first, following = calendar.bounds(DAY)
    just_before = following - timedelta(microseconds=1)
    assert [calendar.day(moment) for moment in (first, just_before, following)] == [DAY, DAY, date(2020, 2, 21)]
    assert calendar.date_of(calendar.day_number(first)) == DAY
    assert calendar.day_number(just_before) == calendar.day_number(following) - 1
    assert calendar.today() == calendar.local(clock.now()).date()


def test_a_clock_is_read_as_it_was_written(zone):
    moment = calendar.instant(DAY, time(8, 30, 5))
    assert moment == datetime(2020, 2, 20, 8, 30, 5, tzinfo=UTC) - zone
    assert f"{calendar.local(moment.astimezone(UTC)):%Y-%m-%d %H:%M:%S}" == "2020-02-20 08:30:05"


def test_a_night_comes_at_the_citys_hour(zone):
    minute, hour, *_ = jobs.cron_of("02:30").split()
    rung = datetime(2020, 2, 20, int(hour), int(minute), tzinfo=UTC)
    assert f"{calendar.local(rung):%H:%M}" == "02:30"


def test_what_began_on_a_day_counts_from_its_first_minute_and_never_ahead(zone):
    now = calendar.instant(DAY, time(9))
    assert calendar.since(date(2020, 2, 19), now) == calendar.begins(date(2020, 2, 19))
    assert calendar.since(DAY, now) == calendar.since(None, now) == now
    assert calendar.until(date(2020, 2, 19), now) == calendar.ends(date(2020, 2, 19))
    assert calendar.until(DAY, now) == now
    assert calendar.days_before(now, 14) == calendar.begins(date(2020, 2, 6))


def test_a_policy_of_another_zone_is_refused_with_both_zones_and_the_remedy(settings):
    settings.TIME_ZONE = "Asia/Urumqi"
    calendar.refuse_other("cn-xj", Zone("Asia/Urumqi", 360))
    with pytest.raises(EnvironmentProblem) as refused:
        calendar.refuse_other("cn-zj", Zone("Asia/Shanghai", 480))
    assert (refused.value.code, refused.value.place) == ("policy-zone-differs", "cn-zj")
    for language in ("zh", "en"):
        told = refused.value.tell(language)
        assert "Asia/Shanghai" in told
        assert "Asia/Urumqi" in told
        assert "YIMATONG_TIME_ZONE=Asia/Shanghai" in told


@pytest.mark.parametrize("name", ["Europe/Berlin", "Asia/Nowhere", "Asia", "+08:00", "../etc/passwd"])
def test_a_zone_that_changes_or_is_none_is_no_installations(monkeypatch, name):
    monkeypatch.setenv("YIMATONG_TIME_ZONE", name)
    with pytest.raises(ValidationError, match="whose offset from UTC never changes"):
        Environment()


def test_an_installation_that_says_nothing_is_in_shanghai(monkeypatch):
    monkeypatch.delenv("YIMATONG_TIME_ZONE", raising=False)
    assert Environment().time_zone == "Asia/Shanghai"
    monkeypatch.setenv("YIMATONG_TIME_ZONE", "Asia/Urumqi")
    assert Environment().time_zone == "Asia/Urumqi"
