"""Which signs the font has. A name's rare sign is left as a blank box, to be written by hand, never as a wrong sign."""

from __future__ import annotations

from functools import cache

import pylopdf_fonts_zh_cn
from PIL import ImageFont

FOLDER = pylopdf_fonts_zh_cn.sans_path().parent
HOLE = "□"
_NOWHERE = "\U0010fffd"


def unprintable(text: str) -> str:
    """The signs of a text that the font lacks, in their order, each once; a clerk writes them into the boxes by hand."""
    return "".join(dict.fromkeys(sign for sign in text if sign.isprintable() and not _is_there(sign)))


def shown(text: str) -> str:
    """The text as it is printed: a box for every sign that the font lacks, and nothing for signs that steer the line."""
    plain = "".join(sign for sign in text if sign.isprintable())
    return "".join(sign if _is_there(sign) else HOLE for sign in plain)


@cache
def _is_there(sign: str) -> bool:
    return sign.isspace() or bytes(_font().getmask(sign)) != _missing()


@cache
def _missing() -> bytes:
    return bytes(_font().getmask(_NOWHERE))


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(pylopdf_fonts_zh_cn.sans_path(), 24)
