"""What a guard sees, in a real browser against the running product: every kind of screen, both languages, phone, small phone, desktop."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.barriers import barriers, sideways
from tests.browser.conftest import City, screenshot
from tests.browser.guards import LANGUAGES, SCREENS, Device, new_devices
from tests.browser.scanners import in_home
from tests.browser.showing import RECALLED
from yimatong.core.colour import Colour
from yimatong.edges.web.everybody.palette import contrast

SIZES = {"phone": (390, 844), "small": (360, 640), "desktop": (1440, 900)}
DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))"
PICTURED = {"zh": ("phone", "desktop"), "en": ("phone", "small")}
LIMIT = 150_000
"""Bytes, gzipped, of a first visit without the WebAssembly."""
NAME, TAIL = "王*明", "0417"


@pytest.fixture(scope="module")
def secrets(city: City) -> list[str]:
    """Enrolment codes of one checkpoint."""
    found: list[str] = in_home(city.home, "offer", "ordinary", "6")["secrets"]
    return found


@pytest.fixture(scope="module")
def devices(browser: Browser, city: City, secrets: list[str]) -> Iterator[Callable[..., Device]]:
    """A function that brings a new device; its lists are those that the test signs."""
    with new_devices(browser, city, secrets) as made:
        yield made


@pytest.fixture(scope="module")
def device(devices: Callable[..., Device]) -> Device:
    """One enrolled device, on which a guard is on duty."""
    return devices()


def test_a_green_person_needs_a_scan_a_temperature_and_one_tap(device: Device) -> None:
    """E1, C1, C2, C14: name and tail to compare, then released; nothing of the person is left on the screen."""
    device.home()
    device.wedge(device.office.code())
    device.at("check")
    shown = device.page.locator("main").inner_text()
    assert NAME in shown
    assert TAIL in shown
    assert device.page.locator("[data-button=matches]").is_disabled()
    device.type("65")
    device.press("matches")
    assert device.decision == "放行"
    left = device.page.locator("body").inner_text()
    assert NAME not in left
    assert TAIL not in left
    assert device.page.locator("main [data-button]").count() == 2
    device.press("next")
    device.at("scan")


def test_what_the_guard_did_is_on_the_server(device: Device) -> None:
    """C2, C13: temperature and decision arrive, without a name."""
    device.home()
    device.wedge(device.office.code())
    device.at("check")
    device.type("381")
    device.press("is_fever")
    assert device.decision == "移交"
    device.page.wait_for_selector(".strip:has-text('已全部上传')", timeout=20_000)
    rows = device.city.rows("SELECT action, temperature FROM passages WHERE temperature = 381")
    assert rows == [("hand_over", 381)]


def test_a_hand_over_with_details_arrives_sealed_and_is_late_when_its_time_is_over_and_not_before(
    device: Device,
) -> None:
    """C4, E3: in the city's time, also where the device's own is another; the name is for the receiver alone."""
    device.home()
    device.wedge(device.office.code(device.office.claims(colour=Colour.RED)))
    device.at("decision")
    device.press("hand_over")
    device.page.fill("input[name=name]", "张小明")
    device.press("hand_over_go")
    device.at("scan")
    device.press("menu")
    device.press("menu_hand_overs")
    cards = device.page.locator(".cards li").all()
    assert cards
    assert not [card for card in cards if "逾期" in card.inner_text()]
    device.page.wait_for_selector(".strip:has-text('已全部上传')", timeout=20_000)
    ((sealed,),) = device.city.rows(
        "SELECT sealed FROM disposition_hand_overs WHERE sealed IS NOT NULL ORDER BY id DESC LIMIT 1"
    )
    assert "张小明".encode() not in bytes(sealed)


def test_fever_is_asked_twice_and_an_impossible_reading_is_no_reading(device: Device) -> None:
    device.home()
    device.wedge(device.office.code())
    device.at("check")
    device.type("499")
    assert device.page.locator("[data-reading]").get_attribute("data-reading") == "impossible"
    assert device.page.locator("[data-button=matches]").count() == 0
    device.press("measure_again")
    device.page.keyboard.type("378", delay=120)
    assert device.page.locator("[data-reading]").get_attribute("data-reading") == "fever"
    device.press("is_fever")
    device.at("decision")
    assert "卫健部门" in device.page.locator("main").inner_text()


def test_nobody_without_a_code_goes_without_an_answer(device: Device) -> None:
    """E4, C5, C6, U8: the script, then the slip with its number and where to object."""
    device.home()
    device.press("no_code")
    assert device.page.locator(".script li").count() >= 5
    device.press("nothing")
    device.at("check")
    device.type("65")
    device.press("go_on")
    device.at("ask")
    device.press("key_area")
    assert device.decision == "劝返"
    device.press("slip")
    device.page.wait_for_selector(".slip-number")
    number = device.page.locator(".slip-number").inner_text()
    assert re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{6}", number)
    assert device.page.locator(".slip svg").count() == 1
    device.page.emulate_media(media="print")
    width = device.page.locator(".slip").bounding_box()
    device.page.emulate_media(media="screen")
    assert width
    assert width["width"] <= 58 / 25.4 * 96 + 1, "the paper is 58 mm wide"


def test_refusing_somebody_green_needs_a_ground_of_the_closed_list(device: Device) -> None:
    """C7, E2: no free text, no plate, no household registration; a complaint is one tap."""
    device.home()
    device.wedge(device.office.code())
    device.at("check")
    device.type("65")
    device.press("otherwise")
    device.press("not_shown")
    device.press("refuse")
    device.at("refuse")
    grounds = device.page.locator("main fieldset").inner_text()
    assert "车牌" not in grounds
    assert "户籍" not in grounds
    assert device.page.locator("main input[type=text], main textarea").count() == 0
    assert device.page.locator("[data-button=refuse_go]").is_disabled()
    device.press("menu")
    device.press("menu_complain")
    device.press("complain_plate")
    device.at("scan")


def test_people_of_a_vehicle_are_counted(device: Device) -> None:
    """C15"""
    device.home()
    device.press("menu")
    device.press("menu_vehicle")
    for _person in range(2):
        device.wedge(device.office.code())
        device.at("check")
        device.type("65")
        device.press("matches")
        device.press("next")
    assert "2" in device.page.locator(".banner.is-vehicle").inner_text()
    device.press("vehicle_over")
    expect(device.page.locator(".banner.is-vehicle")).to_have_count(0)
    device.page.wait_for_selector(".strip:has-text('已全部上传')", timeout=20_000)
    rows = device.city.rows("SELECT count(*) FROM passages WHERE vehicle IS NOT NULL GROUP BY vehicle")
    assert (2,) in rows


def test_a_minute_without_a_touch_clears_the_person(devices: Callable[..., Device]) -> None:
    """C14, H5"""
    device = devices(frozen=True)
    device.wedge(device.office.code())
    device.at("check")
    device.page.clock.fast_forward(50_000)
    assert NAME in device.page.locator("main").inner_text()
    device.page.clock.fast_forward(11_000)
    device.at("scan")
    assert NAME not in device.page.locator("body").inner_text()


def test_in_greyscale_each_verdict_has_its_word_its_shape_and_its_pattern(device: Device) -> None:
    """U4, C17: read without colours; a training code is grey and never green."""
    office = device.office
    claims = office.claims
    codes = {
        "green": office.code(),
        "yellow": office.code(claims(colour=Colour.YELLOW)),
        "red": office.code(claims(colour=Colour.RED)),
        "recalled": office.code(claims(slot=RECALLED)),
        "expired": office.code(claims(-12)),
    }
    words, bands, shapes = {}, {}, {}
    for verdict, text in codes.items():
        device.home()
        device.wedge(text)
        device.page.wait_for_selector(f"[data-verdict={verdict}]")
        field = device.page.locator(".field")
        word = grey(field.locator(".field-word").screenshot()).tobytes()
        assert contrast(as_hex(min(word)), as_hex(max(word))) >= 4.5, verdict
        words[verdict] = field.locator(".field-word").inner_text()
        shapes[verdict] = field.locator(".shape").get_attribute("class")
        bands[verdict] = field.locator(".field-band").first.evaluate("band => getComputedStyle(band).backgroundImage")
    assert len(set(words.values())) == len(codes)
    assert len(set(bands.values())) == len(codes)
    assert len(set(shapes.values())) == len(codes)


def grey(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("L")


def as_hex(lightness: int) -> str:
    return f"#{lightness:02x}{lightness:02x}{lightness:02x}"


def test_no_screen_scrolls_sideways_or_has_a_barrier(device: Device) -> None:
    """U4, H6: every kind of screen in both languages; barriers at phone size; pictures of all for people to look at."""
    wide, found = {}, {}
    for name, go in SCREENS.items():
        device.home()
        go(device, device.office)
        for language in reversed(LANGUAGES):
            device.page.set_viewport_size({"width": 390, "height": 844})
            device.speak(language)
            device.page.wait_for_selector(f"html[lang|='{language}']")
            device.page.evaluate(DRAWN)
            if problems := barriers(device.page):
                found[name, language] = problems
            for size, (width, height) in SIZES.items():
                device.page.set_viewport_size({"width": width, "height": height})
                if size in PICTURED[language]:
                    screenshot(device.page, f"scan-{name}-{language}-{size}", whole=False)
                if pixels := sideways(device.page):
                    wide[name, language, size] = pixels
        device.page.set_viewport_size({"width": 390, "height": 844})
    assert wide == {}
    assert found == {}


@pytest.mark.parametrize("size", ["phone", "small"])
def test_the_buttons_of_a_decision_are_seen_without_scrolling(device: Device, size: str) -> None:
    width, height = SIZES[size]
    device.page.set_viewport_size({"width": width, "height": height})
    hidden = {}
    for name in ("green", "fever", "released", "red", "asked", "apply-now"):
        device.home()
        SCREENS[name](device, device.office)
        lowest = max(box["y"] + box["height"] for box in map(_box, device.page.locator("main [data-button]").all()))
        if lowest > height:
            hidden[name] = lowest
    device.page.set_viewport_size({"width": 390, "height": 844})
    assert hidden == {}


def _box(locator: object) -> dict[str, float]:
    box = locator.bounding_box()  # type: ignore[attr-defined]
    assert box
    return dict(box)


def test_the_server_took_everything_that_the_guard_recorded(device: Device) -> None:
    """C9, C13: every kind of record that these screens make has the form that the server asks for."""
    device.home()
    device.speak("zh")
    device.press("look_up")
    device.page.fill("input[name=document]", "E12345678")
    device.page.click("button[type=submit]")
    device.home()
    device.page.wait_for_selector(".strip:has-text('已全部上传')", timeout=20_000)
    device.press("menu")
    device.press("menu_lists")
    assert "没有收下" not in device.page.locator("main").inner_text()


def test_a_first_visit_is_light(devices: Callable[..., Device]) -> None:
    """Everything but the WebAssembly, gzipped."""
    device = devices(enrolled=False)
    sizes: dict[str, int] = {}

    def got(response: object) -> None:
        url = str(response.url)  # type: ignore[attr-defined]
        if not url.endswith(".wasm") and url.startswith(device.city.address):
            sizes[url] = len(gzip.compress(response.body(), 6))  # type: ignore[attr-defined]

    device.page.on("requestfinished", lambda request: got(request.response()))
    device.open()
    device.page.wait_for_load_state("load")
    assert len(sizes) >= 4
    assert sum(sizes.values()) < LIMIT, sizes


def test_an_enrolment_code_does_not_stay_in_the_address(devices: Callable[..., Device]) -> None:
    device = devices(enrolled=False)
    device.open("#enrol=0123456789ABCDEFGHJKMNPQRS")
    assert device.page.input_value("input[name=secret]") == "0123456789ABCDEFGHJKMNPQRS"
    assert "enrol" not in device.page.url
    device.page.fill("input[name=guard]", "小王")
    device.page.click("button[type=submit]")
    assert "登记码" in device.page.locator("[role=alert]").inner_text()
