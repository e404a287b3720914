"""Every peer as a function that judges the sample once and says how long a person took, and what it said."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zen

from bench.machine import with_our_programs
from bench.peers import rules
from bench.peers.facts import Known
from bench.peers.rules import Condition, Values
from yimatong.core.engine.reference import judge_person
from yimatong.core.policy.model import Policy

WHOLE, FEW = "all {count} values of every person", "only the values that a person has"
Answers = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Peer:
    """A rule engine in one form of use.

    `judge` gives microseconds a person and an answer a person, which `says` "rules" (those that hold) or "colour".
    `least` is how many times our time it must take, None where nothing is asked; `given` is what it works on.
    """

    name: str
    judge: Callable[[], tuple[float, Answers]]
    says: str
    given: str
    least: float | None = None


def peers(known: list[Known], lean: list[Values], policy: Policy, as_of: int, folder: Path) -> list[Peer]:
    """All of them, on the same people. Contexts are in the form that each reads quickest, and made before the clock starts."""
    wanted = rules.conditions(policy, policy.zone.date(as_of))
    flat = [rules.flat(values, wanted) for values in lean]
    text = [json.dumps(values) for values in flat]
    whole = WHOLE.format(count=len(flat[0]))
    return [
        Peer("zen-engine, an expression a rule", _zen_each(wanted, text), "rules", f"{whole}, as JSON text", 10),
        Peer("zen-engine, one expression", _zen_all(wanted, text), "rules", f"{whole}, as JSON text"),
        Peer("zen-engine, one expression, lean", _zen_colour(wanted, lean), "colour", f"{FEW}, as dictionaries"),
        Peer("zen-engine, decision table", _zen_table(wanted, flat), "colour", f"{whole}, as dictionaries", 10),
        Peer("certlogic-js, a rule each", _certlogic_each(wanted, flat, folder), "rules", f"{whole}, as objects", 2),
        Peer("certlogic-js, one chain, lean", _certlogic_colour(wanted, lean, folder), "colour", f"{FEW}, as objects"),
        Peer("plain Python, no engine", _plain(wanted, flat), "rules", f"{whole}, as dictionaries"),
        Peer(
            "our reference engine", _reference(known, policy, as_of), "rules", "recorded facts and ready derived ones"
        ),
    ]


def _timed(judge: Callable[[Any], Any], people: Sequence[Any]) -> tuple[float, list[Any]]:
    """One call a person."""
    began = time.perf_counter()
    answers = [judge(values) for values in people]
    return (time.perf_counter() - began) / len(people) * 1e6, answers


def _named(wanted: tuple[Condition, ...], answers: Sequence[Sequence[bool]]) -> list[tuple[str, ...]]:
    """The rules that hold, sorted by their ids, where each rule said yes or no."""
    return [tuple(sorted(rule.id for rule, holds in zip(wanted, said, strict=True) if holds)) for said in answers]


def _zen_each(wanted: tuple[Condition, ...], people: list[str]) -> Callable[[], tuple[float, Answers]]:
    expressions = [zen.compile_expression(text) for text in rules.zen_each(wanted)]

    def judge() -> tuple[float, Answers]:
        micros, said = _timed(lambda values: [expression.evaluate(values) for expression in expressions], people)
        return micros, _named(wanted, said)

    return judge


def _zen_all(wanted: tuple[Condition, ...], people: list[str]) -> Callable[[], tuple[float, Answers]]:
    expression = zen.compile_expression(rules.zen_all(wanted))

    def judge() -> tuple[float, Answers]:
        micros, said = _timed(expression.evaluate, people)
        return micros, _named(wanted, said)

    return judge


def _zen_colour(wanted: tuple[Condition, ...], people: list[Values]) -> Callable[[], tuple[float, Answers]]:
    expression = zen.compile_expression(rules.zen_colour(wanted))
    return lambda: _timed(expression.evaluate, people)


def _zen_table(wanted: tuple[Condition, ...], people: list[Values]) -> Callable[[], tuple[float, Answers]]:
    decision = zen.ZenEngine().create_decision(json.dumps(rules.zen_table(wanted)))
    return lambda: _timed(lambda values: decision.evaluate(values)["result"]["colour"], people)


def _certlogic_each(
    wanted: tuple[Condition, ...], people: list[Values], folder: Path
) -> Callable[[], tuple[float, Answers]]:
    def judge() -> tuple[float, Answers]:
        micros, said = _node(folder / "certlogic-each.json", rules.certlogic_each(wanted), people)
        return micros, _named(wanted, said)

    return judge


def _certlogic_colour(
    wanted: tuple[Condition, ...], people: list[Values], folder: Path
) -> Callable[[], tuple[float, Answers]]:
    def judge() -> tuple[float, Answers]:
        micros, said = _node(folder / "certlogic-colour.json", [rules.certlogic_colour(wanted)], people)
        return micros, [colour for (colour,) in said]

    return judge


def _node(work: Path, logic: list[Any], people: list[Values]) -> tuple[float, Answers]:
    """The best of five passes in one process of node, so that its compiler has warmed up."""
    work.write_text(json.dumps({"rules": logic, "people": people, "passes": 5}))
    script = Path(__file__).with_name("certlogic.mjs")
    done = subprocess.run(
        ["node", str(script), str(work)], env=with_our_programs(), stdout=subprocess.PIPE, text=True, check=True
    )
    told = json.loads(done.stdout)
    return told["microseconds"], told["answers"]


def _plain(wanted: tuple[Condition, ...], people: list[Values]) -> Callable[[], tuple[float, Answers]]:
    holds = rules.plain(wanted)

    def judge() -> tuple[float, Answers]:
        micros, said = _timed(holds, people)
        return micros, _named(wanted, said)

    return judge


def _reference(people: list[Known], policy: Policy, as_of: int) -> Callable[[], tuple[float, Answers]]:
    def judge() -> tuple[float, Answers]:
        micros, said = _timed(lambda p: judge_person(p.person, p.facts, p.derived, policy, as_of)[0].rules, people)
        return micros, said

    return judge
