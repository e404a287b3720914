"""Growth: what a person costs in a larger city, and what writing the lake costs."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figures import Figure
from bench.run import MILLION, Bench

NAME = "growth"
MOST_TIMES = 1.15


def measure(bench: Bench) -> Iterator[Figure]:
    """The cost a person at each size, the two largest against each other, and the lake."""
    cost = {people: bench.rounds(people)["best"] / people for people in bench.sizes}
    for people, seconds in cost.items():
        yield Figure(
            NAME, f"{people:,} people", f"{seconds * 1e6:.2f} µs a person", note=f"{seconds * people:.3f} s in all"
        )
    if len(cost) > 1:
        yield _growth(cost)
    for people in bench.sizes:
        city = bench.city(people)
        speed = city.stays / city.lake_seconds
        yield Figure(
            NAME,
            f"{people:,} people: writing the lake",
            f"{city.lake_seconds:.1f} s, {city.bytes / 1e6:,.1f} MB",
            note=f"{city.stays:,} stays, {speed:,.0f} a second, {city.bytes / city.stays:.2f} bytes a stay, "
            f"making the stays included; the whole city took {city.seconds:.1f} s",
        )


def _growth(cost: dict[int, float]) -> Figure:
    smaller, larger = sorted(cost)[-2:]
    times = cost[larger] / cost[smaller]
    asked = (smaller, larger) == (MILLION, 10 * MILLION)
    return Figure(
        NAME,
        f"cost a person, {larger:,} against {smaller:,} people",
        f"{times:.3f} times",
        f"at most {MOST_TIMES} times" if asked else "",
        times <= MOST_TIMES if asked else None,
    )
