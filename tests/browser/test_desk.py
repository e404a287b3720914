"""The desk for paper passes in a real browser: by keyboard alone, without a barrier, in both languages and at both sizes."""

from __future__ import annotations

import json
import re

import psycopg
import pytest
from playwright.sync_api import Page

from tests.browser.barriers import problems
from tests.browser.conftest import SIZES, City, Open, Watched, screenshot, sign_in
from tests.browser.looking import document_of
from tests.browser.walking import document
from tests.integration.printing.papers import texts

ALWAYS = json.dumps([[["00:00", "23:59"]]] * 7)
POINT = "select id from issuing_points where scope = 'everybody'"
GREEN = (
    "select v.person from current_verdicts v join people p on p.number = v.person "
    "where v.colour = 'green' and p.id_type = 'resident' order by v.person offset %s limit 1"
)
RED = GREEN.replace("green", "red")


@pytest.fixture(scope="module")
def desk(city: City) -> int:
    """The demo's point for everybody, open all day; its number."""
    with psycopg.connect(**city.database) as connection:
        connection.execute("update issuing_points set hours = %s", [ALWAYS])
    return int(city.value(POINT))


def cursor(page: Page, what: str) -> str:
    """Something of what has the cursor, which a page gives to its `autofocus` only when it is drawn for the first time."""
    page.wait_for_function("() => document.activeElement !== document.body")
    return str(page.evaluate(f"document.activeElement.{what}"))


def found(watched: Watched, city: City, desk: int, person: int) -> None:
    """Type the number of somebody's document and press Enter, by keyboard alone."""
    watched.go(f"/desk/{desk}/")
    keys = watched.page.keyboard
    assert cursor(watched.page, "name") == "typed"
    keys.type(document_of(city, person))
    keys.press("Enter")
    watched.page.wait_for_selector("[data-look]")
    watched.settled()


def seen(watched: Watched, name: str) -> list[str]:
    """What is wrong with the page as it stands, and a picture of it."""
    screenshot(watched.page, f"desk-{name}")
    return problems(watched.page)


@pytest.mark.parametrize(("language", "size"), [("zh", "desktop"), ("en", "phone")])
def test_a_pass_by_keyboard_alone(office: Open, city: City, desk: int, language: str, size: str) -> None:
    assert size in SIZES
    watched = office(language, size, role="clerk")
    wrong = {}
    watched.go("/desk/")
    wrong["points"] = seen(watched, f"points-{language}-{size}")
    watched.go(f"/desk/{desk}/")
    wrong["point"] = seen(watched, f"point-{language}-{size}")
    person = city.value(GREEN, 0 if language == "zh" else 7)
    found(watched, city, desk, person)
    wrong["good"] = seen(watched, f"good-{language}-{size}")
    watched.page.keyboard.press("Enter")
    watched.page.wait_for_selector("[data-number]")
    watched.settled()
    number = watched.page.get_attribute("[data-number]", "data-number") or ""
    assert re.fullmatch(r"\d{6}-\d{7}-\d", number)
    wrong["pass"] = seen(watched, f"pass-{language}-{size}")
    print_at = cursor(watched.page, "href")
    answer = watched.page.request.get(print_at)
    assert answer.body().startswith(b"%PDF-")
    found(watched, city, desk, person)
    wrong["has-one"] = seen(watched, f"has-one-{language}-{size}")
    watched.page.locator("button[value=lost]").focus()
    watched.page.keyboard.press("Enter")
    watched.page.wait_for_selector("[data-number]")
    watched.settled()
    assert watched.page.get_attribute("[data-number]", "data-number") != number
    wrong["replaced"] = seen(watched, f"replaced-{language}-{size}")
    found(watched, city, desk, city.value(RED, 0))
    assert watched.page.get_attribute("[data-refused]", "data-refused") == "not-green"
    wrong["refused"] = seen(watched, f"refused-{language}-{size}")
    watched.page.locator("summary").first.click()
    watched.page.locator("textarea").first.fill("那天我在家")
    wrong["objection"] = seen(watched, f"objection-{language}-{size}")
    watched.go(f"/desk/{desk}/register/")
    wrong["register"] = seen(watched, f"register-{language}-{size}")
    watched.page.select_option("#print-form", "card")
    printed = watched.page.evaluate(
        "() => { const form = document.querySelector('[data-button=print-day]').form; return form.action + '?' + new URLSearchParams(new FormData(form)); }"
    )
    day = "".join(texts(watched.page.request.get(printed).body()))
    assert (number in day, city.value("select number from papers order by id desc limit 1") in day) == (False, True)
    watched.go(f"/desk/{desk}/months/?month={city_month(city)}")
    wrong["months"] = seen(watched, f"months-{language}-{size}")
    assert {name: problems for name, problems in wrong.items() if problems} == {}


