"""What is wrong with a page as it stands: barriers that axe-core finds, and what is wider than the window."""

from __future__ import annotations

from functools import cache

from playwright.sync_api import Page

from tests.browser.conftest import ROOT, Watched

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LOOKED_INTO = (("zh", "desktop"), ("en", "phone"))
"""Each language and each size once: what a barrier is made of differs by one of them at a time."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

LOOK = """rules => axe.run(document, { runOnly: rules, resultTypes: ["violations"] }).then(found => ({
  passes: found.passes.length,
  barriers: found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)}`)),
}))"""
"""Only what is wrong leaves the page: to hand over all that axe-core says takes as long as to look."""


@cache
def axe_core() -> str:
    """What looks for barriers, as one script."""
    return AXE.read_text()


def sideways(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def barriers(page: Page) -> list[str]:
    """What axe-core finds: rule, and the element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_core())
    found = page.evaluate(LOOK, RULES)
    assert found["passes"]
    return [str(barrier) for barrier in found["barriers"]]


def too_wide(page: Page) -> list[str]:
    """Nothing, or by how much the page is wider than the window."""
    pixels = sideways(page)
    return [f"{pixels} pixels too wide"] if pixels else []


def problems(page: Page) -> list[str]:
    """Both."""
    return barriers(page) + too_wide(page)


def resized(watched: Watched, size: tuple[int, int]) -> None:
    """The same page in a window of another size, once it has been drawn in it."""
    width, height = size
    watched.page.set_viewport_size({"width": width, "height": height})
    watched.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    watched.settled()
