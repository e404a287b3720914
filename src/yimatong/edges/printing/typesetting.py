"""Typst, kept ready: one compiler a process, the fonts of the house alone, no file outside the templates, no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

from yimatong.edges.printing.glyphs import FOLDER
from yimatong.edges.printing.pattern import band, pattern, rosette

TEMPLATES = Path(__file__).parent / "templates"
PLAIN: Final = "1.4"
"""PDF 1.4 reads on every printer, and its objects lie open, so that `joining` can put files together."""
_DRAWINGS = {"pattern": pattern, "band": band, "rosette": rosette}
_IN_USE = Lock()


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER])
    return typst.Compiler(root=TEMPLATES, font_paths=fonts, ignore_system_fonts=True)


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The template filled with the data as PDF; the same data give the same bytes."""
    with _IN_USE:
        made = _compiler().compile(
            TEMPLATES / template,
            format="pdf",
            sys_inputs=_inputs(data),
            pdf_standards=PLAIN,
            timestamp=0,
            pdf_tags=False,
        )
    assert isinstance(made, bytes)
    return made


def pictures(template: str, data: Mapping[str, Any], dpi: float) -> list[bytes]:
    """The same as one PNG a page."""
    with _IN_USE:
        made = _compiler().compile(TEMPLATES / template, format="png", sys_inputs=_inputs(data), ppi=dpi)
    return [made] if isinstance(made, bytes) else list(made or ())


def _inputs(data: Mapping[str, Any]) -> dict[str, str]:
    return {"data": json.dumps(data, ensure_ascii=False), **_lines()}


def _lines() -> dict[str, str]:
    return {name: _as_numbers(name) for name in _DRAWINGS}


@cache
def _as_numbers(name: str) -> str:
    """A drawing as a PDF of its own, in the numbers of its bytes: so it stands once in a file and not on every page."""
    page = b'#set page(width: auto, height: auto, margin: 0mm)\n#image(bytes(sys.inputs.svg), format: "svg")'
    drawn = _compiler().compile(
        page, format="pdf", sys_inputs={"svg": _DRAWINGS[name]()}, pdf_standards=PLAIN, timestamp=0, pdf_tags=False
    )
    assert isinstance(drawn, bytes)
    return json.dumps(list(drawn))
