"""One running product for the session: `yimatong run` with a demo city of 500 people, and Debian's Chromium to look at it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, ConsoleMessage, Page, Request

from bench.browser import LACKING, chromium
from bench.product import database_of, running
from tests.browser import aside
from tests.browser.line import Line, laid
from tests.first_start import FirstStart
from yimatong.site.demo import OFFICIALS, Account, read_accounts
from yimatong.site.postgres import Server

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "var" / "screenshots"
PICTURES = bool(os.environ.get("YIMATONG_PICTURES"))
"""Whether pictures of all pages are kept: they are for people to look at, and take a good part of the time."""
OFF = (
    # The address bar's suggestions are pages of their own, loaded in each new window: half of what a window costs, and nobody sees them.
    "WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup",
    # A process made ahead for the next page, of which a test has one or two.
    "SpareRendererForSitePerProcess",
    # What Playwright turns off itself: of two lists Chromium heeds the last.
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints",
    "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning",
)  # fmt: skip
QUIET = (
    f"--disable-features={','.join(OFF)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
)
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Chromium as the machine has it; without one the browser tests are skipped, plainly."""
    found = chromium()
    if not found:
        pytest.skip(LACKING)
    if not os.access(found, os.X_OK):
        pytest.fail(f"YIMATONG_CHROMIUM is {found}, which cannot be run: name another, or unset it")
    return {**browser_type_launch_args, "executable_path": found, "args": list(QUIET)}


@dataclass(frozen=True)
class City:
    """The running product: its address, its database, its accounts by role, its home folder."""

    address: str
    database: dict[str, Any]
    accounts: dict[str, Account]
    home: Path

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database holds."""
        with psycopg.connect(**self.database) as connection:
            return connection.execute(query, values).fetchall()

    def value(self, query: str, *values: object) -> Any:
        """The one value that the database holds."""
        ((value,),) = self.rows(query, *values)
        return value


@pytest.fixture(scope="session")
def city(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """`yimatong run` in a worker's own copy of the home that a first start left, up to the line with the address."""
    if not (ROOT / "var" / "static" / "web" / "office.js").is_file():
        pytest.fail("the pages' scripts are not built: npm ci && npm run build")
    home = first_start.copied(tmp_path_factory.mktemp("browser") / "home")
    # No test pulls the plug of the machine, so nothing is lost by not waiting for the disk.
    with Server.at(home).running(fsync="off", synchronous_commit="off"), running(home, 500) as address:
        accounts = {OFFICIALS[account.username][0]: account for account in read_accounts(home)}
        yield City(address, database_of(home), accounts, home)
        aside.end(home)


