"""The scanner's page, and the files that read codes in pictures."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

from yimatong.core.text import message_in
from yimatong.edges.web.devices.installed import HALF_A_DAY, ICONS, NIGHT, InstalledPage, palette_of_page
from yimatong.edges.web.scanner.page.files import PAGE, reader_type, readers
from yimatong.records import calendar

A_YEAR = 31_536_000
READER_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
    )
)
"""The reading worker alone may compile WebAssembly, and may fetch from here alone."""
PERMISSIONS = "camera=(self), bluetooth=(self), serial=(self), screen-wake-lock=(self), geolocation=(), microphone=(), payment=(), usb=()"
"""A thermometer or a turnstile, by Bluetooth or cable, is asked for by this page and by no other."""


def file(request: HttpRequest, name: str) -> HttpResponse:
    """One of the page's drawings, or of the files that read codes; a reader's name holds its hash, so it never changes."""
    if name in ICONS:
        drawing = APP.drawing(request, name)
        drawing.headers["Cache-Control"] = f"public, max-age={HALF_A_DAY}"
        return drawing
    type_ = reader_type(name)
    if type_ is None:
        raise Http404
    reader = PAGE.given(request, name, type_)
    reader.headers["Content-Security-Policy"] = READER_POLICY
    reader.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return reader


def _shell() -> str:
    shown = {
        "assets": PAGE.assets(),
        "page": {"palette": palette_of_page()},
        "night": NIGHT,
        "ahead": calendar.zone().offset,
    }
    return render_to_string("scan/shell.html", shown)


APP = InstalledPage(
    built=PAGE,
    urls="scan",
    name=message_in("page", "One-code pass · scanner"),
    short_name=message_in("page", "Scanner"),
    description=message_in("page", "Checks codes and passes at a checkpoint, also without a network."),
    shell=_shell,
    permissions=PERMISSIONS,
    more=lambda: readers().values(),
)
