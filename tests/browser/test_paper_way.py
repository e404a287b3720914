"""The paper pass in one walk: issued at the desk, issued a day without a network, taken back by the night, refused at a gate, fetched, and
right in the register of the day; and the way of somebody who has no phone at all. Over real HTTP, with the real database and a real
tablet's browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import BrowserType

from bench import clerk as bench
from tests.browser.awaiting import awaited
from tests.browser.conftest import City, Open, Watched
from tests.browser.enrolled import Gate
from tests.browser.scanners import in_home
from tests.browser.tablets import MODULE, Tablet, people_of, secret_of
from tests.browser.test_desk import ALWAYS, POINT
from tests.browser.walking import REFUSED
from tests.integration.printing.papers import texts


@pytest.fixture
def tablet(
    city: City, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Tablet]:
    made = Tablet(browser_type, browser_type_launch_args, city.address, tmp_path / "tablet")
    yield made
    made.close()


def found(watched: Watched, desk: int, document: str) -> None:
    """Type a document's number where the cursor stands, and press Enter."""
    watched.go(f"/desk/{desk}/")
    watched.page.keyboard.type(document)
    watched.page.keyboard.press("Enter")
    watched.page.wait_for_selector("[data-look]")
    watched.settled()


def issued(watched: Watched) -> str:
    """Press Enter on what has the cursor; the number of the pass."""
    assert watched.page.locator("[data-refused]").all_inner_texts() == []
    watched.page.keyboard.press("Enter")
    watched.page.wait_for_selector("[data-number]")
    return watched.page.get_attribute("[data-number]", "data-number") or ""


def test_from_the_desk_to_the_register_by_way_of_a_gate(office: Open, city: City, gate: Gate, tablet: Tablet) -> None:
    with psycopg.connect(**city.database) as connection:
        connection.execute("update issuing_points set hours = %s", [ALWAYS])
    desk = int(city.value(POINT))
    people = people_of(city.home, desk)
    clerk = office("zh", "desktop", role="clerk")

    found(clerk, desk, people["green"][0]["document"])
    adult = issued(clerk)
    found(clerk, desk, people["parent"]["document"])
    clerk.page.click(f"[name=dependant][value='{people['child']}']")
    clerk.page.wait_for_selector("[data-look]")
    clerk.settled()
    child = issued(clerk)
    found(clerk, desk, people["foreign"][0]["document"])
    foreigner = issued(clerk)
    found(clerk, desk, people["other"][0]["document"])
    assert clerk.page.get_attribute("[data-refused]", "data-refused") == "not-green"

    tablet.enrol(secret_of(clerk.page, city.address, desk))
    people_of(city.home, desk)
    tablet.carry()
    tablet.cut(off=True)
    tablet.find(people["green"][1])
    tablet.press("compared")
    on_the_road = tablet.issue()
    tablet.next()
    tablet.kill()
    tablet.open(offline=True)
    tablet.unlock()
    tablet.cut(off=False)
    tablet.home_all_sent()
    numbers = [adult, child, foreigner, on_the_road]
    assert city.value("select count(*) from papers where number = any(%s) and never = ''", numbers) == 4

    text = str(in_home(city.home, "text", on_the_road, module=MODULE))
    good = str(in_home(city.home, "text", adult, module=MODULE))
    gate.scanner.call("refreshLists")
    assert gate.scanner.judge(text)["verdict"] == "green"

    assert in_home(city.home, "night", on_the_road, module=MODULE) == "published"
    assert (
        city.value(
            "select c.cause from paper_credentials c join papers p on p.credential_id = c.serial where p.number = %s",
            on_the_road,
        )
        == "colour"
    )
    gate.scanner.call("refreshLists")
    verdicts = [gate.scanner.judge(one)["verdict"] for one in (text, good)]
    assert verdicts == ["recalled", "green"]

    task = city.value(
        "select t.id from collection_tasks t join papers p on p.id = t.paper_id where p.number = %s", on_the_road
    )
    clerk.go(f"/collections/{task}/")
    clerk.page.check("[name=outcome][value=collected]")
    clerk.page.locator("form:has([name=outcome]) button.is-main").click()
    clerk.page.wait_for_selector(".recorded")
    assert city.value("select outcome from collection_tasks where id = %s", task) == "collected"

    clerk.go(f"/desk/{desk}/register/")
    shown = clerk.page.inner_text("main")
    assert [number for number in numbers if number not in shown] == []
    answer = clerk.page.request.get(f"{city.address}/desk/{desk}/register.pdf")
    words = "".join(texts(answer.body()))
    assert [number for number in numbers if number not in words] == []
    assert people["green"][1]["name"] in words
    lines = city.rows(
        "select e.line from register_entries e where point_id = %s and day = (select max(day) from register_entries where point_id = %s) order by line",
        desk,
        desk,
    )
    assert [line for (line,) in lines] == list(range(1, len(lines) + 1))


