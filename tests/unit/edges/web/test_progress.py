"""How far somebody is on the way out of a reason."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from yimatong.core.engine.reference.lifting import is_lifted
from yimatong.core.facts import Fact, Kind
from yimatong.core.policy.model import DailyReports, NegativeTests
from yimatong.core.time import SHANGHAI, minute_down
from yimatong.edges.web.everybody.progress import Reports, Series, progress

TWO = NegativeTests(count=2, within_days=7, min_hours=24, after="end", holder=None)


def minute(day: int, hour: int = 9) -> int:
    return minute_down(datetime(2020, 2, day, hour, tzinfo=ZoneInfo("Asia/Shanghai")))


def sampled(*results: tuple[str, int]) -> list[Fact]:
    return [Fact(n, 1, Kind.TEST, detail, minute(day)) for n, (detail, day) in enumerate(results)]


def series(facts: list[Fact], as_of: int, lift: NegativeTests = TWO) -> Series:
    found = progress(lift, start=minute(1), end=minute(5), facts=facts, as_of=as_of, zone=SHANGHAI)
    assert isinstance(found, Series)
    return found


def test_nothing_counts_before_the_first_negative():
    found = series([], minute(10))
    assert (found.samples, found.missing, found.latest) == ((), 2, None)


def test_a_negative_counts_and_says_when_the_next_may_be_taken():
    found = series(sampled(("negative", 8)), minute(10))
    assert found.samples == (minute(8),)
    assert found.earliest == minute(9)
    assert found.latest == SHANGHAI.last_minute(SHANGHAI.day(minute(15)))


def test_a_sample_from_before_the_person_left_does_not_count():
    assert series(sampled(("negative", 4)), minute(10)).samples == ()


@pytest.mark.parametrize("breaker", ["positive", "invalid"])
def test_a_later_positive_or_invalid_sample_starts_the_count_again(breaker):
    assert series(sampled(("negative", 8), (breaker, 9)), minute(10)).samples == ()


def test_a_negative_whose_seven_days_are_over_does_not_count_any_more():
    assert series(sampled(("negative", 6)), minute(13)).samples == (minute(6),)
    assert series(sampled(("negative", 6)), minute(14)).samples == ()


def test_a_test_after_the_instant_is_not_known():
    assert series(sampled(("negative", 12)), minute(10)).samples == ()


def test_the_next_sample_inside_the_window_lifts_and_one_minute_outside_does_not():
    facts = sampled(("negative", 8))
    found = series(facts, minute(10))
    assert found.earliest is not None
    assert found.latest is not None
    lifted = {
        at: is_lifted(TWO, minute(1), minute(5), (*facts, Fact(9, 1, Kind.TEST, "negative", at)), set(), SHANGHAI)
        for at in (found.earliest - 1, found.earliest, found.latest, found.latest + 1)
    }
    assert list(lifted.values()) == [False, True, True, False]


def test_a_permit_that_is_missing_or_over_is_said():
    lift = NegativeTests(count=1, within_days=7, min_hours=0, after="end", holder="returning_worker")
    permit = Fact(9, 1, Kind.PERMIT, "returning_worker", minute(1), minute(9))
    assert series([permit], minute(8), lift).permit_missing is False
    assert series([permit], minute(10), lift).permit_missing is True
    assert series([], minute(8), lift).permit_missing is True


def test_days_reported_in_a_row_count_up_to_today_and_a_symptom_breaks_them():
    lift = DailyReports(days=7, after="end")
    facts = [Fact(day, 1, Kind.DECLARATION, "self", minute(day)) for day in (6, 7, 8, 9)]
    found = progress(lift, start=minute(1), end=minute(5), facts=facts, as_of=minute(9, 23), zone=SHANGHAI)
    assert found == Reports(lift, 4)
    unwell = [*facts, Fact(20, 1, Kind.SYMPTOM, "fever", minute(8))]
    found = progress(lift, start=minute(1), end=minute(5), facts=unwell, as_of=minute(9, 23), zone=SHANGHAI)
    assert found == Reports(lift, 1)


def test_today_without_a_report_does_not_yet_break_the_row():
    lift = DailyReports(days=7, after="end")
    facts = [Fact(day, 1, Kind.DECLARATION, "self", minute(day)) for day in (6, 7)]
    found = progress(lift, start=minute(1), end=minute(5), facts=facts, as_of=minute(8), zone=SHANGHAI)
    assert found == Reports(lift, 2)
