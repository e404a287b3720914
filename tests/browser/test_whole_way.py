"""The promise of the e-code in one walk: a channel's sign-in, a declaration, green, a symptom in the evening, yellow with its reason,
offline, a second phone; over real HTTP, with the real database, the passes checked as a checkpoint would."""

from __future__ import annotations

import time

from tests.browser.awaiting import awaited
from tests.browser.conftest import City, Open, Watched
from tests.browser.line import NETWORK_FAILED, Line
from tests.browser.phones import Phone, trust_of
from tests.browser.rounds import follow
from tests.browser.showing import published_lists
from tests.browser.test_residents import WELL
from tests.browser.walking import MAIN, Walk, community, document
from yimatong.core.colour import Colour
from yimatong.core.credential import (
    Accepted,
    Read,
    Reason,
    Refused,
    read,
    verify,
)

NAME, PERSON, NUMBER = "王海生", "wang", document("19721130", 405)
"""Somebody of whom no other walk makes use at this channel: an account is one person's."""
PATIENCE = 150
"""Seconds until a recall list is cut, on a machine that is busy with other tests."""
GONE = "Failed to load resource: the server responded with a status of 410"


def code_of(watched: Watched, city: City, line: Line) -> Phone:
    """The code page in the window in which somebody signed in."""
    phone = Phone(watched.page.context, watched.page, city, line)
    watched.page.context.on("request", phone.heard)
    return phone


def wait_until_recalled(city: City, text: str, at: int) -> Refused:
    """The checkpoint's answer to a code once its recall is published."""

    def answered() -> Refused | None:
        trust = trust_of(city.home, at)
        answer = verify(text, now=at, trust=trust, recall=published_lists(city.home, trust, at), city=trust.city)
        return answer if isinstance(answer, Refused) else None

    follow(city.home)
    refused = awaited(answered, within=PATIENCE)
    assert refused is not None
    return refused


def test_from_a_channels_sign_in_to_a_second_phone(open_page: Open, city: City, line: Line) -> None:
    first = open_page("zh", "phone", proxy=line.proxy)
    first.expected += [GONE, f"{NETWORK_FAILED}SOCKS"]
    walk = Walk(first, "whole-way", community(city), looks=False)
    page = first.page

    first.go("/me/")
    walk.press("main a.big.is-main")
    walk.sign_in("alipay", PERSON)
    walk.declare({**WELL, "name": NAME, "id_number": NUMBER, "phone": "17000000401"})
    walk.agree()
    assert page.locator("#waiting [data-colour]").get_attribute("data-colour") == "green"

    phone = code_of(first, city, line)
    phone.open()
    phone.put_everybody_here()
    page.wait_for_selector("[data-colour=green]")
    page.wait_for_selector(".qr svg")
    text, at = phone.shown()
    shown = verify(text, now=at, trust=trust_of(city.home, at), recall=None, city="330200")
    assert isinstance(shown, Accepted), shown
    assert (shown.claims.colour, shown.claims.name) == (Colour.GREEN, page.locator(".who-name").inner_text())

    first.go("/me/self/health/")
    page.check("[name=symptoms][value=fever]")
    walk.press(MAIN)
    walk.wait_for("yellow")
    reason = page.locator("article.reason[data-rule^='yellow.']")
    assert reason.count() == 1
    assert "发热" in reason.inner_text()

    phone.open()
    page.wait_for_selector("[data-colour=yellow]")
    refused = wait_until_recalled(city, text, at)
    assert refused.reason is Reason.RECALLED, "the green code of the afternoon is worth nothing any more"

    phone.is_kept()
    before, carried = phone.served(), line.carried
    line.cut()
    phone.open()
    page.wait_for_selector(".qr svg")
    offline = phone.verified()
    assert isinstance(offline, Accepted), offline
    assert offline.claims.colour is Colour.YELLOW
    assert line.carried == carried
    assert phone.served() == before
    said = read(phone.shown()[0])
    assert isinstance(said, Read)
    assert b"fever" not in said.pass_
    assert "发热".encode() not in said.pass_
    line.mend()

    second = open_page("zh", "phone")
    again = Walk(second, "whole-way-second", walk.sound, looks=False)
    second.go("/me/")
    again.press("main a.big.is-main")
    again.sign_in("alipay", PERSON)
    moved = code_of(second, city, line)
    began = time.monotonic()
    moved.open()
    second.page.get_by_role("button", name="移到本机").click()
    second.page.wait_for_selector("[data-colour=yellow]")
    second.page.wait_for_selector(".qr svg")
    assert time.monotonic() - began < 120
    assert isinstance(moved.verified(), Accepted)

    phone.open()
    page.wait_for_selector("[data-colour=unknown]")
    assert page.locator(".field-word").inner_text() == "已换手机"
