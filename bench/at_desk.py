"""The desk for paper passes as a clerk uses it: presses and clicks a pass, and the machine's time from search to PDF."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec

from bench import aside
from bench.camera import BUILT
from bench.figures import Figure
from bench.run import Bench

NAME = "desk"
PEOPLE, PASSES = 500, 20
SLOWEST = 1.0
"""Seconds of machine time from search to PDF at the 95th percentile."""


def measure(bench: Bench) -> Iterator[Figure]:
    """Needs Chromium, Playwright and the built pages; without them nothing is measured, and that is said."""
    missing = _missing()
    if missing:
        yield Figure(NAME, "a pass at the desk", "not measured", note=missing)
        return
    bench.say(f"a clerk in Chromium issues {PASSES} passes in a city of {PEOPLE} people")
    found = aside.run("bench.clerk", str(bench.root / "desk"), str(PEOPLE), str(PASSES))
    yield Figure(
        NAME,
        "clicks and keystrokes a pass, median",
        f"{found['clicks']} clicks, {found['keys']} keystrokes",
        note=f"{found['typed']} of them are the document's number, which an ID reader types; events of the page itself, over "
        f"{found['passes']} people who are green, from the empty desk to the open PDF",
    )
    yield Figure(
        NAME,
        "machine time from search to PDF",
        f"{found['p95'] * 1000:.0f} ms",
        f"p95 below {SLOWEST:.0f} s",
        found["p95"] < SLOWEST,
        f"median {found['median'] * 1000:.0f} ms; the requests of one pass added up, from asking to the last byte: the number looked up, "
        "the person's page, issuing with judgement, number and signature, the pass, its card as PDF",
    )


def _missing() -> str:
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))):
        return "no Chromium on this machine"
    if find_spec("playwright") is None:
        return "Playwright is missing: pip install -e .[test]"
    return "" if BUILT.is_file() else "the pages are not built: npm ci && npm run build"
