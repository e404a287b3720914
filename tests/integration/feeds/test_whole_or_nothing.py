"""A file is taken whole or not at all: refused, killed in the middle, or met by another at the same moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, connections

from tests.acting import an_official
from tests.integration.feeds.conftest import NOW, Take, csv_text, document
from yimatong.edges.feeds.errors import FeedError
from yimatong.edges.feeds.importing import Outcome, take_file
from yimatong.records.actions.officials import the_system
from yimatong.records.models import AuditEntry, Confirmation, Delivery, Fact, HeldRow, Home, Official, Person, Place

TESTS = ("证件号码", "姓名", "检测结果", "采样时间")
STATE = (Person, Home, Fact, HeldRow, Confirmation, Place)


def state() -> tuple[int, ...]:
    return tuple(table.objects.count() for table in STATE)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "file-empty"),
    "header only": ("证件号码,检测结果,采样时间\n".encode(), "no-rows"),
    "another table": ("日期,气温\n2020-02-15,8\n".encode(), "header-missing"),
    "nul": ("证件号码,检测结果,采样时间\n1,\0,2020-02-15\n".encode(), "csv-nul"),
    "cut in a sign": ("证件号码,检测结果,采样时间\n1,阴性,2020-02-15\n2,阴".encode()[:-1], "file-truncated"),
    "two encodings": (
        "证件号码,检测结果,采样时间\n1,".encode() + "阴性".encode("gbk") + b",2020-02-15\n",
        "encoding-mixed",
    ),
    "open quote": ('证件号码,检测结果,采样时间\n1,"阴性,2020-02-15\n2,阴性,2020-02-15\n'.encode(), "csv-quote-open"),
    "half a workbook": (b"PK\x03\x04" + bytes(range(256)) * 8, "excel-broken"),
    "old workbook of zeros": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "excel-broken"),
    "parquet": (b"PAR1" + bytes(100) + b"PAR1", "file-kind-unknown"),
    "json": (b'{"data": {}}', "file-kind-unknown"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", HOSTILE)
def test_a_refused_file_changes_nothing_and_leaves_its_reason(take: Take, town: Outcome, name: str) -> None:
    content, code = HOSTILE[name]
    before = state()
    with pytest.raises(FeedError) as refusal:
        take("tests", content)
    assert refusal.value.code == code
    assert state() == before
    refused = Delivery.objects.exclude(pk=town.delivery)
    assert [(one.state, one.error) for one in refused] == ([] if code == "file-empty" else [("refused", code)])


@pytest.mark.django_db
def test_somebody_who_may_not_deliver_changes_nothing(tmp_path: Path, town: Outcome) -> None:
    auditor = an_official("auditor", Official.Role.AUDITOR, name="审计")
    (tmp_path / "t.csv").write_text(csv_text(TESTS, [(document(1), "王1", "阴性", "2020-02-15")]))
    before = state()
    with pytest.raises(Exception, match="not-allowed"):
        take_file(tmp_path / "t.csv", feed="tests", by=auditor, source="s", legal_basis="l", now=NOW)
    assert state() == before


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """A database in which commits are commits, as other processes see them."""
    yield
    connections.close_all()


WORKER = """
import os, signal, sys
from pathlib import Path
from datetime import datetime, UTC
import django
django.setup()
from django.conf import settings
for alias in settings.DATABASES.values():
    alias["NAME"] = os.environ["TEST_DATABASE"]
from yimatong.records.actions import deliveries, officials
from yimatong.edges.feeds import importing
at = sys.argv[2]
flag = Path(sys.argv[3])
def stop(*args, **kwargs):
    flag.write_text("here")
    signal.pause()
if at == "before the counts":
    deliveries.close = stop
if at == "after the facts":
    deliveries.keep_held = stop
if at == "before the facts":
    importing.take_facts = stop
