"""Pages that a device installs and keeps whole: what web/build.mjs made of them, and the parts that each such page is of."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse

from yimatong.core.errors import YimatongError

TYPES = {"svg": "image/svg+xml", "png": "image/png"}
HALF_A_DAY = 43_200
"""Seconds that a browser may use a worker's script without asking: opening the page asks the server nothing."""


class Kept(NamedTuple):
    """An address that the device keeps, and the hash of what is there."""

    url: str
    hash: str


@dataclass(frozen=True)
class BuiltPage:
    """A page of the browser side: its folder below `web/`, and what it is called in a mistake."""

    folder: str
    zh: str
    en: str

    def built(self, name: str) -> Path:
        """A file of the built page; a mistake with its remedy where the page was never built."""
        found = finders.find(f"web/{self.folder}/{name}")
        if not found:
            raise YimatongError(
                f"{self.folder}-page-not-built",
                zh=f"{self.zh}页面尚未构建。",
                en=f"The {self.en} page has not been built.",
                place=name,
                remedy_zh="运行 npm run build。",
                remedy_en="Run npm run build.",
            )
        return Path(found)

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


def manifest_icons(address: str) -> list[dict[str, str]]:
    """The drawings of a page's manifest; `address` names the view that gives a file."""
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
