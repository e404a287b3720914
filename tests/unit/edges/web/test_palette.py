"""The policy's colours as a style sheet."""

from __future__ import annotations

import pytest

from tests.enforcing import NINGBO
from yimatong.core.colour import Colour
from yimatong.core.policy.load import load
from yimatong.edges.web.everybody.palette import DARK, LEAST_CONTRAST, LIGHT, contrast, ink_on, style_sheet
from yimatong.edges.web.templatetags.office import SHAPES


def test_black_on_white_has_the_greatest_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


@pytest.mark.parametrize("ground", ["#C62828", "#F2B705", "#2E7D32", "#757575", "#ffffff", "#000000", "#777777"])
def test_the_ink_can_be_read_on_every_ground(ground):
    assert contrast(ink_on(ground), ground) >= min(LEAST_CONTRAST, contrast(LIGHT, ground), contrast(DARK, ground))
    assert contrast(ink_on(ground), ground) >= 4


def test_every_colour_of_the_policy_is_set_and_readable():
    palette = load(NINGBO).palette
    sheet = style_sheet(palette)
    for colour in Colour:
        assert f"--{colour}:{palette[colour].hex};" in sheet
        assert contrast(ink_on(palette[colour].hex), palette[colour].hex) >= LEAST_CONTRAST


def test_the_policys_shapes_differ_and_can_be_drawn():
    shapes = [swatch.shape for swatch in load(NINGBO).palette.values()]
    assert len(set(shapes)) == len(Colour)
    assert set(shapes) <= SHAPES
