"""Examines a policy whole: its files, its rules, and its specimen people through the reference and the engine that judges the city."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from yimatong.core.checkpoints.model import Checkpoints
from yimatong.core.facts import Derived, Town
from yimatong.core.judgement import Reason, Verdict
from yimatong.core.policy.changes import Change, changes
from yimatong.core.policy.crowds import bare, crowds
from yimatong.core.policy.load import load, province_of
from yimatong.core.policy.model import Policy, Rule
from yimatong.core.policy.problems import PolicyError, Problem, in_order
from yimatong.core.policy.scenes import Specimen
from yimatong.core.policy.specimens import Judge, Outcome, differences, disagreements, load_specimens, run, uncovered
from yimatong.core.policy.travellers import Traveller, disagreements as matrix_disagreements, load_travellers
from yimatong.core.text import message as _


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


@dataclass(frozen=True, slots=True)
class Engines:
    """What the specimens are judged by: `reference` word for word, what `city` opens as everybody will be judged."""

    reference: Judge
    city: Callable[[], AbstractContextManager[Judge]]


WHERE = (f"{Derived.VISIT}/", f"{Derived.TRAVEL}/")
"""How the evidence begins of reasons that come from where somebody was."""


def examine(folder: Path, engines: Engines) -> Examination:
    """Return everything that is wrong with a policy and its specimens, and how much was looked at."""
    judge = engines.reference
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
    # Where specimens already differ, another engine or a changed value proves nothing.
    apart: tuple[Problem, ...] = ()
    if not problems:
        with engines.city() as city:
            apart = tuple(_engines_differ(policy, specimens, outcomes, (judge, city)))
    tried = () if problems else tuple(changes(rules, _province_rules(folder)))
    problems = (*problems, *apart, *_unnoticed(tried, policy, specimens, judge))
    if policy.checkpoints is not None and _has_matrix(folder, policy.checkpoints):
        problems = (*problems, *matrix_disagreements(policy.checkpoints, travellers))
    return Examination(folder.name, policy, specimens, outcomes, len(tried), in_order(problems), travellers)


def examine_all(folder: Path, engines: Engines) -> tuple[Examination, ...]:
    """Everything that is wrong with a policy, and before it with that of its province, which its rules come from."""
    province = province_of(folder)
    return (*((examine(province, engines),) if province else ()), examine(folder, engines))


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


def _engines_differ(
    policy: Policy, specimens: tuple[Specimen, ...], outcomes: tuple[Outcome, ...], engines: tuple[Judge, Judge]
) -> Iterator[Problem]:
    """Yield a problem for every scene of which the engine that judges the city says something else than the reference.

    All scenes as crowds, where areas are places; and as it is the first in which each rule fires on where somebody was.
    """
    told: set[str] = set()
    for crowd in crowds(specimens, policy):
        for person in _told_apart(crowd.town, bare(policy), crowd.as_of, engines):
            if person in crowd.members:
                told.add((specimen := crowd.members[person].specimen).id)
                yield _differ(specimen)
    fired = ((reason, outcome) for outcome in reversed(outcomes) for reason in outcome.reasons)
    first = {reason.rule: outcome for reason, outcome in fired if reason.fact.startswith(WHERE)}
    for outcome in first.values():
        if outcome.specimen.id not in told and _told_apart(outcome.specimen.town, policy, outcome.expected.at, engines):
            told.add(outcome.specimen.id)
            yield _differ(outcome.specimen)


def _told_apart(town: Town, policy: Policy, as_of: int, engines: tuple[Judge, Judge]) -> list[int]:
    """The people of a town of whom the two engines do not say the same."""
    said = [engine(town, policy, as_of) for engine in engines]
    theirs: list[set[Reason | Verdict]] = [{*judgement.verdicts, *judgement.reasons} for judgement in said]
    return sorted({row.person for row in theirs[0] ^ theirs[1]})


def _differ(specimen: Specimen) -> Problem:
    return Problem(
        specimen.place, "policy-engines-differ",
        _("The engine that judges the city says something else of `{id}` than the policy read word by word.", id=specimen.id),
        _("The program is wrong here, not the policy: do not put it into force, and give this scene to whoever "
"maintains the program."),
    )  # fmt: skip


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
                _("Changing `{id}` to {change} would be noticed by no specimen.", id=change.rule.id, change=change.words),
                _("Add a scene to people/ that stands on the edge of this value."),
            )  # fmt: skip


def differs(specimen: Specimen, policy: Policy, judge: Judge) -> bool:
    """Whether a scene's expectations fail under a policy."""
    return any(differences(outcome, policy.zone) for outcome in run(specimen, policy, judge))
