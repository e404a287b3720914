"""The phone follows: an open page has the new colour by itself, an unchanged one asks the application nothing, an old one says how old it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.awaiting import awaited
from tests.browser.barriers import barriers, sideways
from tests.browser.conftest import City, screenshot
from tests.browser.minutes import PATIENCE, confine, gate_answers, release
from tests.browser.phones import Phone, phones, trust_of
from tests.browser.residents import Resident, sign_in
from tests.browser.showing import published_lists
from yimatong.core.credential import Accepted, Read, read

MakePhone = Callable[..., Phone]
LIST = "/e/signed/recent.ymt"
SHOWN = """() => {
  window.shown = [];
  const look = () => {
    const colour = document.querySelector('.field')?.dataset.colour;
    if (colour && window.shown.at(-1) !== colour) window.shown.push(colour);
  };
  look();
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""
"""Keeps each colour that the page shows from now on."""


@pytest.fixture
def make_phone(browser: Browser, city: City) -> Iterator[MakePhone]:
    yield from phones(browser, city)


@pytest.fixture
def resident(city: City) -> Resident:
    return sign_in(city.home, "green")


def bound_to(phone: Phone) -> Phone:
    phone.open()
    phone.put_everybody_here()
    phone.page.wait_for_selector(".qr svg")
    phone.is_kept()
    return phone


def without_a_network(phone: Phone) -> Phone:
    """The phone with its owner's code, and from now on without a network."""
    phone.open()
    phone.page.locator(".offers button:not([disabled])").first.click()
    phone.page.wait_for_selector(".qr svg")
    phone.is_kept()
    phone.line.cut()
    return phone


def is_recalled(city: City, text: str) -> bool:
    """Whether a gate refuses this code by the lists that are published now, whenever it was signed."""
    code = read(text)
    assert isinstance(code, Read)
    assert code.ts is not None
    lists = published_lists(city.home, trust_of(city.home, code.ts), code.ts)
    return code.claims.slot in lists[code.claims.epoch]


def test_an_open_page_goes_red_and_green_again_by_itself_and_never_shows_a_recalled_colour(
    make_phone: MakePhone, resident: Resident, city: City
) -> None:
    phone = bound_to(make_phone(resident))
    page = phone.page
    green, _at = phone.shown()
    page.evaluate(SHOWN)
    phone.requests.clear()
    before = len(phone.served())
    order = confine(city, resident.people[0])
    page.wait_for_selector("[data-colour=red] ~ .qr svg", timeout=PATIENCE * 1000)
    red, _at = phone.shown()
    assert is_recalled(city, green)
    assert isinstance(gate_answers(city, red), Accepted), "the red code is a good one"
    release(city, order)
    page.wait_for_selector("[data-colour=green] ~ .qr svg", timeout=PATIENCE * 1000)
    freed, _at = phone.shown()
    assert is_recalled(city, red)
    assert isinstance(gate_answers(city, freed), Accepted)
    assert page.evaluate("window.shown") == ["green", "unknown", "red", "unknown", "green"]
    application = [url for url in phone.asked if "/e/signed/" not in url]
    assert len(application) == 10, "the strips of four days and what the person was told, twice"
    assert sum("/e/strip/" in url for url in application) == 8
    assert sum("/e/told" in url for url in application) == 2
    assert len(phone.served()) == before + 10


def test_an_unchanged_display_asks_the_file_server_once_a_minute_and_the_application_nothing(
    make_phone: MakePhone, resident: Resident
) -> None:
    phone = bound_to(make_phone(resident, off=timedelta(0)))
    before = phone.served()
    phone.requests.clear()
    for _minute in range(15):
        phone.page.clock.run_for(61_000)
        phone.line.answered()
    lists = [url for url in phone.asked if url.endswith(LIST)]
    assert 14 <= len(lists) <= 20
    assert set(phone.asked) == set(lists)
    assert phone.served() == before
    cookies = [request.all_headers().get("cookie") for request in phone.requests if request.url.endswith(LIST)]
    assert set(cookies) == {None}
    assert not any("authorization" in request.all_headers() for request in phone.requests)


def test_a_hidden_page_reads_nothing_and_one_that_is_seen_again_reads_at_once(
    make_phone: MakePhone, resident: Resident
) -> None:
    phone = bound_to(make_phone(resident, off=timedelta(0)))
    phone.page.evaluate(VISIBLE, False)
    phone.page.clock.run_for(70_000)
    phone.requests.clear()
    phone.page.clock.run_for(300_000)
    assert phone.asked == []
    with phone.page.expect_response(f"**{LIST}"):
        phone.page.evaluate(VISIBLE, True)


VISIBLE = """visible => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => !visible });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.mark.parametrize("minutes", [10, -10])
def test_a_clock_that_is_off_is_set_right_by_the_list_alone(
    make_phone: MakePhone, resident: Resident, minutes: int
) -> None:
    """The phone was right when it was bound; its clock is set while it is closed."""
    phone = bound_to(make_phone(resident, off=timedelta(0)))
    city = phone.page.evaluate("() => fetch('/e/time').then(answer => answer.json()).then(told => told.now)")
    own = phone.page.evaluate("Date.now()")
    before = phone.served()
    phone.page.clock.set_system_time(datetime.fromtimestamp(own / 1000 + minutes * 60, UTC))
    with phone.page.expect_response(f"**{LIST}"):
        phone.open()
    expect(phone.page.locator(".notice")).to_contain_text(f"{'快' if minutes > 0 else '慢'}了约10分钟")
    phone.page.wait_for_selector(".qr svg")
    _text, at = phone.shown()
    assert abs(at - city / 1000) < 60
    assert isinstance(phone.verified(), Accepted)
    assert phone.served() == before


@pytest.mark.parametrize(("language", "says"), [("zh-CN", "名单截至"), ("en-GB", "Last checked")])
@pytest.mark.parametrize("size", [(390, 844), (1280, 800)])
def test_without_a_network_the_page_says_how_old_its_knowledge_is_in_both_prints(
    make_phone: MakePhone, resident: Resident, language: str, says: str, size: tuple[int, int]
) -> None:
    phone = without_a_network(make_phone(resident, language=language, size=size, off=timedelta(0)))
    phone.page.clock.run_for(2 * 60_000)
    expect(phone.page.locator(".confirmed")).to_have_count(0)
    phone.page.clock.run_for(6 * 60_000)
    name = f"{language}-{size[0]}"
    for large in (False, True):
        if large:
            phone.page.locator(".bar .round").click()
            phone.page.locator("[name=large]").click()
            phone.page.locator(".sheet .round").click()
        expect(phone.page.locator(".confirmed")).to_contain_text(says)
        expect(phone.page.locator(".confirmed")).to_be_visible()
        assert barriers(phone.page) == []
        assert sideways(phone.page) == 0
        screenshot(phone.page, f"code-offline-{'large-' if large else ''}{name}")
    phone.line.mend()

    def is_fresh() -> bool:
        phone.page.clock.run_for(5_000)
        return phone.page.locator(".confirmed").count() == 0

    awaited(is_fresh, within=PATIENCE)


@pytest.mark.parametrize(("language", "word"), [("zh-CN", "正在更新"), ("en-GB", "Updating")])
@pytest.mark.parametrize("size", [(390, 844), (1280, 800)])
def test_passes_that_are_recalled_are_grey_until_others_come(
    make_phone: MakePhone, resident: Resident, language: str, word: str, size: tuple[int, int]
) -> None:
    """What a list said is kept: without a network the page shows no colour, also when it is opened again."""
    phone = without_a_network(make_phone(resident, language=language, size=size, off=timedelta(0)))
    phone.page.evaluate(RECALLED)
    phone.open()
    expect(phone.page.locator(".field-word")).to_have_text(word)
    assert phone.page.locator("[data-colour]").get_attribute("data-colour") == "unknown"
    assert phone.page.locator(".qr").count() == 0
    assert barriers(phone.page) == []
    assert sideways(phone.page) == 0
    screenshot(phone.page, f"code-renewing-{language}-{size[0]}")


RECALLED = """() => new Promise(done => {
  const asked = indexedDB.open('yimatong-code');
  asked.onsuccess = () => {
    const store = asked.result.transaction('people', 'readwrite').objectStore('people');
    const all = store.getAll();
    all.onsuccess = () => {
      const [person] = all.result;
      store.put({ ...person, recalled: person.issue }).onsuccess = () => { asked.result.close(); done(); };
    };
  };
})"""
"""The mark that a list leaves of whom it named."""
