"""The fast engines say what the reference says, about towns made from the rules backwards."""

from __future__ import annotations

import tempfile
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.generative.parquet import read_judgement, write_town
from tests.generative.towns import AS_OF, LENGTHS, towns
from yimatong.core.engine import duckdb, reference
from yimatong.core.engine.duckdb import Limits
from yimatong.core.facts import Town
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy

POLICIES = Path(__file__).parents[2] / "policies"
LIMITS = Limits(threads=1)
many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
some = settings(many, max_examples=30)


@pytest.fixture(scope="module", params=["cn-zj-ningbo", "cn-zj-hangzhou"])
def policy(request: pytest.FixtureRequest) -> Policy:
    return load(POLICIES / request.param)


@many
@given(town=towns(25))
def test_duckdb_judges_as_the_reference_does(policy: Policy, town: Town) -> None:
    expected = reference.judge(town, policy, AS_OF)
    with tempfile.TemporaryDirectory() as folder:
        sources = write_town(town, Path(folder) / "in")
        outcome = duckdb.judge(sources, policy, AS_OF, Path(folder) / "out", limits=LIMITS)
        found = read_judgement(Path(folder) / "out")
    assert found.reasons == expected.reasons
    assert found.verdicts == expected.verdicts
    assert sum(outcome.counts.values()) == len(town.people)


@some
@given(town=towns(20), ago=LENGTHS, data=st.data())
def test_judging_the_touched_equals_judging_everybody(policy: Policy, town: Town, ago: int, data: st.DataObject) -> None:
    numbers = data.draw(st.sets(st.integers(0, max(0, len(town.facts) - 1))))
    late = {fact for number, fact in enumerate(town.facts) if number in numbers}
    newcomers = {person.person for person in town.people[len(town.people) // 2 + 1 :]}
    earlier = replace(
        town,
        people=tuple(person for person in town.people if person.person not in newcomers),
        facts=tuple(fact for fact in town.facts if fact not in late),
        areas=town.areas[1:],
        stays=town.stays[: len(town.stays) // 2],
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        duckdb.judge(write_town(earlier, folder / "then"), policy, AS_OF - ago, folder / "before", limits=LIMITS)
        sources = write_town(town, folder / "now")
        duckdb.judge(sources, policy, AS_OF, folder / "full", limits=LIMITS)
        changed = [fact.person for fact in late]
        outcome = duckdb.judge_touched(
            sources, policy, AS_OF, folder / "touched", before=folder / "before", changed=changed, limits=LIMITS
        )
        full = {path.name: path.read_bytes() for path in (folder / "full").iterdir()}
        touched = {path.name: path.read_bytes() for path in (folder / "touched").iterdir()}
    assert touched == full
    assert len(newcomers) <= outcome.touched <= len(town.people)


@settings(many, max_examples=15)
@given(town=towns(12), data=st.data())
def test_the_order_of_facts_changes_nothing(policy: Policy, town: Town, data: st.DataObject) -> None:
    chance = data.draw(st.randoms(use_true_random=False))
    facts, stays = chance.sample(town.facts, len(town.facts)), chance.sample(town.stays, len(town.stays))
    shuffled = replace(town, facts=tuple(facts), stays=tuple(stays))
    assert reference.judge(shuffled, policy, AS_OF) == reference.judge(town, policy, AS_OF)


@settings(many, max_examples=15)
@given(town=towns(12))
def test_a_judgement_is_repeatable_bit_for_bit(policy: Policy, town: Town) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = write_town(town, folder / "in")
        duckdb.judge(sources, policy, AS_OF, folder / "first", limits=LIMITS)
        duckdb.judge(sources, policy, AS_OF, folder / "second")
        for path in (folder / "first").iterdir():
            assert path.read_bytes() == (folder / "second" / path.name).read_bytes()


@settings(many, max_examples=30)
@given(town=towns(12))
def test_green_is_earned_and_never_given_to_the_undeclared(policy: Policy, town: Town) -> None:
    judgement = reference.judge(town, policy, AS_OF)
    declared = {fact.person for fact in town.facts if fact.kind == "declaration" and fact.start <= AS_OF}
    held = {reason.person for reason in judgement.reasons}
    for verdict in judgement.verdicts:
        assert (verdict.colour == "unknown") == (verdict.person not in declared), astuple(verdict)
        assert (verdict.colour == "green") == (verdict.person in declared - held)
