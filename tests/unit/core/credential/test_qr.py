"""The largest code fits 65x65 modules at level M, and zxing-cpp reads it from pictures that are soft, turned and noisy."""

from __future__ import annotations

import pytest

from bench.pictures import Spoiling, grid, picture, qr, text_in
from vectors.making.scene import e_text, good, paper, paper_of

LARGEST = e_text(good(name="𬭳*明", permit=23, check=65535, slot=2**32 - 1, tail="012X"))
MOST_SIGNS = 419
SMALL_GRID = list(grid(pixels=(3, 5), blurs=(0.0, 0.3), turns=(0, 10, 45, 170), noises=(0, 10), contrasts=(255,)))


def test_the_largest_code_is_version_12_at_level_m() -> None:
    code = qr(LARGEST)
    assert len(LARGEST) <= MOST_SIGNS
    assert (code.version, code.error, code.mode) == (12, "M", "alphanumeric")
    assert code.symbol_size(border=0) == (65, 65)
    assert qr("YMT1:" + "0" * (MOST_SIGNS - 5)).version == 12
    assert qr("YMT1:" + "0" * (MOST_SIGNS - 4)).version == 13


def test_a_paper_code_is_smaller() -> None:
    assert qr(paper_of(paper(number="NB-0001234567-X", permit=2))).version <= 10


@pytest.mark.parametrize("spoiling", SMALL_GRID, ids=str)
def test_zxing_reads_the_largest_code(spoiling: Spoiling) -> None:
    assert text_in(picture(qr(LARGEST), spoiling)) == LARGEST


def test_zxing_reads_nothing_where_there_is_nothing() -> None:
    assert text_in(picture(qr(LARGEST), Spoiling(blur=3.0))) is None
