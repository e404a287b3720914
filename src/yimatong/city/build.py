"""Builds a city as a folder: the engine's five tables, and who and what the numbers stand for."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yimatong.city import manifest
from yimatong.city.curve import Count, made_counts, scaled
from yimatong.city.declaring import tell_declarations
from yimatong.city.epidemic import tell_epidemic
from yimatong.city.homes import homes
from yimatong.city.journeys import reach, tell_journeys
from yimatong.city.local import tell_local_areas
from yimatong.city.model import City, Days, found
from yimatong.city.persons import SCHEMA as PERSONS, persons
from yimatong.city.places import PLACES, divisions, places, stairwells
from yimatong.city.plants import tell_plants
from yimatong.city.story import NONE, PAIRS, Facts, Story
from yimatong.city.writing import write_stays
from yimatong.core.errors import YimatongError
from yimatong.core.facts import COLUMNS
from yimatong.core.policy.model import Policy
from yimatong.core.text import message

T = TypeVar("T")

Progress = Callable[[str, int, int], None]
"""Called with a step's name, what is done of it and what is to do, in the step's own units."""

STEPS = ("found", "story", "people", "facts", "homes", "places", "persons", "stays")
_ARROW = {"int32": pa.int32(), "int64": pa.int64(), "string": pa.string()}


@dataclass(frozen=True, slots=True)
class Built:
    """What a build wrote: rows by table, and the epidemic's counts."""

    folder: Path
    rows: dict[str, int]
    counts: tuple[Count, ...]


def build(
    out: Path,
    *,
    people: int,
    seed: int,
    days: Days,
    policy: Policy,
    counts: tuple[Count, ...] | None = None,
    progress: Progress | None = None,
) -> Built:
    """Build a city of so many people and days under a policy; `out` appears whole or not at all.

    `counts` are real daily counts to follow, None the made curve. An `out` that holds a city is replaced; one that
    holds anything else is left alone: `city-folder-in-use`. The same arguments give the same bytes.
    """
    tell, out = progress or _silent, out.absolute()
    _refuse_what_is_no_city(out)
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        course = scaled(counts or made_counts(), people, days.zone.day(days.as_of) - 1)
        rows = _write(unfinished, people, seed, days, policy, course, tell)
        manifest.write(unfinished, manifest_of(people, seed, days, policy, counts))
        _swap(unfinished, out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Built(out, rows, course)


def manifest_of(
    people: int, seed: int, days: Days, policy: Policy, counts: tuple[Count, ...] | None
) -> manifest.Manifest:
    """What a city built with these arguments says of itself."""
    digest = hashlib.sha256(repr(counts or made_counts()).encode()).hexdigest()
    return manifest.Manifest(people, seed, days.first, days.count, days.as_of, policy.digest, digest)


def _write(
    folder: Path, people: int, seed: int, days: Days, policy: Policy, course: tuple[Count, ...], tell: Progress
) -> dict[str, int]:
    city = _step(tell, "found", people, lambda: found(people, seed, days))
    story = _step(tell, "story", people, lambda: told(city, policy, course))
    facts = story.facts()
    rows = {
        "people": _step(tell, "people", people, lambda: _save(folder, "people", _people(city))),
        "facts": _step(tell, "facts", len(facts), lambda: _save(folder, "facts", _facts(city, facts))),
        "homes": _step(tell, "homes", people, lambda: _save(folder, "homes", _homes(city))),
        "areas": _save(folder, "areas", _areas(story)),
        "stairwells": _save(folder, "stairwells", stairwells(city)),
        "divisions": _save(folder, "divisions", divisions(city)),
        "places": _pieces(
            folder / "places.parquet", PLACES, places(city), tell, "places", int(city.layout.count.sum())
        ),
        "persons": _pieces(folder / "persons.parquet", PERSONS, persons(city), tell, "persons", people),
    }
    done = 0

    def day_told(stays: int) -> None:
        nonlocal done
        done += stays
        tell("stays", done, people * 5 * days.count)

    rows["stays"] = write_stays(city, story.calendar, story.specials(), folder, day_told)
    return rows


def told(city: City, policy: Policy, course: tuple[Count, ...]) -> Story:
    """Everything particular of a city's residents. The order matters: what comes first finds everybody free."""
    story = Story.begun(city)
    streets = reach(story, policy)
    tell_epidemic(story, course)
    planted = tell_plants(story, policy, streets)
    tell_journeys(story, streets)
    tell_local_areas(story)
    tell_declarations(story, planted)
    return story


def _people(city: City) -> pa.Table:
    division = np.empty(city.people, dtype=np.int32)
    division[city.person - 1] = np.array([street.division for street in city.layout.streets])[city.street]
    return _table("people", np.arange(1, city.people + 1, dtype=np.int32), division)


def _facts(city: City, facts: Facts) -> pa.Table:
    kind = pa.array([kind for kind, _ in PAIRS]).take(pa.array(facts.pair))
    detail = pa.array([detail for _, detail in PAIRS]).take(pa.array(facts.pair))
    number = np.arange(1, len(facts) + 1, dtype=np.int64)
    return _table("facts", number, city.person[facts.who], kind, detail, facts.start, facts.end, facts.onset)


def _homes(city: City) -> pa.Table:
    every = homes(city)
    order = np.lexsort((every.start, city.person[every.who]))
    columns = (city.person[every.who], every.stairwell, every.start, every.end)
    return _table("homes", *(column[order] for column in columns))


def _areas(story: Story) -> pa.Table:
    rows = [(a.area, str(a.level), a.low, a.high, a.place, a.start, a.end) for a in story.areas]
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS["areas"])
    types = [_ARROW[kind.rstrip("?")] for _, kind in COLUMNS["areas"]]
    return _table("areas", *(pa.array(list(c), t) for c, t in zip(columns, types, strict=True)))


