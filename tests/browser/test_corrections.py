"""A misspelt name is corrected by two officials on their pages, at a desk's screen and on a phone."""

from __future__ import annotations

import pytest

from tests.browser.barriers import problems
from tests.browser.conftest import City, Open, Watched, screenshot
from tests.browser.looking import fill_document
from tests.integration.passes.town import a_document

WHO = (
    "select v.person from current_verdicts v join people p on p.number = v.person and p.id_type = 'resident'"
    " where v.colour = 'green' and not exists (select from identity_corrections c where c.person_id = p.number) order by 1 limit 1"
)


def seen(watched: Watched, name: str) -> list[str]:
    """What is wrong with the page as it stands, and a picture of it."""
    watched.settled()
    screenshot(watched.page, f"corrections-{name}")
    return problems(watched.page)


@pytest.mark.parametrize(("language", "size"), [("zh", "desktop"), ("en", "phone")])
def test_a_correction_is_proposed_by_one_official_and_confirmed_by_another(
    office: Open, city: City, language: str, size: str
) -> None:
    person, wrong = city.value(WHO), {}
    document = a_document(500 if size == "phone" else 501)
    first = office(language, size, start="/people/open/")
    fill_document(first, city, person)
    first.page.select_option("[name=ground]", "question")
    first.page.fill("[name=words]", "2020-117")
    first.page.click("main form button.is-main")
    first.page.wait_for_selector("a[href*='/corrections/new/']")
    first.page.click("a[href*='/corrections/new/']")
    first.page.wait_for_selector("[name=basis]")
    wrong["new"] = seen(first, f"new-{language}-{size}")
    for name, words in {
        "name": "林更正",
        "id_number": document,
        "reason": "姓名录错",
        "basis": "居民身份证原件",
    }.items():
        first.page.fill(f"[name={name}]", words)
    first.page.click("main form button.is-main")
    first.page.wait_for_selector("[data-state=waiting]")
    wrong["proposed"] = seen(first, f"proposed-{language}-{size}")

    second = office(language, size, role="health", start="/corrections/")
    wrong["list"] = seen(second, f"list-{language}-{size}")
    number = city.value("select max(id) from identity_corrections where person_id = %s", person)
    second.go(f"/corrections/{number}/")
    assert "林更正" not in second.page.inner_text("main")
    second.page.click("form[action$='/values/'] button")
    second.page.wait_for_selector("[data-opened]")
    assert document in second.page.inner_text("main")
    wrong["opened"] = seen(second, f"opened-{language}-{size}")
    second.page.click("form:has([value=confirm]) button")
    second.page.wait_for_selector("[data-state=confirmed]")
    wrong["confirmed"] = seen(second, f"confirmed-{language}-{size}")
    assert city.value("select name from people where number = %s", person) == "林更正"
    assert city.value("select count(*) from former_identities where person_id = %s", person) == 1
    assert {page: found for page, found in wrong.items() if found} == {}
