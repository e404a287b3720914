"""From a verdict to the phone: how long until an open page shows the new colour, and what one that does not change asks."""

from __future__ import annotations

import http.client
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from bench import aside
from bench.aside import CHECKOUT
from bench.figures import Figure
from bench.product import running
from bench.run import Bench

NAME = "phone"
PEOPLE, SECONDS = 2_000, 100
MOST, LATEST = 90.0, 10.0
CITY, EACH = 9_400_000, 55
"""Phones of a city, and seconds between two readings of one."""
LIST = "/e/signed/recent.ymt"


def measure(bench: Bench) -> Iterator[Figure]:
    """The product as `make run` starts it, with as many phones as changes."""
    folder = bench.root / "phone"
    folder.mkdir(parents=True, exist_ok=True)
    _build(folder / "many.mjs")
    bench.say(f"{bench.changes} changes of colour before as many open pages")
    with running(folder / "home", PEOPLE) as address:
        found = aside.run("bench.followers", str(folder / "home"), address, str(bench.changes), str(SECONDS))
        first, again = _bytes(address)
    late, asked = found["late"], found["asked"]
    p50, p95 = _part(late, 0.5), _part(late, 0.95)
    yield Figure(
        NAME, f"verdict to phone, {len(late)} changes, page open", f"p50 {p50:.0f} s, p95 {p95:.0f} s",
        f"p95 at most {MOST:.0f} s", p95 <= MOST,
        f"from the publication to the colour on the screen; the longest {late[-1]:.0f} s; half confined, half released, within "
        f"{SECONDS} s; the page's own program, {len(late)} times in Node.js, before `yimatong run`; "
        f"{found['wrong']} phones with another colour at the end",
    )  # fmt: skip
    cuts = found["cuts"]
    yield Figure(
        NAME, "publication to the cut of the lists", f"p50 {_part(cuts, 0.5):.0f} s, p95 {_part(cuts, 0.95):.0f} s", "at most 10 s",
        cuts[-1] <= LATEST, f"{len(cuts)} publications, whole seconds; the longest {cuts[-1]:.0f} s",
    )  # fmt: skip
    yield Figure(
        NAME, "requests to the application for an unchanged display", str(asked["served"]), "0",
        asked["served"] == asked["application"] == 0,
        f"{len(late)} open pages for {asked['seconds']:.0f} s, which read the list {asked['lists']:,} times, "
        f"{asked['bytes'] / asked['lists']:.0f} bytes each",
    )  # fmt: skip
    yield Figure(
        NAME, "bytes of a minute of an open page", f"{first:,}", "", None,
        f"one conditional GET: headers and file as our server sends them; {again} where the file is the one that is known. "
        f"All {CITY:,} phones open at once: {CITY / EACH:,.0f} requests and {CITY / EACH * first / 1e6:,.0f} MB a second",
    )  # fmt: skip


def _build(program: Path) -> None:
    options = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning", f"--outfile={program}"]
    subprocess.run(["node_modules/.bin/esbuild", "web/test/many.ts", *options], cwd=CHECKOUT, check=True)


def _bytes(address: str) -> tuple[int, int]:
    """Bytes of an answer, headers included: with the file, and where it is known."""
    sizes = []
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    known: dict[str, str] = {}
    for _time in range(2):
        connection.request("GET", LIST, headers=known)
        answer = connection.getresponse()
        headers = sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + len(
            "HTTP/1.1 200 OK\r\n\r\n"
        )
        sizes.append(headers + len(answer.read()))
        known = {"If-None-Match": answer.headers["ETag"]}
    connection.close()
    return sizes[0], sizes[1]


def _part(values: Sequence[float], part: float) -> float:
    return values[min(len(values) - 1, int(part * len(values)))]
