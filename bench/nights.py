"""The city's own night and its events through a database of the bench's own: `python -m bench.nights night|events CITY HOME ...`.

Each is a process of its own, so that its memory is its own; the database under HOME stays for the next.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from bench import aside, cities, machine
from bench.filled import filled

SICK = (
    "INSERT INTO facts (person_id, kind, detail, start, source, legal_basis)"
    " VALUES (%s, %s, %s, %s, 'bench', 'bench') ON CONFLICT DO NOTHING"
)
EVERY = 100
"""One in so many has another colour in the morning."""


def night(city: str, home: str) -> dict[str, Any]:
    """A first night, in which all changes, and two of one changed in a hundred; the second against its bound."""
    made = cities.Made(**json.loads(city))
    with filled(made, Path(home)) as filling:
        from yimatong.core.time import to_datetime
        from yimatong.records.actions.officials import the_system
        from yimatong.stations.judgements import actions, reconciling
        from yimatong.stations.judgements.models import Run

        policy, by = cities.POLICIES / cities.POLICY, the_system()

        def run(minute: int) -> dict[str, Any]:
            # As a worker does each minute.
            reconciling.THIS_PROCESS.look()
            began = time.perf_counter()
            with _memory_of_the_server() as held:
                line = actions.run_full(by=by, policy=policy, as_of=to_datetime(minute))
            took = time.perf_counter() - began
            timings = Run.objects.get(pk=line.run).timings
            return {
                "run": line.run, "seconds": took, "changed": line.changed, "snapshot": timings["snapshot"],
                "comparison": timings["comparison"], "server": held(),
                "records": timings["records"] + timings["reconciling"],
                "judgement": sum(timings.values()) - sum(timings[name] for name in ("snapshot", "comparison", "records", "reconciling")),
            }  # fmt: skip

        minute, first = _next_minute(), None
        if not Run.objects.filter(state="published").exists():
            first = run(minute) | {"peak": machine.peak()}
            _vacuum()
        nights = []
        for _n in range(2):
            minute = _next_minute()
            _fevers(minute)
            nights.append(run(minute))
        bound = _bound(nights[-1]["run"])
    # The process's own memory, the first night in it where there was one.
    return aside.with_peak({"filling": filling, "first": first, "nights": nights, "bound": bound})


def events(city: str, home: str, minutes: str) -> dict[str, Any]:
    """From the record to the publication: ten fevers, a new case, and events as they come in a busy hour."""
    made = cities.Made(**json.loads(city))
    with filled(made, Path(home)):
        chance = random.Random(20200215)
        tens = [_event(lambda at: _record(chance, made.people, at, "symptom", "fever", 10)) for _n in range(20)]
        cases = [_event(lambda at: _record(chance, made.people, at, "case", "confirmed", 1)) for _n in range(20)]
        busy = _busy(chance, made.people, float(minutes)) if float(minutes) else {}
    return aside.with_peak({"tens": tens, "cases": cases, "busy": busy})


def _event(happens: Callable[[int], None]) -> dict[str, Any]:
    from yimatong.core.time import to_datetime
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements import actions
    from yimatong.stations.judgements.lifecycle import folder_of

    minute = _next_minute()
    began = time.perf_counter()
    happens(minute)
    line = actions.run_touched(by=the_system(), policy=cities.POLICIES / cities.POLICY, as_of=to_datetime(minute))
    took = time.perf_counter() - began
    files = [path.stat() for path in folder_of(line.run).rglob("*") if path.is_file()]
    own = sum(status.st_size for status in files if status.st_nlink == 1)
    return {"seconds": took, "touched": line.touched, "changed": line.changed, "bytes": own, "kind": line.kind}


def _busy(chance: random.Random, people: int, minutes: float) -> dict[str, Any]:
    """A thousand events an hour, each somebody's fever or (one in twenty) a case; how long until each is published."""
    from django.db import connections

    from yimatong.core.time import to_datetime
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements import actions
    from yimatong.stations.judgements.models import Unjudged

    policy, by, started = cities.POLICIES / cities.POLICY, the_system(), time.monotonic()
    gaps = [chance.expovariate(1000 / 3600) for _n in range(int(minutes * 1000 / 60))]
    waiting: dict[int, float] = {}
    latencies: list[float] = []
    done, runs = threading.Event(), 0

    def record() -> None:
        minute = _next_minute()
        for gap in gaps:
            time.sleep(gap)
            before = set(Unjudged.objects.values_list("number", flat=True))
            kind = ("case", "confirmed") if chance.random() < 0.05 else ("symptom", "fever")
            _record(chance, people, minute, *kind, 1)
            came = time.monotonic()
            for number in set(Unjudged.objects.values_list("number", flat=True)) - before:
                waiting[number] = came
        connections.close_all()
        done.set()

    recorder = threading.Thread(target=record)
    recorder.start()
    while not (done.is_set() and not waiting):
        if not waiting:
            time.sleep(0.05)
            continue
        minute = _next_minute()
        actions.run_touched(by=by, policy=policy, as_of=to_datetime(minute))
        runs += 1
        now, left = time.monotonic(), set(Unjudged.objects.values_list("number", flat=True))
        latencies += [now - waiting.pop(number) for number in list(waiting) if number not in left]
    recorder.join()
    return {"latencies": latencies, "events": len(gaps), "runs": runs, "seconds": time.monotonic() - started}


