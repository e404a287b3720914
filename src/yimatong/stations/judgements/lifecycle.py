"""How a run begins and ends: one that publishes at a time, each with a lock that dies with its process.

A run holds an advisory lock of PostgreSQL on its number, and one that may publish also the lock 0. The server lets
locks go when the connection ends, also after kill -9; so a run whose lock is free was abandoned, and whoever begins
the next run marks it and removes its folder.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import TypedDict

import structlog
from django.conf import settings
from django.db import DatabaseError, connections

from yimatong import core
from yimatong.core import lake
from yimatong.core.engine.outcome import Progress
from yimatong.records.jobs import code_of
from yimatong.records.models import Official
from yimatong.stations.judgements.errors import mistake
from yimatong.stations.judgements.models import Run

JUDGE = "judge"
"""The database alias whose role alone may write verdicts."""
LOCKS = 0x594D54
"""The class of our advisory locks; the second number is the run's, or 0 for the right to publish."""
ASKS_AGAIN = 0.2
"""Seconds after which a run that waits for another asks whether that one has ended."""
GOING = (Run.State.STARTED, Run.State.SNAPSHOTTED, Run.State.JUDGED)
PROGRAMS = ("duckdb", "ibis-framework", "sqlglot", "pyarrow")
log = structlog.get_logger(__name__)


def lake_at(known_at: datetime | None) -> Path:
    """Today's lake, or for a past instant the files that a run kept which knew no more than that."""
    today = Path(settings.YIMATONG_HOME) / "lake"
    if known_at is None:
        return today
    states = [Run.State.PUBLISHED, Run.State.FINISHED]
    runs = Run.objects.using(JUDGE).filter(known_at__lte=known_at, state__in=states).order_by("-known_at", "-number")
    kept = (folder_of(run.number) / "inputs" / "lake" for run in runs[:50])
    return next((folder for folder in kept if lake.files(folder)), today)


def folder_of(run: int) -> Path:
    """Where a run keeps its inputs and outputs."""
    return Path(settings.YIMATONG_HOME) / "runs" / str(run)


@cache
def versions() -> dict[str, str]:
    """The versions of every program that a verdict can depend on; `core` is a digest of our own source of it."""
    found = {name: importlib.metadata.version(name) for name in PROGRAMS}
    sources = sorted(file for folder in core.__path__ for file in Path(folder).rglob("*.py"))
    ours = hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()
    return {**found, "python": platform.python_version(), "core": ours[:16]}


def in_force(using: str = JUDGE) -> Run | None:
    """The run whose verdicts everybody sees."""
    return Run.objects.using(using).filter(state=Run.State.PUBLISHED).order_by("-number").first()


def stands_at(run: Run | None) -> datetime | None:
    """The instant of the run in force, before which nothing is published; None where nothing is, or where it lies more than an hour
    ahead of the database's clock: that was wrong then, and people are judged as of now again."""
    with connections[JUDGE].cursor() as cursor:
        cursor.execute("SELECT %s <= now() + interval '1 hour'", [run.as_of if run else None])
        return run.as_of if run and cursor.fetchone()[0] else None


@contextmanager
def running(*, kind: str, policy: str, as_of: datetime, engine: str, by: Official) -> Iterator[Run]:
    """Begin a run and see it end: what leaves the block as an exception marks it failed, and its folder goes.

    A run that was published by then, or is finished, stays what it is, with its folder: whatever stopped us came after it.

    One that may publish (full, touched) needs the right to (right_to_publish). `policy` is the digest of a kept pack.
    """
    _clear_abandoned()
    run = Run.objects.using(JUDGE).create(
        kind=kind, policy_id=policy, as_of=as_of, engine=engine, versions=versions(), by_id=by.pk
    )
    with _locked(run.number):
        # A database that was made anew counts its runs from 1 again; a folder of that number is of the one before.
        clear(run.number)
        # Nobody but the product reads who was where.
        folder_of(run.number).mkdir(parents=True, mode=0o700)
        log.info("run.started", run=run.number, kind=kind, as_of=as_of.isoformat())
        try:
            yield run
        except BaseException as error:
            _fail(run, error)
            raise


def move(run: Run, state: str, **values: object) -> None:
    """Take a run one step forward, with what became known by it."""
    run.state = state
    for name, value in values.items():
        setattr(run, name, value)
    run.save(using=JUDGE, update_fields=["state", *values])
    log.info("run.moved", run=run.number, to=str(state))


class Sizes(TypedDict):
    """What a run read and wrote, in bytes: its own files of inputs and outputs by table, the lake that it read, and the most memory
    that its process has held so far."""

    inputs: dict[str, int]
    outputs: dict[str, int]
    lake: int
    memory: int


def sizes_of(run: Run) -> Sizes:
    """The bytes of a run that was judged."""
    folder = folder_of(run.number)
    files = json.loads((folder / "inputs" / "manifest.json").read_text())["lake"]
    return Sizes(
        inputs={name: (folder / "inputs" / f"{name}.parquet").stat().st_size for name in run.inputs},
        outputs={name: (folder / "outputs" / f"{name}.parquet").stat().st_size for name in run.outputs},
        lake=sum(file["identity"][1] for file in files),
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    )


def clear(run: int) -> None:
    """Remove a run's folder."""
    shutil.rmtree(folder_of(run), ignore_errors=True)


def is_alive(run: int, using: str = JUDGE) -> bool:
    """Say whether a process works on the run: somebody holds its lock."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid = %s AND objid = %s AND objsubid = 2)",
            [LOCKS, run],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def right_to_publish(patience: timedelta = timedelta(0), progress: Progress | None = None) -> Iterator[None]:
    """Nobody else publishes inside the block: what is in force at its beginning is so to its end, or until the block changes it.

    Another run that may publish is waited for; `judgement-going` when it still goes on after `patience`.
    """
    end, told = monotonic() + patience.total_seconds(), None
    while not _try_lock(0):
        going = (
            Run.objects.using(JUDGE)
            .filter(state__in=GOING)
            .order_by("-number")
            .values_list("number", flat=True)
            .first()
        )
        if monotonic() >= end:
            raise mistake("judgement-going", run=going or 0)
        if progress and going != told:
            progress(f"wait for run {going}", 1, 1)
            told = going
        sleep(ASKS_AGAIN)
    try:
        yield
    finally:
        _unlock(0)


@contextmanager
def _locked(number: int) -> Iterator[None]:
    _try_lock(number)
    try:
        yield
    finally:
        _unlock(number)


def _try_lock(number: int) -> bool:
    with connections[JUDGE].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, number])
        return bool(cursor.fetchone()[0])


def _unlock(number: int) -> None:
    """Let a lock go; where the connection is gone, the server has done so."""
    with suppress(DatabaseError), connections[JUDGE].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, number])


def _clear_abandoned() -> None:
    """Mark every run that nobody works on any more, and remove what it left."""
    for run in Run.objects.using(JUDGE).filter(state__in=GOING):
        if is_alive(run.number):
            continue
        run.refresh_from_db(using=JUDGE)
        if run.state in GOING:
            move(run, Run.State.ABANDONED)
            clear(run.number)


def _fail(run: Run, error: BaseException) -> None:
    """Record what stopped the run, by its code; its own words could carry a row."""
    code = code_of(error)
    # Where the database does not say how it stands, the next run asks, and clears what was abandoned.
    with suppress(DatabaseError):
        run.refresh_from_db(using=JUDGE)
        if run.state in GOING:
            move(run, Run.State.FAILED, error=code[:64])
            clear(run.number)
    log.error("run.stopped", run=run.number, state=str(run.state), error_code=code)
