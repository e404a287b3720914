"""Every specimen of every policy, through every engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.spec.engines import ENGINES
from yimatong.core.engine import reference
from yimatong.core.policy.crowds import Crowd, bare, crowds
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy
from yimatong.core.policy.scenes import Specimen
from yimatong.core.policy.specimens import differences, load_specimens, run

POLICIES = Path(__file__).resolve().parents[2] / "policies"
PACKS = {folder.name: load(folder) for folder in sorted(POLICIES.iterdir()) if (folder / "policy.yaml").is_file()}
SPECIMENS = {name: load_specimens(POLICIES / name, policy) for name, policy in PACKS.items()}
SCENES = [(name, specimen) for name, specimens in SPECIMENS.items() for specimen in specimens]
FAST = [engine for engine in ENGINES if engine != "reference"]
"""The reference has said what it says of each scene by itself."""
CROWDS = [(name, crowd) for name, specimens in SPECIMENS.items() for crowd in crowds(specimens, PACKS[name])]


@pytest.mark.parametrize(("name", "specimen"), SCENES, ids=[f"{name}-{specimen.id}" for name, specimen in SCENES])
def test_the_reference_says_what_the_scene_says(name: str, specimen: Specimen) -> None:
    policy = PACKS[name]
    outcomes = run(specimen, policy, reference.judge)
    assert outcomes
    assert [differences(outcome, policy.zone) for outcome in outcomes] == [()] * len(outcomes)


@pytest.mark.parametrize("engine", FAST)
@pytest.mark.parametrize(("name", "crowd"), CROWDS, ids=[f"{name}-{crowd.as_of}" for name, crowd in CROWDS])
def test_every_engine_says_what_the_scenes_say(engine: str, name: str, crowd: Crowd) -> None:
    judgement = ENGINES[engine](crowd.town, bare(PACKS[name]), crowd.as_of)
    verdicts = {verdict.person: verdict for verdict in judgement.verdicts}
    assert crowd.members
    for person, member in crowd.members.items():
        verdict, expected = verdicts[person], member.expected
        assert (verdict.colour, verdict.rules) == (expected.colour, expected.rules), expected.place
        for moment, instant in expected.moments.items():
            said = getattr(verdict, moment)
            assert said == (None if instant is None else instant + member.moved), (expected.place, moment)


@pytest.mark.parametrize("engine", FAST)
@pytest.mark.parametrize("name", PACKS)
def test_every_engine_gives_the_evidence_of_the_reference(engine: str, name: str) -> None:
    policy = bare(PACKS[name])
    crowd = max((crowd for pack, crowd in CROWDS if pack == name), key=lambda crowd: len(crowd.town.people))
    assert len(crowd.town.people) >= 5
    assert ENGINES[engine](crowd.town, policy, crowd.as_of) == reference.judge(crowd.town, policy, crowd.as_of)


@pytest.mark.parametrize("engine", FAST)
@pytest.mark.parametrize("scene", ["a-listing-of-ten-days", "hubei-after-its-last-day"])
def test_every_engine_knows_the_areas_that_stand_in_the_policy(engine: str, scene: str) -> None:
    """Crowds bring areas of their own; here the policy's list of dated divisions is left where it is."""
    policy = PACKS["cn-zj-ningbo"]
    specimen = next(specimen for specimen in SPECIMENS["cn-zj-ningbo"] if specimen.id == scene)
    assert specimen.town.areas == ()
    outcomes = run(specimen, policy, ENGINES[engine])
    assert len({rule for outcome in outcomes for rule in outcome.verdict.rules}) == 2
    assert [differences(outcome, policy.zone) for outcome in outcomes] == [()] * len(outcomes)


def test_there_are_specimens_enough_and_each_policy_differs() -> None:
    scenes = {name: len(specimens) for name, specimens in SPECIMENS.items()}
    assert scenes["cn-zj"] + scenes["cn-zj-ningbo"] >= 60
    assert scenes["cn-zj-hangzhou"] >= 10


def timeless(policy: Policy) -> Policy:
    """The policy with its rules in force on every day."""
    assert all(len(rule.in_force) == 1 for rule in policy.rules)
    always = {rule.id: replace(rule.in_force[0], first=date.min, last=date.max) for rule in policy.rules}
    return replace(policy, rules=tuple(replace(rule, in_force=(always[rule.id],)) for rule in policy.rules))


def test_the_same_scene_comes_out_otherwise_in_hangzhou() -> None:
    """Two negative tests turn a traveller green in Ningbo's province and change nothing in Hangzhou."""
    scene = next(specimen for specimen in SPECIMENS["cn-zj"] if specimen.id == "two-negatives-a-day-apart")
    colours = {
        name: [outcome.verdict.colour for outcome in run(scene, timeless(PACKS[name]), reference.judge)]
        for name in ("cn-zj", "cn-zj-hangzhou")
    }
    assert colours == {"cn-zj": ["red", "green"], "cn-zj-hangzhou": ["red", "red"]}
