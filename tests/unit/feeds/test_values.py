"""Reading single cells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from yimatong.core.time import SHANGHAI
from yimatong.edges.feeds import values, words

LOCAL = timezone(timedelta(hours=8))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0))


@pytest.mark.parametrize(
    "text",
    [
        "2020-02-15 08:30", "2020-02-15T08:30", "2020/2/15 8:30", "2020.2.15 8:30:00", "2020年2月15日8时30分", "2020年2月15日 08:30",
        "202002150830", "20200215083000", "2020-02-15T08:30+08:00", "2020-02-15T00:30Z", "2020-02-15T02:30+0200",
        "２０２０－０２－１５　０８：３０", "\t2020-02-15 08:30 ", "'2020-02-15 08:30",
    ],
)  # fmt: skip
def test_every_usual_spelling_of_an_instant_is_the_same_instant(text: str) -> None:
    assert values.instant(text, SHANGHAI, last=False) == datetime(2020, 2, 15, 8, 30, tzinfo=LOCAL)


@pytest.mark.parametrize(
    "text",
    ["", "8:30", "2020-13-01", "2020-02-30", "2020-02-15 25:00", "2020-02-15 8", "15.02.2020", "43876", "2020-2-15 08:30+08:99",
     "昨天", "2020-02-15 08:30 下午", "2020-02-15 08:60"],
)  # fmt: skip
def test_what_is_no_instant_is_none(text: str) -> None:
    assert values.instant(text, SHANGHAI, last=False) is None


def test_a_bare_date_is_its_first_minute_as_a_start_and_its_last_as_an_end() -> None:
    assert values.instant("2020-02-15", SHANGHAI, last=False) == datetime(2020, 2, 15, 0, 0, tzinfo=LOCAL)
    assert values.instant("2020-02-15", SHANGHAI, last=True) == datetime(2020, 2, 15, 23, 59, tzinfo=LOCAL)


def test_an_hour_without_minutes_needs_its_word() -> None:
    assert values.instant("2022-12-02 11时", SHANGHAI, last=False) == datetime(2022, 12, 2, 11, tzinfo=LOCAL)
    assert values.instant("2022-12-02 11", SHANGHAI, last=False) is None


@given(moments)
def test_any_local_instant_survives_every_form(moment: datetime) -> None:
    expected = moment.replace(tzinfo=LOCAL)
    for form in ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日%H时%M分%S秒", "%Y%m%d%H%M%S"):
        text = moment.strftime(form).replace(f"{moment.year:d}", f"{moment.year:04d}", 1)
        assert values.instant(text, SHANGHAI, last=False) == expected


@given(moments, st.integers(-14 * 60, 14 * 60))
def test_an_offset_is_believed(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert values.instant(aware.isoformat(), SHANGHAI, last=False) == aware.astimezone(UTC)


@given(st.text(max_size=40))
def test_no_text_makes_the_readers_fail(text: str) -> None:
    for last in (False, True):
        found = values.instant(text, SHANGHAI, last=last)
        assert found is None or found.tzinfo is not None
    number = values.number(text)
    assert number is None or 0 < number <= 2_147_483_647
    division = values.division(text)
    assert division is None or 10**8 <= division < 10**9


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("12.0", 12), (" １２ ", 12), ("0", None), ("-1", None), ("1.5", None), ("2147483648", None)],
)
def test_a_number_is_a_positive_int32(text: str, number: int | None) -> None:
    assert values.number(text) == number


def test_a_division_is_a_street_of_nine_or_twelve_digits() -> None:
    assert values.division("330203001") == values.division("330203001000") == 330203001
    assert values.division("330203000") is None, "a county is no street"
    assert values.division("3302") is None


LISTS = [value for name, value in vars(words).items() if name.isupper()]


@pytest.mark.parametrize("accepted", LISTS)
def test_a_spelling_means_one_word_only(accepted: dict[str, tuple[str, ...]]) -> None:
    spellings = [values.folded(spelling) for words_of in accepted.values() for spelling in words_of]
    assert len(spellings) == len(set(spellings))
    for word, words_of in accepted.items():
        assert {values.lookup(accepted)[values.folded(spelling)] for spelling in words_of} == {word}
