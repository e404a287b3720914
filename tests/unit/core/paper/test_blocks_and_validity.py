"""D4: blocks never give a number twice. Days of a pass are closed on both sides, and said in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from yimatong.core.paper import BLOCK, LAST_SERIAL, Block, Number, last_day, next_block, read_number, validity


@given(st.lists(st.integers(1, 500), min_size=2, max_size=30))
def test_blocks_one_after_another_share_no_number(counts: list[int]) -> None:
    blocks: list[Block] = []
    for count in counts:
        blocks.append(next_block(330203, blocks[-1].last if blocks else 0, count))
    numbers = [made for block in blocks for made in block.numbers()]
    assert len(set(numbers)) == len(numbers) == sum(counts) == sum(block.count for block in blocks)
    assert not any(one.overlaps(other) for place, one in enumerate(blocks) for other in blocks[place + 1 :])


def test_a_block_knows_its_own_numbers() -> None:
    block = next_block(330203, 1000)
    assert (block.first, block.last, block.count) == (1001, 1000 + BLOCK, BLOCK)
    assert all(read_number(made) in block for made in block.numbers())
    assert Number(330203, 1000) not in block
    assert Number(330203, 1201) not in block
    assert Number(330204, 1001) not in block
    assert block.overlaps(Block(330203, 1200, 1300))
    assert not block.overlaps(Block(330204, 1200, 1300))


def test_what_is_left_of_a_block() -> None:
    block = Block(330203, 1001, 1003)
    assert block.after(1000) == block
    assert block.after(1001) == Block(330203, 1002, 1003)
    assert block.after(1003) is None


@pytest.mark.parametrize("wrong", [(330203, 5, 4), (330203, 0, 4), (1, 1, 4), (330203, 1, LAST_SERIAL + 1)])
def test_what_is_no_block_is_a_mistake(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError):
        Block(*wrong)


def test_a_district_that_has_given_out_everything_says_so() -> None:
    assert next_block(330203, LAST_SERIAL - 200).last == LAST_SERIAL
    with pytest.raises(ValueError, match="too few"):
        next_block(330203, LAST_SERIAL - 199)
    with pytest.raises(ValueError, match="at least one"):
        next_block(330203, 0, 0)


def test_the_day_of_issue_is_the_first_of_its_days() -> None:
    assert last_day(date(2020, 2, 16), 1) == date(2020, 2, 16)
    assert last_day(date(2020, 2, 16), 14) == date(2020, 2, 29)
    with pytest.raises(ValueError, match="a day at least"):
        last_day(date(2020, 2, 16), 0)


@pytest.mark.parametrize(
    ("today", "state", "left", "zh"),
    [
        (date(2020, 2, 15), "not-yet", 14, "还没有到发证日期。"),
        (date(2020, 2, 16), "valid", 13, "有效，之后还有 13 天。"),
        (date(2020, 2, 28), "valid", 1, "有效，之后还有 1 天。"),
        (date(2020, 2, 29), "last-day", 0, "今天是最后一天，当日有效。"),
        (date(2020, 3, 2), "over", -2, "已过期 2 天，请到发证点换发。"),
    ],
)
def test_both_ends_are_inside(today: date, state: str, left: int, zh: str) -> None:
    held = validity(date(2020, 2, 16), date(2020, 2, 29), today)
    assert (held.state, held.days_left, held.words("zh")) == (state, left, zh)
    assert held.words("en").endswith(".")
