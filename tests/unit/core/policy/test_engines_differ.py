"""A policy is examined by the engine that judges the city as well: where that says otherwise, the check says so, at the scene."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.core.policy.test_format_page import NAMES, written
from yimatong.core.engine import in_memory, reference, steps
from yimatong.core.engine.in_memory import ENGINES
from yimatong.core.engine.plan import deadlines, derivation
from yimatong.core.policy.crowds import bare, crowds
from yimatong.core.policy.examine import examine
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy
from yimatong.core.policy.specimens import load_specimens

POLICIES = Path(__file__).resolve().parents[4] / "policies"
Watching = derivation.watched_areas


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A plan in which the areas of these levels and groups are watched by nobody."""
    forgotten: list[str] = []

    def watching(policy: Policy) -> object:
        areas = Watching(policy)
        return areas.filter(areas.level.notin(forgotten))

    for module in (derivation, deadlines):
        monkeypatch.setattr(module, "watched_areas", watching)
    steps.forget()
    yield forgotten
    monkeypatch.undo()
    steps.forget()


def test_a_level_that_the_engine_of_the_city_forgets_is_noticed(forgetful: list[str], tmp_path: Path) -> None:
    assert written(NAMES[0], tmp_path, 3) == 9
    assert examine(tmp_path / "cn-demo", ENGINES).problems == ()
    forgetful.append("named_counties")
    steps.forget()
    (problem,) = examine(tmp_path / "cn-demo", ENGINES).problems
    assert (problem.place, problem.code) == ("cn-demo/people/named.yaml:2", "policy-engines-differ")


@pytest.mark.parametrize("level", ["key", "control_zone"])
def test_a_level_is_held_by_a_scene_of_the_shipped_policy(forgetful: list[str], level: str) -> None:
    """Where its rules ask for the level; control zones are asked for by checkpoints alone."""
    folder = POLICIES / "cn-zj"
    policy = load(folder)
    asked = {detail for rule in policy.rules for when in rule.when if when.fact == "visit" for detail in when.details}
    forgetful.append(level)
    steps.forget()
    found = {problem.code for problem in examine(folder, ENGINES).problems}
    assert found == ({"policy-engines-differ"} if level in asked else set())


def test_a_crowd_is_judged_as_its_scenes_are() -> None:
    """Renumbered, moved by whole days, side by side: everybody is told what the scene alone tells them."""
    policy = load(POLICIES / "cn-zj-ningbo")
    specimens = load_specimens(POLICIES / "cn-zj-ningbo", policy)
    told = 0
    for crowd in crowds(specimens, policy):
        judged = {
            verdict.person: verdict for verdict in reference.judge(crowd.town, bare(policy), crowd.as_of).verdicts
        }
        for person, member in crowd.members.items():
            alone = reference.judge(member.specimen.town, policy, member.expected.at).verdicts
            (own,) = [verdict for verdict in alone if verdict.person == member.expected.person]
            assert (judged[person].colour, judged[person].rules) == (own.colour, own.rules), member.expected.place
            assert judged[person].until == (None if own.until is None else own.until + member.moved)
            told += 1
    assert told >= 30


def test_a_town_in_memory_is_judged_as_the_reference_judges_it() -> None:
    policy = load(POLICIES / "cn-zj")
    scene = next(one for one in load_specimens(POLICIES / "cn-zj", policy) if one.id == "two-negatives-a-day-apart")
    with in_memory.city() as judge:
        for expected in scene.expected:
            found = judge(scene.town, policy, expected.at)
            assert found == reference.judge(scene.town, policy, expected.at)
            assert found.verdicts
