"""A hundred kills of the worker in the middle of its work: what was lost, doubled or half done, and how long it stood still."""

from __future__ import annotations

from collections.abc import Iterator

from bench import aside
from bench.figures import Figure
from bench.run import Bench

NAME = "faults"
LONGEST_GAP = 120.0


def measure(bench: Bench) -> Iterator[Figure]:
    """Over the night, runs by day, publications, following and minting, as many kills each."""
    people, kills = bench.database_people, bench.kills
    bench.say(f"{kills} kills of the worker in a city of {people:,} people")
    found = aside.run("bench.killing", str(bench.root / f"killed-{people}"), str(people), str(kills))
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(found["kinds"].items()))
    wrong = [found["lost"], found["double"], found["half"]]
    yield Figure(
        NAME, f"lost, double and half after {found['kills']} kills", ", ".join(map(str, wrong)), "0 of each",
        found["kills"] >= kills and not any(wrong),
        f"kill -9 of the worker at a random moment of its work: {kinds}; {found['runs']} runs published, {found['facts']} orders recorded, "
        f"{found['abandoned']} runs cut off, {found['strips']:,} strips and {found['recalled']:,} recalls looked at, after each kill",
    )  # fmt: skip
    gaps = sorted(found["gaps"])
    yield Figure(
        NAME, "the longest gap after a kill", f"{gaps[-1]:.0f} s", f"at most {LONGEST_GAP:.0f} s", gaps[-1] <= LONGEST_GAP,
        f"from the kill until everything recorded and due is judged, followed, listed and signed; half of them within "
        f"{gaps[len(gaps) // 2]:.0f} s; another worker is begun at once, as whatever keeps a server's processes does",
    )  # fmt: skip
