"""A demo city goes on living in its own days, and its time never runs backwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from yimatong.records import clock
from yimatong.site.demo import read_days_back, wake

LATEST = datetime(2020, 2, 20, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "started", [datetime(2026, 11, 23, 0, 0, tzinfo=UTC), datetime(2026, 11, 23, 23, 59, tzinfo=UTC)]
)
def test_the_city_wakes_less_than_a_day_after_its_last_judgement(tmp_path, started):
    days = wake(tmp_path, LATEST, started)

    assert timedelta() <= started - timedelta(days=days) - LATEST < timedelta(days=1)
    assert read_days_back(tmp_path) == days


def test_a_city_that_was_judged_later_than_now_has_no_shift(tmp_path):
    assert wake(tmp_path, LATEST, LATEST - timedelta(hours=1)) == 0


def test_without_a_demo_city_time_is_real(tmp_path):
    assert read_days_back(tmp_path) == 0


def test_city_time_lies_whole_days_back_and_keeps_the_hour(settings):
    settings.YIMATONG_DAYS_BACK = 2_468
    real = datetime.now(UTC)

    assert abs(clock.now() - (real - timedelta(days=2_468))) < timedelta(seconds=5)
    assert clock.in_city(LATEST) == LATEST - clock.shift() == LATEST - timedelta(days=2_468)
