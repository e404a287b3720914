"""Judging: everybody, the touched, a past instant, again from a snapshot. Nothing here takes a colour as an argument."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from time import perf_counter

import duckdb
from django.conf import settings
from django.db import connections

from yimatong.core import lake
from yimatong.core.engine.duckdb import judge_touched
from yimatong.core.engine.outcome import Outcome, Progress
from yimatong.core.engine.steps import OUTCOME
from yimatong.core.policy.model import Policy
from yimatong.core.time import minute_down, to_datetime
from yimatong.records.actions.permission import require
from yimatong.records.models import Official
from yimatong.stations.judgements import inputs, packs, publication
from yimatong.stations.judgements.answers import RunLine
from yimatong.stations.judgements.engines import engine as engine_of
from yimatong.stations.judgements.engines import require_in_force
from yimatong.stations.judgements.errors import mistake
from yimatong.stations.judgements.lifecycle import JUDGE, clear, folder_of, in_force, log, move, running, versions
from yimatong.stations.judgements.lines import line
from yimatong.stations.judgements.models import Run

State, Kind = Run.State, Run.Kind


def run_full(
    *, by: Official, policy: Path, as_of: datetime, engine: str = "duckdb", progress: Progress | None = None
) -> RunLine:
    """Judge everybody by the policy of a folder as of an instant, and put the result in force in one step.

    With the inputs, policy, instant and programs of the run in force nothing is judged twice: the run ends as repeated.
    JudgementError when another run is going on, the instant lies ahead or before the one in force, or people vanished.
    """
    require(by, "judge")
    pack = packs.keep(policy, JUDGE)
    moment = _instant(as_of, pack)
    with running(kind=Kind.FULL, policy=pack.digest, as_of=moment, engine=engine, by=by) as run:
        base = in_force()
        _not_back(base, moment)
        taken = _snapshot(run, None, progress)
        if base and _is_same(base, run, taken):
            return _repeated(run, base)
        outcome = engine_of(engine)(taken.sources, pack, minute_down(moment), _outputs(run), progress)
        _judged(run, outcome, base)
        _publish(run, base, taken, progress)
    return _told(run)


def run_touched(*, by: Official, policy: Path, as_of: datetime, progress: Progress | None = None) -> RunLine:
    """Judge whom the day has touched since the run in force; what is published equals a full run.

    Where that cannot be told (nothing in force, another policy, other programs, rules that change with the day, a run
    whose folder is gone) everybody is judged.
    """
    require(by, "judge")
    pack = packs.keep(policy, JUDGE)
    moment = _instant(as_of, pack)
    base = in_force()
    if base is None or not _continues(base, pack, moment):
        return run_full(by=by, policy=policy, as_of=as_of, progress=progress)
    with running(kind=Kind.TOUCHED, policy=pack.digest, as_of=moment, engine="duckdb", by=by) as run:
        base = in_force()
        assert base is not None
        _not_back(base, moment)
        taken = _snapshot(run, None, progress, earlier=base)
        if _is_same(base, run, taken):
            return _repeated(run, base)
        outcome = judge_touched(
            taken.sources,
            pack,
            minute_down(moment),
            _outputs(run),
            before=_outcome_of(base),
            changed=_changed(base, taken),
            progress=progress,
        )
        _judged(run, outcome, base)
        _publish(run, base, taken, progress)
    return _told(run)


def run_as_of(
    *,
    by: Official,
    moment: datetime,
    known_at: datetime | None = None,
    policy: Path | None = None,
    progress: Progress | None = None,
) -> RunLine:
    """Judge a past instant with what was known then (or at `known_at`), and publish nothing.

    The policy is that of the run in force at the moment, or the one given. Stays of the lake are those of the last run
    that knew no more than `known_at`, where its files are kept, else those of today. queries.explain_run tells the result.
    """
    require(by, "judge")
    pack = packs.keep(policy, JUDGE) if policy else _policy_then(moment)
    instant = _instant(moment, pack)
    with running(kind=Kind.AS_OF, policy=pack.digest, as_of=instant, engine="duckdb", by=by) as run:
        taken = _snapshot(run, known_at or instant, progress)
        outcome = engine_of("duckdb")(taken.sources, pack, minute_down(instant), _outputs(run), progress)
        _judged(run, outcome, None)
        move(run, State.FINISHED)
    return _told(run)


def forget_runs(*, by: Official, before: datetime) -> int:
    """Remove the folders of runs that ended before an instant, but for the one in force; their number.

    What was published stays in the database; those runs can no longer be judged again.
    """
    require(by, "judge")
    current = in_force()
    ended = Run.objects.using(JUDGE).filter(finished_at__lt=before).exclude(pk=current.number if current else 0)
    with_folder = [number for number in ended.values_list("number", flat=True) if folder_of(number).is_dir()]
    for number in with_folder:
        clear(number)
    log.info("runs.forgotten", runs=len(with_folder))
    return len(with_folder)


def _instant(as_of: datetime, policy: Policy) -> datetime:
    """The full minute that is judged; mistakes when it lies ahead or the policy is not in force on its day."""
    minute = minute_down(as_of)
    moment = to_datetime(minute)
    with connections[JUDGE].cursor() as cursor:
        cursor.execute("SELECT %s > now()", [moment])
        if cursor.fetchone()[0]:
            raise mistake("judgement-ahead", as_of=policy.zone.datetime(minute).isoformat())
    require_in_force(policy, minute)
    return moment


def _not_back(base: Run | None, moment: datetime) -> None:
    if base and moment < base.as_of:
        raise mistake("judgement-goes-back", in_force=base.as_of.isoformat(), as_of=moment.isoformat())


def _policy_then(moment: datetime) -> Policy:
    """The policy of the run that was in force at an instant, else of the first after it, else the one that is set."""
    published = Run.objects.using(JUDGE).filter(state=State.PUBLISHED)
    then = published.filter(as_of__lte=moment).order_by("-number").first() or published.order_by("number").first()
    if then:
        return packs.kept(then.policy_id)
    return packs.keep(Path(settings.YIMATONG_POLICIES) / settings.YIMATONG_POLICY, JUDGE)


def _outputs(run: Run) -> Path:
    return folder_of(run.number) / "outputs"


def _inputs(run: Run) -> Path:
    return folder_of(run.number) / "inputs"


def _snapshot(
    run: Run, known_at: datetime | None, progress: Progress | None, *, earlier: Run | None = None
) -> inputs.Inputs:
    began = perf_counter()
    taken = inputs.take(
        connections[JUDGE],
        _inputs(run),
        lake_folder=_lake(known_at),
        known_at=known_at,
        earlier=_inputs(earlier) if earlier else None,
        progress=progress,
    )
    timings = {"snapshot": round(perf_counter() - began, 3)}
    move(run, State.SNAPSHOTTED, known_at=taken.known_at, inputs=taken.tables, lake=taken.lake, timings=timings)
    return taken


def _lake(known_at: datetime | None) -> Path:
    """Today's lake, or for a past instant the files that a run kept which knew no more than that."""
    today = Path(settings.YIMATONG_HOME) / "lake"
    if known_at is None:
        return today
    runs = Run.objects.using(JUDGE).filter(known_at__lte=known_at, state__in=[State.PUBLISHED, State.FINISHED])
    kept = (_inputs(run) / "lake" for run in runs.order_by("-known_at", "-number")[:50])
    return next((folder for folder in kept if lake.files(folder)), today)


