"""Judging by itself: jobs that wait once, and work that is done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import croniter
import psycopg
import pytest
from django.db import connections, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.acting import owning
from tests.enforcing import put_in_force
from tests.integration.judgements.city import AS_OF, FACT, City
from tests.integration.queue import empty, work
from yimatong.core.time import SHANGHAI
from yimatong.records import jobs
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, by_day, folding, lifecycle, publication, tasks, waiting
from yimatong.stations.judgements.answers import RunLine
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.models import CurrentVerdict, Run, Unjudged

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


@pytest.fixture(autouse=True)
def empty_queue(transactional_db: None) -> None:
    """No jobs from another test."""
    empty()


def last_run() -> Run:
    """The newest run."""
    run = Run.objects.order_by("-number").first()
    assert run is not None
    return run


def fails(*_args: object, **_how: object) -> None:
    """In the place of a judgement."""
    raise OSError("no space left")


@pytest.mark.parametrize("local", ["02:30", "00:00", "08:00", "23:59"])
def test_what_is_done_at_a_local_time_is_done_at_the_one_that_is_set(local: str):
    cron = croniter.croniter(jobs.cron_of(local))
    begins = datetime.fromtimestamp(cron.get_next(ret_type=float, start_time=AS_OF.timestamp()), UTC)
    assert begins.astimezone(tz=SHANGHAI.datetime(0).tzinfo).strftime("%H:%M") == local


def test_a_look_is_on_the_schedule_each_minute_and_holds_nothing_while_it_waits():
    periodic = [one for one in app.periodic_registry.periodic_tasks.values() if one.task is tasks.judge]
    assert [one.cron for one in periodic] == ["* * * * *"]
    assert (tasks.judge.lock, tasks.judge.retry_strategy) == (None, None)


def test_a_run_by_a_clock_that_was_a_day_ahead_keeps_nobodys_colour_there(city: City, system: Official, policy: Path):
    """Nobody could be judged before that clock's instant, and everybody stood as of tomorrow until tomorrow."""
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(10)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE runs DISABLE TRIGGER USER")
        try:
            cursor.execute("UPDATE runs SET as_of = now() + interval '1 day'")
        finally:
            cursor.execute("ALTER TABLE runs ENABLE TRIGGER USER")
    now = AS_OF + timedelta(minutes=1)
    assert waiting.look(now=now) == waiting.Waiting(everybody=True, as_of=now, why="ahead")
    (line,) = actions.catch_up(by=system, now=now)
    assert (line.kind, line.state, line.as_of) == ("full", "published", now)
    assert line.changed
    assert CurrentVerdict.objects.filter(run=line.run).count() == line.changed
    assert waiting.look(now=now) is None
    with pytest.raises(JudgementError) as refused:
        actions.run_full(by=system, policy=policy, as_of=AS_OF)
    assert refused.value.code == "judgement-goes-back", "by a clock that is right nothing goes back"


def test_what_a_run_that_failed_by_a_clock_ahead_left_does_not_hold_up_the_next(
    city: City, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(3)
    monkeypatch.setattr(by_day, "judge_touched", fails)
    with pytest.raises(OSError, match="no space"):
        actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(minutes=1))
    assert waiting.glance(AS_OF).rests
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE runs DISABLE TRIGGER USER")
        try:
            cursor.execute("UPDATE runs SET finished_at = now() + interval '1 day' WHERE state = 'failed'")
        finally:
            cursor.execute("ALTER TABLE runs ENABLE TRIGGER USER")
    assert not waiting.glance(AS_OF).rests


def test_what_comes_together_is_judged_together(city: City, system: Official, policy: Path):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    with transaction.atomic():
        city.record(10)
        tasks.judge_soon()
        tasks.judge_soon()
        assert not ProcrastinateJob.objects.exists(), "nobody looks before it is committed"
    job = ProcrastinateJob.objects.get(task_name=tasks.judge.name, status="todo")
    assert job.scheduled_at is None, "a worker is told of it at once, and does not look after it some seconds later"
    work()
    assert set(ProcrastinateJob.objects.filter(task_name=tasks.judge.name).values_list("status", flat=True)) == {
        "succeeded"
    }
    run = last_run()
    assert (run.kind, run.state, run.as_of) == ("touched", "published", AS_OF), "a city that lives in 2020 stays there"
    assert not Unjudged.objects.exists()
    tasks.judge.defer()
    work()
    assert last_run() == run, "nothing waits, and nothing is judged"


def test_what_commits_while_a_look_waits_or_works_is_judged_after_it(city: City, system: Official, policy: Path):
    """A fever at a gate whose transaction is still open while the job that it asked for begins (and did not see it)."""
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    with other_connection() as other:
        tasks.judge.defer()
        other.execute(*fever(of=1))
        work()
        assert last_run().kind == "full", "the look saw nothing"
        other.commit()
    assert [row.what for row in Unjudged.objects.all()] == ["facts"]
    tasks.judge.defer(timestamp=60)
    work()
    assert (last_run().kind, last_run().state) == ("touched", "published")
    assert "symptom" in CurrentVerdict.objects.get(person=1).facts


