"""What a planted error has to get past: fixed generated towns, then the specimen people."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.generative.parquet import read_judgement, write_town
from tests.generative.towns import AS_OF, make_town
from tests.mutants.planting import Mutant, planted
from yimatong.core.engine import duckdb, reference
from yimatong.core.engine.duckdb import Limits
from yimatong.core.facts import Town
from yimatong.core.judgement import Judgement
from yimatong.core.policy import specimens
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy

PACK = Path(__file__).parents[2] / "policies" / "cn-zj-ningbo"
TOWNS = 80


@dataclass(frozen=True)
class Caught:
    """What noticed a planted error."""

    by: str


@cache
def pack() -> Policy:
    """Ningbo's policy."""
    return load(PACK)


def corpus() -> Iterator[tuple[Town, Judgement]]:
    """The same towns every time, each with what the reference says of it; each is made when somebody comes to it."""
    return map(_town, range(TOWNS))


@cache
def _town(seed: int) -> tuple[Town, Judgement]:
    town = make_town(seed, people=25)
    return town, reference.judge(town, pack(), AS_OF)


def judged(town: Town, policy: Policy, as_of: int) -> Judgement:
    """What DuckDB says, as it stands."""
    with tempfile.TemporaryDirectory() as name:
        sources = write_town(town, Path(name) / "in")
        duckdb.judge(sources, policy, as_of, Path(name) / "out", limits=Limits(threads=1))
        return read_judgement(Path(name) / "out")


def hunt(mutant: Mutant) -> Caught | None:
    """Who notices the planted error: the first town or specimen that is judged otherwise; None if nobody does."""
    with planted(mutant, pack()) as policy:
        return next(_noticed(policy), None)


def _noticed(policy: Policy) -> Iterator[Caught]:
    for number, (town, expected) in enumerate(corpus(), start=1):
        if judged(town, policy, AS_OF) != expected:
            yield Caught(f"generated town {number}")
    for specimen in specimens.load_specimens(PACK, pack()):
        for outcome in specimens.run(specimen, policy, judged):
            if specimens.differences(outcome, policy.zone):
                yield Caught(f"specimen {specimen.id}")
