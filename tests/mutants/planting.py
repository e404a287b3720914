"""The planted errors, and how one is put into the plan or the policy and taken out again."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import ModuleType

from yimatong.core.engine import steps
from yimatong.core.engine.plan import derivation, judging, lifting
from yimatong.core.policy.model import InForce, NegativeTests, Policy


@dataclass(frozen=True)
class PlanMutant:
    """One text of one module of the plan, replaced by another."""

    name: str
    module: ModuleType
    old: str
    new: str
    witness: str = ""
    """Who is asked first, where those that come before do not notice it."""


@dataclass(frozen=True)
class PolicyMutant:
    """One rule of the policy with other values."""

    name: str
    rule: str
    change: Callable[[InForce], InForce]
    witness: str = ""


Mutant = PlanMutant | PolicyMutant

TWO_NEGATIVES = NegativeTests(count=2, within_days=7, min_hours=24, after="end", holder=None)

MUTANTS: tuple[Mutant, ...] = (
    PlanMutant("a visit that touches by one minute is lost", derivation, "_.start <= _.end, _", "_.start < _.end, _"),
    PlanMutant(
        "fifteen minutes exactly are too few", derivation, "- minutes >= island.first", "- minutes > island.first"
    ),
    PlanMutant(
        "a stay of fifteen minutes is too short", derivation, "stays.arrive >= minutes", "stays.arrive > minutes"
    ),
    PlanMutant("a case's stay counts to its last minute", derivation, '_["last"]) - minutes', '_["last"])'),
    PlanMutant("infectious a day later", derivation, "ill_on - policy", "ill_on + 1 - policy"),
    PlanMutant(
        "the visit that began last governs",
        derivation,
        'latest(table("entries"), by=["person", "level"])',
        'latest(table("entries"), by=["person", "level"], end="start")',
    ),
    PlanMutant("everybody is their own neighbour", derivation, "_.person != _.source_person, ", ""),
    PlanMutant("travel counts visits again", derivation, "isin(policy.derivation.travel_excludes)", 'isin(("none",))'),
    PlanMutant("a case is its own contact", derivation, 'met.anti_join(table("cases"), "person")', "met"),
    PlanMutant("neighbours of a former home", derivation, "& (moment <= end.fill_null(LAST_INSTANT))", ""),
    PlanMutant("every window a day short", judging, "met.days, policy.zone", "met.days - 1, policy.zone"),
    PlanMutant(
        "the last minute does not count", judging, "_.until >= as_of", "_.until > as_of", witness="generated town 37"
    ),
    PlanMutant(
        "the tie-break of reasons is lost",
        judging,
        '[ibis.desc("until"), ibis.desc("start"), _.evidence]',
        "[_.evidence]",
    ),
    PlanMutant(
        "a permit lifts too much",
        judging,
        'found.anti_join(_suspended(as_of), ["person", "rule"])',
        'found.anti_join(_suspended(as_of), "person")',
    ),
    PlanMutant(
        "a permit ends a minute early",
        judging,
        "LAST_INSTANT) >= as_of",
        "LAST_INSTANT) > as_of",
        witness="specimen returning-worker-registration-ends",
    ),
    PlanMutant(
        "a discharge in the minute of the case is lost",
        judging,
        "facts.start <= discharges.at_minute",
        "facts.start < discharges.at_minute",
        witness="generated town 60",
    ),
    PlanMutant("green without a declaration", judging, '(has_code, earned, "unknown")', '(has_code, earned, "green")'),
    PlanMutant("the next change a minute early", judging, "(_.until + 1)", "(_.until)"),
    PlanMutant("a sample in the minute of leaving is lost", judging, "_.first >= _.anchor", "_.first > _.anchor"),
    PlanMutant("the enterprise path for everybody", judging, "met.filter(_.holder.isnull())", "met"),
    PlanMutant("the seventh day is too late", lifting, "<= lift.within_days", "< lift.within_days"),
    PlanMutant("twenty-four hours exactly are too short", lifting, ">= lift.min_hours * 60", "> lift.min_hours * 60"),
    PlanMutant("a positive result is overlooked", lifting, "return by_day | by_minute", "return by_minute"),
    PlanMutant("an invalid sample is overlooked", lifting, "return by_day | by_minute", "return by_day"),
    PolicyMutant(
        "tests clear a close contact",
        "red.close_contact",
        lambda entry: replace(entry, lifted_by=(TWO_NEGATIVES,)),
    ),
    PolicyMutant(
        "tests clear a home quarantine",
        "red.quarantine_order",
        lambda entry: replace(entry, lifted_by=(replace(TWO_NEGATIVES, after="start"),)),
    ),
    PolicyMutant(
        "a driver's permit lifts the higher-risk county",
        "yellow.higher_risk_county",
        lambda entry: replace(entry, suspended_by=("goods_driver", "commuter")),
        witness="generated town 39",
    ),
    PolicyMutant(
        "eight days instead of seven on the stairwell",
        "yellow.stairwell",
        lambda entry: replace(entry, lasts=replace(entry.lasts, days=entry.lasts.days + 1)),
    ),
    PolicyMutant(
        "one negative clears a key area",
        "red.key_area",
        lambda entry: replace(entry, lifted_by=(replace(TWO_NEGATIVES, count=1),)),
    ),
)


@contextmanager
def planted(mutant: Mutant, policy: Policy) -> Iterator[Policy]:
    """The policy to judge by while the error is in place."""
    if isinstance(mutant, PolicyMutant):
        yield _changed(policy, mutant)
        return
    source = inspect.getsource(mutant.module)
    if source.count(mutant.old) != 1:
        raise AssertionError(f"{mutant.name}: the text to replace stands {source.count(mutant.old)} times in the plan")
    try:
        _execute(mutant.module, source.replace(mutant.old, mutant.new))
        yield policy
    finally:
        _execute(mutant.module, source)


def _execute(module: ModuleType, source: str) -> None:
    """Give the module the functions of this source; whoever took a function from it takes it anew."""
    exec(compile(source, str(module.__file__), "exec"), module.__dict__)
    if module is lifting:
        judging.series = lifting.series
    steps.forget()


def _changed(policy: Policy, mutant: PolicyMutant) -> Policy:
    rules = tuple(
        replace(rule, in_force=tuple(mutant.change(entry) for entry in rule.in_force))
        if rule.id == mutant.rule
        else rule
        for rule in policy.rules
    )
    if rules == policy.rules:
        raise AssertionError(f"{mutant.name}: nothing changed")
    return replace(policy, rules=rules, digest=f"{policy.digest}-{mutant.rule}")
