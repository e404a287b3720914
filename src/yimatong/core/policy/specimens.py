"""Runs a policy's specimen people through an engine and says where engine and policy disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from yimatong.core.facts import Town
from yimatong.core.judgement import Judgement, Reason, Verdict
from yimatong.core.policy.model import Policy, Rule
from yimatong.core.policy.packs import open_specimens
from yimatong.core.policy.problems import PolicyError, Problem
from yimatong.core.policy.scenes import Expected, Specimen, read_scenes
from yimatong.core.text import SEMICOLON, joined, message as _, same
from yimatong.core.time import Zone

Judge = Callable[[Town, Policy, int], Judgement]
"""An engine: a town, a policy and an instant in, everybody's verdict out."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an engine said about one expectation: its verdict and reasons for that person."""

    specimen: Specimen
    expected: Expected
    verdict: Verdict
    reasons: tuple[Reason, ...]


def load_specimens(folder: Path, policy: Policy) -> tuple[Specimen, ...]:
    """Return the specimens of a policy folder; PolicyError lists every problem with file and line."""
    pack = open_specimens(folder)
    specimens: list[Specimen] = []
    for document in pack.under("people"):
        found, problems = read_scenes(document, policy)
        specimens.extend(found)
        pack.problems.extend(problems)
    pack.problems.extend(_same_ids(specimens))
    pack.problems.extend(_unknown_rules(specimens, policy))
    if pack.problems:
        raise PolicyError(pack.problems)
    return tuple(specimens)


def run(specimen: Specimen, policy: Policy, judge: Judge) -> tuple[Outcome, ...]:
    """Return what the engine says at every expected instant of a scene; each instant is judged once."""
    judged = {at: judge(specimen.town, policy, at) for at in {expected.at for expected in specimen.expected}}
    return tuple(
        Outcome(
            specimen,
            expected,
            next(verdict for verdict in judged[expected.at].verdicts if verdict.person == expected.person),
            tuple(reason for reason in judged[expected.at].reasons if reason.person == expected.person),
        )
        for expected in specimen.expected
    )


def differences(outcome: Outcome, zone: Zone) -> tuple[str, ...]:
    """Return each way in which a verdict is not what was expected, as `what: expected ..., got ...`."""
    expected, verdict = outcome.expected, outcome.verdict
    pairs: list[tuple[str, object, object]] = [
        ("colour", expected.colour.value, str(verdict.colour)),
        ("rules", listed_rules(expected.rules), listed_rules(verdict.rules)),
    ]
    if expected.facts is not None:
        pairs.append(("facts", ", ".join(expected.facts), ", ".join(verdict.facts)))
    for name, moment in expected.moments.items():
        pairs.append((name, local(moment, zone), local(getattr(verdict, name), zone)))
    return tuple(f"{what}: expected {want}, got {got}" for what, want, got in pairs if want != got)


def disagreements(outcomes: tuple[Outcome, ...], zone: Zone) -> Iterator[Problem]:
    """Yield a problem for every expectation that the engine does not meet."""
    for outcome in outcomes:
        found = differences(outcome, zone)
        if found:
            at = local(outcome.expected.at, zone)
            told = joined(map(same, found), SEMICOLON)
            yield Problem(
                outcome.expected.place,
                "policy-specimen-differs",
                _(
                    "`{id}`, {name} at {at}: {found}.",
                    id=outcome.specimen.id,
                    name=outcome.expected.name,
                    at=at,
                    found=told,
                ),
                _(
                    "Check the rule, or correct the expectation; the expectation is the standard, change it with a "
                    "ground only."
                ),
            )


def uncovered(rules: tuple[Rule, ...], outcomes: tuple[Outcome, ...]) -> Iterator[Problem]:
    """Yield a problem for every rule without a specimen in which it fires, lasts to its last minute, and is over after it."""
    fires, last, after = _shown(outcomes)
    for rule in rules:
        for shown, lack in (
            (fires, _("The rule `{id}` fires for no specimen.", id=rule.id)),
            (last, _("The rule `{id}` has no specimen at its last minute.", id=rule.id)),
            (after, _("The rule `{id}` has no specimen at the first minute after it.", id=rule.id)),
        ):
            if rule.id not in shown:
                yield Problem(
                    rule.source,
                    "policy-not-shown",
                    lack,
                    _("Add a scene to people/: it fires, its last minute, the first minute after."),
                )


def _shown(outcomes: tuple[Outcome, ...]) -> tuple[set[str], set[str], set[str]]:
    """The rules that fire somewhere, those judged at their last minute, and those judged at the first minute after it."""
    fires = {reason.rule for outcome in outcomes for reason in outcome.reasons}
    untils = {
        (outcome.specimen.place, reason.person, reason.rule, reason.until)
        for outcome in outcomes
        for reason in outcome.reasons
    }
    last, after = set(), set()
    for outcome in outcomes:
        holds = {reason.rule for reason in outcome.reasons}
        for place, person, rule, until in untils:
            if (place, person) != (outcome.specimen.place, outcome.expected.person):
                continue
            if rule in holds and outcome.expected.at == until:
                last.add(rule)
            if rule not in holds and outcome.expected.at == until + 1:
                after.add(rule)
    return fires, last, after


def _same_ids(specimens: list[Specimen]) -> Iterator[Problem]:
    seen: dict[str, Specimen] = {}
    for specimen in specimens:
        if specimen.id in seen:
            first = seen[specimen.id].place
            yield Problem(
                specimen.place, "policy-twice", _("`{id}` is already used at {first}.", id=specimen.id, first=first),
                _("Choose another id."),
            )  # fmt: skip
        seen.setdefault(specimen.id, specimen)


def _unknown_rules(specimens: list[Specimen], policy: Policy) -> Iterator[Problem]:
    known = {rule.id for rule in policy.rules}
    for specimen in specimens:
        for expected in specimen.expected:
            for name in sorted(set(expected.rules) - known):
                yield Problem(
                    expected.place, "policy-unknown-rule", _("There is no rule `{name}`.", name=name),
                    _("Check the rule's id."),
                )  # fmt: skip


def listed_rules(rules: tuple[str, ...]) -> str:
    """Rules as printed in a message; a dash where there are none."""
    return ", ".join(rules) or "-"


def local(moment: int | None, zone: Zone) -> str:
    """An instant as local time, `none` where there is none."""
    if moment is None:
        return "none"
    return zone.datetime(moment).strftime("%Y-%m-%d %H:%M")
