"""Judging: everybody, the touched, a past instant, again from a snapshot. Nothing here takes a colour as an argument."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from yimatong.core.engine.duckdb import next_deadline
from yimatong.core.engine.outcome import Outcome, Progress
from yimatong.core.engine.plan.policy_tables import policy_tables
from yimatong.core.engine.since import TooManyTouched
from yimatong.core.engine.steps import OUTCOME
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy
from yimatong.core.time import minute_down, to_datetime
from yimatong.records import clock, policies
from yimatong.records.actions.intake.stays import settle_abandoned
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake as records_mistake
from yimatong.records.models import Official
from yimatong.stations.judgements import (
    by_day,
    discrepancies,
    inputs,
    publication,
    reconciling,
    recorded,
    restating,
    standstills,
    waiting,
)
from yimatong.stations.judgements.answers import RunLine
from yimatong.stations.judgements.chain import TOUCHED
from yimatong.stations.judgements.engines import Cluster, cluster, engine as engine_of, require_in_force
from yimatong.stations.judgements.errors import JudgementError, mistake
from yimatong.stations.judgements.folding import fold_runs
from yimatong.stations.judgements.lifecycle import (
    JUDGE,
    clear,
    folder_of,
    in_force,
    lake_at,
    log,
    move,
    right_to_publish,
    running,
    sizes_of,
    stands_at,
    versions,
)
from yimatong.stations.judgements.lines import line
from yimatong.stations.judgements.models import Run

State, Kind = Run.State, Run.Kind


def run_full(
    *,
    by: Official,
    as_of: datetime | None,
    policy: Path | None = None,
    engine: str = "duckdb",
    on: Cluster | None = None,
    progress: Progress | None = None,
    patience: timedelta = timedelta(0),
) -> RunLine:
    """Judge everybody by the policy in force as of an instant (None: as of now), and put the result in force in one step.

    `policy` is a folder that is expected to hold the pack in force; `policy-not-enforced` where it holds another.
    `on` is the cluster of the engine `spark`; without it, that of the settings. `patience` is how long a run that is going on is
    waited for; what is then judged as of now is as of the end of the wait.

    With the inputs, policy, instant and programs of the run in force nothing is judged twice: the run ends as repeated.
    JudgementError when another run is going on, the instant lies ahead or before the one in force, or people vanished.
    """
    require(by, "judge")
    with right_to_publish(patience, progress):
        stood, now = stands_at(in_force()), clock.now()
        pack = _in_force(policy)
        now = max(now, stood) if stood else now
        return _publish_one(Kind.FULL, by, pack, _instant(as_of or now, pack), engine, progress, on=on)


def run_touched(
    *,
    by: Official,
    as_of: datetime | None,
    policy: Path | None = None,
    progress: Progress | None = None,
    patience: timedelta = timedelta(0),
) -> RunLine:
    """Judge whom the day has touched since the run in force; what is published equals a full run.

    Where that cannot be told (nothing in force, another policy, other programs, rules that change with the day, a run
    whose folder is gone), or where they are very many, everybody is judged. Without an instant: as of now, or of the one in
    force where the policy has no rules today. `policy` and `patience` as in run_full.
    """
    require(by, "judge")
    with right_to_publish(patience, progress):
        base, now = in_force(), clock.now()
        pack = _in_force(policy)
        as_of = as_of or waiting.instant(pack, now, stands_at(base)) or now
        moment = _instant(as_of, pack)
        kind = Kind.TOUCHED if base and base.as_of <= moment and _continues(base, pack, moment) else Kind.FULL
        return _publish_one(kind, by, pack, moment, "duckdb", progress)


def catch_up(*, by: Official, now: datetime | None = None, anew: bool = False) -> tuple[RunLine, ...]:
    """Judge whatever waits (waiting.look), until nothing does; the runs, in their order.

    Nothing is done where another run is going on: whoever works on that one looks again after it. `now` (the city's instant)
    is the database's clock unless it is given. `anew`: also look whether other programs are there than judged the run in force.
    What stops a run is raised; the look after it waits a while (waiting.REST).
    """
    done: list[RunLine] = []
    while what := waiting.look(now=now, anew=anew):
        log.info("judgement.waits", why=what.why, as_of=what.as_of.isoformat())
        try:
            if what.everybody:
                done.append(run_full(by=by, as_of=what.as_of, engine=_engine_of_the_night()))
            else:
                done.append(run_touched(by=by, as_of=what.as_of))
            if what.why == "night":
                fold_runs(by=by)
        except JudgementError as error:
            if error.code != "judgement-going":
                raise
            break
    return tuple(done)


def _engine_of_the_night() -> str:
    """That of the settings; DuckDB where the run before was stopped on another: a cluster that is away keeps nobody's colour."""
    set_to: str = settings.YIMATONG_ENGINE
    last = Run.objects.using(JUDGE).filter(kind__in=(Kind.FULL, Kind.TOUCHED)).order_by("-number").first()
    if last and last.engine == set_to != "duckdb" and last.state in (State.FAILED, State.ABANDONED):
        log.error("night.by_duckdb_instead", engine=set_to, stopped=last.number, error_code=last.error)
        return "duckdb"
    return set_to


def run_as_of(
    *,
    by: Official,
    moment: datetime,
    known_at: datetime | None = None,
    policy: Path | None = None,
    progress: Progress | None = None,
) -> RunLine:
    """Judge a past instant with what was known then (or at `known_at`), and publish nothing.

    The policy is that of the run in force at the moment, or that of the folder given, which need not be in force: a trial. Stays of the
    lake are those of the last run that knew no more than `known_at`, where its files are kept, else those of today. queries.explain_run
    tells the result.
    """
    require(by, "judge")
    pack = policies.keep(policy, JUDGE) if policy else _policy_then(moment)
    instant = _instant(moment, pack)
    with running(kind=Kind.AS_OF, policy=pack.digest, as_of=instant, engine="duckdb", by=by) as run:
        taken = _snapshot(run, known_at or instant, progress)
        outcome = engine_of("duckdb")(taken.sources, pack, minute_down(instant), _outputs(run), progress)
        _judged(run, outcome, None)
        move(run, State.FINISHED)
    return _told(run)


def _publish_one(
    kind: str,
    by: Official,
    pack: Policy,
    moment: datetime,
    engine: str,
    progress: Progress | None,
    *,
    on: Cluster | None = None,
) -> RunLine:
    """One run from its snapshot to its publication, by a caller who has the right to publish."""
    base = in_force()
    stood = stands_at(base)
    if stood and moment < stood:
        raise mistake("judgement-goes-back", in_force=stood.isoformat(), as_of=moment.isoformat())
    settle_abandoned(folder=lake_at(None), zone=pack.zone)
    restating.end_confirmed()
    with running(kind=kind, policy=pack.digest, as_of=moment, engine=engine, by=by) as run:
        if base and kind == Kind.TOUCHED:
            try:
                return _publish_touched(run, base, pack, progress)
            except TooManyTouched:
                log.info("run.judges_everybody", run=run.number)
                by_day.forget_attempt(run)
                move(run, State.STARTED, kind=Kind.FULL)
        return _publish_everybody(run, base, pack, progress, on)


def _publish_everybody(
    run: Run, base: Run | None, pack: Policy, progress: Progress | None, on: Cluster | None
) -> RunLine:
    taken = _snapshot(run, None, progress, earlier=base, guarded=True)
    if base and _is_same(base, run, taken):
        return _repeated(run, base, taken.unjudged)
    as_of = minute_down(run.as_of)
    where = (on or cluster()) if run.engine == "spark" else None
    outcome = engine_of(run.engine, on=where)(taken.sources, pack, as_of, _outputs(run), progress)
    began = perf_counter()
    due = next_deadline(taken.sources, pack, as_of, _outputs(run))
    _judged(run, outcome, base, due=due, seconds=perf_counter() - began)
    began = perf_counter()
    restored = folder_of(run.number) / "restored"
    before, puts_right = reconciling.at_publication(base, restored)
    run.timings = run.timings | {"reconciling": round(perf_counter() - began, 3)}
    publication.publish(
        run,
        before=before,
        people=taken.sources.people[0],
        unjudged=taken.unjudged,
        puts_right=puts_right,
        progress=progress,
    )
    shutil.rmtree(restored, ignore_errors=True)
    return _in_force_now(run)


def _publish_touched(run: Run, base: Run, pack: Policy, progress: Progress | None) -> RunLine:
    began = perf_counter()
    lake_folder = lake_at(None)
    found = by_day.judge(run, base, pack, lake_folder=lake_folder, progress=progress)
    # The steps of the judgement are told one by one; this is the rest: who is touched, and their rows.
    steps = sum(found.touched.outcome.seconds.values())
    timings = {
        "by_day": round(max(0.0, perf_counter() - began - steps - found.compared), 3),
        "records": round(found.compared, 3),
    }
    move(run, State.SNAPSHOTTED, known_at=found.known_at, inputs=found.tables, lake=found.lake, timings=timings)
    if not found.anything:
        return _repeated(run, base, found.unjudged)
    _judged(run, found.touched.outcome, base, due=found.touched.next_change, further=(TOUCHED,))
    before = folder_of(run.number) / by_day.BEFORE
    publication.publish(
        run,
        before=before,
        people=before / "people.parquet",
        unjudged=found.unjudged,
        elsewhere=by_day.elsewhere(run, base),
        progress=progress,
    )
    shutil.rmtree(before)
    return _in_force_now(run)


def _in_force_now(run: Run) -> RunLine:
    log.info("run.in_force", run=run.number, judged=run.people, touched=run.touched, changed=run.changed)
    return _told(run)


def _instant(as_of: datetime, policy: Policy) -> datetime:
    """The full minute that is judged; mistakes when it lies ahead or the policy is not in force on its day.

    The instant in force does not lie ahead, whatever the clock says since: it was set back, and nothing waits for it.
    """
    minute = minute_down(as_of)
    moment = to_datetime(minute)
    with connections[JUDGE].cursor() as cursor:
        cursor.execute("SELECT %s > greatest(now(), %s)", [moment, stands_at(in_force())])
        if cursor.fetchone()[0]:
            raise mistake("judgement-ahead", as_of=policy.zone.datetime(minute).isoformat())
    require_in_force(policy, minute)
    return moment


def _policy_then(moment: datetime) -> Policy:
    """The policy of the run that was in force at an instant, else of the first after it, else the one in force."""
    published = Run.objects.using(JUDGE).filter(state=State.PUBLISHED)
    then = published.filter(as_of__lte=moment).order_by("-number").first() or published.order_by("number").first()
    if then:
        return policies.kept(then.policy_id)
    return policies.in_force(JUDGE)


def _in_force(expected: Path | None) -> Policy:
    """The policy in force; `policy-not-enforced` where the files of a folder that is expected to hold it say something else."""
    found = policies.in_force(JUDGE)
    if expected is not None and (digest := load(expected).digest) != found.digest:
        raise records_mistake(
            "policy-not-enforced", folder=expected.name, digest=digest[:12], in_force=found.digest[:12]
        )
    return found


def _outputs(run: Run) -> Path:
    return folder_of(run.number) / "outputs"


def _inputs(run: Run) -> Path:
    return folder_of(run.number) / "inputs"


def _snapshot(
    run: Run, known_at: datetime | None, progress: Progress | None, *, earlier: Run | None = None, guarded: bool = False
) -> inputs.Inputs:
    """Take the inputs; `guarded`: as they were judged where somebody has edited them since (recorded.py), which is recorded."""
    began = perf_counter()
    edits: list[standstills.Edit] = []
    spent = 0.0

    def amend(cursor: Any, tables: dict[str, dict[str, Any]]) -> None:
        nonlocal spent
        begins = perf_counter()
        edits.extend(recorded.hold_back(cursor, _inputs(run), tables, earlier))
        spent = perf_counter() - begins

    taken = inputs.take(
        connections[JUDGE],
        _inputs(run),
        lake_folder=lake_at(known_at),
        known_at=known_at,
        earlier=_inputs(earlier) if earlier else None,
        progress=progress,
        amend=amend if guarded else None,
    )
    # Before anything is judged by them: a run that ends here leaves the next one to find the same.
    standstills.hold(edits)
    timings = {"snapshot": round(perf_counter() - began - spent, 3)}
    if guarded:
        timings["records"] = round(spent, 3)
    move(run, State.SNAPSHOTTED, known_at=taken.known_at, inputs=taken.tables, lake=taken.lake, timings=timings)
    return taken


def _is_same(base: Run, run: Run, taken: inputs.Inputs) -> bool:
    """True when judging would say again what is in force, and nothing else stands."""
    then = (base.policy_id, base.as_of, base.versions, base.inputs, base.lake)
    now = (run.policy_id, run.as_of, run.versions, taken.tables, taken.lake)
    return then == now and not discrepancies.open_ones(tables=reconciling.OURS)


def _repeated(run: Run, base: Run, unjudged: Sequence[int]) -> RunLine:
    with transaction.atomic(using=JUDGE):
        move(run, State.REPEATED, same_as_id=base.number)
        publication.seen(unjudged)
    clear(run.number)
    return _told(run)


def _told(run: Run) -> RunLine:
    """The run's line, as the database has it now."""
    run.refresh_from_db(using=JUDGE)
    current = in_force()
    return line(run, current=current.number if current else None)


def _judged(
    run: Run,
    outcome: Outcome,
    base: Run | None,
    *,
    due: int | None = None,
    seconds: float | None = None,
    further: tuple[str, ...] = (),
) -> None:
    deadline = {} if seconds is None else {"deadline": round(seconds, 3)}
    written = (*OUTCOME, *further)
    digests = inputs.sha256_of(_outputs(run) / f"{name}.parquet" for name in written)
    run.outputs = dict(zip(written, digests, strict=True))
    move(
        run,
        State.JUDGED,
        outputs=run.outputs,
        sizes=sizes_of(run),
        counts=outcome.counts,
        people=outcome.people,
        touched=outcome.touched,
        follows_id=base.number if base else None,
        next_change=None if due is None else to_datetime(due),
        timings=run.timings | {step: round(took, 3) for step, took in outcome.seconds.items()} | deadline,
    )


def _continues(base: Run, policy: Policy, moment: datetime) -> bool:
    """True when a run over the touched can follow: same rules and values on both days, same programs, what it needs is kept."""
    before, now = (policy.zone.date(minute_down(instant)) for instant in (base.as_of, moment))
    return (
        base.policy_id == policy.digest
        and base.versions == versions()
        and (before == now or policy_tables(policy, before) == policy_tables(policy, now))
        and by_day.can_follow(base)
    )
