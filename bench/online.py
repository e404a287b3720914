"""One person online: how long PostgreSQL takes to judge one person of a loaded city, as a desk asks it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from statistics import quantiles

from bench import cities
from bench.database import demo
from bench.figures import Figure
from bench.run import Bench
from yimatong.core.time import minute_down

NAME = "online"
MOST_MILLISECONDS = 10.0


def measure(bench: Bench) -> Iterator[Figure]:
    """p50 and p95 over people drawn at random, and what compiling costs, once."""
    bench.say(f"a database with a demo city of {bench.database_people:,} people")
    with demo(bench.root / "home", bench.database_people) as as_of:
        yield from _measured(bench, as_of)


def _measured(bench: Bench, as_of: datetime) -> Iterator[Figure]:
    from yimatong.core.engine.postgres import online_sql
    from yimatong.records.models import Person
    from yimatong.stations.judgements.online import judge_person, verdict_of

    policy, minute = cities.policy(), minute_down(as_of)
    began = time.perf_counter()
    statement = online_sql(policy, policy.zone.date(minute))
    compiled = time.perf_counter() - began
    numbers = list(Person.objects.order_by("number").values_list("number", flat=True))
    drawn = random.Random(20200215).choices(numbers, k=bench.online_people)
    began = time.perf_counter()
    verdict_of(drawn[0], policy, minute)
    first = time.perf_counter() - began
    for person in drawn[:50]:
        verdict_of(person, policy, minute)
    bench.say(f"judging {len(drawn):,} people one by one")
    median, high = _percentiles(drawn, lambda person: verdict_of(person, policy, minute))
    yield Figure(
        NAME,
        f"one person of {len(numbers):,}, p95",
        f"{high:.2f} ms",
        f"under {MOST_MILLISECONDS:.0f} ms",
        high < MOST_MILLISECONDS,
        f"p50 {median:.2f} ms over {len(drawn):,} people drawn at random; one connection, statement prepared, "
        "verdict and reasons as values",
    )
    explained = _percentiles(drawn[: len(drawn) // 3], lambda person: judge_person(person, as_of=as_of))
    yield Figure(
        NAME, "the same, explained for a page, p95", f"{explained[1]:.2f} ms", note=f"p50 {explained[0]:.2f} ms"
    )
    yield Figure(
        NAME,
        "compiling and preparing, once a policy and day",
        f"{compiled * 1e3:.0f} ms + {first * 1e3:.0f} ms",
        note=f"the statement has {len(statement):,} characters; the second number is its first call on a connection",
    )


def _percentiles(people: list[int], judge: Callable[[int], object]) -> tuple[float, float]:
    """Milliseconds: the middle, and what 95 of 100 stay under."""
    taken = []
    for person in people:
        began = time.perf_counter()
        judge(person)
        taken.append((time.perf_counter() - began) * 1e3)
    cuts = quantiles(taken, n=100)
    return cuts[49], cuts[94]
