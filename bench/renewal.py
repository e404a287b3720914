"""The renewal: requests a second of the strip's address, against an empty handler of the same server in the same run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from statistics import median

from bench import aside, machine
from bench.figures import Figure
from bench.run import Bench

NAME = "renewal"
LEAST = 0.5
SECONDS = 10


def measure(bench: Bench) -> Iterator[Figure]:
    """The ratio has a target, the rates are stated; without wrk (Debian's package) nothing is measured, and that is said."""
    if shutil.which("wrk") is None:
        yield Figure(NAME, "renewals a second", "not measured", note="wrk is missing: apt-get install wrk")
        return
    people = bench.phones
    bench.say(f"renewals of {people:,} phones, {2 * 3 * SECONDS} s of wrk")
    found = aside.run("bench.phones", "renewal", str(bench.root / f"phones-{people}"), str(people), str(SECONDS))
    wrong = sum(one["wrong"] for rounds in (found["renewal"], found["empty"]) for one in rounds)
    if wrong:
        raise RuntimeError(f"{wrong:.0f} answers were no success")
    renewals, empty = (median(one["rate"] for one in found[name]) for name in ("renewal", "empty"))
    ratio = renewals / empty
    yield Figure(
        NAME,
        "renewals against an empty handler",
        f"{ratio:.2f}",
        f"at least {LEAST}",
        ratio >= LEAST,
        f"{renewals:,.0f} strips of {found['bytes']:,} bytes a second, the empty handler {empty:,.0f}; one server (granian, one "
        "process, 8 threads), renewals answered before the layers that pages need, in turns, medians of three; wrk, server and "
        f"PostgreSQL share {machine.cores()} cores; tokens drawn at random from {min(people, 100_000):,}",
    )
