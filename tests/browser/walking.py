"""A resident's way through the pages: signing in at a played channel, the screens of the declaration, waiting for the colour."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ViewportSize
from pypinyin import lazy_pinyin
from stdnum.iso7064 import mod_11_2

from tests.browser.awaiting import SOON, awaited
from tests.browser.barriers import barriers, sideways
from tests.browser.conftest import City, Watched, screenshot

REFUSED = "Failed to load resource: the server responded with a status of 422"
NEXT = "main button[name=go][value=next].big"
MAIN = "main form button.is-main"
ROOMS: dict[str, ViewportSize] = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 320, "height": 640}}
OTHER_PRINT = "() => { document.documentElement.classList.toggle('is-large') }"
"""Large print is a class of the whole page, and is taken back by the same."""


def document(born: str, serial: int) -> str:
    """A resident's number that is nobody's."""
    body = f"330299{born}{serial:03d}"
    return body + mod_11_2.calc_check_digit(body)


def community(city: City) -> str:
    """The sound of a community of the city that has a building with a stairwell."""
    query = (
        "select c.name from places c join places b on b.parent_id = c.number join stairwells s on s.building_id = b.number"
        " where c.kind = 'compound' order by c.number limit 1"
    )
    return "".join(lazy_pinyin(city.value(query)))


def first_colour(text: str) -> str:
    """The first colour that the text of a page names."""
    return text.partition('data-colour="')[2].partition('"')[0]


@dataclass
class Walk:
    """One window, what was found wrong on its pages, and how they are called."""

    watched: Watched
    name: str
    sound: str
    """How a community of the city is pronounced."""
    looks: bool = True
    """Whether each page is looked at; not where another walk looks at the same ones."""
    found: dict[str, list[str]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def look(self, page: str) -> None:
        """Keep a picture of the page, what is a barrier on it, and whether it is too wide in any window and either print."""
        self.watched.settled()
        if not self.looks:
            return
        screenshot(self.watched.page, f"me-{page}-{self.name}")
        self.seen.append(page)
        wrong = barriers(self.watched.page) + self.too_wide()
        if wrong:
            self.found[page] = wrong

    def too_wide(self) -> list[str]:
        """Where the page scrolls sideways: in each window and print, of which the walk's own comes last and stays."""
        page, wrong = self.watched.page, []
        own = page.viewport_size
        for name, room in sorted(ROOMS.items(), key=lambda one: one[1] == own):
            page.set_viewport_size(room)
            for print_ in ("the other print", "its own print"):
                page.evaluate(OTHER_PRINT)
                if pixels := sideways(page):
                    wrong.append(f"{pixels} pixels too wide: {name}, {print_}")
        return wrong

    def press(self, selector: str) -> None:
        """Press something and wait for the page that comes."""
        self.watched.page.click(selector)
        self.watched.settled()

    def sign_in(self, channel: str, person: str) -> None:
        """Through a channel's own pages and back."""
        page = self.watched.page
        self.press(f"[data-channel={channel}]")
        where = urlsplit(page.url)
        self.watched.also.append(f"{where.scheme}://{where.netloc}/")
        page.click(f"button[value={person}]")
        if channel == "wechat":
            page.click("button.go")
        page.wait_for_url("**/me/home/")

    def declare(self, answers: dict[str, str], about: str = "self") -> None:
        """Fill in every screen; `answers` are fields by id or, for choices, by name."""
        page = self.watched.page
        self.watched.expected.append(REFUSED)
        page.goto(f"{self.watched.address}/me/{about}/declare/")
        for _ in range(20):
            self.watched.settled()
            if page.url.endswith("/review/"):
                break
            self.look(f"{about}-{page.url.rstrip('/').rpartition('/')[2]}")
            self.answer(answers)
            self.press(NEXT)
        self.look(f"{about}-review")

    def answer(self, answers: dict[str, str]) -> None:
        """Answer what this screen asks."""
        page = self.watched.page
        for name, value in answers.items():
            if page.locator(f"input#{name}").count():
                page.fill(f"input#{name}", value)
            elif page.locator(f"select[name={name}]").count():
                page.select_option(f"select[name={name}]", value)
            elif page.locator(f"[name={name}][value='{value}']").count():
                page.check(f"[name={name}][value='{value}']")
        if page.locator("#home-picker").count():
            self.pick_home()

    def pick_home(self) -> None:
        """Search a community by its sound, then its first building and stairwell."""
        page = self.watched.page
        if not page.locator("#q").count():
            return
        page.locator("#q").press_sequentially(self.sound, delay=30)
        page.wait_for_selector("#home-options [value^='pick:compound:']")
        self.look("home-search")
        self.press("#home-options [value^='pick:compound:'] >> nth=0")
        self.press("#home-options [value^='pick:building:'] >> nth=0")
        self.press("#home-options [value^='pick:stairwell:'] >> nth=0")
        assert page.locator("#home-picker .path li").count() == 5

    def agree(self) -> None:
        """Agree to the statement and declare, then wait for the colour."""
        self.watched.page.check("[name=agreed]")
        self.press(MAIN)
        self.watched.page.wait_for_selector("#waiting [data-colour]", timeout=SOON * 1000)

    def colour(self, path: str = "/me/self/why/") -> str:
        """The colour that a page shows."""
        self.watched.go(path)
        return str(self.watched.page.locator("[data-colour]").first.get_attribute("data-colour"))

    def wait_for(self, colour: str) -> None:
        """Wait until somebody's own colour is this one, and open the page that says why."""
        asked, why = self.watched.page.request, f"{self.watched.address}/me/self/why/"
        awaited(lambda: first_colour(asked.get(why).text()) == colour)
        assert self.colour() == colour
