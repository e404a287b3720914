"""What holds for each page, in both languages and at both sizes: no barrier, no sideways scrolling, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import ROOT, SIZES, City, Open, Watched, screenshot
from tests.browser.looking import list_people, open_person

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LOOKED_INTO = (("zh", "desktop"), ("en", "phone"))
AT_200_PERCENT = (640, 450)
"""A window of 1280 pixels at 200 % has the room of one of 640."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

LOOK = """rules => axe.run(document, { runOnly: rules, resultTypes: ["violations"] }).then(found => ({
  passes: found.passes.length,
  barriers: found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)}`)),
}))"""
"""Only what is wrong leaves the page: to hand over all that axe-core says takes as long as to look."""


def first_run(watched: Watched, city: City) -> None:
    watched.go(f"/runs/{city.value('select max(number) from runs')}/")


def somebody_red(watched: Watched, city: City) -> None:
    open_person(watched, city.value("select min(person) from current_verdicts where colour = 'red'"))


def first_delivery(watched: Watched, city: City) -> None:
    watched.go(f"/deliveries/{city.value('select min(id) from deliveries')}/")


def at(path: str) -> Callable[[Watched, City], None]:
    return lambda watched, city: watched.go(path)


PAGES: dict[str, Callable[[Watched, City], None]] = {
    "overview": at("/"),
    "runs": at("/runs/"),
    "run": first_run,
    "people-why": at("/people/"),
    "people": lambda watched, city: list_people(watched),
    "open-one": at("/people/open/"),
    "explanation": somebody_red,
    "policy": at("/policy/"),
    "deliveries": at("/deliveries/"),
    "delivery": first_delivery,
    "places": at("/places/"),
    "looks": at("/looks/"),
    "declarations": at("/declarations/"),
}


@cache
def axe_core() -> str:
    """What looks for barriers, as one script."""
    return AXE.read_text()


def page_of(watched: Watched | Page) -> Page:
    return watched if isinstance(watched, Page) else watched.page


def sideways(watched: Watched | Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(page_of(watched).evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def barriers(watched: Watched | Page) -> list[str]:
    """What axe-core finds: rule, and the element."""
    page = page_of(watched)
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_core())
    found = page.evaluate(LOOK, RULES)
    assert found["passes"]
    return [str(barrier) for barrier in found["barriers"]]


def resized(watched: Watched, size: tuple[int, int]) -> None:
    """The same page in a window of another size, once it has been drawn in it."""
    width, height = size
    watched.page.set_viewport_size({"width": width, "height": height})
    watched.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    watched.settled()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_scrolls_sideways_or_has_a_barrier(office: Open, city: City, language: str) -> None:
    watched = office(language)
    wide, found = {}, {}
    for name, go in PAGES.items():
        resized(watched, SIZES["desktop"])
        go(watched, city)
        for size, room in {**SIZES, "200 %": AT_200_PERCENT}.items():
            resized(watched, room)
            if size in SIZES:
                screenshot(watched, f"{name}-{language}-{size}")
            if pixels := sideways(watched):
                wide[name, size] = pixels
            # Each language and each size once: what a barrier is made of differs by one of them at a time.
            if (language, size) in LOOKED_INTO and (problems := barriers(watched)):
                found[name, size] = problems
    assert wide == {}
    assert found == {}


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_outside_the_office_have_no_barrier_either(open_page: Open, language: str, size: str) -> None:
    watched = open_page(language, size)
    watched.expected.append("Failed to load resource: the server responded with a status of 404")
    for name, path in (("login", "/login/"), ("not-found", "/nothing-here/")):
        watched.go(path)
        screenshot(watched, f"{name}-{language}-{size}")
        assert sideways(watched) == 0
        assert barriers(watched) == []
