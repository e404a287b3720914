"""Telling somebody in person on a grid worker's phone: the list, what is said, whom, and what came of it."""

from __future__ import annotations

import pytest

from tests.browser.awaiting import awaited
from tests.browser.barriers import problems, sideways
from tests.browser.conftest import City, Open, screenshot

WAITING = "select id from outreach where closed_at is null order by due_at, id"


@pytest.fixture
def waiting(city: City) -> int:
    """One of the demo's tasks; its worker finds within seconds whom the order of today keeps at home and nothing reaches."""
    rows = awaited(lambda: city.rows(WAITING))
    return int(rows[0][0])


@pytest.mark.parametrize(("language", "size"), [("zh", "phone"), ("en", "phone"), ("en", "desktop")])
def test_somebody_is_told_at_the_door(office: Open, city: City, waiting: int, language: str, size: str) -> None:
    watched = office(language, size, role="clerk")
    page, wrong = watched.page, {}
    name = city.value("select p.name from outreach o join people p on p.number = o.person_id where o.id = %s", waiting)
    watched.go("/outreach/")
    screenshot(page, f"outreach-{language}-{size}")
    wrong["list"] = problems(page)
    assert name not in page.inner_text("main")
    page.click(f'a[href="/outreach/{waiting}/"]')
    watched.settled()
    screenshot(page, f"outreach-task-{language}-{size}")
    wrong["task"] = problems(page)
    assert ("请向对方读出" if language == "zh" else "Read it out loud") in page.inner_text("[data-words]")
    assert name not in page.inner_text("main")
    page.fill("[name=words]", "2020-117 上门")
    page.click('form[action$="/details/"] button')
    watched.settled()
    screenshot(page, f"outreach-opened-{language}-{size}")
    wrong["opened"] = problems(page)
    assert name in page.inner_text("[data-opened]")
    page.click("button[value=nobody]")
    watched.settled()
    screenshot(page, f"outreach-tried-{language}-{size}")
    wrong["tried"] = problems(page)
    assert page.get_attribute("[data-state]", "data-state") == "tried"
    assert sideways(page) == 0
    page.click("button[value=told]")
    watched.settled()
    screenshot(page, f"outreach-closed-{language}-{size}")
    wrong["closed"] = problems(page)
    assert {step: found for step, found in wrong.items() if found} == {}
    assert city.value("select outcome from outreach where id = %s", waiting) == "told"
