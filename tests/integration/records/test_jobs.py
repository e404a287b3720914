"""The queue can't hang: no job holds what others need while it waits or is dead, and what a dead worker did is taken up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection, connections, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from structlog.testing import capture_logs

from tests.integration.queue import empty, work
from yimatong.core.errors import EnvironmentProblem
from yimatong.records import jobs, tasks
from yimatong.records.models import Work

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
LATE = "yimatong.stations.issuing.tasks.watch_collections"


@pytest.fixture(autouse=True)
def empty_queue(transactional_db: None) -> Iterator[None]:
    """No jobs from another test, and none left."""
    empty()
    yield
    empty()


def begun(task: str, *, queueing_lock: str, heard: timedelta | None) -> int:
    """A job that a worker was doing whose last sign of life is so long ago (None: its row is gone); its number."""
    with connections["owner"].cursor() as cursor:
        worker = None
        if heard is not None:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s) RETURNING id", [heard]
            )
            worker = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status, worker_id)"
            """ VALUES ('issuing', %s, %s, '{"timestamp": 0}', 'doing', %s) RETURNING id""",
            [task, queueing_lock, worker],
        )
        return int(cursor.fetchone()[0])


def test_a_worker_that_begins_does_what_comes_each_minute_at_once_and_once():
    """It takes the place of one that died in the middle of the minute: its half of a judgement waited until the minute was over."""
    each_minute = {
        one.task.name for one in app.periodic_registry.periodic_tasks.values() if one.cron == jobs.EACH_MINUTE
    }
    assert len(each_minute) >= 7
    jobs.begin_at_once(app)
    jobs.begin_at_once(app)
    assert sorted(ProcrastinateJob.objects.values_list("task_name", "status")) == [
        (name, "todo") for name in sorted(each_minute)
    ]
    work()
    assert not ProcrastinateJob.objects.filter(status="failed").exists()
    assert Work.objects.filter(name="judge", done_at__gte=datetime.now(UTC) - timedelta(minutes=1)).exists()


def test_where_the_schedule_stands_still_the_worker_goes_on_by_a_clock_that_only_grows(monkeypatch: pytest.MonkeyPatch):
    """A clock that was a day ahead and is set right: the schedule of the queue waits for it to come up again."""
    begun = threading.Semaphore(0)

    def begins(_app: object) -> None:
        begun.release()
        raise OperationalError("the database is away")

    monkeypatch.setattr(jobs, "begin_at_once", begins)
    over = jobs.keep_going(app, every=0.02, silence=0.2)
    try:
        with capture_logs():
            jobs.done("judge")
            assert not begun.acquire(timeout=0.1), "something was just done"
            assert begun.acquire(timeout=30)
            assert begun.acquire(timeout=30), "and again, as long as nothing is done"
    finally:
        over.set()


def test_no_job_holds_a_lock_of_the_queue_or_waits_longer_than_half_an_hour():
    ours = {name: task for name, task in app.tasks.items() if name.startswith("yimatong.")}
    assert len(ours) >= 15
    assert {name for name, task in ours.items() if task.lock is not None} == set()
    retried = {name: task.retry_strategy for name, task in ours.items() if task.retry_strategy is not None}
    assert {name.rpartition(".")[2] for name in retried} == {
        "mint_strips",
        "night_of_checkpoints",
        "reconcile_everything",
        "verify_everything",
    }
    assert set(map(id, retried.values())) == {id(jobs.AGAIN)}
    waits = [jobs.AGAIN.wait + jobs.AGAIN.linear_wait * attempt for attempt in range(1, 25)]
    assert jobs.AGAIN.exponential_wait == 0
    assert max(waits) <= 1800
    assert sum(waits) > 4 * 3600


@pytest.mark.parametrize("heard", [timedelta(seconds=61), None], ids=["silent", "pruned"])
def test_the_job_of_a_dead_worker_is_taken_up(heard: timedelta | None):
    dead = begun(LATE, queueing_lock="late_collections", heard=heard)
    alive = begun(LATE, queueing_lock="alive", heard=timedelta(seconds=5))
    tasks.take_up.defer(timestamp=0)
    work()
    work()
    states = dict(ProcrastinateJob.objects.filter(task_name=LATE).values_list("pk", "status"))
    assert states.pop(alive) == "doing", "whoever gives signs of life is left alone"
    assert states.pop(dead) == "succeeded"


def test_where_the_same_waits_already_the_dead_one_is_let_go():
    dead = begun(LATE, queueing_lock="late_collections", heard=timedelta(hours=1))
    waits = app.tasks[LATE].configure(schedule_in={"hours": 1}).defer(timestamp=0)
    tasks.take_up.defer(timestamp=0)
    work()
    assert not ProcrastinateJob.objects.filter(pk=dead).exists()
    assert ProcrastinateJob.objects.get(pk=waits).status == "todo"


def test_what_failed_a_week_ago_is_forgotten():
    with connections["owner"].cursor() as cursor:
        for days in (8, 6):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status)"
                """ VALUES ('issuing', %s, %s, '{"timestamp": 0}', 'failed') RETURNING id""",
                [LATE, f"failed {days} days ago"],
            )
            cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [job := cursor.fetchone()[0]])
            cursor.execute(
                "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'failed', now() - %s * interval '1 day')",
                [job, days],
            )
    tasks.forget.defer(timestamp=0)
    work()
    left = ProcrastinateJob.objects.filter(status="failed").values_list("queueing_lock", flat=True)
    assert list(left) == ["failed 6 days ago"]


def test_one_works_alone_and_a_dead_one_lets_go():
    inside, over = threading.Event(), threading.Event()
    said: list[object] = []

    def other() -> None:
        try:
            # Its connection is ended below, and it learns of that when it says that it has done.
            with suppress(OperationalError), jobs.alone("some work") as free:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    said.extend([free, cursor.fetchone()[0]])
                inside.set()
                over.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(20)
    assert said[0] is True
    with jobs.alone("some work") as free:
        assert free is False
    with jobs.alone("other work") as free:
        assert free is True
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [said[1]])
    with jobs.alone("some work") as free:
        assert free is True, "its connection is gone"
    over.set()
    thread.join()
    with jobs.alone("some work") as free:
        assert free is True


def test_a_time_of_day_is_told_in_the_words_of_the_queue():
    assert jobs.later("23:30", 60) == "00:30"
    assert jobs.later("00:10", -30) == "23:40"
    assert jobs.cron_of("02:30") == "30 18 * * *"


def test_what_goes_wrong_over_one_record_is_left_out_with_an_alarm_that_names_no_person():
    done = []
    with capture_logs() as said, jobs.leaving_out("some work") as tally:
        for number in range(3):
            with tally.each(number), transaction.atomic():
                if number == 1:
                    raise IndexError("王小明 330299195801011234")
                done.append(number)
    assert done == [0, 2]
    assert said == [
        {
            "event": "record.left_out",
            "work": "some work",
            "number": 1,
            "error_code": "internal.IndexError",
            "log_level": "error",
        }
    ]


def test_a_database_that_is_gone_is_no_mistake_of_a_record():
    with pytest.raises(OperationalError), jobs.Tally("some work").each(1):
        raise OperationalError("the connection is closed")


def test_of_many_that_fail_the_first_are_named_and_the_rest_counted_and_most_is_no_mistake_of_records():
    with capture_logs() as said, jobs.leaving_out("some work") as tally:
        for number in range(40):
            with tally.each(number):
                assert number % 2
    assert (tally.done, tally.left) == (20, 20)
    assert [line["event"] for line in said] == ["record.left_out"] * jobs.FEW + ["records.left_out"]
    assert (said[-1]["left"], said[-1]["done"]) == (20, 20)
    tally.require_most()
    tally.leave(40, "internal.AssertionError")
    with pytest.raises(EnvironmentProblem, match="most-left-out"):
        tally.require_most()


def test_a_night_is_missed_when_it_was_done_before_and_not_for_25_hours():
    assert not jobs.was_missed("some night"), "never done: its first turn comes"
    jobs.done("some night")
    assert not jobs.was_missed("some night")
    for hours, missed in ((24.9, False), (25.1, True)):
        Work.objects.filter(name="some night").update(done_at=datetime.now(UTC) - timedelta(hours=hours))
        assert jobs.was_missed("some night") is missed
