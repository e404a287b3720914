"""A run over the touched is what a run over everybody would have been, whatever the day brought."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections

from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.whole import differences
from yimatong.core.policy.load import load
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, lifecycle, replaying
from yimatong.stations.judgements.models import CurrentVerdict

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def test_touched_equals_full_day_after_day(
    city: City, system: Official, policy: Path, clean_home: Path, tmp_path: Path
):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    days = {
        1: lambda: city.record(8),
        9: lambda: city.strike(6),
        26: lambda: city.deliver(clean_home, 2, 40),
        27: lambda: None,
        150: lambda: city.record(2),
    }
    for hours, happens in days.items():
        happens()
        line = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=hours))
        assert (line.kind, line.state) == ("touched", "published")
        assert line.touched is not None
        assert line.touched < 120, "some people were left alone"
        assert differences(load(policy), clean_home, tmp_path / "whole") == {}
        assert replaying.replay(by=system, run=line.run).same


def test_nothing_new_is_said_so(city: City, system: Official, policy: Path):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    second = actions.run_touched(by=system, policy=policy, as_of=AS_OF)
    assert (second.state, second.same_as) == ("repeated", first.run)


def test_everybody_is_judged_where_the_touched_cannot_be_told(city: City, system: Official, policy: Path):
    first = actions.run_touched(by=system, policy=policy, as_of=AS_OF)
    lifecycle.clear(first.run)
    second = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=1))
    assert [first.kind, second.kind] == ["full", "full"], "nothing in force; then its inputs are gone"


def test_an_outcome_that_is_gone_is_put_together_from_the_database(
    city: City, system: Official, policy: Path, clean_home: Path, tmp_path: Path
):
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    (lifecycle.folder_of(first.run) / "outputs" / "reasons.parquet").unlink()
    city.record(5)
    second = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=30))

    assert (second.kind, second.state) == ("touched", "published")
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}
    third = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(hours=31))
    assert third.state == "published"
    assert differences(load(policy), clean_home, tmp_path / "whole") == {}


def test_a_struck_fact_gives_the_colour_back(city: City, system: Official, policy: Path):
    actions.run_full(by=system, policy=policy, as_of=AS_OF)
    red = CurrentVerdict.objects.filter(colour="red", rules="red.quarantine_order").order_by("person").first()
    assert red is not None
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE facts SET struck_at = now(), strike_reason = 'appeal', struck_by_id = %s WHERE id = %s",
            [system.pk, red.facts.split("/")[1]],
        )
    actions.run_touched(by=system, policy=policy, as_of=AS_OF)
    after = CurrentVerdict.objects.get(person=red.person)
    assert red.rules not in after.rules.split(",")
    assert after.run_id > red.run_id
