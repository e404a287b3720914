"""A run through the database: published whole or not at all, one at a time, never twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connections

from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.whole import differences
from yimatong.core.policy.load import load
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, lifecycle, queries, waiting
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.models import CurrentCount, CurrentVerdict, Run, Verdict, VerdictReason, Visit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])

CHILD = """
import sys
from datetime import datetime
from pathlib import Path
import django
django.setup()
from yimatong.records.models import Official
from yimatong.stations.judgements import actions
by = Official.objects.get(username="system")
print("ready", flush=True)
getattr(actions, sys.argv[3])(by=by, policy=Path(sys.argv[1]), as_of=datetime.fromisoformat(sys.argv[2]))
print("done", flush=True)
"""
TOMORROW = AS_OF + timedelta(days=1)


def state() -> list[tuple[object, ...]]:
    """Everything that pages see of the verdicts."""
    verdicts = CurrentVerdict.objects.order_by("person").values_list(
        "person", "run_id", "colour", "rules", "facts", "since", "until", "next_change"
    )
    reasons = VerdictReason.objects.order_by("person", "run", "rule").values_list(
        "person", "run_id", "rule", "fact", "until"
    )
    visits = Visit.objects.order_by("person", "level").values_list("person", "level", "start", "end", "run_id")
    counts = CurrentCount.objects.order_by("district", "colour", "rule").values_list("run_id", "district", "people")
    return [*verdicts, *reasons, *visits, *counts]


@contextmanager
def child(policy: Path, as_of: object, run: str = "run_full") -> Iterator[subprocess.Popen[str]]:
    """A process of its own that judges in the same database, stopped before it has begun to judge."""
    where = connections["judge"].settings_dict
    passfile = where["OPTIONS"].get("passfile", "")
    url = f"postgresql://{where['USER']}@/{where['NAME']}?host={where['HOST']}&port={where['PORT']}&passfile={passfile}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "yimatong.site.settings",
        "YIMATONG_HOME": str(settings.YIMATONG_HOME),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-c", CHILD, str(policy), as_of.isoformat(), run]  # type: ignore[attr-defined]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def held(table: str) -> Iterator[None]:
    """A table that nobody else can write to, so that a publication stops there."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def wait_until_blocked(table: str) -> None:
    """Wait until some session waits for the table."""
    until = time.monotonic() + 60
    with connections["default"].cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [table])
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    raise AssertionError(f"nobody came to wait for {table}")


