"""The cities that are measured on: made once a size, with the time and the bytes of the lake kept beside."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bench import aside
from yimatong.city.build import build
from yimatong.city.model import Days
from yimatong.core.engine.sources import Sources
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy
from yimatong.core.time import SHANGHAI, minute_down
from yimatong.edges.cli.city import AS_OF, DAYS, SEED

POLICIES = Path(__file__).parents[1] / "policies"
POLICY = "cn-zj-ningbo"
WHEN = minute_down(datetime.fromisoformat(AS_OF))
"""The instant of every judgement here: that of the demo city."""


@dataclass(frozen=True, slots=True)
class Made:
    """A city's folder, how many people and stays it has, the lake's bytes, and the seconds that the lake and all of it took."""

    folder: str
    people: int
    stays: int
    bytes: int
    lake_seconds: float
    seconds: float

    @property
    def sources(self) -> Sources:
        """The engine's five tables."""
        return Sources.of(Path(self.folder))


def policy() -> Policy:
    """The policy that everybody is judged by."""
    return load(POLICIES / POLICY)


def made(people: int, root: Path) -> Made:
    """The city of so many people below `root`; made in a process of its own unless it is there."""
    folder = root / f"city-{people}"
    told = folder / "made.json"
    if not told.is_file():
        told.write_text(json.dumps(aside.run("bench.cities", str(people), str(folder))))
    return Made(**json.loads(told.read_text()))


def make(people: int, folder: Path) -> Made:
    """Make the city; the lake's seconds are those of writing the stays, the last and longest step."""
    began = time.perf_counter()
    lake_began: list[float] = []

    def heard(step: str, _done: int, _total: int) -> None:
        if step == "stays" and not lake_began:
            lake_began.append(time.perf_counter())

    days = Days(SHANGHAI, WHEN, DAYS)
    built = build(folder, people=people, seed=SEED, days=days, policy=policy(), progress=heard)
    ended = time.perf_counter()
    size = sum(path.stat().st_size for path in Sources.of(folder).stays)
    return Made(str(folder), people, built.rows["stays"], size, ended - lake_began[0], ended - began)


if __name__ == "__main__":
    aside.answer(lambda people, folder: asdict(make(int(people), Path(folder))))
