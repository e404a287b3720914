"""What a planted error has to get past: fixed generated towns, then the specimen people."""

from __future__ import annotations

import tempfile
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
from yimatong.core.policy.scenes import Specimen

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


@cache
def town_of(seed: int) -> tuple[Town, Judgement]:
    """The same town every time, with what the reference says of it."""
    town = make_town(seed, people=25)
    return town, reference.judge(town, pack(), AS_OF)


def judged(town: Town, policy: Policy, as_of: int) -> Judgement:
    """What DuckDB says, as it stands."""
    with tempfile.TemporaryDirectory() as name:
        sources = write_town(town, Path(name) / "in")
        duckdb.judge(sources, policy, as_of, Path(name) / "out", limits=Limits(threads=1))
        return read_judgement(Path(name) / "out")


def hunt(mutant: Mutant) -> Caught | None:
    """Who notices the planted error: its witness, else the first town or specimen that is judged otherwise; None if nobody does."""
    with planted(mutant, pack()) as policy:
        asked = sorted(_witnesses(), key=lambda name: name != mutant.witness)
        return next((Caught(name) for name in asked if _noticed(name, policy)), None)


@cache
def _witnesses() -> dict[str, int | Specimen]:
    """Everything that may notice an error, by name: the towns' numbers, and then the specimens."""
    towns: dict[str, int | Specimen] = {f"generated town {seed + 1}": seed for seed in range(TOWNS)}
    return towns | {f"specimen {one.id}": one for one in specimens.load_specimens(PACK, pack())}


def _noticed(name: str, policy: Policy) -> bool:
    witness = _witnesses()[name]
    if isinstance(witness, int):
        town, expected = town_of(witness)
        return judged(town, policy, AS_OF) != expected
    return any(specimens.differences(outcome, policy.zone) for outcome in specimens.run(witness, policy, judged))
