"""The lake's layout: what each way of writing the same stays costs, in bytes, in writing and in reading.

    python -m bench.lake [--people 200000] [--root FOLDER] [--rounds 5]

Prints a line a way, the one in use first. Reading is the bound of the judgement: DuckDB folds the five columns of
every stay into five numbers. It is measured in turns, the quickest of the rounds counts. docs/decisions/0020-lake-layout.md
keeps the figures of one quiet run.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench import cities, machine
from bench.rounds import read_all
from yimatong.core import lake
from yimatong.core.engine.sources import Sources
from yimatong.core.lake.form import DELTA, DICTIONARY

ROOT = Path(__file__).parents[1] / "var" / "bench"
PACKED = dict.fromkeys(DELTA, "DELTA_BINARY_PACKED")
WAYS: dict[str, dict[str, object]] = {
    "packed differences": {"use_dictionary": list(DICTIONARY), "column_encoding": PACKED},
    "plain, division as dictionary": {"use_dictionary": list(DICTIONARY)},
    "every column as dictionary": {"use_dictionary": True},
}
COMPRESSIONS = ("snappy", "zstd", "none")


def main(arguments: list[str]) -> int:
    """Make or take the city, write its stays in every way, read them in turns, print."""
    asked = _options().parse_args(arguments)
    for name, value in machine.described().items():
        print(f"{name:<10}{value}")
    asked.root.mkdir(parents=True, exist_ok=True)
    made = cities.made(asked.people, asked.root)
    print(
        f"\n{made.people:,} people, {made.stays:,} stays, as `yimatong city build` writes them: {made.bytes / 1e6:,.1f} MB, "
        f"{made.lake_seconds:.1f} s with making the stays ({made.stays / made.lake_seconds / 1e6:.1f} m a second)\n"
    )
    scratch = asked.root / "lake-ways"
    try:
        written = {
            (way, compression): _written(made.sources.stays, scratch / f"{number}-{compression}", compression, options)
            for number, (way, options) in enumerate(WAYS.items())
            for compression in COMPRESSIONS
        }
        _print(made.stays, written, _read_in_turns(written, asked.rounds))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return 0


def _written(
    days: Iterable[Path], folder: Path, compression: str, options: dict[str, object]
) -> tuple[Path, int, float]:
    """The folder, its bytes, and the seconds of writing alone."""
    (folder / "stays").mkdir(parents=True)
    size, seconds = 0, 0.0
    for day in days:
        table: pa.Table = pq.read_table(day, partitioning=None)
        began = time.perf_counter()
        path = folder / "stays" / day.name
        pq.write_table(table, path, compression=compression, row_group_size=lake.ROW_GROUP, **options)
        seconds += time.perf_counter() - began
        size += path.stat().st_size
    return folder, size, seconds


def _read_in_turns(
    written: dict[tuple[str, str], tuple[Path, int, float]], rounds: int, read: Callable[..., float] = read_all
) -> dict[tuple[str, str], float]:
    """The quickest reading of each way."""
    best = dict.fromkeys(written, float("inf"))
    for _round in range(rounds):
        for way, (folder, _, _) in written.items():
            stays = tuple(sorted((folder / "stays").iterdir()))
            best[way] = min(best[way], read(Sources(people=(), stays=stays), machine.cores()))
    return best


def _print(
    stays: int, written: dict[tuple[str, str], tuple[Path, int, float]], read: dict[tuple[str, str], float]
) -> None:
    print(f"{'way':<32}{'':<8}{'bytes a stay':>13}{'write m/s':>11}{'read s':>9}{'read m/s':>10}")
    for way, (_, size, seconds) in written.items():
        print(
            f"{way[0]:<32}{way[1]:<8}{size / stays:>13.2f}{stays / seconds / 1e6:>11.1f}"
            f"{read[way]:>9.3f}{stays / read[way] / 1e6:>10.0f}"
        )


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.lake", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--rounds", type=int, default=5)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