importing.take_file(Path(sys.argv[1]), feed="tests", by=officials.the_system(), source="s", legal_basis="l", now=datetime(2020, 2, 20, tzinfo=UTC))
flag.write_text("done")
"""


def started(path: Path, at: str, flag: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
    }
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    return subprocess.Popen([sys.executable, "-c", WORKER, str(path), at, str(flag)], env=environment)


@pytest.mark.kill
@pytest.mark.parametrize(
    "at",
    [
        "after the facts",
        *(pytest.param(at, marks=pytest.mark.soak) for at in ("before the facts", "before the counts")),
    ],
)
def test_a_process_killed_in_the_middle_leaves_nothing_and_its_file_can_be_taken(
    committed: None, tmp_path: Path, at: str
) -> None:
    by = the_system()
    path, flag = tmp_path / "t.csv", tmp_path / "flag"
    path.write_text(csv_text(TESTS, [(document(n), f"王{n}", "阴性", "2020-02-15") for n in range(50)]))
    before = state(), Delivery.objects.count(), AuditEntry.objects.count()
    process = started(path, at, flag)
    try:
        waited = time.monotonic() + 60
        while not flag.exists() and time.monotonic() < waited and process.poll() is None:
            time.sleep(0.05)
        assert flag.exists(), "the process never got there"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert (state(), Delivery.objects.count(), AuditEntry.objects.count()) == before
    outcome = take_file(path, feed="tests", by=by, source="s", legal_basis="l", now=NOW)
    assert (outcome.taken, outcome.appeared, outcome.again) == (50, 50, False)


def test_the_same_file_by_two_at_once_is_taken_once(committed: None, tmp_path: Path) -> None:
    the_system()
    path = tmp_path / "t.csv"
    path.write_text(csv_text(TESTS, [(document(n), f"王{n}", "阴性", "2020-02-15") for n in range(200)]))
    outcomes = at_once([path, path])
    assert sorted(outcome.again for outcome in outcomes) == [False, True]
    assert Fact.objects.count() == 200
    assert Delivery.objects.count() == 1


def test_the_same_rows_in_two_files_at_once_are_recorded_once(committed: None, tmp_path: Path) -> None:
    the_system()
    rows = [(document(n), f"王{n}", "阴性", "2020-02-15") for n in range(200)]
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    paths[0].write_text(csv_text(TESTS, rows))
    paths[1].write_text(csv_text(TESTS, [*reversed(rows), (document(300), "王300", "阴性", "2020-02-15")]))
    outcomes = at_once(paths)
    assert sum(outcome.taken for outcome in outcomes) == Fact.objects.count() == 201
    assert sum(outcome.unchanged for outcome in outcomes) == 200
    assert Person.objects.count() == 201


def test_two_feeds_at_once_that_both_name_new_people_record_each_once(committed: None, tmp_path: Path) -> None:
    the_system()
    tests, people = tmp_path / "t.csv", tmp_path / "p.csv"
    tests.write_text(csv_text(TESTS, [(document(n), f"王{n}", "阴性", "2020-02-15") for n in range(300)]))
    people.write_text(csv_text(("证件号码", "姓名"), [(document(n), f"王{n}") for n in range(300)]))
    outcomes = at_once([tests, people], feeds=["tests", "people"])
    assert sum(outcome.appeared for outcome in outcomes) == Person.objects.count() == 300
    assert all(outcome.held == 0 for outcome in outcomes)


def test_a_fact_recorded_alone_meanwhile_is_met_and_not_doubled(
    committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody records the same fact between the weighing and the insert: ours is unchanged, nothing fails."""
    from yimatong.records.actions.intake import facts as intake

    by = the_system()
    path = tmp_path / "t.csv"
    people = tmp_path / "p.csv"
    people.write_text(csv_text(("证件号码", "姓名"), [(document(n), f"王{n}") for n in range(3)]))
    take_file(people, feed="people", by=by, source="s", legal_basis="l", now=NOW)
    path.write_text(csv_text(TESTS, [(document(n), f"王{n}", "阴性", "2020-02-15") for n in range(3)]))
    person = Person.objects.get(name="王1").pk
    weigh = intake.weigh

    def and_meanwhile(*args: object, **words: object) -> None:
        weigh(*args, **words)  # type: ignore[arg-type]
        alone = threading.Thread(target=record_alone, args=(person,))
        alone.start()
        alone.join()

    monkeypatch.setattr(intake, "weigh", and_meanwhile)
    outcome = take_file(path, feed="tests", by=by, source="s", legal_basis="l", now=NOW)
    assert (outcome.taken, outcome.unchanged, outcome.held) == (2, 1, 0)
    assert Fact.objects.count() == 3


def record_alone(person: int) -> None:
    Fact.objects.create(
        person_id=person,
        kind="test",
        detail="negative",
        start=datetime(2020, 2, 14, 16, tzinfo=UTC),
        source="desk",
        legal_basis="l",
    )
    connections.close_all()


def at_once(paths: list[Path], feeds: Sequence[str] = ("tests", "tests")) -> list[Outcome]:
    """Take files in threads that start together, each with a connection of its own."""
    outcomes: list[Outcome] = []
    barrier = threading.Barrier(len(paths))

    def run(path: Path, feed: str) -> None:
        try:
            barrier.wait()
            outcomes.append(take_file(path, feed=feed, by=the_system(), source="s", legal_basis="l", now=NOW))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in zip(paths, feeds, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
