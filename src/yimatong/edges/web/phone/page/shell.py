"""The code page."""

from __future__ import annotations

from django.template.loader import render_to_string

from yimatong.edges.web.devices.installed import NIGHT, BuiltPage, InstalledPage, palette_of_page
from yimatong.records import calendar
from yimatong.stations.passes.actions.publishing import roots

PAGE = BuiltPage("code", zh="电子码", en="code")


def _shell() -> str:
    shown = {
        "assets": PAGE.assets(),
        "page": {"palette": palette_of_page(), "roots": roots()},
        "night": NIGHT,
        "ahead": calendar.zone().offset,
    }
    return render_to_string("code/shell.html", shown)


APP = InstalledPage(
    built=PAGE,
    urls="code",
    name="一码通 · 电子码",
    short_name="电子码",
    description="出示电子码，没有网络也能用。Shows the e-code, also without a network.",
    shell=_shell,
    orientation="portrait",
    file="icon",
)
