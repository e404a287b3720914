"""Pages that a device installs and keeps whole: what web/build.mjs made of them, and the addresses that each such page has."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from whitenoise.responders import StaticFile

from yimatong.core.errors import YimatongError
from yimatong.core.text import DEFAULT, SOURCE, Text, in_all, message
from yimatong.edges.web.everybody.palette import style_sheet
from yimatong.edges.web.everybody.policies import installed_policy

TYPES = {"svg": "image/svg+xml", "png": "image/png"}
ICONS = ("icon.svg", "maskable.svg", "icon-192.png", "icon-512.png", "maskable-512.png", "apple-touch-icon.png")
NIGHT = "#12283d"
"""The colour of the bar over an installed page."""
HALF_A_DAY = 43_200
"""Seconds that a browser may use a worker's script without asking: opening the page asks the application nothing."""


class Kept(NamedTuple):
    """An address that the device keeps, and the hash of what is there."""

    url: str
    hash: str


@dataclass(frozen=True)
class BuiltPage:
    """A page of the browser side: its folder below `web/`, and what it is called in a mistake."""

    folder: str
    name: Text

    def built(self, name: str) -> Path:
        """A file of the built page; a mistake with its remedy where the page was never built."""
        found = finders.find(f"web/{self.folder}/{name}")
        if not found:
            raise YimatongError(
                f"{self.folder}-page-not-built",
                message("The {page} page has not been built.", page=self.name),
                place=name,
                remedy=message("Run npm run build."),
            )
        return Path(found)

    def given(self, request: HttpRequest, name: str, type_: str) -> HttpResponse:
        """A file in the smallest form that the browser takes (web/compress.mjs), chosen as WhiteNoise chooses what is static."""
        path = str(self.built(name))
        file = StaticFile(path, [("Content-Type", type_)], {"br": f"{path}.br", "gzip": f"{path}.gz"})
        chosen, headers = file.get_path_and_headers(request.META)
        return HttpResponse(Path(chosen).read_bytes(), headers=dict(headers))

    def files(self) -> dict[str, dict[str, str]]:
        """What was built, by kind: `name` and `hash` of each."""
        listed: dict[str, dict[str, str]] = json.loads(self.built("files.json").read_text(encoding="utf-8"))
        return listed

    def assets(self) -> dict[str, Kept]:
        """The script (`js`) and the style sheet (`css`); their names hold their hashes."""
        listed = self.files()
        return {
            kind: Kept(static(f"web/{self.folder}/{listed[kind]['name']}"), listed[kind]["hash"])
            for kind in ("js", "css")
        }

    def worker(self, files: list[Kept]) -> str:
        """The service worker's script with the list of what it keeps: another list is another script, and so an update."""
        version = hashed("".join(f"{file.url} {file.hash}\n" for file in files).encode())
        listed = json.dumps([file._asdict() for file in files])
        return f'const VERSION="{version}",FILES={listed};\n{self.built("sw.js").read_text(encoding="utf-8")}'


@dataclass(frozen=True)
class InstalledPage:
    """A page as a device installs it: the same for everybody, so that it can be kept anywhere.

    `urls` is the namespace of its addresses, `file` the name of the one that gives its drawings. `shell` is its HTML, without
    anybody in it; `more` is what it keeps besides. `permissions` is its Permissions-Policy, where it has one of its own.
    """

    built: BuiltPage
    urls: str
    name: Text
    short_name: Text
    description: Text
    shell: Callable[[], str]
    permissions: str = ""
    orientation: str = "any"
    file: str = "file"
    more: Callable[[], Iterable[Kept]] = tuple

    def addresses(self, file: Callable[..., HttpResponse] | None = None) -> list[URLPattern]:
        """Shell, service worker, manifest and files; `file` is for a page that gives more than its drawings."""
        asked_anew, for_a_while = cache_control(no_cache=True), cache_control(public=True, max_age=HALF_A_DAY)
        return [
            path("", require_safe(asked_anew(self._page)), name="shell"),
            path("sw.js", require_safe(for_a_while(self._worker)), name="worker"),
            path("manifest.webmanifest", require_safe(for_a_while(self._listed)), name="manifest"),
            path("<word:name>", require_safe(file or for_a_while(self.drawing)), name=self.file),
        ]

    def manifest(self) -> dict[str, object]:
        """What a device needs to install the page."""
        home = reverse(f"{self.urls}:shell")
        return {
            "id": home,
            "start_url": home,
            "scope": home,
            "name": self.name.of(DEFAULT),
            "short_name": self.short_name.of(DEFAULT),
            "description": "".join(map(self.description.of, (DEFAULT, SOURCE))),
            "lang": "zh-Hans",
            "dir": "ltr",
            "display": "standalone",
            "orientation": self.orientation,
            "background_color": "#f3f5f8",
            "theme_color": NIGHT,
            "categories": ["government", "health"],
            "icons": _icons(f"{self.urls}:{self.file}"),
        }

    def kept(self) -> list[Kept]:
        """Everything that the page needs without a network, and nothing else."""
        palette, listed = style_sheet(installed_policy().palette), json.dumps(self.manifest(), ensure_ascii=False)
        icon = hashed(self.built.built("icon.svg").read_bytes())
        return [
            Kept(reverse(f"{self.urls}:shell"), hashed(self.shell().encode())),
            Kept(reverse("web:palette"), hashed(palette.encode())),
            Kept(reverse(f"{self.urls}:manifest"), hashed(listed.encode())),
            Kept(reverse(f"{self.urls}:{self.file}", args=["icon.svg"]), icon),
            *self.built.assets().values(),
            *self.more(),
        ]

    def drawing(self, request: HttpRequest, name: str) -> HttpResponse:
        """One of the page's drawings."""
        if name not in ICONS:
            raise Http404
        return HttpResponse(self.built.built(name).read_bytes(), content_type=TYPES[name.rpartition(".")[2]])

    def _page(self, request: HttpRequest) -> HttpResponse:
        """The page; everything else the device adds itself."""
        return HttpResponse(
            self.shell(), headers={"Permissions-Policy": self.permissions} if self.permissions else None
        )

    def _worker(self, request: HttpRequest) -> HttpResponse:
        """The service worker, with the list of the page's files before it."""
        return HttpResponse(self.built.worker(self.kept()), content_type="text/javascript; charset=utf-8")

    def _listed(self, request: HttpRequest) -> JsonResponse:
        return JsonResponse(
            self.manifest(), content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
        )


def palette_of_page() -> dict[str, object]:
    """Shapes and words of the colours, for a page that says them without a server."""
    return {
        str(colour): {"shape": swatch.shape, "word": in_all(swatch.word)}
        for colour, swatch in installed_policy().palette.items()
    }


def _icons(address: str) -> list[dict[str, str]]:
    found = (
        ("icon.svg", "any", "any"), ("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"),
        ("maskable-512.png", "512x512", "maskable"), ("maskable.svg", "any", "maskable"),
    )  # fmt: skip
    return [
        {
            "src": reverse(address, args=[name]),
            "sizes": sizes,
            "type": TYPES[name.rpartition(".")[2]],
            "purpose": purpose,
        }
        for name, sizes, purpose in found
    ]


def hashed(content: bytes) -> str:
    """Sixteen signs that name a content."""
    return hashlib.sha256(content).hexdigest()[:16]
