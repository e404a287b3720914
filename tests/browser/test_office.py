"""What officials do, in a real browser, against what the database holds."""

from __future__ import annotations

import re
from io import BytesIO

from playwright.sync_api import Locator
from python_calamine import CalamineWorkbook

from tests.browser.awaiting import awaited
from tests.browser.conftest import City, Open, Watched
from tests.browser.looking import WHY, WITH_DOCUMENT, give_reason, list_people, open_person, say_why_if_asked

IN_FORCE = "select colour, count(*) from current_verdicts group by colour"
PAINTED = """canvas => {
  const {width, height} = canvas;
  const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  const colours = new Set();
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at + 3]) colours.add(`${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`);
  return [...colours];
}"""


def figure(text: str) -> int:
    return int(text.strip().replace(",", ""))


def colours_of(chart: Locator) -> set[str]:
    """The colours that a chart has painted."""
    return set(chart.locator("canvas").first.evaluate(PAINTED))


def css_colour(watched: Watched, name: str) -> str:
    """A colour of the page as `red,green,blue`."""
    value = watched.page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('--{name}').trim()")
    return ",".join(str(int(value[at : at + 2], 16)) for at in (1, 3, 5))


def test_the_demos_accounts_stand_on_the_sign_in_page(open_page: Open, city: City) -> None:
    watched = open_page("zh")
    watched.go("/")
    assert watched.page.url.endswith("/login/?next=/")
    shown = watched.page.inner_text("main")
    assert all(account.username in shown and account.password in shown for account in city.accounts.values())


def on_a_quiet_page(office: Open, city: City, query: str) -> tuple[Watched, dict[str, int]]:
    """The overview, and what the database held before it was shown as after: people of other tests are judged in any minute."""
    watched = office("en", start="/")

    def quiet() -> dict[str, int] | None:
        before = dict(city.rows(query))
        watched.page.reload()
        return before if before == dict(city.rows(query)) else None

    return watched, awaited(quiet)


def test_the_overview_shows_the_figures_that_the_database_holds(office: Open, city: City) -> None:
    watched, held = on_a_quiet_page(office, city, IN_FORCE)
    assert sum(held.values()) >= 500, "the demo's people, and whoever other tests declared"
    shown = {
        colour: figure(watched.page.inner_text(f'.count-tile[data-colour="{colour}"] .figure'))
        for colour in ("red", "yellow", "green", "unknown")
    }
    assert shown == {colour: held.get(colour, 0) for colour in shown}


def test_every_reason_has_the_people_that_the_database_holds(office: Open, city: City) -> None:
    watched, held = on_a_quiet_page(
        office,
        city,
        "select rule, count(*) from (select unnest(string_to_array(rules, ',')) rule from current_verdicts) r group by rule",
    )
    rows = watched.page.locator(".bars tbody tr")
    shown = {}
    for at in range(rows.count()):
        link = rows.nth(at).locator("a").get_attribute("href") or ""
        shown[link.partition("people.rule=")[2]] = figure(rows.nth(at).locator("td").last.inner_text())
    assert len(shown) == 13
    assert {rule: people for rule, people in shown.items() if people} == held


def test_the_map_and_the_curves_are_drawn_in_the_pages_colours(office: Open) -> None:
    watched = office("zh", start="/")
    charts = watched.page.locator("[data-chart]")
    assert charts.count() == 3
    assert css_colour(watched, "ramp-1") in colours_of(charts.nth(0))
    assert css_colour(watched, "red") in colours_of(charts.nth(1))
    assert css_colour(watched, "red") in colours_of(charts.nth(2))


def test_the_map_shows_another_measure_when_it_is_chosen(office: Open) -> None:
    watched = office("zh", start="/")
    canvas = watched.page.locator("[data-chart=map] canvas").first
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    watched.page.check("input[value=yellow-rate]")
    assert canvas.evaluate("canvas => canvas.toDataURL()") != before


def test_switching_the_language_keeps_the_page(office: Open) -> None:
    watched = office("zh")
    watched.go("/policy/")
    assert "红码" in watched.page.inner_text("main")
    watched.page.click("button[value=en]")
    watched.settled()
    assert watched.page.url.endswith("/policy/")
    assert watched.page.get_attribute("html", "lang") == "en"
    assert "Whoever meets one of these conditions is red." in watched.page.inner_text("main")


def test_a_red_persons_page_names_the_rule_the_clause_and_the_fact(office: Open, city: City) -> None:
    ((person, rule, fact),) = city.rows(
        "select person, rule, fact from verdict_reasons where colour = 'red' and run_id = "
        "(select run_id from current_verdicts where person = verdict_reasons.person) and rule = 'red.confirmed' limit 1"
    )
    watched = office("zh")
    open_person(watched, city, person)
    assert watched.page.locator(".verdict").get_attribute("data-colour") == "red"
    assert "红码" in watched.page.inner_text(".verdict")
    card = watched.page.locator(f'[data-rule="{rule}"]')
    said = card.inner_text()
    assert "确诊病人" in said
    assert fact in said
    assert "宁波全域一码通" in said
    assert card.locator("blockquote").inner_text().strip()
    assert watched.page.locator("[data-timeline] svg .timeline-bar").count() >= 2


def test_a_look_is_in_the_database_before_its_page_is_shown(office: Open, city: City) -> None:
    person = city.value(WITH_DOCUMENT.format("max"), "green")
    before = city.value("select count(*) from looks")
    watched = office("en", role="health")
    open_person(watched, city, person)
    look = int(watched.page.get_attribute("[data-look]", "data-look") or 0)
    assert city.value("select count(*) from looks") == before + 1
    recorded = city.rows(
        'select looks.person_id, looks.why, looks."where", officials.role from looks '
        "join officials on officials.id = looks.by_id where looks.id = %s",
        look,
    )
    assert recorded == [(person, f"quality: {WHY}", "explain", "health")]


