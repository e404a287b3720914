"""Judging a run again from its snapshot: the same bytes, or where they differ and what has changed since."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from yimatong.core.engine.duckdb import file_of, write_part
from yimatong.core.engine.outcome import Progress
from yimatong.core.engine.plan.tables import MADE
from yimatong.core.engine.steps import OUTCOME
from yimatong.core.time import minute_down
from yimatong.records import policies
from yimatong.records.actions.permission import require
from yimatong.records.models import Official
from yimatong.stations.judgements import inputs, multisets, outputs, reconciling
from yimatong.stations.judgements.chain import TOUCHED, rebuilt, said
from yimatong.stations.judgements.discrepancies import Found
from yimatong.stations.judgements.engines import cluster, engine
from yimatong.stations.judgements.errors import mistake
from yimatong.stations.judgements.lifecycle import JUDGE, clear, folder_of, move, running, versions
from yimatong.stations.judgements.models import Run

MOST_SHOWN = 20
REPLAYABLE = (Run.State.PUBLISHED, Run.State.FINISHED)


@dataclass(frozen=True, slots=True)
class TableCompared:
    """One table of the outcome, then and now. `differing` counts rows that are in one of the two alone.

    `people` names at most 20 of those whose rows differ, by number. `rows_known` is False where the outcome of then is no
    longer kept, so that only the hashes could be compared. `edited`: it is kept, and is not what the run wrote.
    """

    table: str
    sha256_then: str
    sha256_now: str
    rows_known: bool
    differing: int
    people: tuple[int, ...]
    edited: bool = False

    @property
    def same(self) -> bool:
        """True when every byte is the same, and of a run by day also every row of those whom it left alone."""
        return self.sha256_then == self.sha256_now and not self.differing and not self.edited


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found. `programs` maps a program whose version differs to the versions then and now.

    `standing` is what stands in the tables under the run's number, or was in force when it was published, and is not what it said.
    """

    run: int
    replay: int
    tables: tuple[TableCompared, ...]
    programs: dict[str, tuple[str, str]]
    standing: tuple[Found, ...] = ()

    @property
    def same(self) -> bool:
        """True when the outcome is the same bit for bit, and is what the tables hold."""
        return all(table.same for table in self.tables) and not self.standing


def replay(*, by: Official, run: int, progress: Progress | None = None) -> Replayed:
    """Judge a run's snapshot again by the policy it was judged by, and compare every byte of the outcome.

    Every input is first checked against its recorded hash. A run over the touched is replayed over everybody: what it said of
    the touched must be equal, and what stood of everybody else too. `run-unknown`, `run-not-judged`, `snapshot-gone` or
    `snapshot-changed` where it can't be done.
    """
    require(by, "judge")
    found = Run.objects.using(JUDGE).filter(pk=run).first()
    if found is None:
        raise mistake("run-unknown", run=run)
    if found.state not in REPLAYABLE:
        raise mistake("run-not-judged", run=run, state=found.state)
    by_day = found.kind == Run.Kind.TOUCHED
    if not by_day:
        inputs.verify(folder_of(run) / "inputs", run=run, tables=found.inputs, lake_digest=found.lake)
    policy = policies.kept(found.policy_id)
    with running(kind=Run.Kind.REPLAY, policy=policy.digest, as_of=found.as_of, engine=found.engine, by=by) as again:
        move(again, Run.State.SNAPSHOTTED, known_at=found.known_at, inputs=found.inputs, lake=found.lake, same_as=found)
        folder = folder_of(again.number)
        out = folder / "outputs"
        sources = rebuilt(found, folder / "rebuilt") if by_day else inputs.opened(folder_of(run) / "inputs").sources
        outcome = engine(found.engine, on=cluster() if found.engine == "spark" else None)(
            sources, policy, minute_down(found.as_of), out, progress
        )
        tables = tuple(_compare_by_day(found, out, folder) if by_day else _compare(found, out))
        move(
            again,
            Run.State.JUDGED,
            outputs={table.table: table.sha256_now for table in tables},
            counts=outcome.counts,
            people=outcome.people,
            touched=outcome.touched,
            changed=max(table.differing for table in tables),
        )
        move(again, Run.State.FINISHED)
        clear(again.number)
    return Replayed(run, again.number, tables, _programs(found), reconciling.of_run(found))


def _compare(then: Run, out: Path) -> Iterator[TableCompared]:
    kept = outputs.place(then)
    digests = inputs.sha256_of(out / f"{name}.parquet" for name in OUTCOME)
    for name, digest in zip(OUTCOME, digests, strict=True):
        before = kept / f"{name}.parquet"
        known = before.is_file()
        edited = known and inputs.sha256_of([before]) != [then.outputs.get(name, "")]
        differs = edited or (known and digest != then.outputs.get(name, ""))
        differing, people = _rows(name, before, out) if differs else (0, ())
        yield TableCompared(name, then.outputs.get(name, ""), digest, known, differing, people, edited)


def _compare_by_day(then: Run, out: Path, folder: Path) -> Iterator[TableCompared]:
    """What was said of the touched, byte for byte; and row for row what was in force of everybody."""
    kept = outputs.place(then)
    inputs.require_whole({kept / f"{TOUCHED}.parquet": then.outputs.get(TOUCHED, "")}, run=then.number)
    write_part(out, kept / f"{TOUCHED}.parquet", folder / "touched")
    stood = said(then, folder / "said")
    digests = inputs.sha256_of(folder / "touched" / f"{name}.parquet" for name in OUTCOME)
    for name, digest in zip(OUTCOME, digests, strict=True):
        differing, people = _rows(name, stood / f"{name}.parquet", out)
        edited = inputs.sha256_of([kept / f"{name}.parquet"]) != [then.outputs.get(name, "")]
        yield TableCompared(name, then.outputs.get(name, ""), digest, True, differing, people, edited)


def _rows(name: str, before: Path, out: Path) -> tuple[int, tuple[int, ...]]:
    """How many rows are in one of the two files alone, and whose; none where the former is no table any more."""
    columns = ", ".join(f'"{column}"' for column in MADE[name])
    old, new = (f"SELECT {columns} FROM {file_of(folder, name)}" for folder in (before.parent, out))
    with duckdb.connect() as session, suppress(duckdb.Error):
        session.execute(f"CREATE TEMP TABLE differing AS {multisets.difference(old, new, columns)}")
        count = session.execute("SELECT count(*) FROM differing").fetchall()[0][0]
        people = session.execute(f"SELECT DISTINCT person FROM differing ORDER BY 1 LIMIT {MOST_SHOWN}").fetchall()
        return int(count), tuple(row[0] for row in people)
    return 0, ()


def _programs(then: Run) -> dict[str, tuple[str, str]]:
    now = versions()
    names = sorted(then.versions.keys() | now.keys())
    pairs = {name: (then.versions.get(name, ""), now.get(name, "")) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
