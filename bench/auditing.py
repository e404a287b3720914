"""`audit verify` over a city: seconds and memory, what sealing costs, and what a minute in which nothing happened does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import aside, cities
from bench.figures import Figure
from bench.filled import filled
from bench.run import Bench

NAME = "auditing"
MOST_SECONDS_A_MILLION = 600.0
"""A night's verification of a million people ends long before the morning."""
MOST_IDLE_A_MILLION = 5.0
"""Seconds of a minute."""
MOST_MEMORY = 2.0
"""Gigabytes."""
MILLION = 1_000_000
ENTRIES = (
    "INSERT INTO audit_entries (number, by_id, action, subject, details, previous, digest)"
    " SELECT 0, o.id, 'bench.add', 'bench/' || n, '{}', '', '' FROM officials o, generate_series(1, %s) n WHERE o.username = 'system'"
)


def measure(bench: Bench) -> Iterator[Figure]:
    """Of the smallest size: sealing what is there, verifying everything with a run judged again, an idle minute, a deleted fact."""
    people = min(bench.sizes)
    city = bench.city(people)
    bench.say(f"{people:,} people: a chain of {people:,} links, everything verified")
    told = aside.run("bench.auditing", json.dumps(asdict(city)), str(bench.root / f"auditing-{people}"))
    named = f"{people:,} people"
    allowed = max(60.0, MOST_SECONDS_A_MILLION * people / MILLION)
    parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in told["checks"].items())
    yield Figure(
        NAME, f"{named}: audit verify, one run judged again", f"{told['verify']:.1f} s", f"at most {allowed:.0f} s",
        told["verify"] <= allowed and told["clean"], f"{told['rows']:,} rows, {told['links']:,} links; s: {parts}",
    )  # fmt: skip
    memory = told["peak"] / 1e9
    yield Figure(
        NAME, f"{named}: memory of audit verify", f"{memory:.2f} GB", f"at most {MOST_MEMORY:.0f} GB", memory <= MOST_MEMORY,
        "the process at its largest, without the database's server",
    )  # fmt: skip
    yield Figure(
        NAME, f"{named}: sealing all that was there before", f"{told['seal']:.1f} s", f"at most {allowed:.0f} s", told["seal"] <= allowed,
        f"{told['rows'] / max(told['seal'], 0.001):,.0f} rows a second; once, after the upgrade",
    )  # fmt: skip
    idle = max(3.0, MOST_IDLE_A_MILLION * people / MILLION)
    yield Figure(
        NAME, f"{named}: a minute in which nothing happened", f"{told['idle']:.2f} s", f"at most {idle:.0f} s", told["idle"] <= idle,
        "the last seal, a part of the links and of the rows",
    )  # fmt: skip
    yield Figure(
        NAME, f"{named}: the minute after somebody deleted one fact", f"{told['deleted']:.2f} s", "the delivery's rows are named",
        told["named"], "by the next look of the schedule, each minute",
    )  # fmt: skip


def verified(city: str, home: str) -> dict[str, Any]:
    """Seconds of each, in a process and a database of their own."""
    with filled(cities.Made(**json.loads(city)), Path(home)):
        from importlib import import_module

        from django.db import connections

        from bench.nights import _next_minute
        from yimatong.core.time import to_datetime
        from yimatong.records.actions.officials import the_system
        from yimatong.stations.audits import chain, verifying
        from yimatong.stations.audits.models import RecordMark
        from yimatong.stations.judgements import actions

        with connections["owner"].cursor() as cursor:
            if not RecordMark.objects.filter(table="facts").exists():
                # The city was filled past the triggers, but for its areas: as a city of before marks were there.
                cursor.execute("TRUNCATE record_marks")
                cursor.execute(import_module("yimatong.stations.audits.migrations.0001_tables").BEFORE)
            # The chain's trigger finds the last link by the plan of a table that is known not to be empty.
            for links in (1_000, json.loads(city)["people"] - 1_000):
                cursor.execute(ENTRIES, [links])
                cursor.execute("ANALYZE audit_entries")
        seal = _seconds(chain.seal)
        actions.run_full(by=the_system(), policy=cities.POLICIES / cities.POLICY, as_of=to_datetime(_next_minute()))
        began = time.perf_counter()
        seen = verifying.verify(sample=1)
        verify = time.perf_counter() - began
        looker = chain.Looker()
        looker.look()
        idle = _seconds(looker.look)
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE facts DISABLE TRIGGER USER")
            cursor.execute("DELETE FROM facts WHERE id = (SELECT max(id) FROM facts)")
            cursor.execute("ALTER TABLE facts ENABLE TRIGGER USER")
        began = time.perf_counter()
        found = chain.Looker().look()
        deleted = time.perf_counter() - began
    looked = {one.name: one.looked for one in seen.checks}
    return aside.with_peak(
        {
            "seal": seal, "verify": verify, "idle": idle, "deleted": deleted, "clean": not seen.found, "rows": looked["records"],
            "links": looked["chain"], "checks": {one.name: one.seconds for one in seen.checks},
            "named": [(one.table, one.kind) for one in found] == [("facts", "missing")],
        }
    )  # fmt: skip


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    aside.answer(verified)
