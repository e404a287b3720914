"""The code page."""

from __future__ import annotations

from django.template.loader import render_to_string

from yimatong.core.text import message_in
from yimatong.edges.web.devices.installed import NIGHT, BuiltPage, InstalledPage, palette_of_page
from yimatong.records import calendar
from yimatong.stations.passes.actions.publishing import roots

PAGE = BuiltPage("code", message_in("page", "code"))


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
    name=message_in("page", "One-code pass · e-code"),
    short_name=message_in("page", "E-code"),
    description=message_in("page", "Shows the e-code, also without a network."),
    shell=_shell,
    orientation="portrait",
    file="icon",
)
