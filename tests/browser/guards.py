"""A guard's device in the browser tests: what is typed, scanned and tapped on it, and how each kind of screen is come to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser.conftest import City
from tests.browser.line import NOTICED, Line, laid
from tests.browser.showing import RECALLED, Office
from yimatong.core.colour import Colour
from yimatong.core.credential import Kind

LANGUAGES = {"zh": "中文", "en": "EN"}
TYPED = """text => {
  for (const key of [...text, "Enter"]) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}"""


def city_now(city: City) -> int:
    """The city's second now."""
    with urlopen(f"{city.address}/e/time") as answer:
        return int(json.load(answer)["now"]) // 1000


@dataclass
class Device:
    """A guard's device with the product's own page on it; its signed lists are of this moment."""

    page: Page
    city: City
    signed: Office
    """Whose lists the device has."""
    line: Line

    @property
    def office(self) -> Office:
        """The same keys, as of now."""
        return replace(self.signed, now=city_now(self.city))

    def open(self, fragment: str = "") -> None:
        """Open the page."""
        self.page.goto(f"{self.city.address}/scan/{fragment}")
        self.page.wait_for_selector("#app .shell")

    def begin(self, secret: str) -> None:
        """Enrol, and wait until the next code may come."""
        self.open(f"#enrol={secret}")
        self.page.fill("input[name=guard]", "小王")
        self.page.click("button[type=submit]")
        self.waits()

    def waits(self) -> None:
        """Wait until the next person may come: a guard is on duty, and nobody is on the screen."""
        self.at("scan")
        self.page.wait_for_selector("main .under [data-button=no_code]", timeout=20_000)

    def at(self, step: str) -> None:
        """Wait for a screen of the flow, with nothing over it."""
        self.page.wait_for_selector(f".shell[data-state=ready][data-at={step}]", timeout=20_000)

    def press(self, button: str) -> None:
        """Tap a button."""
        self.page.click(f"[data-button={button}]")

    def wedge(self, text: str) -> None:
        """What a USB scanner types: its keys come faster than a test's own typing would on a busy machine."""
        self.page.evaluate(TYPED, text)

    def type(self, digits: str) -> None:
        """A temperature on the big keys."""
        for digit in digits:
            self.page.click(f"[data-digit='{digit}']")

    def home(self) -> None:
        """Back to the next person, from anywhere."""
        self.page.reload()
        self.waits()

    def back(self) -> None:
        """Give the network back; the browser notices."""
        self.line.mend()
        self.page.evaluate(NOTICED)

    @property
    def decision(self) -> str:
        """The word that fills the screen."""
        self.at("decision")
        return self.page.locator(".field-word").inner_text()

    def speak(self, language: str) -> None:
        """Choose a language in the bar."""
        self.page.click(f".languages button:has-text('{LANGUAGES[language]}')")


@contextmanager
def new_devices(browser: Browser, city: City, secrets: list[str]) -> Iterator[Callable[..., Device]]:
    """A function that brings a new device, enrolled with the next of the secrets; its lists are those that the test signs."""
    contexts: list[BrowserContext] = []
    lines = ExitStack()

    def made(*, enrolled: bool = True, frozen: bool = False, script: str = "") -> Device:
        line = lines.enter_context(laid())
        context = browser.new_context(
            viewport={"width": 390, "height": 844},
            locale="zh-CN",
            service_workers="block",
            reduced_motion="reduce",
            proxy=line.proxy,
        )
        contexts.append(context)
        if script:
            context.add_init_script(script)
        office = Office(city.home, city_now(city))
        files = office.files()

        def signed(route: Route) -> None:
            name = route.request.url.partition("/e/signed/")[2]
            if name in files:
                route.fulfill(body=files[name], content_type="application/octet-stream")
            else:
                route.continue_()

        context.route("**/e/signed/**", signed)
        device = Device(context.new_page(), city, office, line)
        if frozen:
            device.page.clock.install()
        if enrolled:
            device.begin(secrets.pop())
        return device

    yield made
    for context in contexts:
        context.close()
    lines.close()


def checked(device: Device, text: str, digits: str = "") -> None:
    device.wedge(text)
    device.at("check")
    device.type(digits)


def no_code(device: Device, *buttons: str) -> None:
    device.press("no_code")
    device.press("nothing")
    device.at("check")
    device.type("65")
    for button in ("go_on", *buttons):
        device.press(button)
    device.page.wait_for_selector(".shell:not([data-at=recording])")


def panel(name: str) -> Callable[[Device, Office], None]:
    def opened(device: Device, _office: Office) -> None:
        device.press("menu")
        device.press(f"menu_{name}")

    return opened


def decided(device: Device, text: str) -> None:
    device.wedge(text)
    device.at("decision")


def red(device: Device, office: Office) -> None:
    decided(device, office.code(office.claims(colour=Colour.RED)))


def handed(device: Device, office: Office) -> None:
    red(device, office)
    device.press("hand_over")


def asked(device: Device, office: Office) -> None:
    checked(device, office.code(office.claims(colour=Colour.YELLOW)), "65")
    device.press("go_on")
    device.at("ask")


def choosing(device: Device, office: Office) -> None:
    checked(device, office.code(), "65")
    device.press("otherwise")


def refusing(device: Device, office: Office) -> None:
    choosing(device, office)
    device.press("not_shown")
    device.press("refuse")


def released(device: Device, office: Office) -> None:
    checked(device, office.code(office.claims(permit=1)), "65")
    device.press("matches")
    device.at("decision")


def training(device: Device, office: Office) -> None:
    device.wedge(office.code(office.claims(kind=Kind.TRAINING), signer=office.trainer))
    device.at("decision")


def slip(device: Device, _office: Office) -> None:
    no_code(device, "key_area", "slip")
    device.page.wait_for_selector(".slip-number")


def applying(device: Device, _office: Office) -> None:
    no_code(device, "elsewhere")
    device.at("decision")


SCREENS: dict[str, Callable[[Device, Office], None]] = {
    "scan": lambda device, office: None,
    "green": lambda device, office: checked(device, office.code(office.claims(permit=1))),
    "paper": lambda device, office: checked(device, office.paper(), "65"),
    "fever": lambda device, office: checked(device, office.code(), "381"),
    "odd": lambda device, office: checked(device, office.code(), "345"),
    "choosing": choosing,
    "refusing": refusing,
    "released": released,
    "asked": asked,
    "red": red,
    "handed": handed,
    "doubtful": lambda device, office: checked(device, office.copied(), "65"),
    "recalled": lambda device, office: checked(device, office.code(office.claims(slot=RECALLED))),
    "expired": lambda device, office: decided(device, office.code(office.claims(-12))),
    "again": lambda device, office: decided(device, office.code(behind=700)),
    "training": training,
    "no-code": lambda device, office: device.press("no_code"),
    "look-up": lambda device, office: device.press("look_up"),
    "where-from": lambda device, office: no_code(device),
    "apply-now": applying,
    "apply": lambda device, office: no_code(device, "elsewhere", "apply_here"),
    "own-phone": lambda device, office: no_code(device, "elsewhere", "own_phone"),
    "slip": slip,
    "menu": lambda device, office: device.press("menu"),
    **{
        name: panel(name)
        for name in ("complain", "hand_overs", "shift", "notice", "ladder", "lists", "override", "gate", "settings")
    },
}
