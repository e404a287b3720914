"""Health looks at everything that has to be there and to happen, names what is not well, and has no person in its words (H1, S12)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import OperationalError

from tests.integration.refusing import as_owner
from yimatong.edges.web.official import watching
from yimatong.records import clock
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Work
from yimatong.site import health, parts
from yimatong.site.commands import health as command
from yimatong.site.watch import Alarm
from yimatong.stations.declarations.actions import messages
from yimatong.stations.declarations.models import Message, Provider
from yimatong.stations.passes import keyring
from yimatong.stations.passes.days import seconds
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own with signed lists, in which every work was done a moment ago."""
    monkeypatch.setattr(settings, "YIMATONG_HOME", tmp_path)
    monkeypatch.setattr(health, "_is_migrated", lambda: True)
    monkeypatch.setattr(health, "answers", lambda alias: True)
    monkeypatch.setattr(health, "_user", lambda alias: alias)
    keep_up(by=the_system(), now=clock.now())
    for name in watching.WORKS:
        Work.objects.update_or_create(name=name, defaults={"done_at": datetime.now(UTC)})
    return tmp_path


def found() -> set[str]:
    """What is not well, but for the days of the policy and the night, which the tests' city has not."""
    return set(health.problems()) - {"late-policy", "late-night"}


def test_of_everything_it_is_said_how_it_is() -> None:
    assert found() == set()
    names = {check.name for check in health.checks()}
    assert {"disk", "database", "keys", "trust list", "recall lists", "night", *watching.WORKS} <= names
    assert all(check.told.of("zh") and check.told.of("en") for check in health.checks())


def test_a_disk_that_is_nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "YIMATONG_DISK_LOW", 1e9)
    assert found() == {"disk-low"}


def test_a_provider_of_texts_that_fails_for_minutes_while_texts_wait() -> None:
    at = datetime.now(UTC)
    messages.post(kind="told", phone="17000000001", text="x", at=at)
    Provider.objects.create(name="sms.example/texts", failing_since=at - timedelta(minutes=4))
    assert found() == set(), "texts have waited for a moment only"
    with as_owner():
        Message.objects.update(made_at=at - timedelta(minutes=4))
    assert found() == {"texts-wait"}
    said = {check.name: check.told for check in health.checks()}["texts"]
    assert said.of("en") == "1 wait, failing: sms.example/texts"
    assert "17000000001" not in said.of("zh")


def test_a_key_that_signs_is_gone(own_home: Path) -> None:
    row = keyring.signing_row("recall", seconds(clock.now()))
    assert row is not None
    keyring.file_of("recall", row.kid).unlink()
    assert found() == {"key-file-missing"}
    (own_home / "keys" / "pass-secret").unlink(missing_ok=True)
    assert found() == {"key-file-missing"}


@pytest.mark.parametrize(
    ("minutes", "codes"), [(2, set()), (4, {"list-recall-old"}), (6 * 60 + 4, {"list-recall-old", "list-trust-old"})]
)
def test_lists_that_are_old(monkeypatch: pytest.MonkeyPatch, minutes: int, codes: set[str]) -> None:
    """A recall list from its first missed minutes on, a trust list from its first missed round: long before either is over."""
    later = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert {code for code in found() if code.startswith("list-")} <= {*codes, "list-checkpoints-old"}
    assert codes <= found()


def test_lists_that_are_gone(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_home / "signed" / "index.json").unlink()
    assert found() == set(), "a moment after the first was signed they are about to be written"
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert found() == {"lists-missing"}


def test_parts_that_are_away_or_down_and_how_often_they_came_back(own_home: Path) -> None:
    parts.note(
        own_home,
        [
            parts.Standing("database", "up", int(time.time()), 3, "SIGKILL"),
            parts.Standing("web", "waiting", int(time.time()), 0, "exit code 1"),
            parts.Standing("worker", "down", int(time.time()), 2, "SIGKILL"),
        ],
    )
    assert found() == {"part-waiting-web", "part-down-worker"}
    said = {check.name: check.told.of("en") for check in health.checks()}
    assert "came back 3 times (SIGKILL)" in said["part database"]


def test_what_was_noted_by_somebody_who_is_dead_is_not_believed(own_home: Path) -> None:
    parts.note(own_home, [parts.Standing("worker", "down", 0)])
    file = parts.file_in(own_home)
    told = json.loads(file.read_text())
    told["keeper"] = [os.getpid(), psutil.Process().create_time() - 1]
    file.write_text(json.dumps(told))
    assert parts.noted(own_home) == ()
    file.write_text("{")
    assert parts.noted(own_home) == ()


def test_of_two_that_keep_parts_in_one_home_the_first_is_told(own_home: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        begun = psutil.Process(other.pid).create_time()
        told = {"keeper": [other.pid, begun], "parts": [asdict(parts.Standing("worker", "up", 7))]}
        parts.file_in(own_home).write_text(json.dumps(told))
        parts.note(own_home, [parts.Standing("worker", "down", 0)])
        parts.forget(own_home)
        assert parts.noted(own_home) == (parts.Standing("worker", "up", 7),)
        other.communicate(b"")
    parts.note(own_home, [parts.Standing("worker", "down", 0)])
    assert parts.noted(own_home) == (parts.Standing("worker", "down", 0),), "whoever died is followed by the next"
    parts.forget(own_home)
    assert parts.noted(own_home) == ()


def test_a_database_that_goes_away_while_it_looks_is_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> list[str]:
        raise OperationalError("gone")

    monkeypatch.setattr(health, "obstacles", gone)
    assert found() == {"database-does-not-answer"}
    assert Alarm().look(0.0) == ("database-does-not-answer",), "and an alarm too"


def test_the_command_names_in_its_last_line_what_is_not_well_and_ends_with_one(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    (own_home / "signed" / "index.json").unlink()
    said = CliRunner().invoke(command.command, standalone_mode=False)
    assert "lists-missing" in said.output.splitlines()[-1].split()
    assert any(line.startswith("! signed lists") for line in said.output.splitlines())
    assert said.return_value == 1


def test_whether_pages_and_judge_log_in_as_the_owner_is_told_and_is_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests share one login, as a server of one's own without the two further settings does."""
    monkeypatch.setattr(health, "_user", lambda alias: "city")
    assert found() == set()
    said = {check.name: check.told for check in health.checks()}["logins"]
    assert said.of("en") == "pages and judge log in as the owner of the tables; see docs/how-to/run.md"
    own = {"default": "city_pages", "judge": "city", "owner": "city"}
    monkeypatch.setattr(health, "_user", own.__getitem__)
    assert {check.name: check.told for check in health.checks()}["logins"].of("zh").startswith("研判与表的属主共用")
    monkeypatch.setattr(health, "_user", lambda alias: alias)
    assert {check.name: check.told for check in health.checks()}["logins"].of(
        "en"
    ) == "pages, judge and owner each have their own"
