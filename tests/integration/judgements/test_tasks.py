"""Judging by itself: jobs that wait once, and work that is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import croniter
import pytest
from django.db import connections, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.integration.judgements.city import AS_OF, City
from yimatong.core.policy.load import load
from yimatong.core.time import SHANGHAI
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, tasks
from yimatong.stations.judgements.models import Run

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


@pytest.fixture(autouse=True)
def empty_queue(transactional_db: None) -> None:
    """No jobs from another test: Django does not know these tables as its own, and leaves them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_periodic_defers CASCADE")


def work() -> None:
    """Work on every job that is due, as `yimatong worker` does, then come back."""
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1)


@pytest.mark.parametrize("local", ["02:30", "00:00", "08:00", "23:59"])
def test_the_night_begins_at_the_local_time_that_is_set(local: str):
    cron = croniter.croniter(tasks.cron_of(local, SHANGHAI))
    begins = datetime.fromtimestamp(cron.get_next(ret_type=float, start_time=AS_OF.timestamp()), UTC)
    assert begins.astimezone(tz=SHANGHAI.datetime(0).tzinfo).strftime("%H:%M") == local


def test_the_night_is_on_the_schedule_once_and_never_beside_another_run():
    periodic = [
        task for task in app.periodic_registry.periodic_tasks.values() if task.task.name.endswith("tasks.night")
    ]
    assert len(periodic) == 1
    assert (tasks.night.queueing_lock, tasks.night.lock, tasks.touched.lock) == ("night", "judgement", "judgement")


def test_deliveries_that_come_together_are_judged_together(city: City, system: Official, policy: Path):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(10)
    with transaction.atomic():
        tasks.judge_soon()
        tasks.judge_soon()
        assert City(1, 0), "the transaction goes on after the second, which finds that one waits already"
        tasks.judge_soon()
    job = ProcrastinateJob.objects.get(task_name=tasks.touched.name, status="todo")
    assert job.scheduled_at is None, "a worker is told of it at once, and does not look after it some seconds later"
    work()
    assert ProcrastinateJob.objects.get(task_name=tasks.touched.name).status == "succeeded"
    last = Run.objects.order_by("-number").first()
    assert last is not None
    assert (last.kind, last.state, last.as_of) == ("touched", "published", AS_OF), (
        "a city that lives in 2020 stays there"
    )


def test_a_night_judges_the_scheduled_instant_however_late_it_is_worked_on(city: City, system: Official, policy: Path):
    for as_of in (AS_OF, AS_OF + timedelta(days=1)):
        tasks.night.defer(timestamp=int(as_of.timestamp()))
        work()
    assert [run.as_of for run in Run.objects.filter(state="published").order_by("number")] == [
        AS_OF,
        AS_OF + timedelta(days=1),
    ]


def test_a_night_without_a_policy_in_force_judges_nobody(city: City, system: Official, policy: Path):
    tasks.night.defer(timestamp=int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()))
    work()
    assert not Run.objects.exists()
    assert tasks.present(load(policy), datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert tasks.present(load(policy), AS_OF) == AS_OF
