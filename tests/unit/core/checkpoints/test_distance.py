"""The same pass at two places in less time than the way takes (C11)."""

from __future__ import annotations

import pytest

from yimatong.core.checkpoints import impossible
from yimatong.core.checkpoints.distance import kilometres

NINGBO, YUYAO, HANGZHOU = (29.868, 121.544), (30.037, 121.154), (30.246, 120.210)


def test_a_way_is_as_long_as_on_the_map() -> None:
    assert kilometres(NINGBO, HANGZHOU) == pytest.approx(135.2, abs=1.0)
    assert kilometres(NINGBO, NINGBO) == 0
    assert kilometres((0, 179.9), (0, -179.9)) == pytest.approx(22.2, abs=0.2)
    assert kilometres((0, 0), (0, 180)) == pytest.approx(20015, abs=5)


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0, True), (20, True), (52, True), (54, False), (600, False), (-20, True), (-54, False)]
)
def test_ningbo_and_hangzhou_are_most_of_an_hour_apart_in_either_order(minutes: int, expected: bool) -> None:
    assert impossible((*NINGBO, 1000), (*HANGZHOU, 1000 + minutes), 150, 15) is expected


def test_near_checkpoints_are_never_impossible() -> None:
    assert not impossible((*NINGBO, 1000), (29.87, 121.60, 1000), 150, 15)
    assert impossible((*NINGBO, 1000), (*YUYAO, 1000), 150, 15)
    assert not impossible((*NINGBO, 1000), (*YUYAO, 1000), 150, 17)
