"""The scanner: from a code before the lens to the verdict, without a network; and whether a killed browser loses a record."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from bench import aside
from bench.browser import LACKING, chromium
from bench.figures import Figure
from bench.run import Bench

NAME = "camera"
SLOWEST = 1.0
"""Seconds at the 95th percentile."""
SCANS, KILLS = 120, 20
BUILT = Path(__file__).parents[1] / "var/static/web/scan/files.json"


def measure(bench: Bench) -> Iterator[Figure]:
    """Needs Chromium, Playwright and the built page; without them nothing is measured, and that is said."""
    missing = _missing()
    if missing:
        yield Figure(NAME, "from the camera to the verdict", "not measured", note=missing)
        return
    bench.say(f"a scanner in Chromium: {SCANS} codes before its camera, then {KILLS} kills")
    found = aside.run("bench.scanning", str(bench.root / "scanner"), str(SCANS), str(KILLS))
    for name, slowed in (("ordinary", ""), ("slowed", ", browser slowed to a quarter")):
        times = found[name]
        yield Figure(
            NAME,
            f"from the camera to the verdict{slowed}",
            f"{times['p95'] * 1000:.0f} ms",
            f"p95 below {SLOWEST:.0f} s",
            times["p95"] < SLOWEST,
            f"median {times['median'] * 1000:.0f} ms, longest {times['longest'] * 1000:.0f} ms of {times['count']} codes; warm, "
            "offline; from the first frame with the code (1280x720, turned, blurred, noisy) to the matrix's decision: reading, two "
            "signatures, lists",
        )
    killed = found["killed"]
    yield Figure(
        NAME,
        f"records lost or doubled by {killed['kills']} kills",
        f"{killed['lost']} and {killed['doubled']}",
        "0 and 0",
        killed["lost"] == 0 and killed["doubled"] == 0,
        f"kill -9 of the browser while it wrote and sent, every third time the server's answers died too; {killed['said']:,} records "
        f"were said to be stored, {killed['there']:,} are on the server (some were stored and not yet said to be)",
    )


def _missing() -> str:
    if chromium() is None:
        return LACKING
    if find_spec("playwright") is None or find_spec("pytest") is None:
        return "Playwright is missing: pip install -e .[test]"
    return "" if BUILT.is_file() else "the pages are not built: npm ci && npm run build"
