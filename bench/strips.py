"""A day's strips of a city: everybody's credential issued from the verdict in force, everybody's passes signed into the database."""

from __future__ import annotations

from collections.abc import Iterator

from bench import aside, machine
from bench.figures import Figure
from bench.run import Bench

NAME = "strips"
LEAST = 0.5


def measure(bench: Bench) -> Iterator[Figure]:
    """Seconds for everybody, and the passes a second against those that the same cores mint without a database."""
    people, cores = bench.phones, machine.cores()
    bench.say(f"a city of {people:,} phones, their credentials, and their strips of a whole day on {cores} cores")
    home = bench.root / f"phones-{people}"
    found = aside.run("bench.phones", "strips", str(home), str(people), str(cores))
    night = found["night"]
    if not (night["whole"] and night["minted"] == night["there"] == found["live"] == people):
        raise RuntimeError(f"{night['minted']} strips were signed for {people} people, {night['there']} are there")
    rate = people / night["seconds"]
    passes = night["passes"] * rate
    yield Figure(
        NAME,
        f"a day's strips of {people:,} people",
        f"{night['seconds']:.1f} s",
        note=f"{rate:,.0f} strips ({passes:,.0f} passes) a second with {cores} signing processes beside PostgreSQL on {cores} cores, "
        f"each strip committed with its chunk; unsealing the document and masking the name is {found['unseal']:.1f} us of it; "
        f"peak memory {found['peak'] / 2**20:.0f} MB",
    )
    yield Figure(
        NAME,
        "  of what the cores can sign",
        f"{passes / found['ready']:.2f}",
        f"at least {LEAST}",
        passes / found["ready"] >= LEAST,
        note=f"{found['ready']:,.0f} passes a second: the same claims, ready, minted by {cores} processes at once without a database, "
        f"in ten turns with the night; of nothing but their signatures ({found['signed']:,.0f} a second) it is "
        f"{passes / found['signed']:.2f}",
    )
    yield Figure(
        NAME,
        f"credentials of {people:,} people issued from the verdicts",
        f"{found['followed']:.1f} s",
        note=f"set-based, in one transaction; a minute's round in which nothing changed takes {found['minute']:.2f} s",
    )
    moved = found["moved"]
    yield Figure(
        NAME,
        f"  after a night in which {moved['people']:,} have another colour: followed",
        f"{moved['followed']:.1f} s",
        note=f"the old ones are on {moved['lists']} signed lists, published, {moved['listed']:.1f} s later",
    )
