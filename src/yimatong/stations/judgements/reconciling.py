"""What stands is compared with what was judged: the rows in the tables with the outcome of their runs, and with the seals.

A look sees one moment of the database. Each minute's sees what is new since the one before and a part of the rest, each night's and
that of a new process everything. What differs is recorded (discrepancies.py), and everybody is judged again: no verdict is put right by
hand. That run compares with what the tables hold, so its rows stand above what was painted.

Why so: decision 110.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path
from threading import Lock
from time import monotonic, perf_counter
from typing import NamedTuple

from django.conf import settings
from django.db import connections, transaction

from yimatong.core.engine.duckdb import file_of
from yimatong.stations.judgements import discrepancies, looking, outputs, sealing
from yimatong.stations.judgements.chain import TOUCHED, links_of, said
from yimatong.stations.judgements.discrepancies import Found, Kind, digest
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.lifecycle import JUDGE, folder_of, in_force, log
from yimatong.stations.judgements.looking import Mark, Scope
from yimatong.stations.judgements.models import Discrepancy, Run, Unjudged
from yimatong.stations.judgements.seal_chain import Chain, look_at
from yimatong.stations.judgements.sealing import Head
from yimatong.stations.judgements.standing import EVERYBODY, TABLES, Said, Who, differing, stood

TRIES = 3
YOUNG = 90.0
"""Seconds within which a process has looked that looks each minute, as the worker does."""
OURS = ("runs", "current_counts", "day_counts", *TABLES.values())
"""The tables of which a run over everybody puts right what is found."""


class Standing(NamedTuple):
    """How many people's rows were compared, how many have which colour, and what differs."""

    people: int
    colours: dict[str, int]
    found: list[Found]


@dataclass(frozen=True, slots=True)
class Report:
    """What a look saw: up to which run, the rows of how many runs and people. `found` is all that differs, `fresh` what nobody had found.

    Where everything was looked at, `stood` counts the people by the colour that stands, `counted` by what the last run counted.
    """

    everything: bool
    run: int | None
    runs: int
    people: int
    seconds: float
    stood: dict[str, int]
    counted: dict[str, int]
    found: tuple[Found, ...]
    fresh: tuple[Found, ...] = ()


@dataclass
class Looker:
    """The looks of one process, one after the other; what it remembers only spares work."""

    mark: Mark | None = None
    said: Said = field(default_factory=Said)
    lock: Lock = field(default_factory=Lock)
    looked: float = -inf

    def look(self, *, everything: bool = False) -> Report:
        """Look, record what differs, and have everybody judged where something was found for the first time."""
        with self.lock:
            for left in reversed(range(TRIES)):
                report, mark = self._look(everything=everything)
                current = in_force()
                # Where another run was published meanwhile, the files of the one before may have been folded.
                if report.run == (current and current.number) or not _is_of_files(report):
                    break
                if not left:
                    log.warning("reconciling.files_fold", run=report.run)
            fresh = discrepancies.record(report.found, then=put_right)
            self.mark, self.looked = mark, monotonic()
        return replace(report, fresh=fresh)

    def _look(self, *, everything: bool) -> tuple[Report, Mark]:
        began = perf_counter()
        # Before the moment that is looked at: what is noted here was committed by then.
        head = sealing.head()
        with (
            tempfile.TemporaryDirectory(dir=_home(), prefix=".look-") as name,
            transaction.atomic(using=JUDGE),
            connections[JUDGE].cursor() as cursor,
        ):
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            scope = looking.scope(cursor, None if everything else self.mark)
            chain = look_at(cursor, scope.after, head)
            found, runs = looking.rows(cursor, chain, scope)
            found = [*chain.found, *found, *looking.counts(cursor, chain, everything=scope.everything)]
            standing = self._standing(chain, Path(name), scope, snapshot, head)
        last = chain.last
        report = Report(
            everything=scope.everything,
            run=last.number if last else None,
            runs=runs,
            people=standing.people,
            seconds=round(perf_counter() - began, 3),
            stood=standing.colours,
            counted=dict(last.counts or {}) if last and scope.everything else {},
            found=tuple(dict.fromkeys([*found, *standing.found])),
        )
        return report, scope.mark(last.number if last else 0)

    def _standing(self, chain: Chain, folder: Path, scope: Scope, snapshot: str, head: Head | None) -> Standing:
        """Compare what is in force with what was said; a home that never had the files of these runs cannot."""
        if chain.last is None or chain.whole is None:
            return Standing(0, {}, [])
        if scope.everything:
            self.said = Said()
        try:
            self.said.follow(chain.whole, chain.by_day(self.said.upto_of(chain.whole)))
            people, found = 0, list[Found]()
            for number, who in enumerate(scope.who):
                stands = stood(folder / str(number), who, snapshot=snapshot)
                found += differing(self.said, stands, who)
                colours = _colours(self.said, stands)
                people += sum(colours.values())
        except BaseException as wrong:
            # What was read up to here is not whole.
            self.said = Said()
            if not isinstance(wrong, JudgementError):
                raise
            whole = chain.whole.number
            if folder_of(whole).exists() or (head and head.run >= whole):
                return Standing(
                    0, {}, [Found(Kind.FILES.value, "runs", chain.last.number, None, digest(wrong.sentence.of("en")))]
                )
            log.warning("reconciling.files_of_another_home", run=whole)
            return Standing(0, {}, [])
        return Standing(people, colours if scope.everything else {}, found)


