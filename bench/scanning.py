"""A scanner in Chromium against a played city: how fast it reads, and what a kill does to its records.

python -m bench.scanning HOME SCANS KILLS
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from threading import Event, Thread
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, Error, Playwright, sync_playwright

from bench import aside, video
from bench.browser import chromium
from bench.played import SECRET, Records, played
from tests.browser.line import Line, laid
from tests.browser.scanners import Scanner, camera_arguments, engine_script
from tests.browser.showing import Office

LIVES = datetime(2020, 2, 21, tzinfo=UTC)
PLAIN = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
BLANK, HELD = 8, 14
"""Frames without a code and with one, at thirty a second: the camera never stands still between two codes."""
LIGHT = (0, 0, 60, 60)
"""A corner that is white in frames with a code, so that the page knows when a code came before the lens."""
SLOW_RUN, SLOW_STOP = 0.01, 0.03
"""Seconds that the page's processes run and are stopped, in turns: a quarter of this machine's speed."""
WRITE = """async () => {
  for (;;) {
    const at = crypto.randomUUID();
    const { n } = await engine.complain({ of: null, complaint: "conduct", text: at });
    await globalThis.stored(n, at);
    if (n % 3 === 0) void engine.syncNow();
  }
}"""
WATCH = """(frames) => {
  const canvas = new OffscreenCanvas(8, 8).getContext("2d", { willReadFrequently: true });
  const eye = document.getElementById("eye");
  globalThis.times = [];
  globalThis.verdicts = [];
  let held = null;
  const look = (now) => {
    canvas.drawImage(eye, 4, 4, 8, 8, 0, 0, 8, 8);
    const light = canvas.getImageData(4, 4, 1, 1).data[0] > 220;
    if (!light) held = null;
    else held ??= now;
    eye.requestVideoFrameCallback(look);
  };
  eye.requestVideoFrameCallback(look);
  const zone = engine.view().checkpoint.zone;
  engine.camera(eye, async (text) => {
    const from = held;
    const seen = await engine.judge(text);
    const asked = { temperature: "normal", origin: "not_asked", person: "not_asked", document: "matched" };
    engine.decide({ ...asked, zone, verdict: seen.verdict, carrier: seen.carrier, permit: seen.permit });
    globalThis.verdicts.push(seen.verdict);
    if (from !== null) globalThis.times.push(performance.now() - from);
  }, () => {});
}"""


def measured(home: str, scans: str, kills: str) -> dict[str, Any]:
    """Seconds from lens to decision, at this machine's speed and at a quarter of it; and what the kills did."""
    folder = Path(home)
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        ordinary = reading(playwright, folder, int(scans), slowed=False)
        slowed = reading(playwright, folder, int(scans) // 2, slowed=True)
        return {"ordinary": ordinary, "slowed": slowed, "killed": killing(playwright, folder, int(kills))}


def days_back() -> int:
    """Whole days from a day of the policy to today: the played city lives then."""
    return (datetime.now(UTC) - LIVES).days


def reading(playwright: Playwright, folder: Path, scans: int, *, slowed: bool) -> dict[str, Any]:
    """Seconds from the first frame with a code to the matrix's decision, without a network."""
    camera = folder / "camera.mjpeg"
    with laid() as line, played(folder / "home", days_back()) as (city, address):
        office = Office(city.home, city.now)
        video.write(camera, frames([office.code(behind=-25) for _code in range(4)]))
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*PLAIN, *camera_arguments(camera)])
        try:
            context = browser.new_context(service_workers="block", proxy=line.proxy)
            scanner = _enrolled(context, folder, address, camera, line)
            scanner.page.evaluate(WATCH)
            scanner.page.wait_for_function("() => globalThis.verdicts.length > 0")
            line.cut()
            with slow(wanted=slowed):
                scanner.page.evaluate("() => void (globalThis.times.length = 0)")
                scanner.page.wait_for_function(f"() => globalThis.times.length > {scans}", timeout=300_000)
            times = [each / 1000 for each in scanner.page.evaluate("() => globalThis.times")][1:]
            verdicts = set(scanner.page.evaluate("() => globalThis.verdicts"))
        finally:
            browser.close()
    if "green" not in verdicts or "stopped" in verdicts:
        raise RuntimeError(f"the codes were not judged: {verdicts}")
    return {"median": median(times), "p95": quantiles(times, n=20)[-1], "longest": max(times), "count": len(times)}


