"""Runs and discrepancies are numbered without holes: after what was rolled back, after kill -9 of the database, and two at once."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import nullcontext
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import connections, transaction

from tests.acting import owning
from tests.integration.judgements.city import AS_OF, City
from yimatong.edges.cli.main import GROUPS, program, run
from yimatong.records.models import Official
from yimatong.site.postgres import Server
from yimatong.stations.judgements import actions, queries
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.models import Discrepancy, Run, SkippedNumbers

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
MIGRATION = import_module("yimatong.stations.judgements.migrations.0012_numbers_without_holes")


def numbers() -> list[int]:
    return list(Run.objects.order_by("number").values_list("number", flat=True))


def begun(system: Official, after: Run) -> Run:
    return Run.objects.using("judge").create(
        kind="as_of", policy_id=after.policy_id, as_of=after.as_of, engine="duckdb", versions={}, by=system
    )


def test_what_was_rolled_back_or_failed_leaves_no_hole(city: City, system: Official, policy: Path):
    first = Run.objects.get(pk=actions.run_full(by=system, policy=policy, as_of=AS_OF).run)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), transaction.atomic(using="judge"):  # noqa: PT012 -- what is rolled back
            begun(system, first)
            raise ZeroDivisionError
    with pytest.raises(JudgementError):
        actions.run_full(by=system, policy=policy, as_of=AS_OF - timedelta(days=1))
    last = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=1)).run
    assert numbers() == list(range(first.number, last + 1))
    assert queries.holes() == ()


def test_two_that_begin_at_once_get_numbers_one_after_the_other(city: City, system: Official, policy: Path):
    first = Run.objects.get(pk=actions.run_full(by=system, policy=policy, as_of=AS_OF).run)

    def begin() -> None:
        begun(system, first)
        connections["judge"].close()

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert numbers() == list(range(first.number, first.number + 7))


def test_numbers_that_go_on_beyond_something_say_why_and_a_deleted_run_is_told(
    city: City, system: Official, policy: Path, capsys: pytest.CaptureFixture[str]
):
    first = Run.objects.get(pk=actions.run_full(by=system, policy=policy, as_of=AS_OF).run)
    with connections["judge"].cursor() as cursor:
        for beyond in (first.number + 5, first.number + 2):
            cursor.execute("SELECT judgements_number_on(%s)", [beyond])
    assert [(one.first, one.last, one.why) for one in SkippedNumbers.objects.all()] == [
        (first.number + 1, first.number + 5, "found")
    ]
    second, third = begun(system, first), begun(system, first)
    assert [second.number, third.number] == [first.number + 6, first.number + 7]
    assert [(hole.first, hole.last, hole.why) for hole in queries.holes()] == [
        (first.number + 1, first.number + 5, "found")
    ]
    with owning() as cursor:
        cursor.execute("ALTER TABLE runs DISABLE TRIGGER USER; DELETE FROM runs WHERE number = %s", [second.number])
        cursor.execute("ALTER TABLE runs ENABLE TRIGGER USER")
    assert (second.number, second.number, "") in [(hole.first, hole.last, hole.why) for hole in queries.holes()]
    assert run(program(GROUPS, nullcontext), ["runs", "list"]) == 0
    assert f"{second.number}–{second.number}: nobody has said why" in capsys.readouterr().out


def test_discrepancies_have_no_holes_either(city: City, system: Official, policy: Path):
    def found(count: int) -> None:
        Discrepancy.objects.using("judge").bulk_create(
            Discrepancy(kind="changed", table="verdicts", stands="", mac="0" * 64) for _ in range(count)
        )

    found(2)
    with pytest.raises(ZeroDivisionError), transaction.atomic(using="judge"):  # noqa: PT012 -- what is rolled back
        found(3)
        raise ZeroDivisionError
    found(2)
    have = list(Discrepancy.objects.order_by("number").values_list("number", flat=True))
    assert have == list(range(have[0], have[0] + 4))


def test_kill_9_of_the_database_leaves_no_hole(tmp_path: Path):
    """A sequence of its own counts on by 32 here; our numbers do not."""
    function = MIGRATION.NUMBERED.split("CREATE FUNCTION ")[1].split("CREATE OR REPLACE")[0]
    server = Server.at(tmp_path)
    made: list[int] = []
    try:
        with server.running():
            with server.connect() as opened:
                opened.execute("CREATE TABLE runs (number serial PRIMARY KEY, said text)")
                opened.execute("CREATE TABLE discrepancies (number serial PRIMARY KEY)")
                opened.execute("CREATE TABLE run_numbers_skipped (first integer, last integer)")
                opened.execute("CREATE TABLE by_sequence (number serial PRIMARY KEY)")
                opened.execute(f"CREATE FUNCTION {function}")  # type: ignore[arg-type]
            for _ in range(2):
                with server.connect() as opened:
                    opened.autocommit = False
                    for _ in range(3):
                        made += [opened.execute("INSERT INTO runs (said) VALUES ('x') RETURNING number").fetchone()[0]]  # type: ignore[index]
                        opened.execute("INSERT INTO by_sequence DEFAULT VALUES")
                        opened.commit()
                    opened.execute("INSERT INTO runs (said) VALUES ('not committed')")
                    (number,) = opened.execute("SELECT pg_backend_pid()").fetchone() or (0,)
                    postmaster = psutil.Process(number).parent()
                    assert postmaster is not None
                    killed = [postmaster, *postmaster.children()]
                    for process in killed:
                        os.kill(process.pid, signal.SIGKILL)
                    psutil.wait_procs(killed, timeout=10)
                    with pytest.raises(psycopg.Error):
                        opened.execute("SELECT 1")
                    opened.close()
                server.start()
            with server.connect() as opened:
                assert made == [1, 2, 3, 4, 5, 6]
                assert opened.execute("SELECT array_agg(number ORDER BY number) FROM runs").fetchone() == (
                    [1, 2, 3, 4, 5, 6],
                )
                ours = opened.execute("SELECT max(number) FROM by_sequence").fetchone()
                assert ours is not None
                assert ours[0] > 6, "the sequence would have jumped"
    finally:
        if server.data.exists():
            server.stop()