def wait_until_gone() -> None:
    """Wait until the server has let a killed process's locks go."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if not any(lifecycle.is_alive(number) for number in [0, *Run.objects.values_list("number", flat=True)]):
            return
        time.sleep(0.05)
    raise AssertionError("a killed process still holds its lock")


def test_a_published_run_is_what_the_engine_wrote(city: City, system: Official, policy: Path):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)

    assert (line.state, line.in_force, line.people) == ("published", True, 120)
    outputs = lifecycle.folder_of(line.run) / "outputs"
    written = [tuple(row.values()) for row in pq.read_table(outputs / "verdicts.parquet").to_pylist()]
    columns = ("person", "colour", "rules", "facts", "since", "until", "next_change")
    assert list(CurrentVerdict.objects.order_by("person").values_list(*columns)) == written
    reasons = [tuple(row.values()) for row in pq.read_table(outputs / "reasons.parquet").to_pylist()]
    stored = VerdictReason.objects.order_by("person", "rule").values_list(
        "person", "rule", "colour", "fact", "since", "until"
    )
    assert list(stored) == reasons
    assert len({colour for _person, colour, *_rest in written}) == 4, "the city shows all four colours"


def test_only_what_changed_is_written_again(city: City, system: Official, policy: Path):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    before = dict(CurrentVerdict.objects.values_list("person", "colour"))
    second = actions.run_full(by=system, policy=policy, as_of=TOMORROW)

    assert first.changed == 120
    assert second.changed is not None
    assert 0 < second.changed < 120
    assert Verdict.objects.filter(run=second.run).count() == second.changed
    kept = CurrentVerdict.objects.filter(run_id=first.run).values_list("person", "colour")
    assert all(before[person] == colour for person, colour in kept)
    assert len(kept) == 120 - second.changed


def test_the_same_run_twice_does_nothing_twice_and_says_so(city: City, system: Official, policy: Path):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    before = state()
    second = actions.run_full(by=system, policy=policy, as_of=AS_OF)

    assert (second.state, second.same_as) == ("repeated", first.run)
    assert state() == before
    assert lifecycle.in_force() == Run.objects.get(pk=first.run)
    assert not lifecycle.folder_of(second.run).exists()


@pytest.mark.kill
@pytest.mark.parametrize("run", ["run_touched", pytest.param("run_full", marks=pytest.mark.soak)])
@pytest.mark.parametrize(
    "table",
    ["verdicts", *(pytest.param(table, marks=pytest.mark.soak) for table in ("current_counts", "audit_entries"))],
)
def test_kill_9_inside_the_publication_leaves_the_old_state(
    table: str, run: str, city: City, system: Official, policy: Path, clean_home: Path, tmp_path: Path
):
    old = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    before = state()
    city.record(5)
    with held(table), child(policy, TOMORROW, run) as process:
        wait_until_blocked(table)
        process.send_signal(signal.SIGKILL)
        process.wait()
    wait_until_gone()

    assert state() == before
    assert waiting.glance(TOMORROW).unjudged, "what was recorded still waits"
    assert queries.overview().run.run == old.run  # type: ignore[union-attr]
    new = getattr(actions, run)(by=system, policy=policy, as_of=TOMORROW)
    assert new.state == "published"
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}
    dead = Run.objects.exclude(pk__in=[old.run, new.run])
    assert [run.state for run in dead] in ([], ["abandoned"])
    assert not any(lifecycle.folder_of(run.number).exists() for run in dead)


@pytest.mark.kill
@pytest.mark.soak
def test_kill_9_at_any_moment_leaves_the_old_or_the_new_state(city: City, system: Official, policy: Path):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    chance = random.Random(9)
    for n in range(1, 7):
        before, as_of = state(), AS_OF + timedelta(hours=n)
        city.record(2)
        with child(policy, as_of, chance.choice(("run_full", "run_touched"))) as process:
            time.sleep(chance.uniform(0.05, 1.6))
            process.send_signal(signal.SIGKILL)
            process.wait()
        wait_until_gone()
        current = queries.overview().run
        assert current is not None
        if current.run == line.run:
            assert state() == before
        else:
            assert current.state == "published"
            assert Verdict.objects.filter(run=current.run).count() == current.changed
            again = actions.run_full(by=system, policy=policy, as_of=as_of)
            assert (again.state, again.changed) in (("repeated", None), ("published", 0)), "nothing is done twice"
        line = queries.overview().run  # type: ignore[assignment]
    going = Run.objects.filter(state__in=lifecycle.GOING).count()
    assert going <= 1, "every abandoned run but the last was cleared by the one after it"
    assert actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(hours=20)).state == "published"
    assert Run.objects.filter(state__in=lifecycle.GOING).count() == 0


def test_two_at_once_is_refused_by_name(city: City, system: Official, policy: Path):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    with child(policy, TOMORROW) as process:
        with held("verdicts"):
            wait_until_blocked("verdicts")
            with pytest.raises(JudgementError) as refused:
                actions.run_full(by=system, policy=policy, as_of=TOMORROW)
        assert process.wait(60) == 0

    first = Run.objects.order_by("-number").first()
    assert first is not None
    assert refused.value.code == "judgement-going"
    assert str(first.number) in refused.value.sentence.of("en")
    assert (first.state, first.as_of) == ("published", TOMORROW)


def test_whoever_has_patience_waits_for_the_run_that_goes_on_and_is_judged_as_of_the_end_of_the_wait(
    city: City, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
):
    """The official's night while the worker judges a later minute: it was refused, or would have gone back by a minute."""
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    monkeypatch.setattr("yimatong.records.clock.now", lambda: AS_OF + timedelta(minutes=1))
    told: list[str] = []

    def let_go(name: str, number: int, of: int) -> None:
        if not told:
            connections["owner"].cursor().execute("ROLLBACK")
        told.append(name)

    with child(policy, TOMORROW) as process:
        with held("verdicts"):
            wait_until_blocked("verdicts")
            line = actions.run_full(
                by=system, policy=policy, as_of=None, patience=timedelta(minutes=2), progress=let_go
            )
        assert process.wait(60) == 0

    first, second = Run.objects.order_by("-number")[:2][::-1]
    assert told[0] == f"wait for run {first.number}"
    assert (first.state, first.as_of) == ("published", TOMORROW)
    assert (second.number, second.as_of, line.state) == (line.run, TOMORROW, "repeated"), "nothing goes back"


def test_an_earlier_instant_is_not_published_over_a_later_one(city: City, system: Official, policy: Path):
    actions.run_full(by=system, policy=policy, as_of=TOMORROW)
    before = state()
    with pytest.raises(JudgementError) as refused:
        actions.run_full(by=system, policy=policy, as_of=AS_OF)

    assert refused.value.code == "judgement-goes-back"
    assert state() == before
    assert Run.objects.count() == 1, "it is refused before it begins"


def test_an_instant_ahead_or_without_a_policy_is_refused(city: City, system: Official, policy: Path):
    for as_of, code in (
        (AS_OF.replace(year=2100), "judgement-ahead"),
        (AS_OF.replace(year=2021), "policy-not-in-force"),
    ):
        with pytest.raises(JudgementError) as refused:
            actions.run_full(by=system, policy=policy, as_of=as_of)
        assert refused.value.code == code
    assert not Run.objects.exists()


def test_people_who_vanish_from_the_inputs_stop_the_publication(city: City, system: Official, policy: Path):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    before = state()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT person FROM current_verdicts WHERE colour = 'unknown' AND facts = '' LIMIT 1")
        person = cursor.fetchone()[0]
        cursor.execute("ALTER TABLE people DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE homes DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE facts DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE stays DISABLE TRIGGER USER")
        for table in ("facts", "homes", "stays"):
            cursor.execute(f"DELETE FROM {table} WHERE person_id = %s", [person])
        cursor.execute("DELETE FROM people WHERE number = %s", [person])
        for table in ("people", "homes", "facts", "stays"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    with pytest.raises(JudgementError) as refused:
        actions.run_full(by=system, policy=policy, as_of=TOMORROW)

    assert refused.value.code == "people-vanished"
    assert state() == before


def test_the_publication_is_a_link_of_the_audit_chain(city: City, system: Official, policy: Path):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT action, by_id, details FROM audit_entries WHERE subject = %s", [f"run/{line.run}"])
        ((action, by, details),) = cursor.fetchall()
    assert (action, by) == ("run.publish", system.pk)
    assert f'"changed":{line.changed}' in details