KEPT = """async () => ({
  local: Object.keys(localStorage), session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).map((one) => one.name), caches: await caches.keys(),
})"""
NOBODY: dict[str, list[str]] = {"local": [], "session": [], "databases": [], "caches": []}


def test_a_helpers_phone_keeps_nothing_of_whom_they_helped(open_page: Open, city: City, desk: int) -> None:
    watched = open_page("zh", "phone")
    sign_in(watched, city.accounts["clerk"])
    watched.expected.append(
        "Failed to load resource: the server responded with a status of 422"
    )  # the card is nobody's
    answers = []
    watched.page.on(
        "response", lambda answer: answers.append(answer) if answer.request.is_navigation_request() else None
    )
    card = document("19510304", 7)
    watched.go(f"/desk/{desk}/")
    assert watched.page.get_attribute("[name=typed]", "autocomplete") == "off"
    watched.page.keyboard.type(f"身份证号码：{card}")
    watched.page.keyboard.press("Enter")
    watched.settled()
    found(watched, city, desk, city.value(GREEN, 3))
    shown = watched.page.locator("main").inner_text()
    assert {answer.headers.get("cache-control") for answer in answers if answer.status in (200, 422)} == {"no-store"}
    assert [url for url in watched.asked if card in url] == []
    assert watched.page.evaluate(KEPT) == NOBODY
    watched.page.locator("form.who button").first.click()
    watched.settled()
    assert watched.page.evaluate(KEPT) == NOBODY
    watched.page.go_back()
    watched.settled()
    assert watched.page.locator("main").inner_text() != shown
    assert watched.page.locator("[data-look]").count() == 0


def city_month(city: City) -> str:
    """The month in which the city issued last, in its own time."""
    return str(city.value("select to_char(max(issued_at) at time zone 'Asia/Shanghai', 'YYYY-MM') from papers"))


def chosen(watched: Watched, name: str, value: str) -> None:
    """Choose one of a question's answers with the space bar."""
    watched.page.locator(f"input[name={name}][value={value}]").focus()
    watched.page.keyboard.press("Space")


