"""Residents in a real browser: each channel, the declaration, the colour with its reason, a symptom, an objection, a child."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.awaiting import awaited
from tests.browser.conftest import City, Open
from tests.browser.walking import MAIN, NEXT, REFUSED, ROOMS, Walk, community, document

WELL = {
    "sex": "female", "id_type": "resident", "symptoms": "none", "contact_symptomatic": "no", "contact_confirmed": "no",
    "in_city": "yes", "elsewhere": "no",
}  # fmt: skip
WALKS = [
    ("zh", "phone", True, "wechat", "wang", "王海生", document("19721130", 203)),
    ("en", "desktop", False, "police", "chen", "陈雨桐", document("19960512", 4)),
    # Large print asks one question a screen, so that each language goes the other way as well.
    pytest.param("zh", "phone", False, "alipay", "lin", "林晓岚", document("19880214", 201), marks=pytest.mark.soak),
    pytest.param("en", "phone", True, "wechat", "zhou", "周建国", document("19450803", 204), marks=pytest.mark.soak),
]


@pytest.mark.parametrize(("language", "size", "large", "channel", "person", "name", "number"), WALKS)
def test_a_resident_goes_the_whole_way_and_meets_no_barrier(
    open_page: Open,
    city: City,
    language: str,
    size: str,
    large: bool,
    channel: str,
    person: str,
    name: str,
    number: str,
) -> None:
    watched = open_page(language, size)
    watched.page.set_viewport_size(ROOMS[size])
    watched.expected.append(REFUSED)
    walk = Walk(watched, f"{language}-{size}{'-large' if large else ''}", community(city))
    page = watched.page

    watched.go("/me/")
    walk.look("welcome")
    if large:
        walk.press("form[action='/me/print/'] button")
        walk.look("welcome-large")
        page.evaluate("() => { speechSynthesis.speak = said => { window.said = `${said.lang} ${said.text}` } }")
        page.click("[data-read-aloud]")
        said = page.evaluate("() => window.said")
        assert said.startswith({"zh": "zh-CN ", "en": "en-GB "}[language]), "in the voice of the language"
        assert page.locator("main h1").inner_text() in said
    walk.press("main a.big.is-main")
    walk.look("sign-in")
    walk.sign_in(channel, person)
    walk.look("home-new")

    watched.go("/me/self/declare/person/")
    if channel == "police":
        assert page.input_value("#name") == name
        number = page.input_value("#id_number")
    else:
        walk.press(NEXT)
        assert page.locator(".wrong").count() > 0
        walk.look("errors")
    walk.declare({**WELL, "name": name, "id_number": number, "phone": "17000000101"})
    walk.press(MAIN)
    assert page.locator("[role=alert]").count() > 0
    walk.look("not-agreed")
    walk.agree()
    walk.look("waiting")
    held = city.value(
        "select v.colour from current_verdicts v join people p on p.number = v.person where p.name = %s order by v.person desc limit 1",
        name,
    )
    assert page.locator("#waiting [data-colour]").get_attribute("data-colour") == held == "green"
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{1,4})+", page.inner_text("[data-receipt]"))

    watched.go("/me/home/")
    walk.look("home")
    assert page.locator("a[href='/code/']").count() == 1
    watched.go("/me/self/why/")
    walk.look("why-green")

    watched.go("/me/self/health/")
    walk.look("health")
    page.check("[name=symptoms][value=fever]")
    walk.press(MAIN)
    walk.look("noted")
    walk.wait_for("yellow")
    walk.look("why-yellow")
    assert page.locator("article.reason[data-rule^='yellow.']").count() == 1
    walk.press("article.reason a.big >> nth=0")
    page.fill("#words", "体温计坏了，复测正常。")
    walk.look("dispute")
    walk.press(MAIN)
    assert page.locator("[data-disputed]").count() == 1
    walk.look("disputed")

    watched.go("/me/family/add/")
    walk.look("add")
    page.check("[name=relation][value=child]")
    walk.press(MAIN)
    child = {**WELL, "id_type": "none", "name": f"{name[0]}小宝", "birth_date": "2019-06-01", "phone": "17000000101"}
    walk.declare(child, about="new")
    walk.agree()
    watched.go("/me/home/")
    assert [page.locator("[data-person]").nth(at).get_attribute("data-person") for at in (0, 1)] == ["self", "f1"]
    walk.look("family")

    for path in (
        "/me/self/looks/",
        "/me/questions/",
        "/me/f1/detach/",
        "/me/receipt/",
        "/me/about/",
        "/me/self/declare/",
    ):
        watched.go(path)
        walk.look(path.strip("/").replace("/", "-"))
    watched.go("/code/")
    page.wait_for_selector(".offers")
    assert page.evaluate("document.documentElement.classList.contains('is-large')") is large, "the code page follows"
    walk.look("code-offers")
    watched.go("/me/home/")
    walk.press("footer form button")
    watched.go("/me/sign-in/phone/")
    page.fill("#id_phone", "12")
    walk.press(MAIN)
    walk.look("phone")
    assert walk.found == {}
    assert len(walk.seen) >= 25


def test_a_message_to_a_demo_phone_is_read_on_the_channels_page_and_signs_in(open_page: Open) -> None:
    watched = open_page("en", "phone")
    watched.go("/me/sign-in/alipay/")
    channel = watched.page.url.partition("/alipay/")[0]
    watched.also.append(f"{channel}/")
    watched.go("/me/sign-in/phone/")
    watched.page.fill("#id_phone", "+86 170 0000 0177")
    watched.page.click(MAIN)
    watched.page.wait_for_url("**/phone/code/")
    inbox = watched.page.context.new_page()
    awaited(lambda: "17000000177" in inbox.request.get(f"{channel}/messages").text())
    inbox.goto(f"{channel}/messages")
    code = re.search(
        r"\d{6}", inbox.locator("li", has_text="17000000177").first.inner_text().replace("17000000177", "")
    )
    assert code
    watched.page.fill("#id_code", code[0])
    watched.page.click(MAIN)
    watched.page.wait_for_url("**/me/home/")
    assert watched.page.locator("main a.big.is-main").count() == 1


def test_without_scripts_a_home_is_found_all_the_same(open_page: Open, city: City) -> None:
    watched = open_page("en", "phone", java_script_enabled=False)
    watched.expected.append(REFUSED)
    page = watched.page
    page.goto(f"{watched.address}/me/sign-in/")
    page.click("[data-channel=alipay]")
    watched.also.append(page.url.partition("/alipay/")[0])
    page.click("button[value=zhou]")
    page.wait_for_url("**/me/home/")
    page.goto(f"{watched.address}/me/self/declare/address/")
    page.fill("#q", community(city))
    page.click("button[value=search]")
    page.click("#home-options [value^='pick:compound:'] >> nth=0")
    page.click("#home-options [value^='pick:building:'] >> nth=0")
    page.click("#home-options [value^='pick:stairwell:'] >> nth=0")
    # Without scripts each is a page of its own, which comes when it comes.
    expect(page.locator("#home-picker .path li")).to_have_count(5)
