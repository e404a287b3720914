"""Shell, worker, manifest and icons of the code page: the same for everybody, so that they can be kept anywhere."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from yimatong.edges.web.code.files import ICONS, PAGE
from yimatong.edges.web.installed import HALF_A_DAY, TYPES, Kept, hashed
from yimatong.edges.web.palette import style_sheet
from yimatong.edges.web.policies import installed_policy

NIGHT = "#12283d"


@require_safe
@cache_control(no_cache=True)
def shell(request: HttpRequest) -> HttpResponse:
    """The page without anybody in it; everything else the phone adds itself."""
    return HttpResponse(_shell())


@require_safe
@cache_control(public=True, max_age=HALF_A_DAY)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of the page's files before it: another list is another script, and so an update."""
    return HttpResponse(PAGE.worker(_kept()), content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=HALF_A_DAY)
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to install the page."""
    return JsonResponse(
        _manifest(), content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


@require_safe
@cache_control(public=True, max_age=HALF_A_DAY)
def icon(request: HttpRequest, name: str) -> HttpResponse:
    """One of the page's drawings."""
    if name not in ICONS:
        raise Http404
    return HttpResponse(PAGE.built(name).read_bytes(), content_type=TYPES[name.rpartition(".")[2]])


def _shell() -> str:
    palette = installed_policy().palette
    shown = {
        str(colour): {"shape": swatch.shape, "word": {"zh": swatch.word.zh, "en": swatch.word.en}}
        for colour, swatch in palette.items()
    }
    return render_to_string("code/shell.html", {"assets": PAGE.assets(), "page": {"palette": shown}, "night": NIGHT})


def _manifest() -> dict[str, object]:
    def drawing(name: str, sizes: str, purpose: str) -> dict[str, str]:
        return {
            "src": reverse("code:icon", args=[name]),
            "sizes": sizes,
            "type": TYPES[name.rpartition(".")[2]],
            "purpose": purpose,
        }

    home = reverse("code:shell")
    return {
        "id": home,
        "start_url": home,
        "scope": home,
        "name": "一码通 · 电子码",
        "short_name": "电子码",
        "description": "出示电子码，没有网络也能用。Shows the e-code, also without a network.",
        "lang": "zh-Hans",
        "dir": "ltr",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f3f5f8",
        "theme_color": NIGHT,
        "categories": ["government", "health"],
        "icons": [
            drawing("icon.svg", "any", "any"),
            drawing("icon-192.png", "192x192", "any"),
            drawing("icon-512.png", "512x512", "any"),
            drawing("maskable-512.png", "512x512", "maskable"),
            drawing("maskable.svg", "any", "maskable"),
        ],
    }


def _kept() -> list[Kept]:
    """Everything that the page needs without a network."""
    home, palette = reverse("code:shell"), style_sheet(installed_policy().palette)
    listed = json.dumps(_manifest(), ensure_ascii=False)
    return [
        Kept(home, hashed(_shell().encode())),
        Kept(reverse("web:palette"), hashed(palette.encode())),
        Kept(reverse("code:manifest"), hashed(listed.encode())),
        Kept(reverse("code:icon", args=["icon.svg"]), hashed(PAGE.built("icon.svg").read_bytes())),
        *PAGE.assets().values(),
    ]
