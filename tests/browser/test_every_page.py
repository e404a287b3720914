"""What holds for each page, in both languages and at both sizes: no barrier, no sideways scrolling, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.barriers import LOOKED_INTO, barriers, resized, sideways
from tests.browser.conftest import SIZES, City, Open, Watched, screenshot
from tests.browser.looking import WITH_DOCUMENT, list_people, open_person

AT_200_PERCENT = (640, 450)
"""A window of 1280 pixels at 200 % has the room of one of 640."""


def first_run(watched: Watched, city: City) -> None:
    watched.go(f"/runs/{city.value('select max(number) from runs')}/")


def somebody_red(watched: Watched, city: City) -> None:
    open_person(watched, city, city.value(WITH_DOCUMENT.format("min"), "red"))


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
    "look-sums": at("/looks/sums/?days=30"),
    "declarations": at("/declarations/"),
}


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
                screenshot(watched.page, f"{name}-{language}-{size}")
            if pixels := sideways(watched.page):
                wide[name, size] = pixels
            if (language, size) in LOOKED_INTO and (problems := barriers(watched.page)):
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
        screenshot(watched.page, f"{name}-{language}-{size}")
        assert sideways(watched.page) == 0
        assert barriers(watched.page) == []
