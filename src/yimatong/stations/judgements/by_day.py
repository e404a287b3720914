"""A run by day: the touched are judged on top of the run in force, and only what concerns them is read, written and kept.

    <home>/runs/<run>/inputs/changed.parquet                 whose records came, ended or were struck since the run before
    <home>/runs/<run>/inputs/people.parquet facts.parquet homes.parquet stays.parquet     all the rows of those people now
    <home>/runs/<run>/inputs/identities.parquet              their identities, by digest
    <home>/runs/<run>/inputs/areas.parquet  lake/stays/...  manifest.json                 as of any run
    <home>/runs/<run>/outputs/touched.parquet                who was judged
    <home>/runs/<run>/outputs/verdicts.parquet ...           what was said of them

The inputs of the city are those of the last run over everybody with the rows of the changed exchanged, run by run (chain.py).

Why so: decisions 96 and 99.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connections, transaction

from yimatong.core.engine.duckdb import quoted
from yimatong.core.engine.outcome import Progress
from yimatong.core.engine.since import Since, TooManyTouched
from yimatong.core.engine.steps import OUTCOME
from yimatong.core.engine.touched import MOST, Touched, judge_touched
from yimatong.core.facts import COLUMNS
from yimatong.core.policy.model import Policy
from yimatong.core.time import minute_down
from yimatong.stations.judgements import inputs, standstills
from yimatong.stations.judgements.asked import Asked
from yimatong.stations.judgements.chain import CHANGED, OF_PEOPLE, TOUCHED, last_over_everybody
from yimatong.stations.judgements.copying import write_rows
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.judged import JUDGED
from yimatong.stations.judgements.lifecycle import JUDGE, folder_of, log
from yimatong.stations.judgements.models import Run
from yimatong.stations.judgements.moment import Moment
from yimatong.stations.judgements.standstills import Edit

BEFORE = "before"
TRIES = 3


@dataclass(frozen=True, slots=True)
class ByDay:
    """What came of a run by day. `tables` maps a kept table to {"sha256", "rows"}, `lake` is the digest of the lake's files.

    `anything` is False where nothing was recorded and nobody was touched. `compared` are the seconds in which the records that were read
    were compared with those judged before.
    """

    known_at: datetime
    tables: dict[str, dict[str, Any]]
    lake: str
    unjudged: tuple[int, ...]
    touched: Touched
    anything: bool
    compared: float


def can_follow(base: Run) -> bool:
    """True where what a run by day needs of the run in force is as it was: its list of the lake, its areas, who was counted where."""
    whole, kept = last_over_everybody(base), folder_of(base.number) / "inputs"
    if whole is None:
        return False
    people = folder_of(whole.number) / "inputs" / "people.parquet"
    try:
        files = inputs.lake_of(kept)
    except JudgementError:
        return False
    return (
        inputs.digest_of_lake(files) == base.lake
        and _is(kept / "areas.parquet", _recorded(base, "areas"))
        and _is(people, _recorded(whole, "people"))
    )


def judge(run: Run, base: Run, policy: Policy, *, lake_folder: Path, progress: Progress | None = None) -> ByDay:
    """Judge whom anything has touched since `base`, the run in force; TooManyTouched where everybody is to be judged instead.

    What stood of them before is left beside the outcome, for the publication. Where records that it read were edited past the product,
    that is recorded, and it judges again by what was judged of them before (recorded.py).
    """
    for _again in range(TRIES):
        found = _judge(run, base, policy, lake_folder=lake_folder, progress=progress)
        if isinstance(found, ByDay):
            return found
        standstills.hold(found)
        forget_attempt(run)
    raise TooManyTouched


def _judge(
    run: Run, base: Run, policy: Policy, *, lake_folder: Path, progress: Progress | None = None
) -> ByDay | list[Edit]:
    """Judge, all of one moment; or tell what was edited of what was read."""
    folder, as_of = folder_of(run.number), minute_down(run.as_of)
    with transaction.atomic(using=JUDGE), connections[JUDGE].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT now()")
        known_at: datetime = cursor.fetchone()[0]
        unjudged, changed = _unjudged(cursor)
        moment = Asked(cursor, standstills.open_ones())
        kept, before = folder / "inputs", folder_of(base.number) / "inputs"
        files = inputs.take_lake(lake_folder, kept / inputs.KEPT_LAKE, before)
        people = frozenset().union(*changed.values())
        if len(people) > MOST:
            raise TooManyTouched
        tables = _keep(moment, people, kept, before)
        since = Since(minute_down(base.as_of), changed, before / "areas.parquet", _days(before, kept, files))
        lake = [kept / file["path"] for file in files]
        touched = judge_touched(moment, lake, policy, as_of, folder / "outputs", since=since, progress=progress)
        began = perf_counter()
        if edits := _edits(moment, base):
            return edits
        compared = perf_counter() - began
        _write(_numbers(touched.people), folder / "outputs" / f"{TOUCHED}.parquet")
        _leave_before(moment, base, touched.people, folder / BEFORE)
    inputs.write_manifest(kept, known_at, tables, files)
    other = tables["areas"]["sha256"] != base.inputs["areas"]["sha256"] or bool(since.days)
    return ByDay(
        known_at=known_at,
        tables=tables,
        lake=inputs.digest_of_lake(files),
        unjudged=unjudged,
        touched=touched,
        anything=bool(touched.people) or other or run.as_of != base.as_of,
        compared=compared,
    )


def _edits(moment: Asked, base: Run) -> list[Edit]:
    """What was edited of what the judgement has read; nothing can be told where the files are gone, which the looks tell."""
    with JUDGED.lock:
        try:
            JUDGED.follow(base)
        except JudgementError as gone:
            log.error("recorded.files_gone", run=base.number, error_code=gone.code)
            return []
        return moment.edits(JUDGED, base)


def forget_attempt(run: Run) -> None:
    """Remove what a run by day has written, where everybody is judged instead."""
    for name in ("inputs", "outputs", BEFORE):
        shutil.rmtree(folder_of(run.number) / name, ignore_errors=True)


def elsewhere(run: Run, base: Run) -> dict[int, int]:
    """Of the touched: who is counted in another district now than the last run over everybody says, or was not there yet."""
    folder, whole = folder_of(run.number), last_over_everybody(base)
    assert whole is not None
    with duckdb.connect() as session:
        rows = session.execute(
            f"SELECT now.person, now.division // 1000 FROM '{quoted(folder / BEFORE / 'people.parquet')}' now"
            f" LEFT JOIN '{quoted(folder_of(whole.number) / 'inputs' / 'people.parquet')}' whole USING (person)"
            " WHERE whole.division IS NULL OR whole.division // 1000 <> now.division // 1000"
        ).fetchall()
    return dict(rows)


def _unjudged(cursor: Any) -> tuple[tuple[int, ...], dict[str, frozenset[int]]]:
    """The changes that wait, and of each table about people whose rows they are; TooManyTouched where they were too many to be named."""
    cursor.execute("SELECT number, what, people FROM unjudged ORDER BY number")
    numbers, found = [], {name: set[int]() for name in OF_PEOPLE}
    for number, what, people in cursor.fetchall():
        numbers.append(number)
        if what in found:
            if people is None:
                raise TooManyTouched
            found[what].update(people)
    return tuple(numbers), {name: frozenset(people) for name, people in found.items()}


def _keep(moment: Moment, people: Collection[int], kept: Path, before: Path) -> dict[str, dict[str, Any]]:
    """Write the rows of the changed, and the areas; by table their hash and number of rows."""
    rows = {name: getattr(moment, name)(people) for name in OF_PEOPLE}
    rows = {
        name: table.sort_by([(column, "ascending") for column in table.column_names]) for name, table in rows.items()
    }
    rows |= {CHANGED: _numbers(people), inputs.IDENTITIES: moment.identities(people)}
    tables = {"areas": _keep_areas(moment, kept / "areas.parquet")}
    for name, table in rows.items():
        path = kept / f"{name}.parquet"
        _write(table, path)
        tables[name] = {"sha256": inputs.sha256_of([path])[0], "rows": len(table)}
    same = before / "areas.parquet"
    if inputs.sha256_of([same])[0] == tables["areas"]["sha256"]:
        with suppress(OSError):
            (kept / "areas.parquet").unlink()
            os.link(same, kept / "areas.parquet")
    return tables


def _keep_areas(moment: Moment, path: Path) -> dict[str, Any]:
    """Write the areas as a run over everybody would."""
    rows = write_rows(moment.areas().to_batches(), dict(COLUMNS["areas"]), path)
    return {"sha256": inputs.sha256_of([path])[0], "rows": rows}


def _days(before: Path, kept: Path, files: list[dict[str, Any]]) -> tuple[tuple[Path | None, Path | None], ...]:
    """The days of the lake that are not the same: their files before and now."""
    then = {file["name"]: file for file in inputs.lake_of(before)}
    now = {file["name"]: file for file in files}
    other = [
        name
        for name in sorted(then.keys() | now.keys())
        if (then.get(name) or {}).get("sha256") != (now.get(name) or {}).get("sha256")
    ]
    pairs = []
    for name in other:
        old, new = then.get(name), now.get(name)
        if old and not _is(before / old["path"], old["sha256"]):
            # It could not be linked, and lies there no more.
            raise TooManyTouched
        pairs.append((before / old["path"] if old else None, kept / new["path"] if new else None))
    return tuple(pairs)


def _leave_before(moment: Moment, base: Run, people: frozenset[int], folder: Path) -> None:
    """What is in force of the touched, who they are now, and in which district they are counted."""
    folder.mkdir()
    for name in OUTCOME:
        _write(moment.in_force(name, people), folder / f"{name}.parquet")
    _write(moment.people(people), folder / "people.parquet")
    whole = last_over_everybody(base)
    assert whole is not None
    touched = _numbers(people)
    moved = moment.districts(people)
    districts = pa.table(
        {"person": pa.array(moved.keys(), pa.int32()), "district": pa.array(moved.values(), pa.int32())}
    )
    with duckdb.connect() as session:
        session.register("touched", touched)
        session.register("moved", districts)
        rows = session.sql(
            "SELECT person, coalesce(moved.district, (whole.division // 1000)::INTEGER) AS district"
            f" FROM touched LEFT JOIN moved USING (person)"
            f" LEFT JOIN '{quoted(folder_of(whole.number) / 'inputs' / 'people.parquet')}' whole USING (person)"
            " WHERE moved.district IS NOT NULL OR whole.division IS NOT NULL"
        ).to_arrow_table()
    _write(rows, folder / "districts.parquet")


def _recorded(run: Run, table: str) -> str:
    """The hash of a table of a run's inputs; empty where somebody has edited that."""
    try:
        return str(run.inputs[table]["sha256"])
    except (KeyError, TypeError):
        return ""


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and inputs.sha256_of([path])[0] == digest


def _numbers(people: Collection[int]) -> pa.Table:
    return pa.table({"person": pa.array(sorted(people), pa.int32())})


def _write(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")
