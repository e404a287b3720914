"""Specimens are read as they are written, and a policy whose values drift is noticed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from yimatong.core.engine import reference
from yimatong.core.facts import Area, Fact, Home, Kind, Level, Stay
from yimatong.core.policy.changes import changes
from yimatong.core.policy.examine import differs
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy
from yimatong.core.policy.scenes import FIRST_AREA, HOME, Specimen
from yimatong.core.policy.specimens import load_specimens, run

GOOD = Path(__file__).parent / "good" / "zz-land"
SCENE = """- id: everything
  title: {zh: 全部写法, en: Every form}
  people:
    an:
      facts:
        - declaration desk 2020-02-10
        - case confirmed 2020-02-12 09:00 .. 2020-02-14 onset 2020-02-11
        - declaration self 2020-02-20 08:00 daily to 2020-02-22
      homes: [stairwell 7 2020-01-01 .. 2020-02-10]
      stays: [place 501 in 420106001 2020-02-01 09:00 .. 2020-02-02 12:00]
    bo:
      division: 330206001
      facts: [test negative 2020-02-10 00:00]
  areas: [key 420000 2020-01-23, specified place 501 2020-02-01 .. 2020-02-02 10:00]
  expect:
    - {person: an, at: 2020-02-12 09:00, colour: red, rules: [red.case]}
"""
MIDNIGHT = 26_354_400
"""2020-02-10 00:00 in Shanghai."""
DAY = 1440


@pytest.fixture
def policy() -> Policy:
    return load(GOOD)


@pytest.fixture
def everything(tmp_path: Path, policy: Policy) -> Specimen:
    (tmp_path / "zz-land" / "people").mkdir(parents=True)
    (tmp_path / "zz-land" / "people" / "all.yaml").write_text(SCENE, encoding="utf-8")
    (specimen,) = load_specimens(tmp_path / "zz-land", policy)
    return specimen


def test_a_scene_becomes_the_town_that_it_describes(everything: Specimen) -> None:
    town = everything.town
    assert [(person.person, person.division) for person in town.people] == [(1, HOME), (2, 330206001)]
    declared, case, *daily, test = town.facts
    assert declared == Fact(1, 1, Kind.DECLARATION, "desk", MIDNIGHT)
    assert case == Fact(2, 1, Kind.CASE, "confirmed", MIDNIGHT + 2 * DAY + 540, MIDNIGHT + 5 * DAY - 1, MIDNIGHT + DAY)
    assert [fact.start for fact in daily] == [MIDNIGHT + n * DAY + 480 for n in (10, 11, 12)]
    assert test == Fact(6, 2, Kind.TEST, "negative", MIDNIGHT)
    assert town.homes == (Home(1, 7, MIDNIGHT - 40 * DAY, MIDNIGHT + DAY - 1),)
    assert town.stays == (Stay(1, 501, 420106001, MIDNIGHT - 9 * DAY + 540, MIDNIGHT - 8 * DAY + 720),)
    assert town.areas == (
        Area(FIRST_AREA, Level.KEY, 420000000, 429999999, None, MIDNIGHT - 18 * DAY),
        Area(FIRST_AREA + 1, Level.SPECIFIED, 0, 0, 501, MIDNIGHT - 9 * DAY, MIDNIGHT - 8 * DAY + 600),
    )


def test_what_an_engine_says_is_compared_in_every_stated_value(everything: Specimen, policy: Policy) -> None:
    (outcome,) = run(everything, policy, reference.judge)
    assert outcome.verdict.rules == ("red.case",)
    assert not differs(everything, policy, reference.judge)
    for wrong in (
        replace(outcome.expected, rules=()),
        replace(outcome.expected, facts=("case/9",)),
        replace(outcome.expected, moments={"until": 0}),
        replace(outcome.expected, moments={"next_change": None}),
    ):
        assert differs(replace(everything, expected=(wrong,)), policy, reference.judge)


def test_every_value_of_a_rule_is_changed_once(policy: Policy) -> None:
    said = [change.words.of("en") for change in changes(policy.rules)]
    assert len(said) == 18
    for words in (
        "be without case confirmed", "last 19 days", "last 21 days", "have or_fact_end: False", "be without its lift 1",
        "have count: 1 in its lift 1", "have count: 3 in its lift 1", "have within_days: 2 in its lift 1",
        "have within_days: 4 in its lift 1", "have min_hours: 23 in its lift 1", "have min_hours: 25 in its lift 1",
        "have after: end in its lift 1",
    ):  # fmt: skip
        assert words in said


def test_a_change_leaves_the_other_rules_as_they_are(policy: Policy) -> None:
    for change in changes(policy.rules):
        changed = change.apply(policy)
        differing = [rule.id for rule, old in zip(changed.rules, policy.rules, strict=True) if rule != old]
        assert differing == [change.rule.id]


def test_what_the_province_shows_a_city_need_not_show_again(policy: Policy) -> None:
    assert list(changes(policy.rules, policy.rules)) == []
