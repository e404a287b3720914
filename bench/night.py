"""The city's own night: from the database, through the judgement, into the database; against COPY, DuckDB and COPY again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import aside
from bench.figures import Figure
from bench.run import MILLION, Bench

NAME = "night"
MOST_TIMES = 2.0
MOST_BYTES = 2e9
MOST_SECONDS, MOST_BYTES_OF_TEN = 180, 6e9
DISK = 4_500
"""Bytes a person that a database and its runs take, with what the first night writes ahead."""

STEPS = ("snapshot", "records", "judgement", "comparison")
"""Of a night: the inputs are taken and compared with those judged before, judged, and compared with what is in force."""


def measure(bench: Bench) -> Iterator[Figure]:
    """Of each size from a million on, or of the largest."""
    large = [people for people in bench.sizes if people >= MILLION] or [max(bench.sizes)]
    for people in large:
        yield from _of_size(bench, people)


def home(bench: Bench, people: int) -> Path:
    """Where the database of a size lies."""
    return bench.root / f"night-{people}"


def _of_size(bench: Bench, people: int) -> Iterator[Figure]:
    free, needed = shutil.disk_usage(bench.root).free, people * DISK
    named = f"{people:,} people"
    if free < needed:
        yield Figure(
            NAME,
            f"{named}: not measured",
            f"{free / 1e9:.0f} GB free",
            f"{needed / 1e9:.0f} GB",
            None,
            "more disk is needed",
        )
        return
    city = bench.city(people)
    bench.say(f"{named} through the database: filled by COPY, a first night, two more")
    told = aside.run("bench.nights", "night", json.dumps(asdict(city)), str(home(bench, people)))
    yield from _figures(told, people, named)


def _figures(told: dict[str, Any], people: int, named: str) -> Iterator[Figure]:
    last, bound = told["nights"][-1], told["bound"]
    least = sum(bound.values())
    times, ten = last["seconds"] / least, people >= 10 * MILLION
    parts = ", ".join(f"{step} {last[step]:.2f}" for step in STEPS)
    rest = last["seconds"] - sum(last[step] for step in STEPS)
    yield Figure(
        NAME, f"{named}: the night against its bound", f"{times:.2f} times", f"at most {MOST_TIMES:.0f} times" if people == MILLION else "",
        times <= MOST_TIMES if people == MILLION else None,
        f"{last['seconds']:.2f} s ({parts}, publication and the rest {rest:.2f}; {last['changed']:,} changed) against {least:.2f} s "
        f"(raw COPY out {bound['copy_out']:.2f}, DuckDB over the same files {bound['judgement']:.2f}, "
        f"COPY in of what changed {bound['copy_in']:.2f})",
    )  # fmt: skip
    if ten:
        yield Figure(
            NAME, f"{named}: the night", f"{last['seconds']:.0f} s", f"at most {MOST_SECONDS} s", last["seconds"] <= MOST_SECONDS,
            f"one in a hundred changed ({last['changed']:,})",
        )  # fmt: skip
    most = MOST_BYTES_OF_TEN if ten else MOST_BYTES
    asked = people == MILLION or ten
    yield Figure(
        NAME, f"{named}: peak memory of the judging process", f"{told['peak'] / 1e9:.2f} GB",
        f"under {most / 1e9:.0f} GB" if asked else "", told["peak"] < most if asked else None,
        f"all nights in one process; PostgreSQL's processes beside it at most {last['server'] / 1e9:.2f} GB, what they share counted once",
    )  # fmt: skip
    if first := told["first"]:
        yield Figure(
            NAME, f"{named}: the first night, in which all changes", f"{first['seconds']:.1f} s", "stated", None,
            f"snapshot {first['snapshot']:.1f}, judgement {first['judgement']:.1f}, comparison {first['comparison']:.1f}; "
            f"filling the records by COPY took {told['filling']:.0f} s",
        )  # fmt: skip
