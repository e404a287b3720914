"""D5, P5, P7, P8: without a network, a parent and two children have three passes that nobody confuses, and hand-filled blanks come from
their stubs; in Chinese on a tablet or in English on a phone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType, expect

from tests.browser.conftest import City, Open, Watched
from tests.browser.scanners import in_home
from tests.browser.tablets import MODULE, WELL, Tablet, people_of, secret_of
from tests.browser.test_offline_desk import POINT, looked

SIZES = {"zh": ("zh-CN", (820, 1180)), "en": ("en-GB", (360, 740))}
TAIL = {"zh": "尾号", "en": "ends in"}
# Each way in one language by itself, and in the other where there is time.
CHINESE = ["zh", pytest.param("en", marks=pytest.mark.soak)]
ENGLISH = [pytest.param("zh", marks=pytest.mark.soak), "en"]
CHILD = {"zh": "儿童", "en": "child; a parent's"}


@pytest.fixture
def tablet(
    city: City, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Tablet]:
    made = Tablet(browser_type, browser_type_launch_args, city.address, tmp_path / "tablet")
    yield made
    made.close()


def ready(tablet: Tablet, clerk: Watched, city: City, language: str) -> dict[str, Any]:
    """Enrolled, with a day's luggage, and cut off; the people of its district."""
    point = int(city.value(POINT))
    tablet.language, tablet.size = SIZES[language]
    tablet.enrol(secret_of(clerk.page, city.address, point))
    people = people_of(city.home, point)
    tablet.carry()
    tablet.cut(off=True)
    return people


def new_blanks(clerk: Watched, city: City, count: int) -> list[str]:
    """Blanks of the point, printed and taken into stock by the clerk."""
    point = int(city.value(POINT))
    clerk.go(f"/desk/{point}/blanks/")
    clerk.page.fill("[name=count]", str(count))
    clerk.page.locator("form[action$='receive/'] button").click()
    clerk.page.wait_for_selector(".recorded")
    district, first, last = city.rows(
        "select district, first, last from number_leases where use = 'blanks' order by id desc limit 1"
    )[0]
    from yimatong.core.paper import number

    return [number(district, serial) for serial in range(first, last + 1)]


def a_child(tablet: Tablet, parent: dict[str, str], name: str, born: str) -> None:
    """As far as the signature: the parent's document lies there, and the child is declared."""
    tablet.find(parent)
    tablet.press("child")
    assert tablet.page.locator("[name=id_number]").count() == 0, "a child without a document is not asked for one"
    tablet.declare(name=name, birth_date=born, phone="13800000077", home_text="月湖街1号2单元301", **WELL)


