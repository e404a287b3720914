"""The QR code of a pass as an SVG path: one square unit a module, four of white around it, so that print and dots agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import zxingcpp

from yimatong.core.errors import YimatongError
from yimatong.core.text import message as _

MARGIN = 4
"""Modules of white around a code, as the standard asks."""
LONGEST = 419
"""Signs of the largest code: 65 modules, which still fit a card with five dots each at 300 dpi."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A drawn code; `side` is in modules, its white margin inside."""

    side: int
    svg: str


def symbol(text: str, place: str = "") -> Symbol:
    """The QR code of a text at level M; YimatongError `paper-qr` where the text is empty or too long for a card."""
    if not 1 <= len(text) <= LONGEST:
        raise YimatongError(
            "paper-qr",
            _("the QR code of a pass has no text, or a text too long to be printed."),
            place=place,
            remedy=_("hand over the signed text (credential.paper_text), of at most {longest} signs.", longest=LONGEST),
        )
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    dark = np.asarray(code.to_image(scale=1, add_quiet_zones=False)) == 0
    return Symbol(len(dark) + 2 * MARGIN, _svg(dark))


def _svg(dark: np.ndarray) -> str:
    """One path of runs: every row's dark modules that touch are one rectangle."""
    side = len(dark)
    edges = np.diff(np.pad(dark.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    runs = "".join(
        f"M{start} {row}h{end - start}v1H{start}z"
        for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True)
    )
    box = f"{-MARGIN} {-MARGIN} {side + 2 * MARGIN} {side + 2 * MARGIN}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path shape-rendering="crispEdges" d="{runs}"/></svg>'
    )
