"""What the worker's rounds do beside the minute: follow a publication at once, and make up for nights that were missed."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, transaction
from structlog.testing import capture_logs

from tests.integration.passes.test_minting import town
from tests.integration.passes.town import NOW, Gate, an_account, bind, people, publish
from yimatong.records import jobs
from yimatong.records.models import Official, Work
from yimatong.stations.passes import tasks
from yimatong.stations.passes.actions import bindings, keys, papers
from yimatong.stations.passes.models import Credential, PaperCredential, SigningKey
from yimatong.stations.passes.upkeep import REST

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
BESIDE = list(jobs._beside)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The city's time; later rounds are a minute later."""
    times = [NOW]
    monkeypatch.setattr(tasks.clock, "now", lambda: times[-1])
    return times


def rounds_by(monkeypatch: pytest.MonkeyPatch) -> int:
    """How many rounds a look between the minutes does."""
    rounds: list[object] = []
    with monkeypatch.context() as counted:
        counted.setattr(tasks, "keep_up", lambda **how: rounds.append(how))
        tasks.follow_soon()
    return len(rounds)


def test_a_round_follows_between_the_minutes_where_a_run_was_published_and_only_then(
    system: Official, monkeypatch: pytest.MonkeyPatch, clock: list[datetime]
):
    town(1)
    person = Credential.objects.get().person_id
    clock.append(NOW + timedelta(minutes=1))
    tasks.follow_soon()
    clock.append(NOW + timedelta(minutes=2))
    assert rounds_by(monkeypatch) == 0, "nothing was published"
    publish({person: "red"})
    assert rounds_by(monkeypatch) == 1
    tasks.follow_soon()
    assert Credential.objects.get(recalled_at=None).colour == "red"
    assert not Work.objects.exists(), "a look between the minutes is not the minute's round"
    publish({person: "yellow"})
    clock.append(clock[-1] + timedelta(seconds=REST - 1))
    assert rounds_by(monkeypatch) == 0, "cuts rest, or gates would fetch a file for each recall"
    clock.append(clock[-1] + timedelta(seconds=1))
    assert rounds_by(monkeypatch) == 1


def test_what_is_recalled_without_a_run_is_on_the_lists_between_the_minutes(
    system: Official, monkeypatch: pytest.MonkeyPatch, clock: list[datetime]
):
    """A phone given up, a person no longer looked after, a paper taken back by hand."""
    crowd = people(4)
    publish({person.pk: "green" for person in crowd})
    tokens = [bind(an_account(person), person.pk).token for person in crowd[:2]]
    until = NOW + timedelta(days=2)
    for person in crowd[2:]:
        with transaction.atomic():
            papers.hold(person.pk)
            papers.grant(person=person.pk, issued_at=NOW, until=until, longest=14)

    def taken_back(person: int) -> None:
        PaperCredential.objects.filter(person=person).update(recalled_at=clock[-1], cause="lost")

    for minute, recall in enumerate(
        (
            lambda: bindings.unbind(token=tokens[0], now=clock[-1]),
            lambda: bindings.end_all(person=crowd[1].pk, why="struck", now=clock[-1]),
            lambda: taken_back(crowd[2].pk),
        ),
        1,
    ):
        clock.append(NOW + timedelta(minutes=minute))
        tasks.follow_soon()
        clock.append(clock[-1] + timedelta(seconds=REST))
        assert rounds_by(monkeypatch) == 0
        recall()
        tasks.follow_soon()
        assert not Credential.objects.filter(recalled_at__isnull=False, listed=False).exists()
        assert not PaperCredential.objects.filter(recalled_at__isnull=False, listed=False).exists()
    assert Credential.objects.filter(listed=True).count() == 2
    clock.append(NOW + timedelta(days=400))
    taken_back(crowd[3].pk)
    assert rounds_by(monkeypatch) == 0, "of a list that is over nothing is missing"


def test_a_publication_is_on_the_lists_within_ten_seconds_though_no_slot_of_the_worker_is_free(
    system: Official, clean_home: Path, monkeypatch: pytest.MonkeyPatch, clock: list[datetime]
):
    """There is no worker here at all, only what it does beside its jobs; a first look of it fails."""
    town(1)
    person = Credential.objects.get().person_id
    clock.append(NOW + timedelta(minutes=1))
    over, failed = threading.Event(), threading.Event()
    real = tasks.keep_up

    def fails_once(**how: object) -> None:
        if not failed.is_set():
            failed.set()
            raise OperationalError("the database is away")
        real(**how)

    monkeypatch.setattr(tasks, "keep_up", fails_once)
    monkeypatch.setattr(jobs, "_beside", [(0.2, work) for _, work in jobs._beside if work is tasks.follow_soon])
    assert [every for every, work in BESIDE if work is tasks.follow_soon] == [2.0]
    with capture_logs():
        threads = jobs.begin_beside(over)
        try:
            publish({person: "red"})
            until = time.monotonic() + 60
            while not Credential.objects.filter(recalled_at__isnull=False, listed=True).exists():
                assert time.monotonic() < until
                time.sleep(0.05)
        finally:
            over.set()
            for thread in threads:
                thread.join()
    assert failed.is_set()
    gate = Gate(clean_home)
    gate.sync(clock[-1])
    assert {len(listed.slots) for listed in gate.recall.values()} == {1}


def test_a_night_that_was_missed_and_what_a_dead_key_signed_are_made_up_for_beside_the_rounds(
    system: Official, monkeypatch: pytest.MonkeyPatch
):
    """Not in the round itself: lists are cut while a million strips are signed."""
    monkeypatch.setattr(tasks.clock, "now", lambda: NOW)
    woken: list[str] = []
    monkeypatch.setattr(tasks.jobs, "wake", lambda task: woken.append(task.name.rpartition(".")[2]))
    town(2)
    tasks.mint_strips.func(0)
    tasks.follow_and_cut.func(0)
    assert woken == []
    Work.objects.filter(name="mint_strips").update(done_at=datetime.now(UTC) - timedelta(hours=26))
    tasks.follow_and_cut.func(0)
    assert woken == ["mint_strips"]
    tasks.mint_strips.func(0)
    tasks.follow_and_cut.func(0)
    assert woken == ["mint_strips"], "it was made up for"
    keys.compromised(by=system, kid=SigningKey.objects.get(use="pass").kid, why="trial", now=NOW)
    tasks.follow_and_cut.func(0)
    assert woken == ["mint_strips", "mint_due"]
