"""A clerk in a browser against the running product: `python -m bench.clerk HOME PEOPLE PASSES DECLARED`.

Every key and every click is counted by the page that hears it; every request by the browser's own clock. Nothing is clicked, and
nothing is filled in but by keys: what is measured is a clerk at a keyboard.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from playwright.sync_api import BrowserContext, Page, sync_playwright
from pypinyin import lazy_pinyin
from stdnum.iso7064 import mod_11_2

from bench import aside
from bench.browser import chromium
from bench.product import database_of, running
from yimatong.site.demo import OFFICIALS, read_accounts

ALWAYS = json.dumps([[["00:00", "23:59"]]] * 7)
HEAR = """
addEventListener("keydown", () => counted("key"), true);
addEventListener("click", (event) => { if (event.detail > 0) counted("click"); }, true);
"""
"""A press of Enter on a button is a key and makes a click of its own, which is no second act: its detail is 0."""
STANDS = """() => document.readyState === "complete"
  && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")"""
"""The page is whole, and nothing on it is being asked for or put in its place."""
MOST_TABS = 60
WELL = {"symptoms": "none", "contact_symptomatic": "no", "contact_confirmed": "no", "elsewhere": "no", "agreed": "yes"}


@dataclass
class Clerk:
    """A signed-in page, the desk's address, and what was heard and took time since the last pass."""

    page: Page
    desk: str
    heard: list[str] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    def begin(self) -> None:
        """The empty desk."""
        self.page.goto(self.desk)
        self.page.wait_for_function(STANDS)
        self.heard.clear()
        self.took.clear()

    def press(self, key: str, then: str) -> None:
        """Press a key, and wait for what comes."""
        self.page.keyboard.press(key)
        self.page.wait_for_selector(then)
        self.page.wait_for_function(STANDS)

    def type(self, words: str) -> None:
        """Type where the cursor is."""
        self.page.keyboard.type(words)

    def tab_to(self, wanted: str) -> None:
        """Press Tab until what has the focus is this."""
        for _ in range(MOST_TABS):
            if self.page.evaluate("wanted => document.activeElement?.matches(wanted) ?? false", wanted):
                return
            self.page.keyboard.press("Tab")
        raise RuntimeError(f"no Tab leads to {wanted}")

    def pdf(self) -> dict[str, Any]:
        """Issue what is ready to be issued, and fetch the card where the focus then is; what the pass took."""
        self.press("Enter", "[data-number]")
        card = self.page.evaluate("document.activeElement.href")
        # The PDF is asked for below, with a clock.
        self.page.evaluate(
            "addEventListener('keydown', (event) => { event.preventDefault(); window.isPressed = true; })"
        )
        self.page.keyboard.press("Enter")
        self.page.wait_for_function("() => window.isPressed")
        asking, began = sum(self.took), time.perf_counter()
        answer = self.page.request.get(card)
        if not answer.body().startswith(b"%PDF-"):
            raise RuntimeError(f"no PDF: {answer.status}")
        seconds = asking + time.perf_counter() - began
        return {"keys": self.heard.count("key"), "clicks": self.heard.count("click"), "seconds": seconds}


def measure(home: str, people: str, passes: str, on_the_spot: str) -> dict[str, Any]:
    """Presses, clicks and seconds of so many passes of people who are known, and of so many each of children and of people who
    have never declared, who declare here."""
    folder, count, new = Path(home), int(passes), int(on_the_spot)
    with running(folder, int(people)) as address, sync_playwright() as play:
        point, numbers, sound = prepared(folder, count + new)
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        clerk = at_work(browser.new_context(locale="zh-CN"), folder, address, f"{address}/desk/{point}/")
        told = {
            "known": summed([known(clerk, number) for number in numbers[:count]]),
            "child": summed([child(clerk, number, at, sound) for at, number in enumerate(numbers[count:])]),
            "declared": summed([declared(clerk, somebody_new(at), sound) for at in range(new)]),
        }
        browser.close()
    return told | {"typed": median(len(number) for number in numbers)}


def known(clerk: Clerk, number: str) -> dict[str, Any]:
    """Somebody green: the document's number, Enter, Enter."""
    clerk.begin()
    clerk.type(number)
    clerk.press("Enter", "[data-look]")
    return clerk.pdf()


def child(clerk: Clerk, number: str, at: int, sound: str) -> dict[str, Any]:
    """A child without a document, declared by the parent whose document lies there."""
    clerk.begin()
    clerk.type(number)
    clerk.press("Enter", "[data-look]")
    clerk.tab_to("a[href$='/declare/']")
    clerk.press("Enter", "[data-declare]")
    declare(clerk, {"name": f"Xiao Bao {at}", "birth_date": "2018-04-01"}, sound)
    return clerk.pdf()


def declared(clerk: Clerk, number: str, sound: str) -> dict[str, Any]:
    """Somebody who has never declared: looked for, not found, declared and judged on the spot."""
    clerk.begin()
    clerk.type(number)
    clerk.press("Enter", "[data-found='0']")
    clerk.press("Enter", "[data-declare]")
    declare(clerk, {"name": "Li Xiaoyun", "birth_date": "1950-04-01"}, sound)
    return clerk.pdf()


