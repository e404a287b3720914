"""The desk for paper passes as a clerk uses it: presses and clicks a pass, and the machine's time from search to PDF."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from bench import aside
from bench.browser import LACKING, chromium
from bench.camera import BUILT
from bench.figures import Figure
from bench.run import Bench

NAME = "desk"
PEOPLE, PASSES, DECLARED = 500, 20, 5
SORTS = {"child": "a child declared by its parent", "declared": "somebody declared on the spot"}
SLOWEST = 1.0
"""Seconds of machine time from search to PDF at the 95th percentile."""


def measure(bench: Bench) -> Iterator[Figure]:
    """Needs Chromium, Playwright and the built pages; without them nothing is measured, and that is said."""
    missing = _missing()
    if missing:
        yield Figure(NAME, "a pass at the desk", "not measured", note=missing)
        return
    bench.say(
        f"a clerk in Chromium issues {PASSES} passes, and declares {DECLARED} children and {DECLARED} people, among {PEOPLE}"
    )
    found = aside.run("bench.clerk", str(bench.root / "desk"), str(PEOPLE), str(PASSES), str(DECLARED))
    known = found["known"]
    yield Figure(
        NAME,
        "clicks and keystrokes a pass, median",
        _acts(known),
        note=f"{found['typed']} of them are the document's number, which an ID reader types; events of the page itself, over "
        f"{known['passes']} people who are green, from the empty desk to the open PDF",
    )
    yield Figure(
        NAME,
        "machine time from search to PDF",
        f"{known['p95'] * 1000:.0f} ms",
        f"p95 below {SLOWEST:.0f} s",
        known["p95"] < SLOWEST,
        f"median {known['median'] * 1000:.0f} ms; the requests of one pass added up, from asking to the last byte: the number looked up, "
        "the person's page, issuing with judgement, number and signature, the pass, its card as PDF",
    )
    for sort, what in SORTS.items():
        one = found[sort]
        yield Figure(
            NAME,
            f"{what}: clicks and keystrokes, median",
            _acts(one),
            note=f"over {one['passes']}, by keys alone: looked for, declared with home and health, agreed, judged, issued, the PDF",
        )
        yield Figure(
            NAME,
            f"{what}: machine time to PDF, median",
            f"{one['median'] * 1000:.0f} ms",
            note=f"slowest {one['p95'] * 1000:.0f} ms; every request added up, with the search for the home and the judgement",
        )


def _acts(one: dict[str, Any]) -> str:
    return f"{one['clicks']:g} clicks, {one['keys']:g} keystrokes"


def _missing() -> str:
    if chromium() is None:
        return LACKING
    if find_spec("playwright") is None:
        return "Playwright is missing: pip install -e .[test]"
    return "" if BUILT.is_file() else "the pages are not built: npm ci && npm run build"