@pytest.mark.parametrize("language", CHINESE)
def test_a_parent_and_two_children_have_three_passes_that_nobody_confuses(
    tablet: Tablet, office: Open, city: City, language: str
) -> None:
    clerk = office(language, "desktop", role="clerk")
    people = ready(tablet, clerk, city, language)
    grown = [one for one in people["green"] if one["document"][6:10] < "1995"]
    parent = grown[0 if language == "zh" else 1]
    names = [f"小{sign}" for sign in ("安一", "宁一")] if language == "zh" else ["小安二", "小宁二"]
    page, wrong, numbers = tablet.page, [], []
    for name in names:
        a_child(tablet, parent, name, "2016-03-0" + str(1 + names.index(name)))
        wrong += looked(tablet, f"child-declare-{language}")
        tablet.press("judge")
        assert CHILD[language] in page.inner_text("main"), "the clerk sees whose number it is"
        wrong += looked(tablet, f"child-sign-{language}")
        numbers.append(tablet.issue())
        shown = page.inner_text(".pass")
        assert name in shown
        assert parent["name"] not in shown, "the pass is the child's"
        assert page.inner_text("[data-of=parent]") == parent["document"]
        assert "儿童：以下为父（母）证件号" in shown
        assert "Child; a parent's ID no." in shown
        wrong += looked(tablet, f"child-issued-{language}")
        tablet.next()
    tablet.find(parent)
    tablet.press("compared")
    own = tablet.issue()
    shown = page.inner_text(".pass")
    assert page.inner_text("[data-of=holder]") == parent["document"]
    assert (parent["name"] in shown, "儿童：以下" in shown, "Child;" in shown) == (True, False, False)
    wrong += looked(tablet, f"parent-issued-{language}")
    tablet.next()
    a_child(tablet, parent, names[0], "2016-03-01")
    tablet.press("judge")
    again = tablet.issue()
    tablet.next()
    assert len({*numbers, own, again}) == 4
    tablet.cut(off=False)
    tablet.home_all_sent()
    tablet.press("diary")
    expect(page.locator("[data-kind=card]", has_text=CHILD[language])).to_have_count(3)
    wrong += looked(tablet, f"family-diary-{language}")
    papers = city.rows(
        "select p.number, p.name, p.document_tail, p.child_of_id is not null, h.id_type, p.person_id = p.child_of_id "
        "from papers p join people h on h.number = p.person_id where p.number = any(%s) order by p.number",
        [*numbers, own],
    )
    tail = parent["document"][-4:]
    expected = [(number, name, tail, True, "none", False) for number, name in zip(numbers, names, strict=True)]
    assert papers == sorted([*expected, (own, parent["name"], tail, False, "resident", None)])
    holders = city.rows(
        "select number, person_id, child_of_id from papers where number = any(%s)", [*numbers, own, again]
    )
    whose = {number: (person, of) for number, person, of in holders}
    assert whose[again][0] == whose[numbers[0]][0], "the same child of the same parent, asked for twice, is one person"
    assert {whose[number][1] for number in numbers} == {whose[own][0]}
    assert len({whose[number][0] for number in [*numbers, own]}) == 3
    clerk.go(f"/desk/{city.value(POINT)}/")
    clerk.page.keyboard.type(parent["document"])
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_selector("[data-look]")
    assert clerk.page.locator("[name=dependant]").count() == 2, (
        "at the desk both are the parent's children from then on"
    )
    assert wrong == []


