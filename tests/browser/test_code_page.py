"""The code page in a real browser against the real product: a day without a network, a wrong clock, a family, a second phone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.barriers import barriers, sideways
from tests.browser.conftest import City, screenshot
from tests.browser.phones import HOUR, Phone, phones, windows_of_a_day
from tests.browser.residents import Resident, sign_in
from yimatong.core.colour import Colour
from yimatong.core.credential import Accepted, Read, Reason, Refused, read, word
from yimatong.edges.web.palette import contrast

NOT_SIGNED_IN = "Failed to load resource: the server responded with a status of 401"
GONE = "Failed to load resource: the server responded with a status of 410"
EVERY = 12
"""Seconds between two signatures."""
MakePhone = Callable[..., Phone]


@pytest.fixture
def make_phone(browser: Browser, city: City) -> Iterator[MakePhone]:
    yield from phones(browser, city)


@pytest.fixture
def resident(city: City) -> Resident:
    return sign_in(city.home, "green")


@pytest.fixture
def bound(make_phone: MakePhone, resident: Resident) -> Phone:
    """A phone that shows a green code and has the page itself."""
    phone = make_phone(resident, off=timedelta(0))
    phone.open()
    phone.put_everybody_here()
    phone.page.wait_for_selector(".qr svg")
    phone.is_kept()
    return phone


def test_a_day_without_a_network_every_code_is_good_and_the_server_hears_nothing(bound: Phone) -> None:
    before, carried = bound.served(), bound.line.carried
    bound.line.cut()
    assert windows_of_a_day(bound) == 5, "four windows of a day, and the first of the next"
    assert bound.line.carried == carried
    assert bound.served() == before


def test_a_day_on_a_dead_network_that_takes_everything_and_answers_nothing_every_code_is_good(bound: Phone) -> None:
    before = bound.served()
    bound.line.swallow()
    assert windows_of_a_day(bound) == 5, "four windows of a day, and the first of the next"
    assert bound.page.evaluate("navigator.onLine"), "the browser believes in this network"
    assert bound.line.lost > 0, "it asked when its time had come"
    assert bound.served() == before


def test_no_network_is_found_out_by_asking_and_not_by_the_browsers_word(bound: Phone) -> None:
    bound.line.cut()
    assert bound.page.evaluate("navigator.onLine")
    bound.page.get_by_role("button", name="联网更新").click()
    bound.page.wait_for_selector("dt:has-text('没有网络，仍可出示')")
    expect(bound.page.locator("[role=status]:has-text('还没有连上')")).to_be_visible()
    bound.page.evaluate("() => scrollTo(0, 0)")
    assert isinstance(bound.verified(), Accepted)
    bound.line.mend()
    bound.page.wait_for_selector("dt:has-text('没有网络也可出示至')")


def test_opening_the_page_again_asks_the_application_nothing_also_with_a_network(bound: Phone) -> None:
    bound.requests.clear()
    before = bound.served()
    for _time in range(3):
        with bound.page.expect_response("**/e/signed/recent.ymt"):
            bound.open()
        bound.page.wait_for_selector(".qr svg")
    assert isinstance(bound.verified(), Accepted)
    ours = bound.page.evaluate("() => fetch('/e/time', { cache: 'no-store' }).then(answer => answer.url)")
    lists = [url for url in bound.asked if "/e/signed/" in url]
    assert [url for url in bound.asked if url not in lists] == [ours], "a question of the test's own"
    assert len([url for url in lists if url.endswith("/e/signed/recent.ymt")]) == 3, "the same file for everybody"
    assert len(bound.served()) == len(before) + 1


def test_a_code_is_signed_anew_within_fifteen_seconds_and_an_old_picture_is_refused(bound: Phone) -> None:
    _text, first = bound.shown()
    bound.page.clock.run_for(15_000)
    bound.wait_for_signature_after(first)
    _text, second = bound.shown()
    assert 0 < second - first <= 15
    told = [bound.verified(later) for later in (0, 60, 61, 600, 601)]
    assert [isinstance(answer, Accepted) for answer in told] == [True, True, False, False, False]
    assert [answer.reason for answer in told if isinstance(answer, Refused)] == [
        Reason.CLOCK,
        Reason.CLOCK,
        Reason.STALE,
    ]


def test_passes_that_ran_out_are_grey_and_come_back_with_one_connection(bound: Phone) -> None:
    bound.line.cut()
    bound.page.clock.fast_forward(5 * 24 * HOUR * 1000)
    bound.page.wait_for_selector("[data-colour=unknown]")
    assert bound.page.locator(".field-word").inner_text() == "需要联网"
    assert bound.page.locator(".qr").count() == 0
    assert "灰色不是红码" in bound.page.locator(".grey").inner_text()
    bound.line.mend()
    bound.page.wait_for_selector("[data-colour=green]")
    assert isinstance(bound.verified(), Accepted)


@pytest.mark.parametrize("minutes", [5, -5])
def test_a_phone_whose_clock_is_off_shows_the_right_time_and_says_so_also_offline(
    make_phone: MakePhone, resident: Resident, minutes: int
) -> None:
    true = make_phone(resident)
    true.open()
    wrong = make_phone(resident, off=timedelta(minutes=minutes))
    wrong.open()
    wrong.put_everybody_here()
    wrong.is_kept()
    wrong.line.cut()
    wrong.open()
    wrong.page.wait_for_selector(".qr svg")
    notice = wrong.page.locator(".notice").inner_text()
    assert ("快了约5分钟" if minutes > 0 else "慢了约5分钟") in notice
    city = int(true.page.evaluate("() => fetch('/e/time').then(r => r.json()).then(t => t.now)")) // 1000
    text, at = wrong.shown()
    assert abs(at - city) <= 15
    assert text.startswith("YMT1:")
    assert isinstance(wrong.verified(), Accepted)


def test_several_people_are_told_apart_and_each_shows_their_own_code(make_phone: MakePhone, city: City) -> None:
    family = sign_in(city.home, "green", "yellow", "red")
    phone = make_phone(family)
    phone.open()
    phone.put_everybody_here()
    tabs = phone.page.get_by_role("tab")
    assert tabs.count() == 3
    seen = {}
    tabs.nth(0).click()
    for place in range(3):
        assert tabs.nth(place).get_attribute("aria-selected") == "true"
        phone.page.wait_for_selector(".qr svg")
        answer = phone.verified()
        assert isinstance(answer, Accepted)
        assert answer.claims.name == phone.page.locator(".who-name").inner_text()
        assert phone.page.locator(".field").get_attribute("data-colour") == answer.claims.colour
        bar = tabs.nth(place).evaluate("tab => getComputedStyle(tab).borderTopColor")
        seen[answer.claims.colour] = (answer.claims.device, bar)
        tabs.nth(place).press("ArrowRight")
    assert set(seen) == {Colour.GREEN, Colour.YELLOW, Colour.RED}
    assert len({device for device, _bar in seen.values()}) == 3, "no two people share a key"
    assert len({bar for _device, bar in seen.values()}) == 3


def test_a_second_phone_takes_the_code_over_and_the_first_says_so(make_phone: MakePhone, resident: Resident) -> None:
    first, second = make_phone(resident, expected=(GONE,)), make_phone(resident, expected=(GONE,))
    first.open()
    first.put_everybody_here()
    first.page.wait_for_selector(".qr svg")
    second.open()
    assert "在另一部手机上" in second.page.locator(".offers").inner_text()
    second.page.get_by_role("button", name="移到本机").click()
    second.page.wait_for_selector(".qr svg")
    assert isinstance(second.verified(), Accepted)
    first.page.get_by_role("button", name="联网更新").click()
    first.page.wait_for_selector("[data-colour=unknown]")
    assert first.page.locator(".field-word").inner_text() == "已换手机"
    assert first.page.get_by_role("link", name="重新登录").get_attribute("href") == "/me/sign-in/?next=/code/"
    assert first.page.evaluate(STORED) == {"passes": 0, "keys": 0}


STORED = """() => new Promise(done => {
  const asked = indexedDB.open('yimatong-code');
  asked.onsuccess = async () => {
    const count = name => new Promise(told => {
      const counted = asked.result.transaction(name).objectStore(name).count();
      counted.onsuccess = () => told(counted.result);
    });
    done({passes: await count('passes'), keys: await count('keys')});
  };
})"""


def test_the_phones_keys_cannot_be_read_out(bound: Phone) -> None:
    told = bound.page.evaluate("""() => new Promise(done => {
      const asked = indexedDB.open('yimatong-code');
      asked.onsuccess = () => {
        const all = asked.result.transaction('keys').objectStore('keys').getAll();
        all.onsuccess = async () => done({
          count: all.result.length,
          extractable: all.result.some(({key}) => key.extractable || key.type !== 'private'),
          exported: await crypto.subtle.exportKey('pkcs8', all.result[0].key).then(() => true, () => false),
        });
      };
    })""")
    assert told == {"count": 28, "extractable": False, "exported": False}


def test_the_check_word_is_the_one_that_the_gate_shows_and_is_not_in_the_code(bound: Phone) -> None:
    secrets = bound.page.evaluate("""() => new Promise(done => {
      const asked = indexedDB.open('yimatong-code');
      asked.onsuccess = () => {
        const all = asked.result.transaction('passes').objectStore('passes').getAll();
        all.onsuccess = () => done(all.result.map(({epoch, secret}) => [epoch, Array.from(secret)]));
      };
    })""")
    answer = bound.verified()
    assert isinstance(answer, Accepted)
    secret = bytes(dict(secrets)[answer.claims.epoch])
    text, at = bound.shown()
    shown = bound.page.locator(".check-word").get_attribute("data-word")
    assert shown in {word(secret, at).zh, word(secret, at + EVERY).zh}
    code = read(text)
    assert isinstance(code, Read)
    assert secret not in code.pass_
    assert len({bytes(one) for _epoch, one in secrets}) == len(secrets) > 12, "each pass has its own"


def test_the_worker_keeps_the_page_and_nothing_about_people(bound: Phone) -> None:
    kept = bound.page.evaluate("""async () => {
      const names = await caches.keys();
      const kept = await Promise.all(names.map(async name => (await (await caches.open(name)).keys()).map(asked => asked.url)));
      return {names, urls: kept.flat()};
    }""")
    paths = {url.removeprefix(bound.city.address) for url in kept["urls"]}
    assert len(kept["names"]) == 1, "an old version does not stay"
    assert "/code/" in paths
    assert [path for path in paths if not path.startswith(("/code/", "/static/web/code/", "/palette.css"))] == []


def test_large_print_and_language_are_the_same_on_the_residents_pages(bound: Phone) -> None:
    bound.page.locator(".bar .round").click()
    bound.page.locator("[name=large]").click()
    bound.page.locator(".sheet .round").click()
    bound.page.get_by_role("button", name="EN").click()
    cookies = {cookie["name"]: cookie["value"] for cookie in bound.context.cookies()}
    assert (cookies["yimatong-large"], cookies["django_language"]) == ("1", "en")
    bound.context.add_cookies(
        [
            {"name": name, "value": value, "url": bound.city.address}
            for name, value in (("yimatong-large", "0"), ("django_language", "zh-hans"))
        ]
    )
    bound.open()
    bound.page.wait_for_selector(".qr svg")
    assert bound.page.evaluate("[document.documentElement.lang, document.documentElement.className]") == [
        "zh-Hans",
        "is-touch",
    ]


ALLOWED = re.compile(
    r"/(code/[\w.-]*|static/web/code/[\w.-]+|palette\.css|e/(time|people|status|bind|rebind|bind/challenge|told|strip/\d{4}-\d\d-\d\d)"
    r"|e/signed/(recent|trust|recall/\d+/(hours|snapshot))\.ymt)"
)


def test_no_address_says_anything_about_a_person(bound: Phone) -> None:
    paths = {url.removeprefix(bound.city.address) for url in bound.asked}
    assert "/e/bind" in paths
    assert [path for path in paths if not ALLOWED.fullmatch(path)] == []


def grey(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("L")


def as_hex(level: int) -> str:
    return f"#{level:02x}{level:02x}{level:02x}"


def test_in_greyscale_every_colour_has_its_word_its_shape_and_its_pattern(make_phone: MakePhone, city: City) -> None:
    phone = make_phone(sign_in(city.home, "green", "yellow", "red"), reduced_motion="reduce")
    phone.open()
    phone.put_everybody_here()
    words, shapes, bands = set(), set(), set()
    for place in range(3):
        phone.page.get_by_role("tab").nth(place).click()
        phone.page.wait_for_selector(".qr svg")
        word = grey(phone.page.locator(".field-word").screenshot()).tobytes()
        assert contrast(as_hex(min(word)), as_hex(max(word))) >= 4.5
        words.add(phone.page.locator(".field-word").inner_text())
        shapes.add(phone.page.locator(".field .shape").get_attribute("class"))
        band = grey(phone.page.locator(".field-band").first.screenshot())
        middle = band.crop((40, 3, 120, 11)).tobytes()
        bands.add(tuple(2 * pixel > min(middle) + max(middle) for pixel in middle))
    assert words == {"绿码", "黄码", "红码"}
    assert len(shapes) == 3
    assert len(bands) == 3


def test_motion_is_for_those_who_want_it_and_the_seconds_for_everybody(
    make_phone: MakePhone, resident: Resident
) -> None:
    moving, still = make_phone(resident), make_phone(resident, reduced_motion="reduce")
    names = []
    for phone in (moving, still):
        phone.open()
        phone.page.wait_for_selector(".offers")
        phone.put_everybody_here() if phone is moving else phone.page.get_by_role("button", name="移到本机").click()
        phone.page.wait_for_selector(".qr svg")
        names.append(phone.page.evaluate("getComputedStyle(document.querySelector('.field'), '::after').animationName"))
        before = phone.screen_time()
        phone.page.wait_for_function(
            f"() => document.querySelector('.clock').textContent.slice(-2) !== '{before % 60:02d}'"
        )
    assert names == ["wander", "none"]


def states(phone: Phone) -> Iterator[str]:
    """The page's screens one after another: choosing, the code, the settings, large print, without passes."""
    phone.open()
    phone.page.wait_for_selector(".offers button")
    yield "choose"
    phone.put_everybody_here()
    phone.page.wait_for_selector(".qr svg")
    yield "code"
    phone.page.locator(".bar .round").click()
    phone.page.wait_for_selector("dialog[open]")
    yield "settings"
    phone.page.locator("[name=large]").click()
    yield "settings-large"
    phone.page.locator(".sheet .round").click()
    yield "large"
    phone.page.locator(".more summary").click()
    yield "large-more"
    phone.line.cut()
    phone.page.clock.fast_forward(5 * 24 * HOUR * 1000)
    phone.page.wait_for_selector("[data-colour=unknown]")
    yield "stale-large"


