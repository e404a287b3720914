"""The offline desk's page."""

from __future__ import annotations

from django.template.loader import render_to_string

from yimatong.core.text import message_in
from yimatong.edges.web.devices.installed import NIGHT, BuiltPage, InstalledPage
from yimatong.records import calendar

PAGE = BuiltPage("desk", message_in("page", "offline desk"))


def _shell() -> str:
    return render_to_string(
        "desk_app/shell.html", {"assets": PAGE.assets(), "night": NIGHT, "ahead": calendar.zone().offset}
    )


APP = InstalledPage(
    built=PAGE,
    urls="desk-app",
    name=message_in("page", "One-code pass · offline desk"),
    short_name=message_in("page", "Offline desk"),
    description=message_in("page", "Issues paper passes door to door without a network."),
    shell=_shell,
    permissions="camera=(), geolocation=(), microphone=(), payment=(), usb=()",
)
