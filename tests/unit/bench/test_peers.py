"""The peers of the bench are given the same rules: on finished facts they say what our reference says."""

from __future__ import annotations

from pathlib import Path

import pytest
import zen

from bench.peers import facts, rules
from bench.peers.facts import Known
from tests.generative.towns import AS_OF, make_town
from yimatong.core.engine import reference
from yimatong.core.engine.derived import Derivations
from yimatong.core.engine.steps import DERIVED
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy

POLICY = load(Path(__file__).resolve().parents[3] / "policies" / "cn-zj-ningbo")
WANTED = rules.conditions(POLICY, POLICY.zone.date(AS_OF))


def people(policy: Policy, seed: int) -> list[Known]:
    town = make_town(seed, 60)
    derived = reference.derive(town, policy, AS_OF)
    return [
        Known(
            verdict.person,
            tuple(fact for fact in town.facts if fact.person == verdict.person),
            Derivations(
                **{
                    name: tuple(row for row in getattr(derived, name) if row.person == verdict.person)
                    for name in DERIVED
                }
            ),
            verdict.colour.value,
            verdict.rules,
        )
        for verdict in reference.judge(town, policy, AS_OF).verdicts
    ]


@pytest.mark.parametrize("seed", range(5))
def test_plain_python_names_the_rules_that_hold(seed: int) -> None:
    holds = rules.plain(WANTED)
    known = people(POLICY, seed)
    assert any(person.rules for person in known)
    for person in known:
        said = holds(rules.flat(facts.values(person, POLICY, AS_OF), WANTED))
        assert tuple(sorted(rule.id for rule, yes in zip(WANTED, said, strict=True) if yes)) == person.rules


def test_zen_says_the_same_in_all_its_forms() -> None:
    every, colour = zen.compile_expression(rules.zen_all(WANTED)), zen.compile_expression(rules.zen_colour(WANTED))
    each = [zen.compile_expression(text) for text in rules.zen_each(WANTED)]
    known = people(POLICY, 7)
    assert {person.colour for person in known} == {"red", "yellow", "green", "unknown"}
    for person in known:
        lean = facts.values(person, POLICY, AS_OF)
        flat = rules.flat(lean, WANTED)
        said = every.evaluate(flat)
        assert tuple(sorted(rule.id for rule, yes in zip(WANTED, said, strict=True) if yes)) == person.rules
        assert [expression.evaluate(flat) for expression in each] == said
        assert colour.evaluate(lean) == person.colour


def test_every_rule_in_force_is_given_to_the_peers() -> None:
    assert [rule.id for rule in WANTED] == [rule.id for rule, _ in POLICY.rules_on(POLICY.zone.date(AS_OF))]
    assert len(WANTED) == 13
