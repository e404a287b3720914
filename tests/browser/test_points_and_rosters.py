"""Where a paper pass is given and who works where: a company's roster, the worker's yes, a point, its queue, the screen at its door."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
import pytest
from playwright.sync_api import Browser

from tests.browser.barriers import LOOKED_INTO, problems
from tests.browser.conftest import City, Open, Watched, screenshot, sign_in
from tests.browser.residents import Resident, sign_in as resident_signed_in
from tests.browser.test_desk import ALWAYS, POINT
from tests.browser.walking import document

COMPANY = "select id from issuing_points where scope = 'roster'"
LARGE = "yimatong-large"


@dataclass(frozen=True)
class Town:
    """A point for everybody, a company's point, and a worker whom the company has asked."""

    point: int
    company: int
    worker: Resident


@pytest.fixture(scope="session")
def town(city: City, browser: Browser, sessions: dict[str, object]) -> Town:
    """The demo's points, open all day; the company's own uploads three names, of whom one is a resident who is signed in."""
    with psycopg.connect(**city.database) as connection:
        connection.execute("update issuing_points set hours = %s", [ALWAYS])
    made = Town(
        int(city.value(POINT)), int(city.value(COMPANY)), resident_signed_in(city.home, "green", has_document=True)
    )
    rows = [
        f"林晓岚,{made.worker.document},省外返甬",
        f"Anna Maria Constantinescu-Öztürk,{document('19880214', 311)},local",
        f"王海生,{document('19721130', 312)},省内返甬",
        "无号码,12345,一直在甬",
    ]
    context = browser.new_context()
    watched = Watched(context.new_page(), city.address)
    sessions["employer"] = sign_in(watched, city.accounts["employer"])
    assert watched.page.url.endswith("/rosters/"), "who speaks for a company is led to its roster"
    watched.go(f"/rosters/{made.company}/")
    text = "\n".join(["姓名,证件号码,检测分类", *rows]).encode()
    watched.page.set_input_files("#id_file", {"name": "workers.csv", "mimeType": "text/csv", "buffer": text})
    watched.page.click("form[action$='/upload/'] button")
    watched.page.wait_for_selector("[data-report='1']")
    screenshot(watched.page, "roster-report")
    context.close()
    return made


class Seen:
    """What is wrong with each page of a walk."""

    def __init__(self, language: str, size: str) -> None:
        self.name = f"{language}-{size}"
        self.wrong: dict[str, list[str]] = {}

    def look(self, watched: Watched, page: str) -> None:
        """Keep a picture, and what is too wide or a barrier."""
        watched.settled()
        screenshot(watched.page, f"public-{page}-{self.name}")
        if wrong := problems(watched.page):
            self.wrong[page] = wrong


def cookie(watched: Watched, name: str, value: str) -> None:
    """What the browser sends from now on."""
    watched.page.context.add_cookies([{"name": name, "value": value, "url": watched.address}])


@pytest.mark.parametrize(("language", "size"), LOOKED_INTO)
def test_the_pages_of_points_and_rosters_have_no_barrier(
    office: Open, open_page: Open, town: Town, language: str, size: str
) -> None:
    seen = Seen(language, size)
    company = office(language, size, role="employer", start="/rosters/")
    seen.look(company, "rosters")
    company.go(f"/rosters/{town.company}/")
    assert company.page.inner_text("[data-total=list]") == "3"
    seen.look(company, "roster")
    company.page.locator("tbody a").first.click()
    seen.look(company, "roster-worker")
    health = office(language, size, role="health", start=f"/rosters/{town.company}/")
    assert health.page.locator("[data-category]").count() == 4
    seen.look(health, "roster-tests")

    phone = open_page(language, size)
    cookie(phone, "sessionid", town.worker.session)
    phone.go("/me/work/")
    seen.look(phone, "work")
    phone.page.click("button[value=agree]")
    phone.page.wait_for_selector("[data-work=agreed]")
    seen.look(phone, "work-agreed")
    phone.page.click("button[value=decline]")
    phone.page.wait_for_selector("[data-work=declined]")
    phone.go("/me/points/")
    seen.look(phone, "points")
    phone.go(f"/me/points/{town.point}/")
    assert phone.page.locator("button[name=slot]").count() > 0
    seen.look(phone, "point")

    clerk = office(language, size, role="clerk", start=f"/desk/{town.point}/queue/")
    door = clerk.page.get_attribute("a[target=_blank]", "href") or ""
    screen = open_page(language, size)
    screen.go(door)
    word = screen.page.inner_text("[data-word]")
    phone.go(f"/me/points/{town.point}/number/")
    seen.look(phone, "number")
    phone.page.fill("#word", word)
    phone.page.click("main form button.is-main")
    phone.page.wait_for_url("**/turn/")
    seen.look(phone, "turn")
    for go in ("draw", "draw", "call"):
        clerk.page.click(f"button[value={go}]")
        clerk.settled()
    seen.look(clerk, "queue")
    screen.go(door)
    seen.look(screen, "door")
    phone.go(f"/me/points/{town.point}/turn/")
    assert phone.page.locator("[data-state=called]").count() == 1
    seen.look(phone, "turn-called")
    if size == "phone":
        cookie(phone, LARGE, "1")
        for page, path in (("work", "/me/work/"), ("points", "/me/points/"), *large(town)):
            phone.go(path)
            seen.look(phone, f"{page}-large")
    while clerk.page.locator("button[value=served]").count() or clerk.page.locator("[data-waiting]").count():
        served = clerk.page.locator("button[value=served]")
        (served if served.count() else clerk.page.locator("button[value=call]")).first.click()
        clerk.settled()
    assert seen.wrong == {}


def large(town: Town) -> tuple[tuple[str, str], ...]:
    """The pages of the point that are looked at in large print too."""
    here = f"/me/points/{town.point}/"
    return (("point", here), ("turn", f"{here}turn/"))
