"""Instants and days: rounding once, closed intervals, one constant offset."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from yimatong.core.time import MINUTES_A_DAY, SHANGHAI, Zone, day_of, minute_down, minute_up, to_datetime

MINUTES = st.integers(0, 60_000_000)
ONE_OFFSET = st.integers(11_415_840, 60_000_000)
"""From 1991-09-15T16:00Z on: before it China had summer time for six years, and no policy judges then."""


@given(minute=MINUTES)
def test_a_day_holds_its_minutes_and_no_other(minute: int) -> None:
    day = SHANGHAI.day(minute)
    assert SHANGHAI.first_minute(day) <= minute <= SHANGHAI.last_minute(day)
    assert SHANGHAI.last_minute(day) - SHANGHAI.first_minute(day) == MINUTES_A_DAY - 1
    assert SHANGHAI.first_minute(day + 1) == SHANGHAI.last_minute(day) + 1


@given(minute=ONE_OFFSET)
def test_the_day_is_the_calendars(minute: int) -> None:
    assert SHANGHAI.date(minute) == SHANGHAI.datetime(minute).date()
    assert day_of(SHANGHAI.date(minute)) == SHANGHAI.day(minute)


@given(seconds=st.integers(0, 3_600_000_000))
def test_rounding_favours_the_person(seconds: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert to_datetime(minute_down(moment)) <= moment <= to_datetime(minute_up(moment))
    assert minute_up(moment) - minute_down(moment) == (0 if seconds % 60 == 0 else 1)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        minute_up(datetime(2020, 2, 15))


def test_a_zone_that_changes_its_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="changes its offset"):
        Zone.named("Europe/Berlin", date(2020, 3, 1), date(2020, 4, 30))


def test_shanghai_is_eight_hours_east() -> None:
    assert Zone.named("Asia/Shanghai", date(2020, 1, 1), date(2020, 12, 31)) == SHANGHAI