THIS_PROCESS = Looker()
"""That of the worker."""


def of_run(run: Run) -> tuple[Found, ...]:
    """What stands under a published run's number, or was in force when it was published, and is not what it said: for a replay."""
    if run.state != Run.State.PUBLISHED:
        return ()
    held, who, found = Said(), EVERYBODY, list[Found]()
    if run.kind == Run.Kind.TOUCHED:
        rows = held.session.execute(f"SELECT person FROM {file_of(outputs.place(run), TOUCHED)}").fetchall()
        who = Who(named=tuple(person for (person,) in rows))
    with tempfile.TemporaryDirectory(dir=folder_of(run.number), prefix=".look-") as name:
        if outputs.are_whole(run):
            held.follow(run, [])
            stands = stood(Path(name), who, upto=run.number)
            found += differing(held, stands, who, tables=("verdicts", "reasons"))
    with transaction.atomic(using=JUDGE), connections[JUDGE].cursor() as cursor:
        for seal in sealing.seals(run.number - 1, run.number):
            if not seal.is_good:
                found.append(Found(Kind.EDITED.value, "runs", run.number, None, seal.stands))
            found += looking.rows_of(cursor, seal)
    return tuple(found)


def at_publication(base: Run | None, folder: Path) -> tuple[Path | None, list[Discrepancy]]:
    """What a run over everybody compares with, as a folder of files, and what it is to put right; no folder where nothing is in force.

    Where this process looks each minute, and nothing stands that was not judged, it is what the runs have said, from the files that they
    kept: reading the tables of a million people back takes a third of the night. Else it is what the tables hold, written into `folder`,
    so that what is said now stands above it; and what no look has found yet is recorded.
    """
    if base is None:
        return None, []
    if monotonic() - THIS_PROCESS.looked <= YOUNG and not discrepancies.open_ones(tables=OURS):
        try:
            return _as_said(base, folder), []
        except JudgementError as gone:
            # Nobody can tell; the look says so.
            log.warning("reconciling.files_gone", run=base.number, error_code=gone.code)
    stands, held = stood(folder), Said()
    with transaction.atomic(using=JUDGE), connections[JUDGE].cursor() as cursor:
        chain = look_at(cursor, base.number, None)
    if chain.whole:
        try:
            held.follow(chain.whole, chain.by_day(chain.whole.number))
            found = list(differing(held, stands, EVERYBODY))
        except JudgementError as gone:
            log.warning("reconciling.files_gone", run=base.number, error_code=gone.code)
        else:
            discrepancies.record(found)
    return stands, discrepancies.open_ones(tables=OURS)


def _as_said(base: Run, folder: Path) -> Path:
    """What was in force of everybody after a run; a mistake where a file is not what its run wrote."""
    links = links_of(base)
    for link in links:
        outputs.require_whole(link)
    return outputs.place(base) if len(links) == 1 else said(base, folder)


def put_right(fresh: tuple[Found, ...]) -> None:
    """Have everybody judged by the next run, where something was found for the first time that a run puts right; in a transaction."""
    ours = [one for one in fresh if one.table in OURS]
    if not ours:
        return
    with connections[JUDGE].cursor() as cursor:
        # A row under the number of a run that has not come yet would stand above the next.
        cursor.execute("SELECT judgements_number_on(%s)", [max((one.run for one in ours if one.run), default=0)])
        Unjudged.objects.using(JUDGE).create(what="people", people=None)


def _is_of_files(report: Report) -> bool:
    return any(one.kind == Kind.FILES for one in report.found)


def _home() -> Path:
    folder = Path(settings.YIMATONG_HOME) / "runs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _colours(said: Said, stands: Path) -> dict[str, int]:
    counted = f"SELECT colour, count(*) FROM {file_of(stands, 'verdicts')} GROUP BY colour ORDER BY colour"
    return dict(said.session.execute(counted).fetchall())
