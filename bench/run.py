"""One run of the bench: where it works, on which sizes, and what it has measured already."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import aside, cities, machine
from bench.cities import Made

MILLION = 1_000_000
ROUNDS = {100_000: 7, MILLION: 5}
"""Rounds up to that many people; 3 beyond."""


@dataclass
class Bench:
    """The folder of this run, the sizes of the cities, and the other amounts; `measured` keeps each size's rounds."""

    root: Path
    sizes: tuple[int, ...]
    spark_people: int
    database_people: int
    online_people: int
    import_rows: int
    peer_people: int
    passes: int
    phones: int
    passages: int
    papers: int = 100_000
    loaded: int = MILLION
    busy_minutes: float = 10
    kills: int = 100
    restarts: int = 10
    texts: int = 100_000
    changes: int = 200
    measured: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)

    def say(self, text: str) -> None:
        """Tell on standard error what is being done, with the clock: long work must be seen to live."""
        print(f"· {datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)

    def city(self, people: int) -> Made:
        """The city of that size, made where it is not there yet."""
        if not (self.root / f"city-{people}" / "made.json").is_file():
            self.say(f"making a city of {people:,} people")
        return cities.made(people, self.root)

    def out(self, people: int) -> Path:
        """Where the judgement of that city is written."""
        return self.root / f"judged-{people}"

    def rounds(self, people: int, *, threads: int | None = None) -> dict[str, Any]:
        """The bound and the judgement of a city, measured once a run for each number of threads."""
        used = threads or machine.cores()
        if (people, used) not in self.measured:
            city = self.city(people)
            count = next((rounds for most, rounds in ROUNDS.items() if people <= most), 3)
            self.say(f"judging {people:,} people, {count} rounds, {used} threads")
            arguments = (city.folder, str(self.out(people)), str(count), str(used))
            self.measured[people, used] = aside.run("bench.rounds", *arguments)
        return self.measured[people, used]
