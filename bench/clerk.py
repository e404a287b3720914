"""A clerk in a browser against the running product: `python -m bench.clerk HOME PEOPLE PASSES`.

Every key and every click is counted by the page that hears it; every request by the browser's own clock.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from playwright.sync_api import Page, sync_playwright

from bench import aside
from yimatong.site.demo import OFFICIALS, read_accounts
from yimatong.site.postgres import Server

PROGRAM = "from yimatong.site.program import main; main()"
FIRST_START = 300
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ALWAYS = json.dumps([[["00:00", "23:59"]]] * 7)
HEAR = """
addEventListener("keydown", () => counted("key"), true);
addEventListener("click", (event) => { if (event.detail > 0) counted("click"); }, true);
"""
"""A press of Enter on a button is a key and makes a click of its own, which is no second act: its detail is 0."""


def measure(home: str, people: str, passes: str) -> dict[str, Any]:
    """Presses, clicks and seconds of so many passes."""
    folder = Path(home)
    with product(folder, int(people)) as address, sync_playwright() as play:
        point, numbers = prepared(folder, int(passes))
        found = next(filter(None, map(shutil.which, BROWSERS)))
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(locale="zh-CN")
        heard: list[str] = []
        took: list[float] = []
        context.expose_function("counted", lambda kind: heard.append(kind))  # noqa: PLW0108  Playwright marks what it is given
        context.add_init_script(HEAR)
        page = context.new_page()
        page.on("requestfinished", lambda request: took.append(seconds(request)))
        sign_in(page, folder, address)
        told = [issued(page, f"{address}/desk/{point}/", number, heard, took) for number in numbers]
        browser.close()
    times = sorted(one["seconds"] for one in told)
    return {
        "passes": len(told),
        "clicks": median(one["clicks"] for one in told),
        "keys": median(one["keys"] for one in told),
        "typed": median(len(number) for number in numbers),
        "median": median(times),
        "p95": times[min(len(times) - 1, len(times) * 95 // 100)],
    }


@contextmanager
def product(home: Path, people: int) -> Iterator[str]:
    """`yimatong run` in a home of its own; the address of its pages."""
    home.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("YIMATONG_", "DATABASE_"))}
    environment |= {"YIMATONG_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    log = home.parent / "desk.log"
    command = [sys.executable, "-c", PROGRAM, "run", "--people", str(people), "--port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, start_new_session=True)
    try:
        until = time.monotonic() + FIRST_START
        while "pages: " not in log.read_text():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"yimatong run did not come up:\n{log.read_text()[-2000:]}")
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def prepared(home: Path, passes: int) -> tuple[int, list[str]]:
    """The demo's point for everybody, open all day, and the document numbers of so many people who are green."""
    import pyarrow.parquet as pq

    where = Server.at(home).location()
    with psycopg.connect(
        dbname=where["NAME"], user=where["USER"], password=where["PASSWORD"] or None, host=where["HOST"], port=where["PORT"] or None
    ) as session:  # fmt: skip
        session.execute("UPDATE issuing_points SET hours = %s", [ALWAYS])
        (point,) = session.execute("SELECT id FROM issuing_points WHERE scope = 'everybody'").fetchall()[0]
        rows = session.execute(
            "SELECT v.person FROM current_verdicts v JOIN people p ON p.number = v.person"
            " WHERE v.colour = 'green' AND p.id_type = 'resident' ORDER BY v.person"
        ).fetchall()
    documents = {
        row["person"]: row["id_number"] for row in pq.read_table(home / "city" / "persons.parquet").to_pylist()
    }
    return int(point), [documents[person] for (person,) in rows if documents.get(person)][:passes]


def sign_in(page: Page, home: Path, address: str) -> None:
    clerk = next(account for account in read_accounts(home) if OFFICIALS[account.username][0] == "clerk")
    page.goto(f"{address}/login/")
    page.fill("#id_username", clerk.username)
    page.fill("#id_password", clerk.password)
    page.click("main form button")
    page.wait_for_selector("nav.menu", state="attached")


def issued(page: Page, desk: str, number: str, heard: list[str], took: list[float]) -> dict[str, Any]:
    """One pass by the keyboard, and its card fetched where the focus then is."""
    page.goto(desk, wait_until="networkidle")
    heard.clear()
    took.clear()
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-look]")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-number]")
    page.wait_for_load_state("networkidle")
    card = page.evaluate("document.activeElement.href")
    page.evaluate(
        "addEventListener('keydown', (event) => event.preventDefault())"
    )  # the PDF is asked for below, with a clock
    page.keyboard.press("Enter")
    page.wait_for_timeout(50)
    seconds_before, began = sum(took), time.perf_counter()
    answer = page.request.get(card)
    body = answer.body()
    if not body.startswith(b"%PDF-"):
        raise RuntimeError(f"no PDF: {answer.status}")
    return {
        "keys": heard.count("key"),
        "clicks": heard.count("click"),
        "seconds": seconds_before + time.perf_counter() - began,
    }


def seconds(request: Any) -> float:
    """From asking to the last byte, of what the server made: scripts and styles come from the browser's store."""
    if request.resource_type not in ("document", "xhr", "fetch"):
        return 0.0
    timing = request.timing
    return float(max(0.0, timing["responseEnd"] - max(0.0, timing["requestStart"])) / 1000)


if __name__ == "__main__":
    aside.answer(measure)
