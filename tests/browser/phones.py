"""A phone in the browser tests: the code page in a window of its own, its clock, its QR code read and verified by the Python package."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request

from tests.browser.conftest import City
from tests.browser.line import NETWORK_FAILED, Line, laid
from tests.browser.residents import Resident
from yimatong.core.colour import Colour
from yimatong.core.credential import Accepted, FileKey, Refused, TrustList, open_trust_list, verify

SIZE = (360, 740)
HOUR = 3600


def trust_of(home: Path, now: int) -> TrustList:
    """The city's trust list as a checkpoint would have it."""
    (root,) = (home / "keys").glob("root-*.pem")
    trust = open_trust_list((home / "signed" / "trust.ymt").read_bytes(), FileKey.read(root).point, now=now)
    assert isinstance(trust, TrustList)
    return trust


@dataclass
class Phone:
    """The code page on a phone, with its line to the product, everything that it asked for and everything that went wrong."""

    context: BrowserContext
    page: Page
    city: City
    line: Line
    wrong: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def open(self, *, settled: bool = True) -> None:
        """Open the page, or open it again."""
        self.page.goto(f"{self.city.address}/code/")
        self.page.wait_for_selector(".field, .offers, .card")
        if settled:
            self.page.wait_for_function("() => !document.querySelector('.loading')")

    def put_everybody_here(self) -> None:
        """Bind each person that is offered."""
        offered = self.page.locator(".offers button:not([disabled])")
        self.page.wait_for_selector(".offers button")
        for left in range(offered.count(), 0, -1):
            offered.first.click()
            self.page.wait_for_function(f"() => document.querySelectorAll('.offers button').length < {left}")
        self.page.wait_for_selector(".field")

    def is_kept(self) -> None:
        """Wait until the phone has the page itself."""
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def served(self) -> list[str]:
        """What the product has answered so far to phones, as its own log says: a scanner of another test may be open beside it."""
        self.line.answered()
        lines = (self.city.home / "log" / "web.log").read_text(encoding="utf-8").splitlines()
        return [line for line in lines if '"request"' in line and '"route": "e/' in line]

    def shown(self) -> tuple[str, int]:
        """The text of the QR code, read from a picture of the screen, and the second that it was signed for."""
        for _attempt in range(5):
            with suppress(Error):
                before = self.page.locator(".qr svg").get_attribute("data-at")
                picture = Image.open(io.BytesIO(self.page.locator(".qr").screenshot()))
                if before == self.page.locator(".qr svg").get_attribute("data-at"):
                    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
                    assert before
                    return found.text, int(before)
        raise AssertionError("the QR code does not stand still long enough")

    def verified(self, later: int = 0) -> Accepted | Refused:
        """What a checkpoint answers that looks `later` seconds after the signature."""
        text, at = self.shown()
        trust = trust_of(self.city.home, at)
        return verify(text, now=at + later, trust=trust, recall=None, city=trust.city)

    def screen_time(self) -> int:
        """Seconds since midnight on the page's clock."""
        hours, minutes, seconds = self.page.locator(".clock").inner_text().replace("\n", "").split(":")
        return int(hours) * HOUR + int(minutes) * 60 + int(seconds)

    def wait_for_signature_after(self, at: int) -> None:
        """Wait until the code was signed later than `at`."""
        self.page.wait_for_function(
            f"() => Number(document.querySelector('.qr svg')?.dataset.at ?? 0) > {at}", timeout=10_000
        )

    def heard(self, request: Request) -> None:
        """Keep a request; where its answer came from is asked later."""
        self.requests.append(request)

    @property
    def asked(self) -> list[str]:
        """The addresses that were really asked of the network since `requests` was last emptied."""
        return [request.url for request in self.requests if not out_of_the_phone(request)]


def windows_of_a_day(phone: Phone) -> int:
    """The page opened anew, and looked at every two hours of a day: each time a green code that a checkpoint accepts; of how many windows."""
    phone.open()
    epochs, last = set(), 0
    for _step in range(13):
        phone.wait_for_signature_after(last)
        answer = phone.verified()
        assert isinstance(answer, Accepted), answer
        assert answer.claims.colour is Colour.GREEN
        assert answer.ts is not None
        epochs.add(answer.claims.epoch)
        last = answer.ts + HOUR
        phone.page.clock.fast_forward(2 * HOUR * 1000)
    return len(epochs)


def out_of_the_phone(request: Request) -> bool:
    """Whether a request was answered by what the phone keeps."""
    response = request.response()
    return response is not None and response.from_service_worker


def phones(browser: Browser, city: City) -> Iterator[Any]:
    """A function that makes phones; afterwards nothing may have gone wrong on any of them but what its line was made to lose."""
    made: list[Phone] = []
    allowed: list[str] = []
    lines = ExitStack()

    def phone(
        resident: Resident | None = None,
        *,
        language: str = "zh-CN",
        size: tuple[int, int] = SIZE,
        off: timedelta | None = None,
        expected: tuple[str, ...] = (),
        **more: Any,
    ) -> Phone:
        allowed.extend(expected)
        width, height = size
        line = lines.enter_context(laid())
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=language, proxy=line.proxy, **more
        )
        if resident:
            context.add_cookies([{"name": "sessionid", "value": resident.session, "url": city.address}])
        one = Phone(context, context.new_page(), city, line)
        if off is not None:
            one.page.clock.install(time=datetime.now(UTC) + off)
        one.page.on(
            "console",
            lambda message: one.wrong.append(message.text) if message.type in ("error", "warning") else None,
        )
        one.page.on("pageerror", lambda problem: one.wrong.append(str(problem)))
        context.on("request", one.heard)
        made.append(one)
        return one

    yield phone
    for one in made:
        one.context.close()
        if one.line.lost:
            allowed.append(NETWORK_FAILED)
    lines.close()
    wrong = [problem for one in made for problem in one.wrong if not problem.startswith(tuple(allowed) or ("\0",))]
    assert wrong == []
