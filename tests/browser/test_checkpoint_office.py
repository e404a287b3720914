"""The office of the checkpoint in a real browser: no barrier, no sideways scrolling, and what officials and travellers do there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.barriers import LOOKED_INTO, barriers, resized, sideways
from tests.browser.conftest import SIZES, City, Open, Watched, screenshot
from tests.browser.gates import fill
from tests.browser.looking import WITH_DOCUMENT, fill_document
from tests.browser.phones import Phone, phones
from tests.browser.residents import sign_in
from yimatong.core.credential import Accepted

Made = dict[str, Any]


@pytest.fixture(scope="session")
def made(city: City) -> Made:
    """A day at three checkpoints, once in a city: a worker may come back to this file for a test that it takes from the other."""
    return fill(city.home)


def at(path: Callable[[Made], str]) -> Callable[[Watched, Made], None]:
    return lambda watched, made: watched.go(path(made))


def codes(watched: Watched, made: Made) -> None:
    """Make two codes on the page."""
    watched.go(f"/checkpoints/{made['gates'][2]}/")
    watched.page.fill("[name=count]", "2")
    watched.page.click("form[action$='/codes/'] button")
    watched.settled()


def answered(watched: Watched, made: Made) -> None:
    """Answer a scanner that would go on with old lists."""
    watched.go(f"/checkpoints/{made['gates'][1]}/")
    watched.page.select_option("[name=device]", index=1)
    watched.page.fill("[name=challenge]", "123456")
    watched.page.fill("#id_why", "断网")
    watched.page.click("form[action$='/answer/'] button")
    watched.settled()


PAGES: dict[str, Callable[[Watched, Made], None]] = {
    "checkpoints": at(lambda made: "/checkpoints/"),
    "checkpoint-open": at(lambda made: "/checkpoints/open/"),
    "checkpoint": at(lambda made: f"/checkpoints/{made['gates'][0]}/"),
    "checkpoint-codes": codes,
    "checkpoint-answer": answered,
    "checkpoint-notice": at(lambda made: f"/checkpoints/{made['gates'][0]}/notice/"),
    "hand-overs": at(lambda made: "/hand-overs/"),
    "hand-over": at(lambda made: f"/hand-overs/{made['handed'][0]}/"),
    "complaints": at(lambda made: "/complaints/"),
    "complaint": at(lambda made: f"/complaints/{made['complaints'][0]}/"),
    "permits": at(lambda made: "/permits/"),
    "permit-find": at(lambda made: "/permits/find/"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_of_it_scrolls_sideways_or_has_a_barrier(office: Open, made: Made, language: str) -> None:
    watched = office(language)
    wide, found = {}, {}
    for name, go in PAGES.items():
        resized(watched, SIZES["desktop"])
        go(watched, made)
        for size, room in SIZES.items():
            resized(watched, room)
            screenshot(watched.page, f"gates-{name}-{language}-{size}")
            if pixels := sideways(watched.page):
                wide[name, size] = pixels
            if (language, size) in LOOKED_INTO and (problems := barriers(watched.page)):
                found[name, size] = problems
    assert wide == {}
    assert found == {}


@pytest.mark.parametrize(("language", "size"), [("zh", "phone"), ("en", "phone"), ("zh", "desktop")])
def test_a_traveller_complains_on_their_own_phone_and_reads_the_answer(
    open_page: Open, office: Open, made: Made, language: str, size: str
) -> None:
    traveller = open_page(language, size)
    traveller.go(f"/complain/{made['gates'][0]}/K7Q2/")
    screenshot(traveller.page, f"gates-complain-{language}-{size}")
    assert barriers(traveller.page) == []
    assert sideways(traveller.page) == 0
    traveller.page.check("[name=kind][value=plate]")
    traveller.page.fill("#words", "绿码，说是外地牌照不让进")
    traveller.page.click("main form button.is-main")
    traveller.settled()
    number = traveller.page.inner_text("[data-receipt]").strip()
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", number)
    screenshot(traveller.page, f"gates-complained-{language}-{size}")
    assert barriers(traveller.page) == []
    official = office("zh")
    official.go("/complaints/?complaints.sort=-number")
    official.page.locator("#table-complaints tbody tr").first.locator("a").click()
    official.settled()
    official.page.click("form[action$='/words/'] button")
    official.settled()
    assert "外地牌照" in official.page.inner_text("main")
    official.page.fill("#id_words", "已纠正，向您道歉。")
    official.page.click("form.stack button.is-main")
    official.settled()
    traveller.go("/complain/receipt/")
    assert barriers(traveller.page) == []
    traveller.page.fill("#receipt", number.lower().replace("-", " "))
    traveller.page.click("main form button.is-main")
    traveller.settled()
    assert "已纠正，向您道歉。" in traveller.page.inner_text("main")
    screenshot(traveller.page, f"gates-standing-{language}-{size}")
    assert barriers(traveller.page) == []
    assert sideways(traveller.page) == 0


def test_the_health_department_opens_what_was_written_down_and_acknowledges(
    office: Open, made: Made, city: City
) -> None:
    watched = office("zh", role="health")
    watched.go(f"/hand-overs/{made['handed'][0]}/")
    assert "王海生" not in watched.page.content()
    watched.page.fill("[name=words]", "2020-9 派车")
    watched.page.click("form[action$='/details/'] button")
    watched.settled()
    assert "王海生" in watched.page.inner_text("main")
    screenshot(watched.page, "gates-hand-over-opened-zh-desktop")
    assert barriers(watched.page) == []
    watched.go(f"/hand-overs/{made['handed'][0]}/")
    assert "王海生" not in watched.page.content()
    watched.page.fill("[name=note]", "120 已派车")
    watched.page.locator("form.stack button.is-main").first.click()
    watched.settled()
    assert watched.page.locator(".page-head .badge").inner_text() == "已确认"
    assert (
        city.value(
            "select count(*) from disposition_hand_over_events where kind = 'acknowledged' and hand_over_id = %s",
            made["handed"][0],
        )
        == 1
    )


def test_the_list_renews_itself_while_scanners_send(office: Open, made: Made, city: City) -> None:
    watched = office("en")
    watched.page.clock.install()
    watched.go("/checkpoints/")
    before = int(watched.page.inner_text("[data-figure=passages]").replace(",", ""))
    walked = "not exists (select from checkpoint_entries e where e.device_id = p.device_id and e.kind = 'annulled' and e.of = p.n)"
    assert before == city.value(f"select count(*) from passages p where mode <> 'training' and {walked}")
    with psycopg.connect(**city.database) as connection:
        connection.execute(
            "INSERT INTO passages (device_id, n, checkpoint_id, day, minute, cell, verdict, carrier, action, rule, policy, mode, rung, digest)"
            " SELECT device_id, 900001, checkpoint_id, day, minute, cell, verdict, carrier, action, rule, policy, mode, rung, digest"
            " FROM passages WHERE device_id = %s AND verdict = 'green' LIMIT 1",
            [made["devices"][0]],
        )
    watched.page.clock.run_for(10_000)
    expect(watched.page.locator("[data-figure=passages]")).to_have_text(f"{before + 1:,}", timeout=25_000)


@pytest.fixture
def make_phone(browser: Browser, city: City) -> Iterator[Callable[..., Phone]]:
    yield from phones(browser, city)


def test_a_permit_of_the_desk_is_signed_into_the_code_and_seen_as_a_sign(
    office: Open, city: City, make_phone: Callable[..., Phone]
) -> None:
    resident = sign_in(city.home, "green")
    issue(office("zh", role="clerk"), city, resident.people[0])
    phone = make_phone(resident, off=timedelta(0))
    phone.open()
    phone.put_everybody_here()
    phone.page.wait_for_selector(".qr svg")
    sign = phone.page.locator(".permit")
    expect(sign).to_have_attribute("data-permit", "1")
    assert sign.locator("svg").is_visible()
    answer = phone.verified()
    assert isinstance(answer, Accepted), answer
    assert answer.claims.permit == 1
    screenshot(phone.page, "gates-code-with-permit", whole=False)


def issue(clerk: Watched, city: City, person: int) -> None:
    """Issue a permit on the pages of the desk."""
    clerk.go("/permits/find/")
    fill_document(clerk, city, person)
    clerk.page.select_option("[name=ground]", "permit")
    clerk.page.fill("[name=words]", "车辆通行证已核")
    clerk.page.click("form.stack button.is-main")
    clerk.settled()
    clerk.page.select_option("[name=sort]", "goods_driver")
    clerk.page.select_option("[name=document]", "police")
    clerk.page.fill("[name=number]", "浙B-800117")
    clerk.page.fill("[name=last]", clerk.page.input_value("[name=first]"))
    screenshot(clerk.page, "gates-permit-new-zh-desktop")
    assert barriers(clerk.page) == []
    clerk.page.click("form.stack button.is-main")
    clerk.settled()


def test_a_clerk_issues_a_permit_and_the_control_office_ends_it(office: Open, city: City) -> None:
    person = city.value(WITH_DOCUMENT.format("max"), "green")
    clerk = office("zh", role="clerk")
    issue(clerk, city, person)
    number = clerk.page.url.split("/permits/")[1].split("/")[0]
    screenshot(clerk.page, "gates-permit-zh-desktop")
    assert barriers(clerk.page) == []
    official = office("en", "phone")
    official.go(f"/permits/{number}/")
    official.page.fill("[name=why]", "The vehicle pass was taken back")
    official.page.click("form.stack button.is-main")
    official.settled()
    assert official.page.locator(".page-head .badge").inner_text() == "ended early"
    screenshot(official.page, "gates-permit-ended-en-phone")
    assert sideways(official.page) == 0
