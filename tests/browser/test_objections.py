"""Whoever has no phone says at the desk that a fact is not so, the office corrects it, everybody touched is judged, and they leave with a pass."""

from __future__ import annotations

import psycopg
import pytest

from tests.browser.awaiting import awaited
from tests.browser.barriers import problems
from tests.browser.conftest import City, Open, Watched, screenshot
from tests.browser.test_desk import ALWAYS, POINT, found

ONE_REASON = (
    "select v.person from current_verdicts v join facts f on v.facts = f.kind || '/' || f.id"
    " join people p on p.number = v.person and p.id_type = 'resident'"
    " where v.colour in ('red', 'yellow') and f.source not like 'declaration%%'"
    " and not exists (select from disputes d where d.person_id = v.person) order by v.person limit 1"
)


@pytest.fixture
def desk(city: City) -> int:
    """The demo's point for everybody, open all day; its number."""
    with psycopg.connect(**city.database) as connection:
        connection.execute("update issuing_points set hours = %s", [ALWAYS])
    return int(city.value(POINT))


def seen(watched: Watched, name: str) -> list[str]:
    """What is wrong with the page as it stands, and a picture of it."""
    watched.settled()
    screenshot(watched.page, f"objections-{name}")
    return problems(watched.page)


@pytest.mark.parametrize(("language", "size"), [("zh", "desktop"), ("en", "phone")])
def test_an_objection_at_the_desk_is_settled_by_the_office_and_ends_in_a_pass(
    office: Open, city: City, desk: int, language: str, size: str
) -> None:
    person, wrong = city.value(ONE_REASON), {}
    clerk = office(language, size, role="clerk")
    found(clerk, city, desk, person)
    assert clerk.page.get_attribute("[data-refused]", "data-refused") == "not-green"
    clerk.page.locator("summary").first.click()
    clerk.page.locator("textarea").first.fill("那天我在家，检测的不是我")
    clerk.page.locator("form:has(textarea) button").first.click()
    clerk.page.wait_for_selector("[data-objection=waiting]")
    wrong["said"] = seen(clerk, f"said-{language}-{size}")

    control = office(language, size, start="/objections/")
    wrong["list"] = seen(control, f"list-{language}-{size}")
    number = city.value("select max(id) from disputes where person_id = %s", person)
    control.go(f"/objections/{number}/")
    assert "检测的不是我" not in control.page.inner_text("main")
    control.page.click("form[action$='/words/'] button")
    control.page.wait_for_selector("[data-opened]")
    assert "检测的不是我" in control.page.inner_text("main")
    wrong["opened"] = seen(control, f"opened-{language}-{size}")
    control.page.check("[name=finding][value=corrected]")
    control.page.fill("[name=words]", "经与采样单位核实，样本登记有误，予以更正。")
    control.page.click("form[action$='/settle/'] button")
    control.page.wait_for_selector("[data-state=corrected]")
    wrong["settled"] = seen(control, f"settled-{language}-{size}")

    awaited(lambda: city.value("select colour from current_verdicts where person = %s", person) == "green")
    found(clerk, city, desk, person)
    assert clerk.page.locator("[data-refused]").count() == 0
    assert "样本登记有误" in clerk.page.inner_text("[data-objection=corrected]")
    wrong["answered"] = seen(clerk, f"answered-{language}-{size}")
    clerk.page.locator("form[action$='/issue/'] button").focus()
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_selector("[data-number]")
    assert {name: problems for name, problems in wrong.items() if problems} == {}