@pytest.mark.parametrize(("language", "size"), [("zh", "phone")])
def test_whoever_never_declared_declares_by_keyboard_has_a_pass_and_signs(
    office: Open, city: City, desk: int, language: str, size: str
) -> None:
    watched = office(language, size, role="clerk")
    keys, page, wrong = watched.page.keyboard, watched.page, {}
    passport = "E7000001" if language == "zh" else "E7000002"
    watched.go(f"/desk/{desk}/")
    watched.expected.append("Failed to load resource: the server responded with a status of 422")
    keys.type(passport)
    keys.press("Enter")
    page.wait_for_selector("[data-found='0']")
    wrong["not-found"] = seen(watched, f"not-found-{language}-{size}")
    assert "declare/begin" in cursor(page, "form.action")
    keys.press("Enter")
    page.wait_for_selector("[data-declare]")
    assert page.input_value("#id_number") == passport
    begun = page.evaluate("performance.now()")
    keys.type("Jane Roe" if language == "en" else "简如意")
    page.select_option("#id_type", "passport")
    page.fill("#birth_date", "1950-04-01")
    page.focus("#q")
    place = city.value("select name from places where kind = 'compound' order by number limit 1")
    keys.type(place)
    page.wait_for_selector("#home-options button[value^='pick:compound']")
    wrong["declare"] = seen(watched, f"declare-{language}-{size}")
    for step in ("compound", "building", "stairwell"):
        page.locator(f"#home-options button[value^='pick:{step}']").first.focus()
        keys.press("Enter")
        page.wait_for_selector(f".path button[value='pick:back:{step}']")
    for name, value in (
        ("symptoms", "none"),
        ("contact_symptomatic", "no"),
        ("contact_confirmed", "no"),
        ("elsewhere", "no"),
    ):
        chosen(watched, name, value)
    chosen(watched, "agreed", "yes")
    wrong["declared"] = seen(watched, f"declared-{language}-{size}")
    page.locator("button.is-main[value=declare]").focus()
    keys.press("Enter")
    page.wait_for_selector("[data-look]")
    watched.settled()
    assert cursor(page, "form.action").endswith("/issue/"), "judged at once, and good"
    assert page.evaluate("performance.now()") - begun < 60_000
    keys.press("Enter")
    page.wait_for_selector("[data-number]")
    page.locator("canvas.signature").scroll_into_view_if_needed()
    box = page.locator("canvas.signature").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    for step_ in range(8):
        page.mouse.move(box["x"] + 30 + 20 * step_, box["y"] + 20 + 12 * (step_ % 3))
    page.mouse.up()
    wrong["sign"] = seen(watched, f"sign-{language}-{size}")
    page.click("[data-signature-keep]")
    page.wait_for_selector("[data-signed=yes]")
    wrong["signed"] = seen(watched, f"signed-{language}-{size}")
    assert city.value("select how from register_signatures order by signed_at desc limit 1") == "screen"
    assert {name: problems for name, problems in wrong.items() if problems} == {}


@pytest.mark.parametrize(("language", "size"), [("en", "desktop")])
def test_the_offices_around_the_desk(office: Open, city: City, desk: int, language: str, size: str) -> None:
    watched = office(language, size)
    page, wrong = watched.page, {}
    watched.go(f"/desk/{desk}/blanks/")
    page.fill("#id_count", "10")
    page.locator("form[action$='receive/'] button").click()
    page.wait_for_selector("a[href$='.pdf']")
    wrong["blanks"] = seen(watched, f"blanks-{language}-{size}")
    number = city.value("select number from papers order by id desc limit 1")
    with psycopg.connect(**city.database) as connection:
        connection.execute(
            "insert into collection_tasks (paper_id, point_id, kind, cause, opened_at, due_at, outcome, note) "
            "select id, point_id, 'recalled', 'colour', issued_at, issued_at, '', '' from papers p where number = %s "
            "and not exists (select from collection_tasks t where t.paper_id = p.id and t.closed_at is null)",
            [number],
        )
    for name, path in (("points", "/points/"), ("point-name", "/points/name/"), ("point", f"/points/{desk}/")):
        watched.go(path)
        wrong[name] = seen(watched, f"{name}-{language}-{size}")
    watched.go("/collections/")
    wrong["collections"] = seen(watched, f"collections-{language}-{size}")
    task = city.value("select max(id) from collection_tasks where closed_at is null")
    watched.go(f"/collections/{task}/")
    page.locator("form[action$='holder/'] button").click()
    page.wait_for_selector("[data-opened]")
    wrong["collection"] = seen(watched, f"collection-{language}-{size}")
    watched.go("/numbers/")
    page.fill("#id_number", number)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-state]")
    wrong["number"] = seen(watched, f"number-{language}-{size}")
    watched.go("/fraud/open/")
    page.fill(
        "#id_number",
        city.value("select min(number) from papers"),
    )
    page.select_option("#id_says", "lent")
    page.fill("#id_grounds", "在卡点由他人出示。")
    wrong["fraud-open"] = seen(watched, f"fraud-open-{language}-{size}")
    page.locator("main form button.is-main").click()
    page.wait_for_selector("[data-state=open]")
    wrong["fraud-case"] = seen(watched, f"fraud-case-{language}-{size}")
    for name, path in (("fraud", "/fraud/"), ("held", "/held-entries/")):
        watched.go(path)
        wrong[name] = seen(watched, f"{name}-{language}-{size}")
    assert {name: problems for name, problems in wrong.items() if problems} == {}
