"""The policy's colours as a style sheet, with an ink that can be read on each of them."""

from __future__ import annotations

from yimatong.core.colour import Colour
from yimatong.core.policy.model import Swatch

DARK, LIGHT = "#16202b", "#ffffff"
LEAST_CONTRAST = 4.5
"""WCAG 2.2, AA, for text of any size."""


def style_sheet(palette: dict[Colour, Swatch]) -> str:
    """Return CSS that sets `--red`, `--red-ink` and so on, for every colour."""
    lines = [f"--{colour}:{swatch.hex};--{colour}-ink:{ink_on(swatch.hex)};" for colour, swatch in palette.items()]
    return f":root{{{''.join(lines)}}}\n"


def ink_on(ground: str) -> str:
    """Return dark or light ink, whichever stands out more from the ground (`#rrggbb`); one of them always has 4.5 to 1."""
    return max((LIGHT, DARK), key=lambda ink: contrast(ink, ground))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours by WCAG 2: 1 for none, 21 for black on white."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
