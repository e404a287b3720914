"""The offline desk's page."""

from __future__ import annotations

from django.template.loader import render_to_string

from yimatong.edges.web.devices.installed import NIGHT, BuiltPage, InstalledPage
from yimatong.records import calendar

PAGE = BuiltPage("desk", zh="离线窗口", en="offline desk")


def _shell() -> str:
    return render_to_string(
        "desk_app/shell.html", {"assets": PAGE.assets(), "night": NIGHT, "ahead": calendar.zone().offset}
    )


APP = InstalledPage(
    built=PAGE,
    urls="desk-app",
    name="一码通 · 离线发证窗口",
    short_name="离线窗口",
    description="没有网络也能上门发证，有网络后自动上传。Issues paper passes door to door without a network.",
    shell=_shell,
    permissions="camera=(), geolocation=(), microphone=(), payment=(), usb=()",
)
