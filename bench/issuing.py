"""Issuing: fifty desks and twenty offline ones, killed in the middle with their database; nothing twice, nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

from bench import aside, machine
from bench.figures import Figure
from bench.run import Bench

NAME = "issuing"
PROCESSES, THREADS = 5, 10


def measure(bench: Bench) -> Iterator[Figure]:
    """Issue to everybody with two kills on the way; then count against what the desks were told."""
    people, home = bench.papers, str(bench.root / f"desks-{bench.papers}")
    found = run(home, people, say=bench.say)
    wrong = {name: found[name] for name in ("duplicates", "lost", "unwritten", "gaps", "twice", "held")}
    yield Figure(
        NAME,
        f"{found['papers']:,} passes by {PROCESSES * THREADS} desks and 20 offline ones",
        ", ".join(f"{value} {name}" for name, value in wrong.items()),
        "0 of each",
        not any(wrong.values()) and found["papers"] == people + found["handed"],
        f"kill -9 of desks, PostgreSQL and the parent at {people * 3 // 10:,} and at {people * 6 // 10:,} passes; then gone on with, "
        f"by the keys of the buttons: {found['again']} answers had been given before and came again; {found['handed']:,} offline "
        f"passes in {found['batches']} syncs in any order, a fifth of them sent twice; counted: numbers twice, passes a desk was "
        "told that are not there, passes without a line in the register, gaps in its lines, people with two passes that count",
    )
    yield Figure(
        NAME,
        "passes issued a second",
        f"{found['issued'] / found['seconds']:,.0f}",
        note=f"each judged, numbered, written, granted, audited and signed, each a commit on disk; a tenth judged online; median "
        f"{found['median'] * 1000:.0f} ms and 95 % below {found['p95'] * 1000:.0f} ms with {PROCESSES * THREADS} desks asking at once "
        f"beside PostgreSQL on {machine.cores()} cores",
    )
    yield Figure(
        NAME,
        "offline passes taken a second",
        f"{found['handed'] / found['taking']:,.0f}",
        note="20 desks at once, 50 records a sync, each closed to the server and a transaction of its own",
    )


def run(home: str, people: int, *, say: Callable[[str], object] = print) -> dict[str, Any]:
    """The whole of it; the figures of the last leg and what was counted."""
    aside.run("bench.desks", "prepare", home, str(people))
    for stop in (people * 3 // 10, people * 6 // 10):
        say(f"issuing until {stop:,}, then kill -9")
        killed(home, people, stop)
    say("going on to the end")
    worked = aside.run("bench.desks", "work", home, str(people), str(PROCESSES), "0")
    taken = aside.run("bench.desks", "offline", home, str(people))
    counted = aside.run("bench.desks", "count", home, str(people))
    return worked | {"taking": taken.pop("seconds")} | taken | counted


def killed(home: str, people: int, stop: int) -> None:
    """A leg that ends with kill -9; RuntimeError where it ended by itself."""
    paths = os.pathsep.join([str(aside.CHECKOUT / "src"), str(aside.CHECKOUT)])
    words = [sys.executable, "-m", "bench.desks", "work", home, str(people), str(PROCESSES), str(stop)]
    with (Path(home) / "killed.log").open("ab") as log:
        done = subprocess.run(words, env=os.environ | {"PYTHONPATH": paths}, stdout=log, stderr=log, check=False)
    if done.returncode != -9:
        raise RuntimeError(f"the desks were not killed: {done.returncode}, see {home}/killed.log")
    _reaped(Path(home))


def _reaped(home: Path) -> None:
    """Wait until nothing of the killed server runs. Where nobody reaps its dead process (a container without an init), its
    number still answers, and PostgreSQL would take the lock of its socket for a living server's: then the lock is removed."""
    for lock in home.rglob(".s.PGSQL.*.lock"):
        number, until = int(lock.read_text().splitlines()[0]), time.monotonic() + 20
        while time.monotonic() < until and psutil.pid_exists(number):
            if psutil.Process(number).status() == psutil.STATUS_ZOMBIE:
                lock.unlink()
                break
            time.sleep(0.2)
    time.sleep(2)
