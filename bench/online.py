"""One person online: how long it takes to judge one person of a loaded city of a million, as a desk and a gate ask it.

python -m bench.online HOME PEOPLE DRAWN     the percentiles, as JSON
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench import aside, cities
from bench.database import demo
from bench.figures import Figure
from bench.run import Bench
from yimatong.core.time import minute_down

NAME = "online"
MOST_MILLISECONDS = 10.0


def measure(bench: Bench) -> Iterator[Figure]:
    """p50, p95 and p99 over people drawn at random."""
    people = bench.loaded
    bench.say(f"a database with a demo city of {people:,} people, {bench.online_people:,} of them judged one by one")
    found = aside.run("bench.online", str(bench.root / f"home-{people}"), str(people), str(bench.online_people))
    median, high, highest = found["judged"]
    yield Figure(
        NAME,
        f"one person of {found['people']:,}, p95",
        f"{high:.2f} ms",
        f"under {MOST_MILLISECONDS:.0f} ms",
        high < MOST_MILLISECONDS,
        f"p50 {median:.2f} ms, p99 {highest:.2f} ms over {bench.online_people:,} people drawn at random; one connection, everything "
        "read by one prepared statement, judged by the reference engine; verdict, reasons and evidence as values",
    )
    median, high, _ = found["explained"]
    yield Figure(NAME, "the same, explained for a page, p95", f"{high:.2f} ms", note=f"p50 {median:.2f} ms")


def judging(home: str, people: str, drawn: str) -> dict[str, Any]:
    """Milliseconds of judging and of explaining, in a process of its own with settings of its own."""
    with demo(Path(home), int(people)) as as_of:
        from yimatong.records.models import Person
        from yimatong.stations.judgements.online import judge_person, judged

        policy, minute = cities.policy(), minute_down(as_of)
        numbers = list(Person.objects.order_by("number").values_list("number", flat=True))
        chosen = random.Random(20200215).choices(numbers, k=int(drawn))
        for person in chosen[:50]:
            judged(person, policy, minute)
        return {
            "people": len(numbers),
            "judged": _percentiles(chosen, lambda person: judged(person, policy, minute)),
            "explained": _percentiles(chosen[: len(chosen) // 3], lambda person: judge_person(person, as_of=as_of)),
        }


def _percentiles(people: list[int], judge: Callable[[int], object]) -> tuple[float, float, float]:
    """Milliseconds: the middle, what 95 of 100 stay under, and 99."""
    taken = []
    for person in people:
        began = time.perf_counter()
        judge(person)
        taken.append((time.perf_counter() - began) * 1e3)
    cuts = quantiles(taken, n=100)
    return cuts[49], cuts[94], cuts[98]


if __name__ == "__main__":
    aside.answer(judging)
