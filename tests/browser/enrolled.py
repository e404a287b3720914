"""A checkpoint in the browser tests: one enrolled scanner with a camera, shared by many claims, and devices beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserType

from bench import video
from tests.browser.line import Line, laid
from tests.browser.scanners import Scanner, camera_arguments, engine_script, in_home
from tests.browser.showing import Office


@dataclass
class Gate:
    """One enrolled scanner and what stands around it, shared by the claims of this file."""

    scanner: Scanner
    city: Any
    checkpoint: int
    secrets: list[str]
    folder: Path
    browser: Browser
    lines: ExitStack = field(default_factory=ExitStack)

    def office(self) -> Office:
        """The city's keys, as of now."""
        return Office(self.city.home, city_now(self.city))

    def page(self, **more: Any) -> Scanner:
        """Another device, not enrolled yet."""
        line = self.lines.enter_context(laid())
        context = self.browser.new_context(service_workers="block", proxy=line.proxy, **more)
        return on(context, self, line)

    def records(self, scanner: Scanner) -> list[tuple[Any, ...]]:
        """Numbers and contents of a scanner's records in the database."""
        return self.city.rows(
            "SELECT n, verdict, action, carrier, mode FROM passages p JOIN checkpoint_devices d ON d.number = p.device_id"
            " WHERE d.id = %s ORDER BY n",
            device_of(scanner),
        )


def on(context: Any, gate: Gate, line: Line) -> Scanner:
    """The trial's page in a context."""
    scanner = Scanner(
        context, context.new_page(), gate.city.address, gate.folder / "camera.mjpeg", engine_script(gate.folder), line
    )
    scanner.route()
    return scanner


def city_now(city: Any) -> int:
    """The city's second now."""
    with urlopen(f"{city.address}/e/time") as answer:
        return int(json.load(answer)["now"]) // 1000


def device_of(scanner: Scanner) -> str:
    """The scanner's id, as its own store has it."""
    found: str = scanner.page.evaluate(
        """() => new Promise((done, fail) => {
          const opening = indexedDB.open("yimatong-scan");
          opening.onerror = () => fail(opening.error);
          opening.onsuccess = () => {
            const asked = opening.result.transaction("kept").objectStore("kept").get("device");
            asked.onsuccess = () => { opening.result.close(); done(asked.result.id); };
          };
        })"""
    )
    return found


def gates(
    city: Any,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    folder: Path,
) -> Iterator[Gate]:
    """A checkpoint in an ordinary zone and one enrolled scanner, in a Chromium whose camera shows what the tests hold up."""
    video.write(folder / "camera.mjpeg", [video.nothing()])
    arguments = [*browser_type_launch_args["args"], *camera_arguments(folder / "camera.mjpeg")]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    offer = in_home(city.home, "offer", "ordinary", "12")
    made = Gate(None, city, offer["checkpoint"], offer["secrets"], folder, browser)  # type: ignore[arg-type]
    made.scanner = made.page()
    made.scanner.open()
    made.scanner.enrol(made.secrets.pop())
    yield made
    browser.close()
    made.lines.close()
