"""From an event to the published colour, in a city of a million with seventy million stays."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from bench import aside
from bench.figures import Figure
from bench.night import home
from bench.run import MILLION, Bench

NAME = "events"
TEN, CASE, BUSY = 5.0, 15.0, 30.0
KEPT, KEPT_EACH = 100_000, 20_000


def measure(bench: Bench) -> Iterator[Figure]:
    """On the database that the section `night` left, or one filled anew."""
    people = MILLION if MILLION in bench.sizes else max(bench.sizes)
    city = json.dumps(asdict(bench.city(people)))
    place = str(home(bench, people))
    bench.say(f"events in a city of {people:,}")
    if not (home(bench, people) / "filled").exists():
        aside.run("bench.nights", "night", city, place)
    told = aside.run("bench.nights", "events", city, place, str(bench.busy_minutes))
    asked, named = people == MILLION, f"{people:,} people"
    for name, found, most in (
        ("ten touched", told["tens"], TEN),
        ("a new case with its contacts", told["cases"], CASE),
    ):
        yield _of(f"{named}: {name}", found, most if asked else None)
    if busy := told["busy"]:
        late = _p95(busy["latencies"])
        yield Figure(
            NAME, f"{named}: 1,000 events an hour for {bench.busy_minutes:g} minutes", f"p95 {late:.2f} s",
            f"at most {BUSY:.0f} s" if asked else "", late <= BUSY if asked else None,
            f"{busy['events']} events, {busy['runs']} runs; the longest {max(busy['latencies']):.2f} s",
        )  # fmt: skip
    both = [*told["tens"], *told["cases"]]
    most_kept = max(one["bytes"] / (KEPT + KEPT_EACH * one["touched"]) for one in both)
    yield Figure(
        NAME, f"{named}: bytes kept a run by day", f"{most_kept:.2f} of the limit", "100 kB and 20 kB a touched person", most_kept <= 1,
        f"ten touched {max(one['bytes'] for one in told['tens']):,} bytes at most, a case {max(one['bytes'] for one in told['cases']):,}",
    )  # fmt: skip


def _of(name: str, found: Sequence[dict[str, Any]], most: float | None) -> Figure:
    late = _p95([one["seconds"] for one in found])
    touched = sorted(one["touched"] for one in found)
    changed = sorted(one["changed"] for one in found)
    return Figure(
        NAME, name, f"p95 {late:.2f} s", f"at most {most:.0f} s" if most else "", late <= most if most else None,
        f"{len(found)} times, from the record to the publication; touched {touched[0]} to {touched[-1]}, "
        f"changed {changed[0]} to {changed[-1]}",
    )  # fmt: skip


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]