def declare(clerk: Clerk, words: dict[str, str], sound: str) -> None:
    """Fill in the page from its first field to its button, by keys alone; `sound` finds the home where it is asked for."""
    at: Callable[[], dict[str, str]] = lambda: clerk.page.evaluate(  # noqa: E731  read at each step
        "(({name, type, value, checked}) => ({name, type, value, checked: String(checked)}))(document.activeElement)"
    )
    homes = 0
    for _ in range(4 * MOST_TABS):
        here = at()
        name, value = here["name"], here["value"]
        if here["type"] == "submit" and name == "go" and value == "declare":
            clerk.press("Enter", "[data-look]")
            return
        if name == "q" and sound:
            clerk.type(sound)
            clerk.page.wait_for_selector("#home-options button[value^='pick:compound']")
            clerk.tab_to("#home-options button[value^='pick:compound']")
            clerk.press("Enter", "#home-options button[value^='pick:building']")
            clerk.tab_to("#home-options button[value^='pick:building']")
            clerk.press("Enter", "#home-options button[value^='pick:stairwell']")
            clerk.tab_to("#home-options button[value^='pick:stairwell']")
            clerk.press("Enter", ".path button[value='pick:back:stairwell']")
            homes += 1
        elif here["type"] == "date" and name in words and not value:
            year, month, day = words[name].split("-")
            clerk.type(month + day + year)
            if at()["value"] != words[name]:
                raise RuntimeError(f"this browser asks for a date in another order: {at()['value']}")
        elif name in words and not value:
            clerk.type(words[name])
        elif here["type"] in {"radio", "checkbox"} and WELL.get(name) == value and here["checked"] == "false":
            clerk.page.keyboard.press("Space")
        elif here["type"] == "radio" and name in WELL and WELL[name] != value:
            clerk.page.keyboard.press("ArrowRight")
            continue
        clerk.page.keyboard.press("Tab")
    raise RuntimeError(f"no Tab leads to the end of the declaration; {homes} homes were picked, now at {at()}")


def prepared(home: Path, passes: int) -> tuple[int, list[str], str]:
    """The demo's point for everybody, open all day; the documents of so many people who are green; how a community sounds."""
    import pyarrow.parquet as pq

    with psycopg.connect(**database_of(home)) as session:
        session.execute("UPDATE issuing_points SET hours = %s", [ALWAYS])
        (point,) = session.execute("SELECT id FROM issuing_points WHERE scope = 'everybody'").fetchall()[0]
        rows = session.execute(
            "SELECT v.person FROM current_verdicts v JOIN people p ON p.number = v.person"
            " WHERE v.colour = 'green' AND p.id_type = 'resident' ORDER BY v.person"
        ).fetchall()
        (community,) = session.execute(
            "SELECT c.name FROM places c JOIN places b ON b.parent_id = c.number JOIN stairwells s ON s.building_id = b.number"
            " WHERE c.kind = 'compound' ORDER BY c.number LIMIT 1"
        ).fetchall()[0]
    documents = {
        row["person"]: row["id_number"] for row in pq.read_table(home / "city" / "persons.parquet").to_pylist()
    }
    numbers = [documents[person] for (person,) in rows if documents.get(person)][:passes]
    return int(point), numbers, "".join(lazy_pinyin(community))


def somebody_new(at: int) -> str:
    """A resident's number that is nobody's: of an area that was never assigned, born on the day that is typed."""
    body = f"33029919500401{900 + at:03d}"
    return body + mod_11_2.calc_check_digit(body)


def at_work(context: BrowserContext, home: Path, address: str, desk: str) -> Clerk:
    """A clerk who has signed in, at the desk, with keys, clicks and requests counted."""
    clerk = Clerk(context.new_page(), desk)
    context.expose_function("counted", lambda kind: clerk.heard.append(kind))  # noqa: PLW0108  Playwright marks what it is given
    context.add_init_script(HEAR)
    clerk.page.on("requestfinished", lambda request: clerk.took.append(seconds(request)))
    account = next(account for account in read_accounts(home) if OFFICIALS[account.username][0] == "clerk")
    clerk.page.goto(f"{address}/login/")
    clerk.page.fill("#id_username", account.username)
    clerk.page.fill("#id_password", account.password)
    clerk.page.click("main form button")
    clerk.page.wait_for_selector("nav.menu", state="attached")
    return clerk


def summed(told: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians over the passes of a sort, and the slow end."""
    times = sorted(one["seconds"] for one in told)
    return {
        "passes": len(told),
        "clicks": median(one["clicks"] for one in told),
        "keys": median(one["keys"] for one in told),
        "median": median(times),
        "p95": times[min(len(times) - 1, len(times) * 95 // 100)],
    }


def seconds(request: Any) -> float:
    """From asking to the last byte, of what the server made: scripts and styles come from the browser's store."""
    if request.resource_type not in ("document", "xhr", "fetch"):
        return 0.0
    timing = request.timing
    return float(max(0.0, timing["responseEnd"] - max(0.0, timing["requestStart"])) / 1000)


if __name__ == "__main__":
    aside.answer(measure)