def test_what_commits_in_the_middle_of_a_run_waits_for_the_next(
    city: City, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    publish = publication.publish

    def late(run: Run, **how: object) -> None:
        if not late.done:  # type: ignore[attr-defined]
            late.done = True  # type: ignore[attr-defined]
            with other_connection() as other:
                other.execute(*fever(of=2))
                other.commit()
        publish(run, **how)  # type: ignore[arg-type]

    late.done = False  # type: ignore[attr-defined]
    monkeypatch.setattr(publication, "publish", late)
    city.record(3)
    lines = actions.catch_up(by=system, now=AS_OF)
    assert [line.state for line in lines] == ["published", "published"]
    assert "symptom" in CurrentVerdict.objects.get(person=2).facts
    assert not Unjudged.objects.exists()


def test_a_night_that_comes_late_judges_as_of_now(city: City, system: Official, policy: Path):
    evening = AS_OF + timedelta(hours=14)
    actions.run_full(by=system, policy=policy, as_of=evening)
    night = waiting.night_before(evening + timedelta(hours=6))
    assert night > evening
    actions.run_touched(by=system, policy=policy, as_of=night + timedelta(minutes=1))
    late = night + timedelta(minutes=95)
    lines = actions.catch_up(by=system, now=late)
    assert [(line.kind, line.state, line.as_of) for line in lines] == [("full", "published", late)]
    assert actions.catch_up(by=system, now=late + timedelta(minutes=1)) == ()


def test_the_night_comes_in_its_minute_and_once(city: City, system: Official, policy: Path):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    night = waiting.night_before(AS_OF) + timedelta(days=1)
    actions.run_touched(by=system, policy=policy, as_of=night - timedelta(minutes=1))
    assert waiting.look(now=night - timedelta(minutes=1)) is None
    found = waiting.look(now=night)
    assert found == waiting.Waiting(everybody=True, as_of=night, why="night")
    actions.catch_up(by=system, now=night)
    assert waiting.reason(waiting.glance(night)) is None


def test_a_database_that_nobody_has_judged_waits_for_its_first_night_or_its_first_fact(
    city: City, system: Official, policy: Path
):
    with owning():
        Official.objects.filter(username="system").update(appointed_at=AS_OF)
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM unjudged")
    assert waiting.look(now=AS_OF + timedelta(hours=1)) is None
    night = waiting.night_before(AS_OF) + timedelta(days=1)
    assert waiting.look(now=night) == waiting.Waiting(everybody=True, as_of=night, why="night")
    city.record(1)
    assert waiting.look(now=AS_OF) == waiting.Waiting(everybody=False, as_of=AS_OF, why="unjudged")


def test_where_no_policy_is_in_force_nothing_is_judged_anew_and_what_comes_is_judged_for_the_instant_in_force(
    city: City, system: Official, policy: Path
):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert waiting.look(now=now) is None, "no instant at all"
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    assert waiting.look(now=now) is None
    city.record(1)
    assert waiting.look(now=now) == waiting.Waiting(everybody=False, as_of=AS_OF, why="unjudged")


def test_a_clock_that_was_set_back_holds_nothing_up(city: City, system: Official, policy: Path):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(4)
    lines = actions.catch_up(by=system, now=AS_OF - timedelta(minutes=10))
    assert [(line.state, line.as_of) for line in lines] == [("published", AS_OF)]


def test_other_rules_or_programs_are_found_at_the_first_look(
    city: City, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    assert waiting.look(now=AS_OF, anew=True) is None
    hangzhou = policy.parent / "cn-zj-hangzhou"
    later = AS_OF + timedelta(minutes=5)
    put_in_force(hangzhou)
    assert waiting.look(now=later) == waiting.Waiting(True, later, "other-rules"), "at any look"
    put_in_force(policy)
    assert waiting.look(now=later) is None
    monkeypatch.setattr(waiting, "versions", lambda: {"core": "another"})
    assert waiting.look(now=later, anew=True) == waiting.Waiting(True, later, "other-rules")


def test_a_run_that_fails_is_tried_again_after_a_while_that_grows_to_a_quarter_of_an_hour(
    city: City, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(4)
    rests = []
    with monkeypatch.context() as broken:
        broken.setattr(by_day, "judge_touched", fails)
        for _n in range(7):
            with pytest.raises(OSError, match="no space"):
                actions.catch_up(by=system, now=AS_OF)
            assert actions.catch_up(by=system, now=AS_OF) == (), "it rests"
            rests.append(rest())
            with connections["owner"].cursor() as cursor:
                # The rest is over: its runs stopped an hour ago.
                cursor.execute("ALTER TABLE runs DISABLE TRIGGER USER")
                cursor.execute("UPDATE runs SET finished_at = now() - interval '1 hour' WHERE state = 'failed'")
                cursor.execute("ALTER TABLE runs ENABLE TRIGGER USER")
    assert rests == [1, 2, 4, 8, 15, 15, 15]
    assert [line.state for line in actions.catch_up(by=system, now=AS_OF)] == ["published"]
    assert waiting.glance(AS_OF).rests is False


def test_a_minute_in_which_nothing_waits_costs_one_statement_that_indexes_answer(
    city: City, system: Official, policy: Path, django_assert_num_queries: Callable[..., AbstractContextManager[object]]
):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    with connections["owner"].cursor() as cursor:
        # A year of runs, as far as the planner is concerned.
        cursor.execute("ALTER TABLE runs DISABLE TRIGGER USER")
        try:
            cursor.execute(
                "INSERT INTO runs (number, kind, state, policy_id, as_of, engine, versions, by_id, error, inputs, lake, outputs, timings, shifts, sizes)"
                " SELECT number + row_number() OVER (), made.kind, made.state, policy_id, as_of, engine, versions, by_id, made.error, '{}', '', '{}', '{}', '{}', '{}' FROM runs, ("
                " SELECT 'touched', 'failed', 'test' FROM generate_series(1, 20000)"
                " UNION ALL SELECT 'full', 'repeated', '' FROM generate_series(1, 400)) made(kind, state, error)"
            )
        finally:
            cursor.execute("ALTER TABLE runs ENABLE TRIGGER USER")
        cursor.execute("ANALYZE runs, unjudged")
    with django_assert_num_queries(1, using="judge"):
        assert actions.catch_up(by=system, now=AS_OF + timedelta(minutes=1)) == ()
    least, most = waiting.REST
    with connections["judge"].cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (FORMAT json) {waiting.LOOK}",
            {"now": AS_OF, "shift": timedelta(0), "least": least, "most": most},
        )
        plan = json.dumps(cursor.fetchone()[0])
    assert "runs_said" in plan
    assert "runs_over_everybody" in plan
    whole = {node["Relation Name"] for node in nodes(json.loads(plan)) if node["Node Type"] == "Seq Scan"}
    assert whole <= {"unjudged", "officials", "enforcements"}, "tables of a few rows"


def nodes(plan: object) -> Iterator[dict[str, str]]:
    """Every node of an explained plan."""
    if isinstance(plan, list):
        for part in plan:
            yield from nodes(part)
    elif isinstance(plan, dict):
        if "Node Type" in plan:
            yield plan
        for part in plan.values():
            yield from nodes(part)


def rest() -> int:
    """The minutes for which nothing is tried now."""
    least, most = (int(part.total_seconds()) for part in waiting.REST)
    stopped = Run.objects.filter(state="failed").count()
    with connections["owner"].cursor() as cursor:
        for minutes in range(1, 60):
            cursor.execute("ALTER TABLE runs DISABLE TRIGGER USER")
            cursor.execute(
                "UPDATE runs SET finished_at = now() - %s * interval '1 minute' WHERE state = 'failed'", [minutes]
            )
            cursor.execute("ALTER TABLE runs ENABLE TRIGGER USER")
            if not waiting.glance(AS_OF).rests:
                return minutes
    raise AssertionError(f"still resting after an hour, with {stopped} stopped runs ({least} s to {most} s)")


def fever(of: int) -> tuple[str, list[object]]:
    """A statement that records a fever of a person, and its values."""
    return FACT, [of, "symptom", "fever", AS_OF - timedelta(hours=1), None, None]


@contextmanager
def other_connection() -> Iterator[psycopg.Connection]:
    """A connection beside Django's, whose transaction is ended by hand."""
    wrapper = connections["default"]
    with psycopg.connect(**{**wrapper.get_connection_params(), "cursor_factory": psycopg.Cursor}) as other:
        yield other


def test_a_night_folds_the_days_runs_and_the_nights_that_are_older_than_the_policy_keeps(
    city: City, system: Official, policy: Path
):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    by_day = [
        actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(minutes=minutes)) for minutes in (5, 6)
    ]
    assert kept(first, *by_day) == [True, True, True], "by day nothing goes"
    night = waiting.night_before(AS_OF) + timedelta(days=1)
    (last,) = actions.catch_up(by=system, now=night)
    assert kept(first, *by_day, last) == [True, False, False, True]
    after = actions.run_touched(by=system, policy=policy, as_of=night + timedelta(minutes=5))
    month = datetime.now(UTC) + timedelta(days=30)
    folding.fold_runs(by=system, now=datetime.now(UTC) + timedelta(days=13))
    assert kept(first, last, after) == [True, True, True]
    folding.fold_runs(by=system, now=month)
    assert kept(first, last, after) == [False, True, True], (
        "what is in force is kept, however old, and what it builds on"
    )
    again = actions.run_touched(by=system, policy=policy, as_of=night + timedelta(minutes=9))
    assert (again.kind, again.state) == ("touched", "published")
    assert CurrentVerdict.objects.filter(run_id=first.run).exists(), "what was published stays"


def kept(*lines: RunLine) -> list[bool]:
    """Whether the files of each run are there."""
    return [lifecycle.folder_of(line.run).is_dir() for line in lines]