def _is_same(base: Run, run: Run, taken: inputs.Inputs) -> bool:
    """True when judging would say again what is in force."""
    then = (base.policy_id, base.as_of, base.versions, base.inputs, base.lake)
    now = (run.policy_id, run.as_of, run.versions, taken.tables, taken.lake)
    return then == now


def _repeated(run: Run, base: Run) -> RunLine:
    move(run, State.REPEATED, same_as_id=base.number)
    clear(run.number)
    return _told(run)


def _told(run: Run) -> RunLine:
    """The run's line, as the database has it now."""
    run.refresh_from_db(using=JUDGE)
    current = in_force()
    return line(run, current=current.number if current else None)


def _judged(run: Run, outcome: Outcome, base: Run | None) -> None:
    names = [_outputs(run) / f"{name}.parquet" for name in OUTCOME]
    move(
        run,
        State.JUDGED,
        outputs=dict(zip(OUTCOME, inputs.sha256_of(names), strict=True)),
        counts=outcome.counts,
        people=outcome.people,
        touched=outcome.touched,
        follows_id=base.number if base else None,
        timings=run.timings | {step: round(seconds, 3) for step, seconds in outcome.seconds.items()},
    )


def _publish(run: Run, base: Run | None, taken: inputs.Inputs, progress: Progress | None) -> None:
    before = _outcome_of(base) if base else None
    publication.publish(run, before=before, people=taken.sources.people[0], progress=progress)
    log.info("run.in_force", run=run.number, judged=run.people, touched=run.touched, changed=run.changed)


def _outcome_of(run: Run) -> Path:
    """The folder of the outcome in force; written anew from the database where a file is gone or was changed."""
    folder = _outputs(run)
    files = [folder / f"{name}.parquet" for name in OUTCOME]
    if all(file.is_file() for file in files) and inputs.sha256_of(files) == [run.outputs[name] for name in OUTCOME]:
        return folder
    return publication.restore_outcome(folder_of(run.number) / "restored")


def _continues(base: Run, policy: Policy, moment: datetime) -> bool:
    """True when a run over the touched can follow: same rules and numbers on both days, same programs, inputs kept."""
    days = [policy.zone.date(minute_down(instant)) for instant in (base.as_of, moment)]
    same_rules = policy.rules_on(days[0]) == policy.rules_on(days[1])
    return (
        base.policy_id == policy.digest
        and base.versions == versions()
        and same_rules
        and (_inputs(base) / "facts.parquet").is_file()
    )


def _changed(base: Run, taken: inputs.Inputs) -> Iterable[int]:
    """Whose recorded facts are not the same as in the run before: recorded, ended or struck since, whoever did it.

    Compared row by row, not by the instant of recording: what was recorded before the last snapshot may have been
    committed after it.
    """
    old, new = _inputs(base) / "facts.parquet", taken.sources.facts[0]
    with duckdb.connect() as session:
        old_rows, new_rows = (f"FROM read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')" for path in (old, new))
        rows = session.execute(
            f"SELECT person FROM ({old_rows} EXCEPT {new_rows}) UNION SELECT person FROM ({new_rows} EXCEPT {old_rows})"
        ).fetchall()
    return [row[0] for row in rows]
