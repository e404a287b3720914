"""Videos for Chromium's pretended camera: codes held up before a 1280x720 lens, in light that is not good, by a hand that is not still."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from bench.pictures import Spoiling, picture, qr

SIZE = (1280, 720)
FRAMES_A_SECOND = 30
"""At which Chromium plays a motion JPEG."""
GROUND = 150
HAND = tuple(
    Spoiling(pixels=pixels, blur=blur, degrees=degrees, noise=noise, contrast=200)
    for pixels, blur, degrees, noise in ((6, 0.3, 3, 12), (7, 0.2, -4, 20), (5, 0.3, 8, 8), (8, 0.4, -9, 16))
)
"""How four looks at the same code differ."""


def held_up(text: str, spoiling: Spoiling = HAND[0], shift: tuple[int, int] = (0, 0)) -> Image.Image:
    """One frame: the code of a text before the lens, `shift` pixels off the middle."""
    return with_picture(picture(qr(text), spoiling), shift)


def with_picture(code: Image.Image, shift: tuple[int, int] = (0, 0)) -> Image.Image:
    """One frame with any picture in it, before a grey ground."""
    frame = Image.new("L", SIZE, GROUND)
    frame.paste(code, ((SIZE[0] - code.width) // 2 + shift[0], (SIZE[1] - code.height) // 2 + shift[1]))
    return frame


def nothing() -> Image.Image:
    """One frame without a code."""
    return Image.new("L", SIZE, GROUND)


def hand(text: str) -> list[Image.Image]:
    """Four frames of a code in a hand."""
    return [held_up(text, spoiling, (12 * number - 18, 6 * number)) for number, spoiling in enumerate(HAND)]


def write(video: Path, frames: Iterable[Image.Image] | Sequence[Image.Image]) -> None:
    """Write a motion JPEG; Chromium opens it anew whenever the camera is switched on, and plays it round and round."""
    content = BytesIO()
    for frame in frames:
        frame.convert("RGB").save(content, "JPEG", quality=88)
    fresh = video.with_suffix(".new")
    fresh.write_bytes(content.getvalue())
    fresh.replace(video)
