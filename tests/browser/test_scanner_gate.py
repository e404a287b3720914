"""The unattended gate, passing by a work card, and a thermometer that goes away, in a real browser against the running product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.barriers import barriers, sideways
from tests.browser.conftest import City, screenshot
from tests.browser.guards import LANGUAGES, Device, new_devices
from tests.browser.scanners import in_home
from yimatong.core.colour import Colour

NAME, TAIL, PIN = "王*明", "0417", "4711"
PHONE, SMALL, KIOSK = (360, 740), (360, 640), (1280, 800)
PLUGS = """
globalThis.plugs = [];
Object.defineProperty(navigator, "serial", { value: { requestPort: async () => {
  const port = new EventTarget();
  let line;
  Object.assign(port, {
    said: "", readable: null, writable: null,
    open: async () => {
      port.readable = new ReadableStream({ start: (out) => { line = out; } });
      port.writable = new WritableStream({ write: (bytes) => { port.said += new TextDecoder().decode(bytes); } });
    },
    close: async () => { port.readable = port.writable = null; },
    says: (text) => line.enqueue(new TextEncoder().encode(text)),
    leaves: () => { line.error(new Error("pulled")); port.dispatchEvent(new Event("disconnect")); },
  });
  plugs.push(port);
  return port;
} } });
"""
"""Two plugs for a device that has none: what is chosen first is `plugs[0]`. The rest is the product's own."""
THERMOMETER, TURNSTILE = 0, 1


@pytest.fixture(scope="module")
def secrets(city: City) -> list[str]:
    """Enrolment codes of one checkpoint."""
    found: list[str] = in_home(city.home, "offer", "ordinary", "4")["secrets"]
    return found


@pytest.fixture(scope="module")
def devices(browser: Browser, city: City, secrets: list[str]) -> Iterator[Callable[..., Device]]:
    """A function that brings a new device, with plugs for a thermometer and a turnstile."""
    with new_devices(browser, city, secrets) as made:
        yield made


def says(device: Device, plug: int, text: str) -> None:
    device.page.evaluate("([plug, text]) => plugs[plug].says(text + '\\r\\n')", [plug, text])


def said(device: Device, plug: int) -> str:
    return str(device.page.evaluate("plug => plugs[plug].said", plug))


def alone(device: Device, step: str) -> None:
    """Wait for a screen of the unattended gate."""
    device.page.wait_for_selector(f".shell[data-gate=alone][data-at={step}]", timeout=20_000)


def left_alone(device: Device, language: str = "zh") -> None:
    """A guard connects thermometer and turnstile, and leaves the gate by itself."""
    device.speak(language)
    device.press("menu")
    device.press("menu_gate")
    assert device.page.locator("button[type=submit]").is_disabled()
    device.press("gate_serial")
    device.press("gate_turnstile")
    device.page.fill("input[name=pin]", PIN)
    device.page.click("button[type=submit]")
    alone(device, "scan")


def attend(device: Device, pin: str = PIN) -> None:
    device.press("guard")
    device.page.fill("input[name=pin]", pin)
    device.page.click("button[type=submit]")


def looked_at(device: Device, name: str, found: dict[str, Any]) -> None:
    """Pictures in both languages, on a kiosk and a phone; what is wrong with the screen goes into `found`."""
    for language in LANGUAGES:
        device.speak(language)
        for size, (width, height) in {"kiosk": KIOSK, "phone": PHONE, "small": SMALL}.items():
            device.page.set_viewport_size({"width": width, "height": height})
            screenshot(device.page, f"gate-{name}-{language}-{size}", whole=False)
            if pixels := sideways(device.page):
                found[f"{name} {language} {size} scrolls"] = pixels
        if problems := barriers(device.page):
            found[f"{name} {language}"] = problems
    device.speak("zh")


def passages(city: City, document: int) -> int:
    """How many passages there are with a document that is a field's value of this place."""
    ((count,),) = city.rows(
        f"SELECT count(*) FROM passages p WHERE cell %% 5 = {document} AND NOT EXISTS"
        " (SELECT FROM checkpoint_entries e WHERE e.device_id = p.device_id AND e.kind = 'annulled' AND e.of = p.n)"
    )
    return int(count)