def test_nobody_is_shown_without_a_reason(office: Open, city: City) -> None:
    before = city.value("select count(*) from looks")
    watched = office("en")
    watched.expected.append("Failed to load resource: the server responded with a status of 422")
    watched.go("/people/open/")
    watched.page.fill("[name=id_number]", "330299199001010010")
    watched.page.click("main form.stack button.is-main")
    watched.settled()
    assert watched.page.locator(".errorlist li").count() == 2
    assert watched.page.locator(".verdict").count() == 0
    assert city.value("select count(*) from looks") == before


def test_nobody_is_shown_to_a_stranger(open_page: Open, city: City) -> None:
    watched = open_page("en")
    for path in ("/people/", "/people/open/", "/looks/1/", "/runs/", "/deliveries/"):
        watched.go(path)
        assert "/login/?next=" in watched.page.url


def test_from_a_bar_of_the_overview_to_the_people_and_to_one_of_them(office: Open, city: City) -> None:
    watched = office("zh", start="/")
    watched.page.click('.bars a[href*="red.confirmed"]')
    watched.settled()
    say_why_if_asked(watched)
    held = city.rows(
        "select person from current_verdicts where 'red.confirmed' = any(string_to_array(rules, ',')) order by person"
    )
    shown = [
        int(text)
        for text in watched.page.locator("#table-people button.button:has-text('')").all_inner_texts()
        if text.isdecimal()
    ]
    assert shown == [person for (person,) in held]
    watched.page.locator("#table-people tbody button").first.click()
    assert watched.page.get_attribute("[data-person]", "data-person") == str(shown[0])
    give_reason(watched)
    assert watched.page.locator('[data-rule="red.confirmed"]').count() == 1


def test_a_table_sorts_and_filters_in_place_and_its_address_can_be_kept(office: Open) -> None:
    watched = office("en")
    watched.go("/policy/")
    watched.go("/")
    watched.page.evaluate("window.stayed = true")
    watched.page.click("#table-districts-name")
    watched.page.wait_for_selector("#table-districts th[aria-sort=ascending]")
    names = watched.page.locator("#table-districts tbody th").all_inner_texts()
    assert names == sorted(names)
    watched.page.fill("#table-districts [type=search]", names[0])
    watched.page.press("#table-districts [type=search]", "Enter")
    watched.page.wait_for_function("() => document.querySelectorAll('#table-districts tbody tr').length === 1")
    assert watched.page.evaluate("window.stayed") is True
    assert "districts.sort=name" in watched.page.url
    address = watched.page.url
    watched.page.goto(address)
    watched.settled()
    assert watched.page.locator("#table-districts tbody tr").count() == 1


def test_a_table_goes_to_excel_with_numbers_as_numbers(office: Open, city: City) -> None:
    watched = office("en", start="/")
    with watched.page.expect_download() as download:
        watched.page.click("#table-districts a[download]")
    content = BytesIO(download.value.path().read_bytes())
    rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    people = rows[0].index("People")
    assert sum(row[people] for row in rows[1:]) == city.value("select count(*) from current_verdicts")


def test_everything_can_be_reached_by_the_keyboard(office: Open) -> None:
    watched = office("en", start="/")
    watched.page.keyboard.press("Tab")
    assert watched.page.evaluate("document.activeElement.className") == "skip"
    watched.page.keyboard.press("Enter")
    assert watched.page.evaluate("location.hash") == "#main"
    seen = set()
    for _ in range(60):
        watched.page.keyboard.press("Tab")
        seen.add(watched.page.evaluate("document.activeElement.tagName"))
    assert {"A", "BUTTON", "INPUT"} <= seen


def test_on_a_phone_the_menu_opens_and_closes(office: Open) -> None:
    watched = office("zh", "phone", start="/")
    assert not watched.page.locator("#menu").is_visible()
    watched.page.click("[data-menu-button]")
    assert watched.page.locator("#menu a").first.is_visible()
    watched.page.keyboard.press("Escape")
    assert not watched.page.locator("#menu").is_visible()


def test_without_scripts_the_office_still_works(office: Open, city: City, browser) -> None:
    watched = office("en", java_script_enabled=True)
    state = watched.page.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state, locale="en-GB")
    page = context.new_page()
    try:
        page.goto(f"{city.address}/?districts.sort=-people")
        assert page.locator("nav.menu a").first.is_visible()
        assert page.locator("#table-districts tbody tr").count() > 1
        page.click("#table-districts-people")
        page.wait_for_url("**districts.sort=people**")
    finally:
        context.close()


def test_a_screen_without_colours_still_tells_the_four_apart(office: Open) -> None:
    watched = office("zh", start="/")
    marks = watched.page.locator(".count-tile .mark")
    shapes = [marks.nth(at).locator("use").get_attribute("href") for at in range(marks.count())]
    words = [re.sub(r"\s", "", marks.nth(at).inner_text()) for at in range(marks.count())]
    assert len(set(shapes)) == len(set(words)) == 4
    assert all(words)


def test_a_list_of_people_holds_masked_names_only(office: Open, city: City) -> None:
    watched = office("zh")
    list_people(watched, "?people.colour=red")
    shown = watched.page.inner_text("#table-people")
    names = [name for (name,) in city.rows("select distinct name from people where length(name) > 1")]
    assert not [name for name in names if name in shown]
    assert "**" in shown
