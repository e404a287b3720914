"""P8, P14, A10, S16, D9: a clerk's day without a network on a tablet, door to door, with a browser that is killed in the middle of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import BrowserType

from tests.browser.barriers import problems
from tests.browser.conftest import City, Open, screenshot
from tests.browser.tablets import WELL, Tablet, people_of, secret_of

POINT = "select id from issuing_points where scope = 'everybody'"


@pytest.fixture
def tablet(
    city: City, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Tablet]:
    made = Tablet(browser_type, browser_type_launch_args, city.address, tmp_path / "tablet")
    yield made
    made.close()


def looked(tablet: Tablet, name: str) -> list[str]:
    """A picture of the screen, and what is wrong with it."""
    screenshot(tablet.page, f"offline-{name}")
    return [f"{name}: {one}" for one in problems(tablet.page)]


def test_a_day_without_a_network_and_a_browser_that_is_killed(tablet: Tablet, office: Open, city: City) -> None:
    point = int(city.value(POINT))
    clerk = office("zh", "desktop", role="clerk")
    tablet.enrol(secret_of(clerk.page, city.address, point))
    wrong = looked(tablet, "before")
    people = people_of(city.home, point)
    tablet.carry()
    wrong += looked(tablet, "home")

    tablet.cut(off=True)
    first = people["green"][0]
    tablet.find(first)
    tablet.press("compared")
    wrong += looked(tablet, "sign")
    numbers = [tablet.issue()]
    assert re.fullmatch(r"\d{6}-\d{7}-\d", numbers[0])
    wrong += looked(tablet, "issued")
    tablet.page.wait_for_selector("[data-net=off]")
    assert tablet.page.evaluate("navigator.onLine"), "it found out by asking"
    tablet.next()
    tablet.find(people["other"][0])
    assert tablet.page.get_attribute("[data-refused]", "data-refused") == "not-green"
    wrong += looked(tablet, "refused")
    tablet.next()
    tablet.find({"document": people["stranger"], "name": "周小山"})
    tablet.press("declare")
    tablet.page.fill("[name=phone]", "13800000088")
    tablet.page.wait_for_selector("[data-kept=all]")

    tablet.kill()
    tablet.open(offline=True)
    wrong += looked(tablet, "locked")
    tablet.unlock()
    assert tablet.queued() == 4
    tablet.press("draft")
    assert tablet.page.input_value("[name=phone]") == "13800000088"
    tablet.declare(home_text="月湖街1号2单元301", **WELL)
    wrong += looked(tablet, "declare")
    tablet.press("judge")
    numbers.append(tablet.issue())
    tablet.next()
    assert len(set(numbers)) == 2

    tablet.press("route")
    line = tablet.page.locator(".route li[data-colour=green]:has-text('尾号')").first
    wrong += looked(tablet, "route")
    line.locator("[data-button=away]").click()
    tablet.page.wait_for_selector(".route li.is-done")
    tablet.press("back")

    tablet.kill()
    tablet.open(offline=True)
    tablet.unlock()
    waiting = tablet.queued()
    assert waiting == 6
    tablet.cut(off=False)
    tablet.home_all_sent()
    tablet.page.wait_for_selector("[data-net=on]")
    tablet.press("diary")
    wrong += looked(tablet, "diary")
    assert tablet.page.locator("[data-fate=taken]").count() == waiting
    rows = city.rows("select number, mode, never from papers where number = any(%s) order by number", numbers)
    assert rows == [(number, "offline", "") for number in sorted(numbers)]
    assert (
        city.value(
            "select count(*) from register_signatures s join register_entries e on e.id = s.entry_id join papers p on p.id = e.paper_id where p.number = any(%s)",
            numbers,
        )
        == 2
    )
    assert (
        city.value(
            "select count(*) from desk_records where state = 'taken' and device_id = (select max(number) from desk_devices)"
        )
        == waiting
    )
    assert city.value('select count(*) from looks where "where" = %s', "desk-offline") >= 2
    assert wrong == []


def test_a_lost_tablet_is_useless_at_its_next_sync(tablet: Tablet, office: Open, city: City) -> None:
    point = int(city.value(POINT))
    clerk = office("en", "phone", role="clerk")
    tablet.size, tablet.language = (390, 844), "en-GB"
    tablet.enrol(secret_of(clerk.page, city.address, point))
    tablet.carry()
    tablet.press("lock")
    wrong = looked(tablet, "locked-en")
    for _ in range(3):
        tablet.page.fill("[name=pin]", "111111")
        tablet.page.click("button[type=submit]")
        tablet.page.wait_for_selector("[data-problem=pin-wrong]")
    tablet.unlock()
    wrong += looked(tablet, "home-en")
    with psycopg.connect(**city.database) as connection:
        device = connection.execute("select max(number) from desk_devices").fetchone()
    clerk.page.goto(f"{city.address}/desk/{point}/devices/")
    clerk.page.check(f"tr[data-device='{device[0]}'] input")
    clerk.page.fill("#revoke-why", "lost")
    clerk.page.click("form[action$='revoke/'] button")
    clerk.page.wait_for_selector(".recorded")
    tablet.press("diary")
    tablet.press("sync")
    tablet.page.wait_for_selector("[data-state=revoked]")
    left = tablet.page.evaluate(
        """() => new Promise((done) => { const opening = indexedDB.open("yimatong-desk");
             opening.onsuccess = () => { const asked = opening.result.transaction("kept").objectStore("kept").getAllKeys();
               asked.onsuccess = () => { opening.result.close(); done(asked.result); }; }; })"""
    )
    assert set(left) & {"vault", "luggage", "route", "extract", "extractKey", "licence"} == set()
    assert wrong == []
