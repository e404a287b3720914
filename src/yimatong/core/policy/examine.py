"""Examines a policy whole: its files, its rules, and its specimen people through an engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from yimatong.core.checkpoints.model import Checkpoints
from yimatong.core.policy.changes import Change, changes
from yimatong.core.policy.load import load, province_of
from yimatong.core.policy.model import Policy, Rule
from yimatong.core.policy.problems import PolicyError, Problem, in_order
from yimatong.core.policy.scenes import Specimen
from yimatong.core.policy.specimens import Judge, Outcome, differences, disagreements, load_specimens, run, uncovered
from yimatong.core.policy.travellers import Traveller, load_travellers
from yimatong.core.policy.travellers import disagreements as matrix_disagreements


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found in one policy folder; `policy` is None where it could not be loaded."""

    name: str
    policy: Policy | None
    specimens: tuple[Specimen, ...]
    outcomes: tuple[Outcome, ...]
    changed: int
    """How many values were changed, one at a time, to see that a specimen notices."""
    problems: tuple[Problem, ...]
    travellers: tuple[Traveller, ...] = ()
    """Specimen travellers; together they stand in every cell of every matrix of the folder."""


def examine(folder: Path, judge: Judge) -> Examination:
    """Return everything that is wrong with a policy and its specimens, and how much was looked at."""
    try:
        policy = load(folder)
    except PolicyError as error:
        return Examination(folder.name, None, (), (), 0, error.problems)
    try:
        specimens = load_specimens(folder, policy)
        travellers = load_travellers(folder)
    except PolicyError as error:
        return Examination(folder.name, policy, (), (), 0, error.problems)
    outcomes = tuple(outcome for specimen in specimens for outcome in run(specimen, policy, judge))
    rules = _own_rules(folder, policy)
    problems = (*disagreements(outcomes, policy.zone), *uncovered(rules, outcomes))
    # Where specimens already differ a changed value proves nothing.
    tried = () if problems else tuple(changes(rules, _province_rules(folder)))
    problems = (*problems, *_unnoticed(tried, policy, specimens, judge))
    if policy.checkpoints is not None and _has_matrix(folder, policy.checkpoints):
        problems = (*problems, *matrix_disagreements(policy.checkpoints, travellers))
    return Examination(folder.name, policy, specimens, outcomes, len(tried), in_order(problems), travellers)


def examine_all(folder: Path, judge: Judge) -> tuple[Examination, ...]:
    """Everything that is wrong with a policy, and before it with that of its province, which its rules come from."""
    province = province_of(folder)
    return (*((examine(province, judge),) if province else ()), examine(folder, judge))


def _has_matrix(folder: Path, gate: Checkpoints) -> bool:
    """Whether the folder has a matrix of its own; an inherited one is shown where it stands."""
    return any(rule.source.startswith(f"{folder.name}/") for matrix in gate.matrices for rule in matrix.rules)


def _own_rules(folder: Path, policy: Policy) -> tuple[Rule, ...]:
    """The rules that this folder must show: all of its own, and of its province's those that it varies."""
    return tuple(
        rule
        for rule in policy.rules
        if rule.source.startswith(f"{folder.name}/") or any(entry.also for entry in rule.in_force)
    )


def _province_rules(folder: Path) -> tuple[Rule, ...]:
    province = province_of(folder)
    return () if province is None else load(province).rules


def _unnoticed(
    tried: Iterable[Change], policy: Policy, specimens: tuple[Specimen, ...], judge: Judge
) -> Iterator[Problem]:
    """Yield a problem for every value of a rule that could be changed without a specimen noticing."""
    named = {specimen.id: {name for expected in specimen.expected for name in expected.rules} for specimen in specimens}
    for change in tried:
        changed = change.apply(policy)
        likely_first = sorted(specimens, key=lambda specimen: change.rule.id not in named[specimen.id])
        if not any(differs(specimen, changed, judge) for specimen in likely_first):
            yield Problem(
                change.rule.source, "policy-value-not-shown",
                f"把“{change.rule.id}”改成{change.zh}，没有一个样例会发现。",
                f"Changing `{change.rule.id}` to {change.en} would be noticed by no specimen.",
                "在 people/ 里补一幕，写明这个数值的边界。", "Add a scene to people/ that stands on the edge of this value.",
            )  # fmt: skip


def differs(specimen: Specimen, policy: Policy, judge: Judge) -> bool:
    """Whether a scene's expectations fail under a policy."""
    return any(differences(outcome, policy.zone) for outcome in run(specimen, policy, judge))
