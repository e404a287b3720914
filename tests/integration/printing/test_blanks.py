"""P7: pre-printed numbered blanks, each number on a card and on its stub, to be entered later by its code."""

from __future__ import annotations

import pytest

from tests.integration.printing.papers import codes, rendered, sizes, texts
from yimatong.core.errors import YimatongError
from yimatong.core.paper import next_block, number, read_number
from yimatong.edges.printing import blanks

POINT = "海曙区南门街道万安社区发证点"


def test_a_block_is_printed_whole_each_number_on_its_card_and_on_its_stub() -> None:
    block = next_block(330203, 5000, 12)
    made = blanks(block.numbers(), POINT)
    pages = texts(made)
    assert sizes(made) == [(210.0, 297.0)] * 3
    for place, each in enumerate(block.numbers()):
        assert pages[place // 5].count(each) >= 2
    for said in (
        "甬行证存根",
        "Duplicate",
        "姓名Name",
        "证件号码IDnumber",
        "领证人签字",
        "盖章处",
        "须与本人身份证件同时出示",
        POINT,
    ):
        assert said in pages[0]


def test_the_stubs_code_is_the_number_and_no_code_of_a_pass() -> None:
    block = next_block(330203, 5000, 5)
    found = sorted(codes(rendered(blanks(block.numbers(), POINT))[0]))
    assert [str(read_number(text)) for text in found] == list(block.numbers())
    assert not any(text.startswith("YMT1:") for text in found)


def test_one_language_alone() -> None:
    assert "Duplicate" not in texts(blanks([number(330203, 1)], POINT, languages=("zh",)))[0]
    assert "姓名" not in texts(blanks([number(330203, 1)], POINT, languages=("en",)))[0]


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ([], "paper-empty"),
        (["330203-0001234-1"], "paper-number"),
        (["330203-0001234-0", "33020300012340"], "paper-number"),
    ],
)
def test_no_number_is_printed_twice_and_nothing_that_is_none(numbers: list[str], code: str) -> None:
    with pytest.raises(YimatongError) as mistake:
        blanks(numbers, POINT)
    assert mistake.value.code == code
    assert mistake.value.remedy.of("zh")
    assert mistake.value.remedy.of("en")
