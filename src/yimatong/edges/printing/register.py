"""Pages of the register in the official layout, with signatures as they were drawn or scanned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from yimatong.core.errors import YimatongError
from yimatong.core.text import message as _, message_in
from yimatong.edges.printing import typesetting
from yimatong.edges.printing.cards import check_choice
from yimatong.edges.printing.document import (
    BOTH,
    ROWS_A_PAGE,
    Languages,
    RegisterPage,
    RegisterRow,
    RegisterTotals,
    Strokes,
)
from yimatong.edges.printing.glyphs import shown
from yimatong.edges.printing.words import in_one, words, written

PLACE = message_in("paper", "Page {page} of {pages}")
_SCAN = (680, 168)
"""Dots of a scanned signature at most: its place at 500 dpi."""
_PEN = 0.035
"""Width of a drawn line as a part of the signature's height or, where it is flatter, of a quarter of its width."""


def register_page(page: RegisterPage, *, languages: Languages = BOTH) -> bytes:
    """One page as PDF."""
    return register_pages([page], languages=languages)


def register_pages(pages: Sequence[RegisterPage], *, languages: Languages = BOTH) -> bytes:
    """Several pages, in the order given, as one PDF.

    YimatongError `register-rows` where a page has more rows than lines, `register-totals` where a page's
    totals are larger than the day's, `register-signature` where a scan is no picture.
    """
    return typesetting.pdf("register.typ", _data(pages, languages))


def register_pictures(pages: Sequence[RegisterPage], *, languages: Languages = BOTH, dpi: float = 150) -> list[bytes]:
    """The same pages as PNG."""
    return typesetting.pictures("register.typ", _data(pages, languages), dpi)


def _data(pages: Sequence[RegisterPage], languages: Languages) -> dict[str, Any]:
    check_choice("a4", languages)
    return {
        "languages": list(languages),
        "rows_a_page": ROWS_A_PAGE,
        "words": words(languages),
        "pages": [_page(page, languages) for page in pages],
    }


def _page(page: RegisterPage, languages: Languages) -> dict[str, Any]:
    if len(page.rows) > ROWS_A_PAGE:
        raise YimatongError(
            "register-rows",
            _("a page of the register has {rows_a_page} lines.", rows_a_page=ROWS_A_PAGE),
            place=f"{page.day} {page.page}/{page.pages}",
            remedy=_("put the other rows on the next page."),
        )
    if any(asdict(page.page_totals)[key] > value for key, value in asdict(page.day_totals).items()):
        raise YimatongError(
            "register-totals",
            _("the totals of the page are larger than those of the day."),
            place=f"{page.day} {page.page}/{page.pages}",
            remedy=_("count the day's register again."),
        )
    return {
        "point": shown(page.issuing_point),
        "district": shown(page.district),
        "day": in_one(written(page.day), languages),
        "place": [PLACE.filled(page=page.page, pages=page.pages).of(language) for language in languages],
        "clerk": shown(page.clerk),
        "rows": [_row(row) for row in page.rows],
        "page_totals": _totals(page.page_totals),
        "day_totals": _totals(page.day_totals),
    }


def _totals(totals: RegisterTotals) -> dict[str, int]:
    return {**asdict(totals), "all": totals.all}


def _row(row: RegisterRow) -> dict[str, Any]:
    return {
        "sequence": row.sequence,
        "number": shown(row.number),
        "name": shown(row.name),
        "document": shown(row.document_shown),
        "child": row.child_of,
        "time": f"{row.issued_at:%H:%M}",
        "until": row.valid_until.isoformat(),
        "remark": shown(row.remark),
        "signature": _signature(row),
    }


def _signature(row: RegisterRow) -> dict[str, Any] | None:
    if row.signature is None or row.signature in {(), b""}:
        return None
    if isinstance(row.signature, bytes):
        return {"format": "png", "data": list(signature_scan(row.signature, row.number))}
    return {"format": "svg", "data": _drawn(row.signature)}


def _drawn(strokes: Strokes) -> str:
    """The strokes as SVG, cut to what was drawn."""
    points = [point for stroke in strokes for point in stroke]
    left, top = min(x for x, _y in points), min(y for _x, y in points)
    width, height = max(x for x, _y in points) - left, max(y for _x, y in points) - top
    pen = _PEN * max(height, width / 4) or 1.0
    box = f"{left - pen:.3f} {top - pen:.3f} {width + 2 * pen:.3f} {height + 2 * pen:.3f}"
    lines = "".join(
        "M" + "L".join(f"{x:.3f} {y:.3f}" for x, y in (stroke if len(stroke) > 1 else stroke * 2)) for stroke in strokes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path d="{lines}" fill="none" stroke="#10201a" '
        f'stroke-width="{pen:.3f}" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def signature_scan(data: bytes, place: str) -> bytes:
    """A scanned or photographed signature, PNG or JPEG, as a grey PNG as small as its place: upright, and without what a camera adds.

    YimatongError `register-signature` where the bytes are no picture.
    """
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail(_SCAN)
            grey = upright.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as problem:
        raise YimatongError(
            "register-signature",
            _("the scanned signature is no PNG or JPEG picture, or it is damaged."),
            place=place,
            remedy=_("scan the signature again."),
        ) from problem
    out = BytesIO()
    grey.save(out, "PNG")
    return out.getvalue()
