"""Kills of every part of the product under load, and restarts of its database: what was lost or doubled, and how long until all goes on."""

from __future__ import annotations

from collections.abc import Iterator

from bench import aside
from bench.figures import Figure
from bench.run import Bench

NAME = "returning"
PEOPLE = 2_000


def measure(bench: Bench) -> Iterator[Figure]:
    """Over database, web server, one of its processes, the worker, also while it sends, the gateway of texts, and restarts."""
    bench.say(f"{bench.kills} kills of the parts of a product under load, {bench.restarts} restarts of its database")
    home = bench.root / "returning" / "home"
    found = aside.run("bench.coming_back", str(home), str(PEOPLE), str(bench.kills), str(bench.restarts))
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(found["kinds"].items()))
    returned = ", ".join(f"{name} {count}" for name, count in found["returned"].items())
    wrong = [found["lost"], found["double"], found["half"]]
    yield Figure(
        NAME, f"lost, double and half after {found['faults']} faults", ", ".join(map(str, wrong)), "0 of each",
        found["faults"] >= bench.kills + bench.restarts and not any(wrong),
        f"{kinds}; kill -9 at a random moment under load; a restart is `pg_ctl restart -m fast`; {found['records']:,} records of gates, "
        f"{found['facts']:,} orders, {found['messages']:,} texts of changed colours; came back by itself: {returned} times",
    )  # fmt: skip
    answers, gaps = found["answers"], sorted(found["gaps"])
    other = {status: count for status, count in answers.items() if status not in ("200", "503", "0")}
    yield Figure(
        NAME, "answers that a reload does not mend", f"{sum(other.values())}", "0", not other,
        f"{answers.get('200', 0):,} pages, {answers.get('503', 0)} times 'come again', {answers.get('0', 0)} broken connections",
    )  # fmt: skip
    yield Figure(
        NAME, "the longest gap after a fault", f"{gaps[-1]:.0f} s", "stated", None,
        f"until every page and gate answered and, where database or worker was hit, everything recorded is judged, listed and "
        f"published; half of them within {gaps[len(gaps) // 2]:.0f} s",
    )  # fmt: skip