@pytest.mark.parametrize("language", ENGLISH)
def test_blanks_by_hand_their_stubs_and_what_was_spoiled_come_home(
    tablet: Tablet, office: Open, city: City, language: str
) -> None:
    clerk = office(language, "desktop", role="clerk")
    blanks = new_blanks(clerk, city, 6)
    people = ready(tablet, clerk, city, language)
    page, wrong = tablet.page, []
    first, second = (
        (people["green"][3], people["green"][4]) if language == "zh" else (people["green"][5], people["green"][0])
    )

    tablet.find(first)
    tablet.press("compared")
    page.fill("[name=blank]", blanks[0][:-1] + str((int(blanks[0][-1]) + 1) % 10))
    tablet.sign()
    tablet.press("issue")
    page.wait_for_selector("[data-problem=number-wrong]")
    page.fill("[name=blank]", blanks[0].replace("-", ""))
    wrong += looked(tablet, f"blank-sign-{language}")
    tablet.press("issue")
    page.wait_for_selector("[data-number]")
    assert page.get_attribute("[data-number]", "data-number") == blanks[0]
    wrong += looked(tablet, f"blank-issued-{language}")
    tablet.next()

    tablet.press("stubs")
    # City time, which the browser's own clock does not know.
    hour = city.value(
        "select to_char(max(leased_at) at time zone 'Asia/Shanghai', 'YYYY-MM-DD\"T\"HH24:MI') from number_leases"
    )
    page.focus("[name=number]")
    page.keyboard.type(blanks[1])
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "id_number", "Enter goes past the tick to the next field"
    page.keyboard.type(second["document"])
    page.keyboard.press("Enter")
    page.keyboard.type(second["name"])
    page.fill("[name=time]", hour)
    wrong += looked(tablet, f"stub-{language}")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-stored='1']")
    assert page.evaluate("document.activeElement.name") == "number"
    page.fill("[name=number]", blanks[2])
    page.check("[name=child]")
    page.fill("[name=id_number]", people["parent"]["document"])
    page.fill("[name=name]", "小宝")
    wrong += looked(tablet, f"stub-child-{language}")
    page.locator("main button[type=submit]").click()
    page.wait_for_selector("[data-stored='2']")
    assert not page.is_checked("[name=child]"), "the next stub is an adult's until it is said"
    page.fill("[name=number]", blanks[1])
    page.fill("[name=id_number]", second["document"])
    page.fill("[name=name]", second["name"])
    page.locator("main button[type=submit]").click()
    page.wait_for_selector("[data-problem=number-used]")
    wrong += looked(tablet, f"stub-used-{language}")
    tablet.press("back")

    tablet.press("blanks")
    for number, kind in ((blanks[3], "spoiled"), (blanks[4], "lost")):
        page.fill("[name=number]", number)
        page.fill("[name=why]", "写错了" if kind == "spoiled" else "风吹走了")
        tablet.press(kind)
        page.wait_for_selector("[role=status]:not(.ages)")
    wrong += looked(tablet, f"blanks-{language}")
    tablet.press("back")
    tablet.cut(off=False)
    tablet.home_all_sent()
    tablet.press("diary")
    fates = [re.sub(r"\s+", " ", one) for one in page.locator(".diary li:not([data-fate=taken])").all_inner_texts()]
    assert fates == []
    wrong += looked(tablet, f"stubs-diary-{language}")
    moves = city.rows(
        "select what, count(*) from blank_moves where first = any(%s) and first = last group by what",
        [[int(one[7:14]) for one in blanks]],
    )
    assert dict(moves) == {"issued": 3, "spoiled": 1, "lost": 1}
    rows = city.rows(
        "select number, mode, name, child_of_id is not null from papers where number = any(%s) order by number", blanks
    )
    assert rows == [
        (blanks[0], "blank", first["name"], False), (blanks[1], "blank", second["name"], False), (blanks[2], "blank", "小宝", True),
    ]  # fmt: skip
    assert wrong == []


@pytest.mark.parametrize("language", CHINESE)
def test_at_home_the_pass_has_the_whole_number_of_the_document_that_was_shown(
    tablet: Tablet, office: Open, city: City, language: str
) -> None:
    clerk = office(language, "desktop", role="clerk")
    people = ready(tablet, clerk, city, language)
    page = tablet.page
    tablet.press("route")
    key = page.locator(".route li[data-colour=green]:not(.is-done)", has_text=TAIL[language]).first.get_attribute(
        "data-line"
    )
    home = page.locator(f"[data-line='{key}']")
    holder = in_home(city.home, "line", str(key), module=MODULE)
    home.locator("[data-button=visit]").click()
    home.locator("[name=name]").fill(holder["name"])
    home.locator("[name=id_number]").fill(people["stranger"])
    assert home.locator("button[type=submit]").is_disabled(), "that is somebody else's document"
    home.locator("[name=id_type]").select_option(holder["id_type"])
    home.locator("[name=id_number]").fill(holder["document"])
    home.scroll_into_view_if_needed()
    wrong = looked(tablet, f"route-visit-{language}")
    home.locator("button[type=submit]").click()
    number = tablet.issue()
    assert page.inner_text("[data-of=holder]") == holder["document"]
    wrong += looked(tablet, f"route-issued-{language}")
    tablet.next()
    page.wait_for_selector(f"[data-line='{key}'].is-done")
    tablet.cut(off=False)
    tablet.home_all_sent()
    assert city.rows("select name, document_tail, mode from papers where number = %s", number) == [
        (holder["name"], holder["document"][-4:], "offline")
    ]
    assert wrong == []
