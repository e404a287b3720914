"""Words and figures of the pages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from yimatong.core.text import given
from yimatong.edges.web.everybody import words


def test_a_text_is_told_in_the_language_of_the_page():
    text = given({"zh": "红码", "en": "Red"})
    with translation.override("zh-hans"):
        assert words.in_words(text) == "红码"
    with translation.override("en"):
        assert words.in_words(text) == "Red"
    assert words.in_words(None) == "–"


def test_an_instant_is_told_in_the_citys_time():
    assert words.instant(datetime(2020, 2, 14, 16, 0, tzinfo=UTC)) == "2020-02-15 00:00"
    assert words.day(datetime(2020, 2, 14, 16, 0, tzinfo=UTC)) == "2020-02-15"
    assert words.day(date(2020, 2, 15)) == "2020-02-15"
    assert words.instant(None) == "–"


@pytest.mark.parametrize(("value", "said"), [(12, "+12"), (-1234, "−1,234"), (0, "±0"), (None, "–")])
def test_a_change_has_its_sign(value, said):
    assert words.change(value) == said


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(1, 8, "12.5%"), (1, 100_000, "<0.1%"), (0, 8, "0.0%"), (0, 0, "–")]
)
def test_what_is_there_is_never_shown_as_nothing(part, whole, said):
    assert words.share(part, whole) == said


@pytest.mark.parametrize(("name", "said"), [("王小明", "王**"), ("李四", "李**"), ("Jane Doe", "J**"), ("", "–")])
def test_a_masked_name_tells_neither_the_name_nor_its_length(name, said):
    assert words.masked(name) == said
