"""A guard's ways from end to end, in a real browser against the running product: without a code, without a phone, and to the next shift."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect
from stdnum.cn import ric

from tests.browser.conftest import City, Open
from tests.browser.guards import Device, new_devices
from tests.browser.scanners import in_home

UPLOADED = ".strip:has-text('已全部上传')"
APPLICANT, STRANGER = (body + ric.calc_check_digit(body + "0") for body in ("33029919790303077", "33029919850505031"))


@pytest.fixture(scope="module")
def offer(city: City) -> dict[str, object]:
    """A checkpoint and its enrolment codes."""
    return dict(in_home(city.home, "offer", "ordinary", "3"))


@pytest.fixture(scope="module")
def devices(browser: Browser, city: City, offer: dict[str, object]) -> Iterator[Callable[..., Device]]:
    """A function that brings a new device."""
    with new_devices(browser, city, list(offer["secrets"])) as made:  # type: ignore[call-overload]
        yield made


@pytest.fixture(scope="module")
def device(devices: Callable[..., Device]) -> Device:
    """One enrolled device, on which a guard is on duty."""
    return devices()


def test_whoever_has_no_code_applies_on_the_guards_phone_and_is_released_once_green(device: Device, city: City) -> None:
    """E4, C6: asked, filled in, judged at once; the document is compared, and nothing of them stays on the device."""
    device.home()
    device.press("no_code")
    device.press("nothing")
    device.at("check")
    device.type("65")
    device.press("go_on")
    device.press("elsewhere")
    assert device.decision == "当场申报"
    device.press("apply_here")
    device.page.fill("input[name=name]", "陈远行")
    device.page.fill("input[name=id_number]", APPLICANT)
    device.page.fill("input[name=home_division]", "段塘")
    device.page.locator("[data-button^=division_]").first.click()
    assert device.page.locator("button[type=submit]").is_disabled(), "nothing is sent before it was read aloud"
    device.page.check("input[name=read_aloud]")
    device.page.click("button[type=submit]")
    device.at("check")
    shown = device.page.locator("main").inner_text()
    assert "陈*行" in shown
    assert "绿码" in shown
    device.press("matches")
    assert device.decision == "放行"
    device.page.wait_for_selector(UPLOADED, timeout=60_000)
    assert ("release", "register", 365) in city.rows(
        "SELECT action, carrier, temperature FROM passages WHERE carrier = 'register' AND action = 'release'"
    )
    kept = device.page.evaluate("() => JSON.stringify({ ...localStorage, ...sessionStorage })")
    assert "陈远行" not in kept


def test_whoever_has_no_phone_is_looked_up_without_a_network_and_each_look_is_recorded(
    device: Device, city: City, offer: dict[str, object]
) -> None:
    """E13, H6: by the document, in the district's extract; a stranger is nobody; the log has no document."""
    document = str(in_home(city.home, "green", str(offer["checkpoint"])))
    device.home()
    device.press("menu")
    device.press("menu_lists")
    device.press("refresh")
    device.page.wait_for_selector("[data-button=refresh]:not([disabled])", timeout=20_000)
    device.line.cut()
    device.press("back")
    device.press("back")
    for number, word in ((STRANGER, "无码无证"), (document, "绿码")):
        device.press("look_up")
        device.page.fill("input[name=document]", number)
        device.page.click("button[type=submit]")
        device.at("check")
        assert device.page.locator(".field-word").inner_text() == word
        device.type("65")
        if number == STRANGER:
            device.press("go_on")
            device.press("key_area")
            assert device.decision == "劝返"
            device.press("slip")
            device.page.wait_for_selector(".slip-number")
            device.press("next")
    device.press("matches")
    assert device.decision == "放行"
    device.back()
    device.page.wait_for_selector(UPLOADED, timeout=60_000)
    looks = city.rows("SELECT body->>'found', body::text FROM checkpoint_entries WHERE kind = 'look' ORDER BY at, n")
    assert [found for found, _ in looks][-2:] == ["false", "true"]
    assert not [body for _, body in looks if document in body or STRANGER in body]


def test_a_shift_ends_with_its_counts_and_a_note_and_the_next_guard_begins(
    device: Device, city: City, offer: dict[str, object], office: Open
) -> None:
    """C21: on the device, in the office, and without travellers' names."""
    device.home()
    device.wedge(device.office.code())
    device.at("check")
    device.type("65")
    device.press("matches")
    device.at("decision")
    device.press("menu")
    device.press("menu_shift")
    device.page.fill("input[name=note]", "测温仪换了电池")
    device.press("shift_end")
    device.page.wait_for_selector(".slip.is-report")
    report = device.page.locator(".slip.is-report").inner_text()
    assert "小王" in report
    assert "测温仪换了电池" in report
    device.press("shift_new")
    expect(device.page.locator("[data-button=menu]"), "nobody is on duty").to_have_count(0)
    device.page.fill("input[name=guard]", "小李")
    device.page.click("button[type=submit]")
    device.waits()
    device.page.wait_for_selector(UPLOADED, timeout=60_000)
    watched = office("zh")
    watched.go(f"/checkpoints/{offer['checkpoint']}/")
    page = watched.page.inner_text("main")
    assert "测温仪换了电池" in page
    assert "小李" in page
    assert "王*明" not in page