def _record(chance: random.Random, people: int, minute: int, kind: str, detail: str, count: int) -> None:
    from django.db import connections

    from yimatong.core.time import to_datetime

    with connections["default"].cursor() as cursor:
        for _n in range(count):
            start = to_datetime(minute - chance.randint(0, 600))
            cursor.execute(SICK, [chance.randint(1, people), kind, detail, start])


def _fevers(minute: int) -> None:
    """Somebody in a hundred is unwell, others each time."""
    from django.db import connections

    from yimatong.core.time import to_datetime

    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO facts (person_id, kind, detail, start, source, legal_basis)"
            " SELECT number, 'symptom', 'fever', %s, 'bench', 'bench' FROM people WHERE number %% %s = %s ON CONFLICT DO NOTHING",
            [to_datetime(minute), EVERY, minute % EVERY],
        )


def _next_minute() -> int:
    """The minute after what is in force, or the city's own."""
    from yimatong.stations.judgements.lifecycle import in_force

    run = in_force()
    return int(run.as_of.timestamp()) // 60 + 1 if run else cities.WHEN


def _bound(run: int) -> dict[str, float]:
    """What nothing can be quicker than: the same rows by raw COPY, the same files through DuckDB, the changed rows by raw COPY."""
    from django.db import connections

    from yimatong.core.engine.duckdb import judge
    from yimatong.core.time import minute_down
    from yimatong.stations.judgements import inputs
    from yimatong.stations.judgements.lifecycle import folder_of
    from yimatong.stations.judgements.models import Run

    found = Run.objects.get(pk=run)
    taken: dict[str, float] = {}
    with connections["owner"].cursor() as cursor:
        began = time.perf_counter()
        for table in ("people", "facts", "homes", "areas", "stays"):
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                for _piece in copy:
                    pass
        taken["copy_out"] = time.perf_counter() - began
        out = folder_of(run) / "bound"
        kept = inputs.opened(folder_of(run) / "inputs")
        began = time.perf_counter()
        judge(replace(kept.sources), cities.policy(), minute_down(found.as_of), out)
        taken["judgement"] = time.perf_counter() - began
        rows = bytearray()
        for table, key in (("verdicts", "run_id"), ("verdict_reasons", "run_id")):
            with cursor.copy(f"COPY (SELECT * FROM {table} WHERE {key} = {run}) TO STDOUT (FORMAT binary)") as copy:
                rows = bytearray().join(bytes(piece) for piece in copy)
            cursor.execute(f"CREATE TEMP TABLE bound_{table} (LIKE {table} INCLUDING INDEXES INCLUDING CONSTRAINTS)")
            began = time.perf_counter()
            with cursor.copy(f"COPY bound_{table} FROM STDIN (FORMAT binary)") as copy:
                copy.write(bytes(rows))
            taken["copy_in"] = taken.get("copy_in", 0) + time.perf_counter() - began
    return taken


def _vacuum() -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def _memory_of_the_server() -> Iterator[Callable[[], int]]:
    """The most that PostgreSQL's processes held at once, in bytes, what they share counted once; looked at five times a second."""
    most, stop = [0], threading.Event()

    def look() -> None:
        while not stop.wait(0.2):
            held = 0
            for process in psutil.process_iter(["name"]):
                if process.info["name"] == "postgres":
                    try:
                        held += process.memory_full_info().pss
                    except psutil.Error:
                        continue
            most[0] = max(most[0], held)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield lambda: most[0]
    finally:
        stop.set()
        watcher.join()


WORK = {"night": night, "events": events}

if __name__ == "__main__":
    aside.answer(lambda work, *arguments: WORK[work](*arguments))
