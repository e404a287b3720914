"""The drill of a stolen key, and the commands around keys, as somebody types them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

import pytest
from click.testing import CliRunner, Result

from tests.integration.passes.town import NOW, an_account, bind, people, publish
from tests.integration.refusing import as_owner
from yimatong.edges.cli.main import GROUPS, program
from yimatong.records import clock, jobs
from yimatong.records.models import AuditEntry, Official
from yimatong.stations.passes.actions import minting
from yimatong.stations.passes.drills import stolen_key
from yimatong.stations.passes.models import SigningKey, Strip, TrustCut
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


@pytest.fixture
def town(system: Official) -> Official:
    """Four people with strips; one of them was recalled."""
    crowd = people(4)
    publish({person.pk: "green" for person in crowd})
    for person in crowd:
        bind(an_account(person), person.pk)
    minting.mint(now=NOW)
    publish({crowd[0].pk: "yellow"})
    keep_up(by=system, now=NOW)
    return system


@pytest.fixture
def yimatong(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The program, in the city's February."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return lambda *words: CliRunner().invoke(program(GROUPS, nullcontext), ["--lang", "en", *words])


def test_a_rehearsal_shows_everything_and_changes_nothing(town: Official):
    before = (
        list(Strip.objects.order_by("binding_id", "day").values_list()),
        TrustCut.objects.count(),
        list(SigningKey.objects.order_by("kid").values_list()),
    )
    drill = stolen_key(by=town, now=NOW)
    assert drill.passed
    assert [(step.code, step.found) for step in drill.steps] == [
        ("key-killed", "published"),
        ("everybody-signed-anew", "4"),
        ("pass-of-the-stolen-key", "key-compromised"),
        ("pass-of-the-new-key", "green"),
        ("recalled-stays-recalled", "recalled"),
    ]
    after = (
        list(Strip.objects.order_by("binding_id", "day").values_list()),
        TrustCut.objects.count(),
        list(SigningKey.objects.order_by("kid").values_list()),
    )
    assert after == before
    assert AuditEntry.objects.filter(action="drill.stolen-key").count() == 1


def test_a_drill_that_could_show_nothing_is_not_passed(system: Official):
    drill = stolen_key(by=system, now=NOW)
    assert [step.code for step in drill.steps][2:] == [
        "pass-of-the-stolen-key-not-shown",
        "pass-of-the-new-key-not-shown",
        "recalled-stays-recalled-not-shown",
    ]
    assert not drill.passed


def test_a_drill_where_nobody_has_a_code_says_so(system: Official, yimatong: Callable[..., Result]):
    drilled = yimatong("drill", "stolen-key")
    assert drilled.exit_code == 1
    assert "nobody has a code yet" in drilled.output
    assert "as it should" not in drilled.output


def test_for_real_the_key_is_dead_and_everybody_has_new_strips(town: Official):
    old = SigningKey.objects.get(use="pass").kid
    drill = stolen_key(by=town, now=NOW, for_real=True)
    assert drill.passed
    assert {step.code: step.found for step in drill.steps}["everybody-signed-anew"] == "16"
    assert SigningKey.objects.get(pk=old).state == "compromised"
    assert old not in {bytes(kid).hex() for kid in Strip.objects.values_list("kid", flat=True)}


def test_the_commands_do_it_and_say_so(town: Official, yimatong: Callable[..., Result]):
    listed = yimatong("keys", "list")
    assert listed.exit_code == 0, listed.output
    assert "trust list 1" in listed.output
    old = SigningKey.objects.get(use="pass").kid
    assert f"* {old}  pass" in listed.output
    drilled = yimatong("drill", "stolen-key")
    assert drilled.exit_code == 0, drilled.output
    assert "one recalled before, by the new key  recalled" in drilled.output
    dead = yimatong("keys", "compromised", old, "--why", "found in a bin")
    assert dead.exit_code == 0, dead.output
    assert "16 strips were signed anew" in dead.output
    assert yimatong("keys", "rotate", "recall").exit_code == 0
    assert yimatong("keys", "reissue", "--why", "a claim was wrong", "--hours", "1").exit_code == 0
    assert "re-issue since" in yimatong("keys", "list").output
    followed = yimatong("strips", "follow", "--everybody")
    assert "recalled 0, issued 0" in followed.output
    assert yimatong("strips", "mint").exit_code == 0


def test_the_tasks_do_the_same_by_themselves(town: Official, monkeypatch: pytest.MonkeyPatch):
    from yimatong.stations.passes import tasks

    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(tasks, "alone", lambda _work: nullcontext(True))
    monkeypatch.setattr(tasks.os, "cpu_count", lambda: 2)
    with as_owner():
        Strip.objects.all()._raw_delete("default")
    tasks.mint_strips(0)
    assert Strip.objects.count() == 16
    publish(dict.fromkeys(Strip.objects.values_list("credential__person_id", flat=True)[:1], "red"))
    cuts = TrustCut.objects.count()
    tasks.follow_and_cut(0)
    assert TrustCut.objects.count() == cuts
    assert jobs.later("23:30", 60) == "00:30"