def _table(name: str, *columns: pa.Array | np.ndarray) -> pa.Table:
    """A table of core.facts.COLUMNS; NONE in a column that may be NULL is NULL."""
    fields, arrays = [], []
    for (column, kind), values in zip(COLUMNS[name], columns, strict=True):
        optional, arrow = kind.endswith("?"), _ARROW[kind.rstrip("?")]
        fields.append(pa.field(column, arrow, nullable=optional))
        nulls = values == NONE if optional and isinstance(values, np.ndarray) else None
        arrays.append(pa.array(values, arrow, mask=nulls) if isinstance(values, np.ndarray) else values.cast(arrow))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _save(folder: Path, name: str, table: pa.Table) -> int:
    pq.write_table(table, folder / f"{name}.parquet", compression="zstd", row_group_size=122_880)
    return len(table)


def _pieces(path: Path, schema: pa.Schema, tables: Iterable[pa.Table], tell: Progress, step: str, total: int) -> int:
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)
            rows += len(table)
            tell(step, rows, max(rows, total))
    return rows


def _step(tell: Progress, step: str, total: int, work: Callable[[], T]) -> T:
    tell(step, 0, total)
    result = work()
    tell(step, total, total)
    return result


def _silent(_step: str, _done: int, _total: int) -> None:
    """Nobody wants to know."""


def _refuse_what_is_no_city(out: Path) -> None:
    """YimatongError where the folder to be replaced is somebody's own."""
    _undo_half_a_swap(out)
    if out.exists() and not (out.is_dir() and ((out / manifest.FILE).is_file() or not any(out.iterdir()))):
        raise YimatongError(
            "city-folder-in-use",
            message("other files are here, and no city; nothing was changed"),
            place=str(out),
            remedy=message("name a new folder"),
        )


def _undo_half_a_swap(out: Path) -> None:
    """After a crash between the two renames of _swap the old city lies aside: put it back."""
    old = out.with_name(f".{out.name}.old")
    if old.exists() and not out.exists():
        old.rename(out)


def _swap(fresh: Path, out: Path) -> None:
    """Put the new folder in the old one's place; after a crash in between, the next build puts the old one back."""
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    fresh.rename(out)
    shutil.rmtree(old, ignore_errors=True)
