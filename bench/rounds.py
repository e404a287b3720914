"""The bound and the judgement in turns, in a process of its own: `python -m bench.rounds FOLDER OUT ROUNDS THREADS`.

The bound is reading: DuckDB folds the five columns of every stay into five numbers, from the same files with the same
threads. A judgement is the whole call: compiling (the first time), deriving, judging, writing six files.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import duckdb

from bench import aside, cities
from yimatong.core.engine.duckdb import Limits, judge
from yimatong.core.engine.sources import Sources
from yimatong.core.lake import STAY_COLUMNS


def read_all(sources: Sources, threads: int) -> float:
    """Seconds that the bound takes."""
    files = ", ".join(f"'{path}'" for path in sources.stays)
    folds = ", ".join(f"bit_xor({column})" for column in STAY_COLUMNS)
    began = time.perf_counter()
    with duckdb.connect(config={"threads": threads}) as session:
        session.execute(f"SELECT {folds} FROM read_parquet([{files}])").fetchall()
    return time.perf_counter() - began


def measure(folder: str, out: str, rounds: str, threads: str) -> dict[str, Any]:
    """Seconds of each round of both, the steps of the quickest judgement, and the peak memory of this process."""
    sources, policy, limits = Sources.of(Path(folder)), cities.policy(), Limits(threads=int(threads))
    bounds, judgements = [], []
    for _round in range(int(rounds)):
        bounds.append(read_all(sources, int(threads)))
        began = time.perf_counter()
        outcome = judge(sources, policy, cities.WHEN, Path(out), limits=limits)
        judgements.append((time.perf_counter() - began, outcome.seconds))
    best, steps = min(judgements, key=lambda measured: measured[0])
    return aside.with_peak(
        {
            "bound": min(bounds),
            "first": judgements[0][0],
            "best": best,
            "steps": steps,
            "counts": outcome.counts,
            "people": outcome.people,
        }
    )


if __name__ == "__main__":
    aside.answer(measure)