def test_an_unattended_gate_opens_for_a_green_code_and_calls_the_guard_for_everybody_else(
    devices: Callable[..., Device], city: City
) -> None:
    """C16: nobody touches the screen; a passage that nobody walked through is annulled; paper and fever are the guard's."""
    device, before = devices(script=PLUGS), passages(city, 4)
    left_alone(device)
    assert device.page.locator("[data-button=menu]").count() == 0

    device.wedge(device.office.code())
    alone(device, "check")
    assert NAME not in device.page.locator("body").inner_text()
    says(device, THERMOMETER, "T=36.5")
    alone(device, "decision")
    assert device.page.locator(".field-word").inner_text() == "请通过"
    device.page.wait_for_function(f"() => plugs[{TURNSTILE}].said.startsWith('OPEN')")
    number = said(device, TURNSTILE).split()[1]
    says(device, TURNSTILE, f"PASSED {number}")
    alone(device, "scan")

    device.wedge(device.office.code())
    alone(device, "check")
    says(device, THERMOMETER, "T=36.6")
    alone(device, "decision")
    says(device, TURNSTILE, f"CLOSED {int(number) + 1}")
    alone(device, "scan")

    for text, reading in ((device.office.paper(), "T=36.5"), (device.office.code(), "T=38.2")):
        device.wedge(text)
        alone(device, "check")
        says(device, THERMOMETER, reading)
        alone(device, "called")
        shown = device.page.locator("body").inner_text()
        assert NAME not in shown
        assert TAIL not in shown
        attend(device, "0000")
        device.page.wait_for_selector(".wrong")
        device.page.fill("input[name=pin]", PIN)
        device.page.click("button[type=submit]")
        device.page.wait_for_selector(".shell[data-gate=attended][data-at=check]")
        assert NAME in device.page.locator("main").inner_text()
        if reading == "T=38.2":
            device.press("is_fever")
            assert device.decision == "移交"
        else:
            device.press("matches")
            assert device.decision == "放行"
        device.press("gate_alone")
        alone(device, "scan")
    device.page.wait_for_selector(".strip:has-text('已全部上传')", timeout=20_000)
    assert passages(city, 4) == before + 1, "one walked through by itself; paper was recorded anew by the guard"
    assert passages(city, 0) >= 1


def test_an_unattended_gate_stays_one_when_its_page_is_opened_anew(devices: Callable[..., Device]) -> None:
    """C16: reloading brings nobody to the guard's screens, and nobody is released before the thermometer is there again."""
    device = devices(script=PLUGS)
    left_alone(device)
    device.page.reload()
    alone(device, "scan")
    assert device.page.locator(".field-word").inner_text() == "暂停使用，请走人工通道"
    device.wedge(device.office.code())
    alone(device, "scan")
    attend(device)
    device.page.wait_for_selector(".shell[data-gate=attended][data-at=scan]")
    assert device.page.locator("[data-button=gate_alone]").is_disabled()
    device.press("menu")
    device.press("menu_gate")
    device.press("gate_end")
    device.page.wait_for_selector(".shell[data-gate=none]")


def test_no_screen_of_an_unattended_gate_has_a_barrier(devices: Callable[..., Device]) -> None:
    """U4, C16: both languages, a kiosk and phones; and the guard's page that begins it."""
    # Screens that leave by themselves are left at once: its clock is wound on.
    device, found = devices(script=PLUGS, frozen=True), dict[str, Any]()
    device.press("menu")
    device.press("menu_gate")
    looked_at(device, "panel", found)
    device.press("back")
    device.press("back")
    left_alone(device)
    looked_at(device, "show", found)
    device.press("guard")
    looked_at(device, "pin", found)
    device.press("back")
    device.wedge(device.office.code(behind=700))
    alone(device, "decision")
    looked_at(device, "again", found)
    device.page.clock.run_for(20_000)
    alone(device, "scan")
    device.wedge(device.office.code())
    alone(device, "check")
    looked_at(device, "measure", found)
    says(device, THERMOMETER, "T=36.5")
    alone(device, "decision")
    looked_at(device, "go", found)
    device.page.clock.run_for(20_000)
    alone(device, "scan")
    device.wedge(device.office.code(device.office.claims(colour=Colour.RED)))
    alone(device, "called")
    looked_at(device, "wait", found)
    attend(device)
    device.page.wait_for_selector(".shell[data-gate=attended]")
    looked_at(device, "attended", found)
    device.page.evaluate(f"plugs[{THERMOMETER}].leaves()")
    device.page.wait_for_selector(".banner.is-gone")
    looked_at(device, "thermometer-gone", found)
    device.press("thermometer_again")
    device.page.wait_for_selector(".banner.is-gone", state="detached")
    assert found == {}


def test_by_a_work_card_while_the_code_is_down(devices: Callable[..., Device], city: City) -> None:
    """S9: offered when the lists are past their stop, never before; temperature, card and duty; each is on the server afterwards."""
    device = devices(frozen=True)
    device.press("menu")
    assert device.page.locator("[data-button=menu_emergency]").count() == 0
    device.press("menu")
    device.line.cut()
    device.page.clock.fast_forward("25:00:00")
    device.page.wait_for_selector(".shell[data-state=stopped]", timeout=20_000)
    device.press("emergency")
    found: dict[str, Any] = {}
    looked_at(device, "work-card", found)
    device.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    go = device.page.locator("[data-button=emergency_go]")
    device.page.check("input[name=duty][value=medical]")
    device.page.fill("input[name=temperature]", "36.5")
    assert go.is_disabled(), "nobody looked at the card"
    device.page.check("input[name=seen]")
    device.page.fill("input[name=temperature]", "38.1")
    assert go.count() == 0, "a fever is handed over"
    device.page.locator("[data-button=emergency_hand_over]").wait_for()
    looked_at(device, "work-card-fever", found)
    device.page.fill("input[name=temperature]", "36.5")
    go.click()
    device.page.wait_for_selector(".note[role=status]")
    looked_at(device, "work-card-done", found)
    assert found == {}
    device.back()
    device.page.clock.run_for(30_000)
    device.page.wait_for_function(
        "() => document.querySelector('.strip')?.textContent.includes('已全部上传')", timeout=30_000
    )
    rows = city.rows("SELECT body->>'duty', body->>'temperature' FROM checkpoint_entries WHERE kind = 'emergency'")
    assert ("medical", "365") in rows
