"""What the worker's rounds do beside the minute: follow a publication at once, and make up for nights that were missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.passes.test_minting import town
from tests.integration.passes.town import NOW, publish
from yimatong.records.models import Official, Work
from yimatong.stations.passes import tasks
from yimatong.stations.passes.actions import keys
from yimatong.stations.passes.models import Credential, SigningKey

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def test_a_round_follows_between_the_minutes_where_a_run_was_published_and_only_then(
    system: Official, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tasks.clock, "now", lambda: NOW)
    town(1)
    person = Credential.objects.get().person_id
    tasks.follow_soon.func(0)
    rounds: list[object] = []
    with monkeypatch.context() as counted:
        counted.setattr(tasks, "keep_up", lambda **how: rounds.append(how))
        tasks.follow_soon.func(0)
        assert rounds == [], "nothing was published"
        publish({person: "red"})
        tasks.follow_soon.func(0)
        assert len(rounds) == 1
    tasks.follow_soon.func(0)
    assert Credential.objects.get(recalled_at=None).colour == "red"
    assert not Work.objects.exists(), "a look between the minutes is not the minute's round"


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
