"""What stands is compared with what was judged: what sealing costs a publication, and what a look costs."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import aside, cities
from bench.figures import Figure
from bench.filled import filled
from bench.run import Bench

NAME = "reconciling"
MOST_SEALING = 0.05
MOST_RECORDS = 0.05
MOST_BY_DAY = 1.0
"""Seconds a million people that a run by day waits for the comparison, of the minute in which it has to be done."""
MOST_SECONDS_A_MILLION = 60.0
"""Within ten minutes everybody's turn has to come: a look at everything must be far from that."""
MOST_IDLE = 6.0
"""Seconds a minute and million of people that nothing has happened to."""
MILLION = 1_000_000


def measure(bench: Bench) -> Iterator[Figure]:
    """Of the smallest size: a first night's seal, a look at everything, a minute in which nothing happened, and a painted one."""
    people = min(bench.sizes)
    city = bench.city(people)
    bench.say(f"{people:,} people: a sealed night, and looks at it")
    told = aside.run("bench.reconciling", json.dumps(asdict(city)), str(bench.root / f"reconciling-{people}"))
    named, share = f"{people:,} people", told["sealing"] / told["publication"]
    yield Figure(
        NAME,
        f"{named}: sealing, of a publication in which all changes",
        f"{share:.2%}",
        f"at most {MOST_SEALING:.0%}",
        share <= MOST_SEALING,
        f"{told['sealing']:.3f} of {told['publication']:.2f} s; {told['rows']:,} rows of verdicts and reasons,"
        f" {told['bytes'] / 1e6:.1f} MB",
    )
    allowed = max(5.0, MOST_SECONDS_A_MILLION * people / MILLION)
    yield Figure(
        NAME, f"{named}: a look at everything", f"{told['everything']:.2f} s", f"at most {allowed:.0f} s", told["everything"] <= allowed,
        "rows of the run against its seal, everybody's rows in force against the outcome",
    )  # fmt: skip
    allowed = max(1.0, MOST_IDLE * people / MILLION)
    yield Figure(
        NAME, f"{named}: a minute in which nothing happened", f"{told['idle']:.2f} s", f"at most {allowed:.0f} s", told["idle"] <= allowed,
        f"a ninth of everybody, {told['idle_people']:,} people",
    )  # fmt: skip
    yield Figure(
        NAME, f"{named}: the minute after somebody painted one verdict", f"{told['painted']:.2f} s", "the person is named", told["named"],
        f"by the next look of the schedule, each minute; one took {told['painted']:.2f} s",
    )  # fmt: skip
    share = told["night_records"] / told["night"]
    yield Figure(
        NAME, f"{named}: comparing with what was judged, of a night", f"{share:.2%}", f"at most {MOST_RECORDS:.0%}",
        share <= MOST_RECORDS, f"{told['night_records']:.3f} of {told['night']:.2f} s",
    )  # fmt: skip
    allowed = max(0.25, MOST_BY_DAY * people / MILLION)
    yield Figure(
        NAME, f"{named}: comparing with what was judged, by day", f"{told['day_records']:.2f} s", f"at most {allowed:.2f} s",
        told["day_records"] <= allowed, f"of {told['day']:.2f} s: a thousand people were touched, and the kept files are read through",
    )  # fmt: skip
    allowed = max(5.0, MOST_SECONDS_A_MILLION * people / MILLION)
    yield Figure(
        NAME, f"{named}: a look at everybody's records", f"{told['records_everything']:.2f} s", f"at most {allowed:.0f} s",
        told["records_everything"] <= allowed and told["records_clean"], f"a minute's part {told['records_part']:.2f} s",
    )  # fmt: skip


