"""The pages that are generated from a policy: its explanation and its specimens, in both languages."""

from __future__ import annotations

from pathlib import Path

from yimatong.core.errors import Language
from yimatong.core.policy.explain import explain
from yimatong.core.policy.load import load
from yimatong.core.policy.scene_pages import scene_page
from yimatong.core.policy.specimens import load_specimens

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def pages_of(folder: Path) -> dict[str, str]:
    """Return a policy's pages by file name: `<id>.zh.md`, `<id>.en.md`, `<id>.specimens.zh.md`, `<id>.specimens.en.md`."""
    policy = load(folder)
    specimens = load_specimens(folder, policy)
    pages: dict[str, str] = {}
    for language in LANGUAGES:
        pages[f"{policy.id}.{language}.md"] = explain(policy, language)
        pages[f"{policy.id}.specimens.{language}.md"] = scene_page(policy, specimens, language)
    return pages
