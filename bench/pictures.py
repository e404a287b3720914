"""Pictures of QR codes as cameras see them: out of focus, turned, in noise, in poor light; and what zxing-cpp reads of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import segno
import zxingcpp
from PIL import Image, ImageFilter

MARGIN = 4
"""Modules of white around a code, as the standard asks."""


@dataclass(frozen=True, slots=True)
class Spoiling:
    """How a picture differs from a drawing: pixels a module, blur in modules, degrees turned, noise and contrast of 255."""

    pixels: int = 4
    blur: float = 0.0
    degrees: int = 0
    noise: int = 0
    contrast: int = 255


def grid(
    pixels: tuple[int, ...] = (3, 4, 6),
    blurs: tuple[float, ...] = (0.0, 0.2, 0.3, 0.4),
    turns: tuple[int, ...] = (0, 3, 10, 30, 45, 90, 170),
    noises: tuple[int, ...] = (0, 10, 20, 30),
    contrasts: tuple[int, ...] = (255, 128),
) -> Iterator[Spoiling]:
    """Every combination."""
    for values in product(pixels, blurs, turns, noises, contrasts):
        yield Spoiling(*values)


def qr(text: str) -> segno.QRCode:
    """The QR code of a text, as phones and paper show it: alphanumeric, level M."""
    return segno.make(text, mode="alphanumeric", error="M", boost_error=False, micro=False)


def picture(code: segno.QRCode, spoiling: Spoiling, seed: int = 1) -> Image.Image:
    """The code as a camera sees it."""
    modules = np.array([list(row) for row in code.matrix_iter(scale=1, border=MARGIN)], dtype=np.uint8)
    light = np.kron(1 - modules, np.ones((spoiling.pixels, spoiling.pixels), dtype=np.uint8)) * 255
    drawn = Image.fromarray(light)
    if spoiling.degrees:
        drawn = drawn.rotate(spoiling.degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    if spoiling.blur:
        drawn = drawn.filter(ImageFilter.GaussianBlur(spoiling.blur * spoiling.pixels))
    seen = np.asarray(drawn, dtype=np.float64)
    seen = 127.5 + (seen - 127.5) * spoiling.contrast / 255
    if spoiling.noise:
        seen = seen + np.random.default_rng(seed).normal(0, spoiling.noise, seen.shape)
    return Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8))


def text_in(image: Image.Image) -> str | None:
    """What zxing-cpp reads in the picture."""
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if found else None