def killing(playwright: Playwright, folder: Path, kills: int) -> dict[str, Any]:
    """Kill the browser again and again while it writes and sends; what was said to be stored and what is on the server."""
    profile, camera, chance = folder / "profile", folder / "camera.mjpeg", random.Random(7)
    shutil.rmtree(profile, ignore_errors=True)
    said: dict[int, str] = {}
    with laid() as line, played(folder / "home", days_back()) as (city, address):
        for kill in range(kills + 1):
            context = playwright.chromium.launch_persistent_context(
                profile, executable_path=chromium(), args=PLAIN, service_workers="block", proxy=line.proxy
            )
            scanner = _enrolled(context, folder, address, camera, line, fresh=kill == 0)
            if kill == kills:
                city.dies = False
                scanner.page.evaluate("() => engine.syncNow()")
                scanner.wait_for("view.queued === 0", timeout=60_000)
                context.close()
                break
            context.expose_function("stored", lambda n, at: said.update({n: at}))
            scanner.page.evaluate(f"() => void ({WRITE})()")
            city.dies = kill % 3 == 2
            scanner.page.wait_for_timeout(chance.uniform(200, 1200))
            murder(profile)
            with suppress(Error):
                context.close()
        return _counted(city.records, said, kills)


def _counted(records: Records, said: dict[int, str], kills: int) -> dict[str, Any]:
    """Lost: said to be stored and not there, or another one there. Doubled: one content under two numbers."""
    there = {n: record["text"] for n, record in records.by_number.items() if record["kind"] == "complaint"}
    lost = sum(there.get(n) != text for n, text in said.items())
    doubled = len(there) - len(set(there.values())) + records.changed
    return {"kills": kills, "said": len(said), "there": len(there), "lost": lost, "doubled": doubled}


def murder(profile: Path) -> None:
    """SIGKILL to every process of the browser that has this profile, the first one first."""
    for pid in sorted(int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()):
        with suppress(OSError):
            if f"--user-data-dir={profile}" in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                os.kill(pid, signal.SIGKILL)


def _enrolled(
    context: BrowserContext, folder: Path, address: str, camera: Path, line: Line, *, fresh: bool = True
) -> Scanner:
    scanner = Scanner(context, context.new_page(), address, camera, engine_script(folder), line)
    scanner.route()
    scanner.open()
    if fresh:
        scanner.enrol(SECRET)
    return scanner


def frames(texts: list[str]) -> list[Image.Image]:
    """A look at each code with nothing in between; a white corner tells when a code is there."""
    made: list[Image.Image] = []
    for number, text in enumerate(texts):
        held = video.held_up(text, video.HAND[number % len(video.HAND)])
        held.paste(255, LIGHT)
        made += [video.nothing()] * BLANK + [held] * HELD
    return made


@contextmanager
def slow(*, wanted: bool) -> Iterator[None]:
    """Stop every process of the browser three quarters of the time."""
    over = Event()

    def hinder() -> None:
        pids = children(os.getpid())
        while not over.is_set():
            for name, seconds in ((signal.SIGSTOP, SLOW_STOP), (signal.SIGCONT, SLOW_RUN)):
                for pid in pids:
                    _signal(pid, name)
                time.sleep(seconds)

    thread = Thread(target=hinder, daemon=True)
    if wanted:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if wanted:
            thread.join()


def _signal(pid: int, name: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, name)


def children(parent: int) -> list[int]:
    """Processes of Chromium below a process, the renderers among them."""
    below: dict[int, list[int]] = {}
    names: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rpartition(")")[2].split()
                names[int(entry.name)] = (entry / "cmdline").read_text()
            except OSError:
                continue
            below.setdefault(int(words[1]), []).append(int(entry.name))
    found, left = [], [parent]
    while left:
        for child in below.get(left.pop(), []):
            left.append(child)
            found.append(child)
    return [pid for pid in found if "--type=renderer" in names[pid]]


if __name__ == "__main__":
    aside.answer(measured)