def looks(city: str, home: str) -> dict[str, Any]:
    """Seconds of each, in a process and a database of their own."""
    with filled(cities.Made(**json.loads(city)), Path(home)):
        from django.db import connections

        from bench.nights import _next_minute
        from yimatong.core.time import to_datetime
        from yimatong.records.actions.officials import the_system
        from yimatong.stations.judgements import actions, publication, sealing
        from yimatong.stations.judgements.models import Verdict
        from yimatong.stations.judgements.reconciling import Looker

        spent: dict[str, float] = {"publication": 0.0, "sealing": 0.0}
        volume = {"bytes": 0, "rows": 0}
        copied = publication.copy_in

        def copy_in(cursor: Any, table: str, columns: Any, rows: Path) -> Any:
            done = copied(cursor, table, columns, rows)
            if table in sealing.COLUMNS:
                # What hashing took of it, done once more.
                began, data = time.perf_counter(), rows.read_bytes()
                began = time.perf_counter()
                for start in range(0, len(data), 1 << 20):
                    piece = data[start : start + (1 << 20)]
                    hashlib.sha256(piece)
                    piece.count(b"\n")
                again = time.perf_counter() - began
                spent["sealing"] += again
                spent["publication"] -= again
                volume["bytes"] += len(data)
                volume["rows"] += done.rows
            return done

        publication.copy_in = copy_in
        sealing.seal = _timed(sealing.seal, spent, "sealing")
        sealing.note_head = _timed(sealing.note_head, spent, "sealing")
        publication.publish = _timed(publication.publish, spent, "publication")
        actions.run_full(by=the_system(), policy=cities.POLICIES / cities.POLICY, as_of=to_datetime(_next_minute()))
        looker = Looker()
        everything = looker.look()
        connections["owner"].cursor().execute("SELECT pg_stat_force_next_flush()")
        looker.look()
        idle = looker.look()
        red = Verdict.objects.filter(colour="red").order_by("-person_id").values_list("person_id", flat=True).first()
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE verdicts DISABLE TRIGGER USER")
            cursor.execute(
                "UPDATE verdicts SET colour = 'green', rules = '', facts = '', since = NULL, until = NULL, next_change = NULL"
                " WHERE person_id = %s AND run_id = (SELECT max(run_id) FROM verdicts WHERE person_id = %s)",
                [red, red],
            )
            cursor.execute("ALTER TABLE verdicts ENABLE TRIGGER USER")
            cursor.execute("SELECT pg_stat_force_next_flush()")
        painted = looker.look()
        records = _records()
    return {
        **records,
        **spent, **volume, "everything": everything.seconds, "clean": not everything.found, "idle": idle.seconds,
        "idle_people": idle.people, "painted": painted.seconds,
        "named": not everything.found and [one.person for one in painted.found if one.person] == [red],
    }  # fmt: skip


def _records() -> dict[str, Any]:
    """Seconds in which what is judged and what stands is compared with what was judged: of a night, by day, and by looks.

    Before it what was painted is put right, and this process has looked, as a worker does each minute.
    """
    from django.db import connections

    from bench.nights import _next_minute
    from yimatong.core.time import to_datetime
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements import actions, reconciling, recorded
    from yimatong.stations.judgements.models import Run

    told: dict[str, Any] = {}
    minute, policy = _next_minute(), cities.POLICIES / cities.POLICY
    actions.run_full(by=the_system(), policy=policy, as_of=to_datetime(minute))
    reconciling.THIS_PROCESS.look()
    for what, run, later in (("night", actions.run_full, 1440), ("day", actions.run_touched, 1441)):
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "INSERT INTO facts (person_id, kind, detail, start, source, legal_basis)"
                " SELECT number, 'symptom', 'fever', now() - interval '1 day', %s, 'bench' FROM people ORDER BY number LIMIT 1000",
                [what],
            )
        began = time.perf_counter()
        line = run(by=the_system(), policy=policy, as_of=to_datetime(minute + later))
        told[what] = time.perf_counter() - began
        timings = Run.objects.get(pk=line.run).timings
        told[f"{what}_records"] = timings["records"] + timings.get("reconciling", 0.0)
    looker, clean = recorded.Looker(), True
    for what, everything in (("everything", True), ("part", False)):
        began = time.perf_counter()
        clean = looker.look(everything=everything) == () and clean
        told[f"records_{what}"] = time.perf_counter() - began
    return told | {"records_clean": clean}


def _timed(work: Callable[..., Any], spent: dict[str, float], name: str) -> Callable[..., Any]:
    def timed(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return work(*given, **named)
        finally:
            spent[name] += time.perf_counter() - began

    return timed


if __name__ == "__main__":
    aside.answer(looks)
