"""Shell, workers, manifest and icons of the scanner's page: the same for everybody, so that they can be kept anywhere."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from yimatong.edges.web.installed import HALF_A_DAY, TYPES, Kept, hashed, manifest_icons
from yimatong.edges.web.palette import style_sheet
from yimatong.edges.web.policies import installed_policy
from yimatong.edges.web.scan.files import ICONS, PAGE, reader_type, readers

NIGHT = "#12283d"
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
"""A thermometer by Bluetooth or cable is asked for by this page and by no other."""


@require_safe
@cache_control(no_cache=True)
def shell(request: HttpRequest) -> HttpResponse:
    """The page without anybody in it; everything else the device adds itself."""
    return HttpResponse(_shell(), headers={"Permissions-Policy": PERMISSIONS})


@require_safe
@cache_control(public=True, max_age=HALF_A_DAY)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of the page's files before it."""
    return HttpResponse(PAGE.worker(_kept()), content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=HALF_A_DAY)
def manifest(request: HttpRequest) -> JsonResponse:
    """What a device needs to install the page."""
    return JsonResponse(
        _manifest(), content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponse:
    """One of the page's drawings, or of the files that read codes; a reader's name holds its hash, so it never changes."""
    if name in ICONS:
        drawing = HttpResponse(PAGE.built(name).read_bytes(), content_type=TYPES[name.rpartition(".")[2]])
        drawing.headers["Cache-Control"] = f"public, max-age={HALF_A_DAY}"
        return drawing
    type_ = reader_type(name)
    if type_ is None:
        raise Http404
    headers = {"Content-Security-Policy": READER_POLICY, "Cache-Control": f"public, max-age={A_YEAR}, immutable"}
    return HttpResponse(PAGE.built(name).read_bytes(), content_type=type_, headers=headers)


def _shell() -> str:
    palette = installed_policy().palette
    shown = {
        str(colour): {"shape": swatch.shape, "word": {"zh": swatch.word.zh, "en": swatch.word.en}}
        for colour, swatch in palette.items()
    }
    return render_to_string("scan/shell.html", {"assets": PAGE.assets(), "page": {"palette": shown}, "night": NIGHT})


def _manifest() -> dict[str, object]:
    home = reverse("scan:shell")
    return {
        "id": home,
        "start_url": home,
        "scope": home,
        "name": "一码通 · 卡点扫码",
        "short_name": "卡点扫码",
        "description": "卡点扫码、测温、登记，没有网络也能用。Checks codes and passes at a checkpoint, also without a network.",
        "lang": "zh-Hans",
        "dir": "ltr",
        "display": "standalone",
        "orientation": "any",
        "background_color": "#f3f5f8",
        "theme_color": NIGHT,
        "categories": ["government", "health"],
        "icons": manifest_icons("scan:file"),
    }


def _kept() -> list[Kept]:
    """Everything that the page needs without a network, and nothing else."""
    home, palette = reverse("scan:shell"), style_sheet(installed_policy().palette)
    listed = json.dumps(_manifest(), ensure_ascii=False)
    return [
        Kept(home, hashed(_shell().encode())),
        Kept(reverse("web:palette"), hashed(palette.encode())),
        Kept(reverse("scan:manifest"), hashed(listed.encode())),
        Kept(reverse("scan:file", args=["icon.svg"]), hashed(PAGE.built("icon.svg").read_bytes())),
        *PAGE.assets().values(),
        *readers().values(),
    ]
