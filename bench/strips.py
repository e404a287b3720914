"""A day's strips of a city: everybody's credential issued from the verdict in force, everybody's passes signed into the database."""

from __future__ import annotations

from collections.abc import Iterator

from bench import aside, machine
from bench.figures import Figure
from bench.phones import WINDOWS
from bench.run import Bench

NAME = "strips"
LEAST = 0.5


def measure(bench: Bench) -> Iterator[Figure]:
    """Seconds for everybody, and the passes a second against those that the same cores mint without a database."""
    people, cores = bench.phones, machine.cores()
    bench.say(f"a city of {people:,} phones, their credentials, and their strips of whole days on {cores} cores")
    home = bench.root / f"phones-{people}"
    found = aside.run("bench.phones", "strips", str(home), str(people), str(cores))
    rounds = found["rounds"]
    for one in rounds:
        if not (one["whole"] and one["minted"] == one["there"] == found["live"] == people):
            raise RuntimeError(f"{one['minted']} strips were signed for {people} people, {one['there']} are there")
    seconds = sum(one["seconds"] for one in rounds) / len(rounds)
    passes = WINDOWS * people / seconds
    ready, signed = (sum(one[name] for one in rounds) / len(rounds) for name in ("ready", "signed"))
    each = ", ".join(f"{WINDOWS * people / one['seconds'] / one['ready']:.2f}" for one in rounds)
    yield Figure(
        NAME,
        f"a day's strips of {people:,} people",
        f"{seconds:.1f} s",
        note=f"{passes / WINDOWS:,.0f} strips ({passes:,.0f} passes) a second with {cores} signing processes beside PostgreSQL on "
        f"{cores} cores, each strip committed with its chunk, the mean of {len(rounds)} days; unsealing the document and masking the "
        f"name is {found['unseal']:.1f} us of it; peak memory {found['peak'] / 2**20:.0f} MB",
    )
    yield Figure(
        NAME,
        "  of what the cores can sign",
        f"{passes / ready:.2f}",
        f"at least {LEAST}",
        passes / ready >= LEAST,
        note=f"{ready:,.0f} passes a second: the same claims, ready, minted by {cores} processes at once without a database, in turns with "
        f"the days ({each}); against nothing but their signatures ({signed:,.0f} a second) it is {passes / signed:.2f}",
    )
    yield Figure(
        NAME,
        f"credentials of {people:,} people issued from the verdicts",
        f"{found['followed']:.1f} s",
        note=f"set-based, in one transaction; a minute's round in which nothing changed takes {found['minute']:.2f} s",
    )