@pytest.fixture(scope="session")
def gate(
    city: City,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    """A checkpoint with one enrolled scanner whose camera shows what the tests hold up (tests/browser/enrolled.py)."""
    from tests.browser.enrolled import gates

    yield from gates(city, browser_type, browser_type_launch_args, tmp_path_factory.mktemp("scanner"))


LEAVING = """(() => {
  const left = () => { window.isBeingLeft = true; setTimeout(() => { window.isBeingLeft = false; }, 3000); };
  addEventListener("submit", (event) => { if (!event.defaultPrevented) left(); });
  window.navigation?.addEventListener("navigate", (event) => {
    if (!event.destination.sameDocument && event.downloadRequest === null) left();
  });
})();"""
"""A page says so while a form or a link is followed: nobody may take it for the answer. An answer that is a file leaves it where it is."""

STANDS = """() => !window.isBeingLeft && document.readyState === "complete" && document.fonts.status === "loaded"
  && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")
  && [...document.querySelectorAll("[data-chart],[data-timeline]")].every((box) => box.dataset.drawn !== undefined)
  && document.getAnimations().every((one) => one.playState !== "running" || !(one instanceof CSSTransition))"""
"""The page that is there is the one that was asked for, and nothing on it is still on its way, to be drawn, or between two looks."""


@dataclass
class Watched:
    """A page and everything that went wrong on it: errors of scripts, messages of the console, requests elsewhere."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Beginnings of messages that the test itself causes."""
    also: list[str] = field(default_factory=list)
    """Beginnings of addresses elsewhere that the test goes to: a channel's own pages."""

    def __post_init__(self) -> None:
        self.page.add_init_script(LEAVING)

    def go(self, path: str) -> None:
        """Open a page of the product and wait until its charts are drawn."""
        self.page.goto(self.address + path)
        self.settled()

    def settled(self) -> None:
        """Wait until a page that is being left is left, and nothing on the one that came is still to be drawn."""
        self.page.wait_for_function(STANDS)

    def heard(self, message: ConsoleMessage) -> None:
        """Keep what the console says; warnings too."""
        if message.type in ("error", "warning") and not message.text.startswith(tuple(self.expected or ("\0",))):
            self.wrong.append(f"{message.type}: {message.text}")

    def requested(self, request: Request) -> None:
        """Keep every address that the page asks for."""
        self.asked.append(request.url)


Open = Callable[..., Watched]


@pytest.fixture
def open_page(browser: Browser, city: City) -> Iterator[Open]:
    """A function that opens a browser window of a size and language; afterwards nothing may have gone wrong in any."""
    contexts: list[BrowserContext] = []
    pages: list[Watched] = []

    def opened(language: str = "zh", size: str = "desktop", **more: Any) -> Watched:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, locale=LANGUAGES[language], **more)
        contexts.append(context)
        watched = Watched(context.new_page(), city.address)
        watched.page.on("console", watched.heard)
        watched.page.on("pageerror", lambda error: watched.wrong.append(str(error)))
        watched.page.on("request", watched.requested)
        pages.append(watched)
        return watched

    yield opened
    for context in contexts:
        context.close()
    assert [wrong for watched in pages for wrong in watched.wrong] == []
    elsewhere = [
        url
        for watched in pages
        for url in watched.asked
        if not url.startswith((city.address, "data:", "blob:", *watched.also))
    ]
    assert elsewhere == []


@pytest.fixture
def line() -> Iterator[Line]:
    """A line to the product that the test cuts; a window takes it by `proxy=line.proxy`."""
    with laid() as line:
        yield line


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """What the browser keeps of an official who signed in, by role: each signs in once."""
    return {}


@pytest.fixture
def office(open_page: Open, browser: Browser, city: City, sessions: dict[str, Any]) -> Open:
    """A function that opens a window in which an official is signed in, at `start` where one is given."""

    def opened(
        language: str = "zh", size: str = "desktop", role: str = "control_office", start: str = "", **more: Any
    ) -> Watched:
        if role not in sessions:
            sessions[role] = signed_in(browser, city, city.accounts[role])
        watched = open_page(language, size, storage_state=sessions[role], **more)
        if start:
            watched.go(start)
        return watched

    return opened


def signed_in(browser: Browser, city: City, account: Account) -> Any:
    """Sign in without a page, where the page of it is not what is tried; what the browser keeps of it."""
    context = browser.new_context()
    address = f"{city.address}/login/"
    context.request.get(address)
    (token,) = (cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrftoken")
    form = {"username": account.username, "password": account.password, "csrfmiddlewaretoken": token}
    answer = context.request.post(address, form=form, max_redirects=0)
    assert answer.status == 302, answer.status
    kept = context.storage_state()
    context.close()
    return kept


def sign_in(watched: Watched, account: Account) -> Any:
    """Sign in through the page; what the browser keeps of it."""
    watched.go("/login/")
    watched.page.fill("#id_username", account.username)
    watched.page.fill("#id_password", account.password)
    watched.page.click("main form button")
    watched.page.wait_for_selector("nav.menu", state="attached")
    watched.settled()
    return watched.page.context.storage_state()


def screenshot(page: Page, name: str, *, whole: bool = True) -> None:
    """Keep what the page looks like, the whole of it or what the window shows, for people to see, where they asked for it."""
    if not PICTURES:
        return
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.jpg", full_page=whole)
