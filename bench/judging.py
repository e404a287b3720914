"""Judging against reading: how much longer than the bound the whole derivation and judgement takes, and its memory."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figures import Figure
from bench.run import MILLION, Bench

NAME = "judging"
MOST_TIMES = 3.5
MOST_BYTES = 3e9


def measure(bench: Bench) -> Iterator[Figure]:
    """A few figures for each size; the targets belong to one million people."""
    for people in bench.sizes:
        yield from _of_size(bench, people)


def _of_size(bench: Bench, people: int) -> Iterator[Figure]:
    found, city = bench.rounds(people), bench.city(people)
    times, named = found["best"] / found["bound"], f"{people:,} people, {city.stays:,} stays"
    asked = people == MILLION
    steps = ", ".join(f"{name} {seconds:.3f}" for name, seconds in found["steps"].items())
    yield Figure(
        NAME,
        f"{named}: against reading",
        f"{times:.2f} times",
        f"at most {MOST_TIMES} times" if asked else "",
        times <= MOST_TIMES if asked else None,
        f"{found['best']:.3f} s against {found['bound']:.3f} s; the first call, which compiles the policy, "
        f"{found['first']:.3f} s. Seconds a step: {steps}",
    )
    yield Figure(
        NAME,
        f"{named}: peak memory",
        f"{found['peak'] / 1e9:.2f} GB",
        f"under {MOST_BYTES / 1e9:.0f} GB" if asked else "",
        found["peak"] < MOST_BYTES if asked else None,
        "of the whole process, Python and its packages included",
    )
    if people >= 10 * MILLION:
        yield Figure(
            NAME, f"{named}: runs to the end", f"{found['best']:.1f} s", "time stated", found["people"] == people
        )