@pytest.mark.parametrize(("language", "size"), [("zh-CN", (360, 740)), ("en-GB", (320, 640)), ("en-GB", (1280, 800))])
def test_no_screen_has_a_barrier_or_scrolls_sideways_and_each_names_the_paper_pass(
    make_phone: MakePhone, city: City, language: str, size: tuple[int, int]
) -> None:
    phone = make_phone(sign_in(city.home, "green", "yellow"), language=language, size=size, off=timedelta(0))
    found, wide = {}, {}
    for name in states(phone):
        screenshot(phone.page, f"code-{name}-{language}-{size[0]}")
        if problems := barriers(phone.page):
            found[name] = problems
        if pixels := sideways(phone.page):
            wide[name] = pixels
        assert ("纸质通行证" if language == "zh-CN" else "paper pass") in phone.page.locator(".paper").inner_text()
        assert phone.page.locator(".paper a").get_attribute("href") == "/me/points/"
    assert (found, wide) == ({}, {})


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_hint_of_the_paper_pass_leads_to_the_points_without_signing_in(
    make_phone: MakePhone, language: str
) -> None:
    phone = make_phone(language=language, expected=(NOT_SIGNED_IN,))
    phone.open()
    link = phone.page.locator(".paper a")
    box = link.bounding_box()
    assert box is not None
    assert box["height"] >= 24, "a thumb finds it"
    link.click()
    phone.page.wait_for_url("**/me/points/")
    assert phone.page.locator("[data-point]").count() > 0
    assert ("纸质" if language == "zh-CN" else "paper pass") in phone.page.inner_text("h1")


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_a_phone_without_anybody_is_grey_and_leads_to_signing_in(
    make_phone: MakePhone, city: City, language: str
) -> None:
    phone = make_phone(language=language, expected=(NOT_SIGNED_IN,))
    phone.open()
    assert phone.page.locator(".field").get_attribute("data-colour") == "unknown"
    assert phone.page.locator("a.is-main").get_attribute("href") == "/me/sign-in/?next=/code/"
    assert barriers(phone.page) == []
    other = "EN" if language == "zh-CN" else "中文"
    phone.page.get_by_role("button", name=other).click()
    expect(phone.page.locator("html")).to_have_attribute("lang", "en" if language == "zh-CN" else "zh-Hans")
    phone.open()
    assert phone.page.get_by_role("button", name=other).get_attribute("aria-pressed") == "true"
