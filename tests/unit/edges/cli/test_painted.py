"""A page on a terminal: no line too wide, Chinese counted double, punctuation not torn off."""

from __future__ import annotations

import click
from hypothesis import given, strategies as st

from yimatong.edges.cli.painted import cells, paint, wrap

WORDS = st.text(alphabet="甲乙丙，。（）abc ·“”", max_size=120)


@given(text=WORDS, width=st.integers(24, 80))
def test_wrapping_loses_nothing_but_blanks(text: str, width: int) -> None:
    lines = list(wrap(text, width))
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(text=st.text(alphabet="甲乙丙丁", max_size=120), width=st.integers(24, 80))
def test_no_line_is_wider_than_the_terminal(text: str, width: int) -> None:
    assert all(cells(line) <= width for line in wrap(text, width))


def test_a_full_stop_does_not_begin_a_line() -> None:
    assert list(wrap("一二三四五。六", 10)) == ["一二三四", "五。六"]


def test_a_page_has_headings_bullets_and_columns() -> None:
    page = "# 标题\n\n<!-- note -->\n- **名**：值\n\n| 甲 | b |\n|---|---|\n| 一二 | `x` |\n"
    assert click.unstyle(paint(page, 60)).splitlines() == ["标题", "", "- 名：值", "", "甲    b", "一二  x"]
