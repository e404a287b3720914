"""The pages that are generated from a policy: its explanation and its specimens, in both languages."""

from __future__ import annotations

from pathlib import Path

from yimatong.core.errors import Language
from yimatong.core.policy.checkpoint_pages import checkpoints_page, travellers_page
from yimatong.core.policy.explain import explain
from yimatong.core.policy.load import load
from yimatong.core.policy.scene_pages import scene_page
from yimatong.core.policy.specimens import load_specimens
from yimatong.core.policy.travellers import load_travellers

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def pages_of(folder: Path) -> dict[str, str]:
    """Return a policy's pages by file name: `<id>.zh.md`, `<id>.specimens.zh.md`, and the same in English.

    A folder with a checkpoints.yaml has `<id>.checkpoints.zh.md` too, one with travellers `<id>.checkpoints.travellers.zh.md`.
    """
    policy = load(folder)
    specimens = load_specimens(folder, policy)
    travellers = load_travellers(folder)
    pages: dict[str, str] = {}
    for language in LANGUAGES:
        pages[f"{policy.id}.{language}.md"] = explain(policy, language)
        pages[f"{policy.id}.specimens.{language}.md"] = scene_page(policy, specimens, language)
        if (folder / "checkpoints.yaml").is_file():
            pages[f"{policy.id}.checkpoints.{language}.md"] = checkpoints_page(policy, language)
        if travellers:
            pages[f"{policy.id}.checkpoints.travellers.{language}.md"] = travellers_page(policy, travellers, language)
    return pages
