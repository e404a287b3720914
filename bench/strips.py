"""A day's strips of a city: everybody's credential issued from the verdict in force, everybody's passes signed into the database."""

from __future__ import annotations

from collections.abc import Iterator

from bench import aside, machine
from bench.figures import Figure
from bench.run import Bench

NAME = "strips"


def measure(bench: Bench) -> Iterator[Figure]:
    """Seconds for everybody; nothing is asked of the absolute number, the primitive's share is in the section `credential`."""
    people, cores = bench.phones, machine.cores()
    bench.say(f"a city of {people:,} phones, their credentials, and their strips of a day on {cores} cores")
    home = bench.root / f"phones-{people}"
    found = aside.run("bench.phones", "strips", str(home), str(people), str(cores))
    if not found["minted"] == found["there"] == found["live"] == people:
        raise RuntimeError(f"{found['minted']} strips were signed for {people} people, {found['there']} are there")
    rate = people / found["seconds"]
    yield Figure(
        NAME,
        f"a day's strips of {people:,} people",
        f"{found['seconds']:.1f} s",
        note=f"{rate:,.0f} strips ({4 * rate:,.0f} passes) a second with {cores} signing processes beside PostgreSQL on {cores} cores, "
        f"each strip committed with its chunk; unsealing the document and masking the name is {found['unseal']:.1f} us of it; "
        f"peak memory {found['peak'] / 2**20:.0f} MB",
    )
    yield Figure(
        NAME,
        f"credentials of {people:,} people issued from the verdicts",
        f"{found['followed']:.1f} s",
        note=f"set-based, in one transaction; a minute's round in which nothing changed takes {found['minute']:.2f} s",
    )
