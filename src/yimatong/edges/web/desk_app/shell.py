"""Shell, worker, manifest and icons of the offline desk's page: the same for everybody, so that they can be kept anywhere."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from yimatong.edges.web.installed import HALF_A_DAY, TYPES, BuiltPage, Kept, hashed, manifest_icons
from yimatong.edges.web.palette import style_sheet
from yimatong.edges.web.policies import installed_policy

PAGE = BuiltPage("desk", zh="离线窗口", en="offline desk")
ICONS = ("icon.svg", "maskable.svg", "icon-192.png", "icon-512.png", "maskable-512.png", "apple-touch-icon.png")
NIGHT = "#12283d"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


@require_safe
@cache_control(no_cache=True)
def page(request: HttpRequest) -> HttpResponse:
    """The page without anybody in it; everything else the tablet adds itself."""
    return HttpResponse(_shell(), headers={"Permissions-Policy": PERMISSIONS})


@require_safe
@cache_control(public=True, max_age=HALF_A_DAY)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of the page's files before it."""
    return HttpResponse(PAGE.worker(_kept()), content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=HALF_A_DAY)
def manifest(request: HttpRequest) -> JsonResponse:
    """What a tablet needs to install the page."""
    return JsonResponse(
        _manifest(), content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


@require_safe
@cache_control(public=True, max_age=HALF_A_DAY)
def drawing(request: HttpRequest, name: str) -> HttpResponse:
    """One of the page's drawings."""
    if name not in ICONS:
        raise Http404
    return HttpResponse(PAGE.built(name).read_bytes(), content_type=TYPES[name.rpartition(".")[2]])


def _shell() -> str:
    return render_to_string("desk_app/shell.html", {"assets": PAGE.assets(), "night": NIGHT})


def _manifest() -> dict[str, object]:
    home = reverse("desk-app:shell")
    return {
        "id": home,
        "start_url": home,
        "scope": home,
        "name": "一码通 · 离线发证窗口",
        "short_name": "离线窗口",
        "description": "没有网络也能上门发证，有网络后自动上传。Issues paper passes door to door without a network.",
        "lang": "zh-Hans",
        "dir": "ltr",
        "display": "standalone",
        "orientation": "any",
        "background_color": "#f3f5f8",
        "theme_color": NIGHT,
        "categories": ["government", "health"],
        "icons": manifest_icons("desk-app:file"),
    }


def _kept() -> list[Kept]:
    """Everything that the page needs without a network, and nothing else."""
    palette = style_sheet(installed_policy().palette)
    listed = json.dumps(_manifest(), ensure_ascii=False)
    return [
        Kept(reverse("desk-app:shell"), hashed(_shell().encode())),
        Kept(reverse("web:palette"), hashed(palette.encode())),
        Kept(reverse("desk-app:manifest"), hashed(listed.encode())),
        Kept(reverse("desk-app:file", args=["icon.svg"]), hashed(PAGE.built("icon.svg").read_bytes())),
        *PAGE.assets().values(),
    ]
