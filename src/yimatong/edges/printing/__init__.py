"""Paper: passes, blanks and register pages as PDF, set by Typst. Values in, bytes out; no database, no clock, no network.

What other edges call:

    card(passes, *, form="card", languages=("zh", "en")) -> bytes      PDF; form: card, a4, sheet, thermal58, thermal80
    write_many(passes, out, *, form="card", languages=..., total=None, progress=None) -> Written(passes, pages, size)
        any number of passes into one PDF, chunk by chunk, with bounded memory; progress(done, total) after each chunk
    streamed(passes, *, form="card", languages=...) -> bytes, bytes, ...       the same file in pieces, as they are set
    whole_file(path) -> context of a file                              it is there whole when all went well, or not at all
    pictures(passes, *, form="card", languages=..., dpi=300) -> [PNG, ...]     the same pages for a screen
    register_page(RegisterPage(...), languages=...) -> bytes           one page; register_pages(pages) -> bytes  several
    register_pictures(pages, dpi=150) -> [PNG, ...]
    signature_scan(data, place) -> PNG                                 a scan or photograph of a signature, as the register keeps it
    blanks(numbers, point, *, languages=...) -> bytes                  pre-printed numbered blanks with a duplicate stub
    PrintedPass, RegisterPage, RegisterRow, RegisterTotals             see document.py
    unprintable(text) -> str                                           the signs that the font lacks, in their order

Mistakes are YimatongError: `paper-qr` (no text, or too long), `paper-form`, `paper-language`, `paper-empty`.
The same values give the same bytes.
"""

from __future__ import annotations

from yimatong.edges.printing.blanks import blanks
from yimatong.edges.printing.cards import Written, card, pictures, streamed, write_many
from yimatong.edges.printing.document import (
    BOTH,
    FORMS,
    ROWS_A_PAGE,
    Form,
    Languages,
    PrintedPass,
    RegisterPage,
    RegisterRow,
    RegisterTotals,
    Strokes,
)
from yimatong.edges.printing.filing import whole_file
from yimatong.edges.printing.glyphs import unprintable
from yimatong.edges.printing.register import register_page, register_pages, register_pictures, signature_scan

__all__ = [
    "BOTH",
    "FORMS",
    "ROWS_A_PAGE",
    "Form",
    "Languages",
    "PrintedPass",
    "RegisterPage",
    "RegisterRow",
    "RegisterTotals",
    "Strokes",
    "Written",
    "blanks",
    "card",
    "pictures",
    "register_page",
    "register_pages",
    "register_pictures",
    "signature_scan",
    "streamed",
    "unprintable",
    "whole_file",
    "write_many",
]