def test_without_a_smartphone_from_the_queue_to_a_corrected_fact(office: Open, city: City, gate: Gate) -> None:
    with psycopg.connect(**city.database) as connection:
        connection.execute("update issuing_points set hours = %s", [ALWAYS])
    desk, _numbers, sound = bench.prepared(city.home, 1)
    clerk = office("zh", "desktop", role="clerk", start=f"/desk/{desk}/queue/")
    clerk.expected.append(REFUSED)

    clerk.page.click("button[value=draw]")
    drawn = clerk.page.get_attribute("[data-drawn]", "data-drawn")
    for _before in range(50):
        if clerk.page.locator(f"[data-ticket='{drawn}']").count():
            break
        clerk.page.click("button[value=call]")
        clerk.settled()
    clerk.page.click(f"[data-ticket='{drawn}'] button[value=served]")
    clerk.settled()

    document = bench.somebody_new(91)
    bench.declared(bench.Clerk(clerk.page, f"{city.address}/desk/{desk}/"), document, sound)
    first = clerk.page.get_attribute("[data-number]", "data-number") or ""
    clerk.page.click("button[name=how][value=paper]")
    clerk.page.wait_for_selector("[data-signed=yes]")
    gate.scanner.call("refreshLists")
    assert judged(gate, city, first) == "green"

    found(clerk, desk, document)
    clerk.page.locator("button[value=lost]").click()
    clerk.page.wait_for_selector("[data-number]")
    second = clerk.page.get_attribute("[data-number]", "data-number") or ""
    assert second != first

    assert in_home(city.home, "night", second, module=MODULE) == "published"
    gate.scanner.call("refreshLists")
    assert [judged(gate, city, one) for one in (first, second)] == ["recalled", "recalled"]
    found(clerk, desk, document)
    assert clerk.page.get_attribute("[data-refused]", "data-refused") == "not-green"
    clerk.page.locator("summary").first.click()
    clerk.page.locator("textarea").first.fill("没有人通知过我隔离")
    clerk.page.locator("form:has(textarea) button").first.click()
    clerk.page.wait_for_selector("[data-objection=waiting]")

    person = city.value("select person_id from papers where number = %s", second)
    said = city.value("select max(id) from disputes where person_id = %s", person)
    control = office("zh", "desktop", start=f"/objections/{said}/")
    control.page.click("form[action$='/words/'] button")
    control.page.wait_for_selector("[data-opened]")
    control.page.check("[name=finding][value=corrected]")
    control.page.fill("[name=words]", "隔离通知登记错了人，予以更正。")
    control.page.click("form[action$='/settle/'] button")
    control.page.wait_for_selector("[data-state=corrected]")
    awaited(lambda: city.value("select colour from current_verdicts where person = %s", person) == "green")
    found(clerk, desk, document)
    assert "登记错了人" in clerk.page.inner_text("[data-objection=corrected]"), "the clerk reads the answer aloud"
    clerk.page.locator("form[action$='/issue/'] button").focus()
    third = issued(clerk)
    gate.scanner.call("refreshLists")
    assert judged(gate, city, third) == "green"
    assert city.value("select count(*) from accounts where person_id = %s and channel_id is not null", person) == 0


def judged(gate: Gate, city: City, number: str) -> str:
    """What the guard's device says to the pass of a number."""
    return str(gate.scanner.judge(str(in_home(city.home, "text", number, module=MODULE)))["verdict"])
