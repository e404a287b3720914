"""One person's verdict, in the order in which an official would say it aloud. Why so: decisions 10 and 11."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from yimatong.core.colour import SEVERITY, Colour
from yimatong.core.engine.derived import Derivations
from yimatong.core.engine.in_force import rules_in_force
from yimatong.core.engine.reference.derivation import derive
from yimatong.core.engine.reference.lifting import is_lifted
from yimatong.core.facts import DISCHARGED_FROM, Derived, Fact, Kind, Town
from yimatong.core.judgement import Judgement, Reason, Verdict
from yimatong.core.policy.model import InForce, Policy, Rule


@dataclass(frozen=True, slots=True)
class Ground:
    """A fact, recorded or derived, in the shape that every rule looks at."""

    fact: str
    detail: str
    start: int
    end: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Instance:
    """A rule meeting one ground: holds from the ground's start to `until` unless lifted or suspended."""

    rule: Rule
    entry: InForce
    ground: Ground
    until: int


def judge(town: Town, policy: Policy, as_of: int) -> Judgement:
    """Everybody's verdict and reasons at an instant, sorted by person number."""
    derived = derive(town, policy, as_of)
    verdicts: list[Verdict] = []
    reasons: list[Reason] = []
    for person in sorted(town.people, key=lambda person: person.person):
        facts = [fact for fact in town.facts if fact.person == person.person]
        verdict, because = judge_person(person.person, facts, derived, policy, as_of)
        verdicts.append(verdict)
        reasons.extend(because)
    return Judgement(tuple(verdicts), tuple(reasons))


def judge_person(
    person: int, facts: Iterable[Fact], derived: Derivations, policy: Policy, as_of: int
) -> tuple[Verdict, tuple[Reason, ...]]:
    """One person's verdict and the reasons behind it, sorted by rule."""
    facts = tuple(facts)
    known = tuple(fact for fact in facts if fact.start <= as_of)
    instances = tuple(_instances(person, known, derived, policy, as_of))
    held = [instance for instance in instances if not _is_undone(instance, known, policy, as_of)]
    reasons = tuple(_reasons(person, held))
    colour = _colour(reasons, known)
    deciding = [reason for reason in reasons if reason.colour == colour]
    verdict = Verdict(
        person=person,
        colour=colour,
        rules=tuple(reason.rule for reason in reasons),
        facts=tuple(sorted({reason.fact for reason in reasons})),
        since=min((reason.since for reason in deciding), default=None),
        until=max((reason.until for reason in deciding), default=None),
        next_change=_next_change(facts, instances, as_of),
    )
    return verdict, reasons


def _colour(reasons: tuple[Reason, ...], known: tuple[Fact, ...]) -> Colour:
    """Green is earned: declared, judged, no rule holds. Without a declaration there is no code at all."""
    if not any(fact.kind is Kind.DECLARATION for fact in known):
        return Colour.UNKNOWN
    return max((Colour(reason.colour) for reason in reasons), key=SEVERITY.__getitem__, default=Colour.GREEN)


def _instances(
    person: int, known: tuple[Fact, ...], derived: Derivations, policy: Policy, as_of: int
) -> Iterator[Instance]:
    """Every meeting of a rule in force and a ground whose time has come and not yet passed."""
    grounds = [*_recorded_grounds(known), *_derived_grounds(person, derived)]
    for rule, entry in rules_in_force(policy, policy.zone.date(as_of)):
        for ground in grounds:
            if any(ground.fact == when.fact and ground.detail in when.details for when in rule.when):
                until = _until(ground, entry, policy)
                if ground.start <= as_of <= until:
                    yield Instance(rule, entry, ground, until)


def _until(ground: Ground, entry: InForce, policy: Policy) -> int:
    """The last minute of the reason: the fact's own end where the rule says so, else whole days after the anchor."""
    lasts = entry.lasts
    if lasts.or_fact_end and ground.end is not None:
        return ground.end
    anchor = ground.start if lasts.counted_from == "start" or ground.end is None else ground.end
    return policy.zone.last_minute(policy.zone.day(anchor) + lasts.days)


def _recorded_grounds(known: tuple[Fact, ...]) -> Iterator[Ground]:
    for fact in known:
        yield Ground(fact.kind.value, fact.detail, fact.start, _end(fact, known), f"{fact.kind.value}/{fact.fact}")


def _end(fact: Fact, known: tuple[Fact, ...]) -> int | None:
    """The fact's end; a case also ends with a discharge from hospital, an order with one from quarantine."""
    discharged_from = DISCHARGED_FROM.get(fact.kind)
    ends = [other.start for other in known if _is_discharge(other, discharged_from) and other.start >= fact.start]
    if fact.end is not None:
        ends.append(fact.end)
    return min(ends, default=None)


def _is_discharge(fact: Fact, from_where: str | None) -> bool:
    return fact.kind is Kind.DISCHARGE and fact.detail == from_where


def _derived_grounds(person: int, derived: Derivations) -> Iterator[Ground]:
    for visit in derived.visits:
        if visit.person == person:
            yield Ground(Derived.VISIT.value, visit.level, visit.start, visit.end, visit.evidence)
    for travel in derived.travels:
        if travel.person == person:
            yield Ground(Derived.TRAVEL.value, "other_province", travel.start, travel.end, travel.evidence)
    for exposure in derived.exposures:
        if exposure.person == person:
            yield Ground(Derived.EXPOSURE.value, "confirmed", exposure.end, exposure.end, exposure.evidence)
    for neighbour in derived.neighbours:
        if neighbour.person == person:
            yield Ground(Derived.NEIGHBOUR.value, neighbour.source, neighbour.end, neighbour.end, neighbour.evidence)


def _is_undone(instance: Instance, known: tuple[Fact, ...], policy: Policy, as_of: int) -> bool:
    """Suspended by a valid permit, or lifted by tests or daily reports."""
    permits = {fact.detail for fact in known if _is_valid_permit(fact, as_of)}
    if permits & set(instance.entry.suspended_by):
        return True
    return any(
        is_lifted(lift, instance.ground.start, instance.ground.end, known, permits, policy.zone)
        for lift in instance.entry.lifted_by
    )


def _is_valid_permit(fact: Fact, as_of: int) -> bool:
    return fact.kind is Kind.PERMIT and (fact.end is None or as_of <= fact.end)


def _reasons(person: int, held: list[Instance]) -> Iterator[Reason]:
    """One reason a rule: the governing ground lasts longest, then began last, then sorts first."""
    governing: dict[str, Instance] = {}
    for instance in sorted(held, key=lambda held: (-held.until, -held.ground.start, held.ground.evidence)):
        governing.setdefault(instance.rule.id, instance)
    for rule_id in sorted(governing):
        instance = governing[rule_id]
        ground = instance.ground
        yield Reason(person, rule_id, instance.rule.colour.value, ground.evidence, ground.start, instance.until)


def _next_change(facts: tuple[Fact, ...], instances: tuple[Instance, ...], as_of: int) -> int | None:
    """The first instant ahead at which a start, an end or a lapse known today could alter the verdict."""
    ahead = [fact.start for fact in facts if fact.start > as_of]
    lapses = [instance.until + 1 for instance in instances]
    permits = [
        fact.end + 1 for fact in facts if fact.kind is Kind.PERMIT and fact.end is not None and fact.end >= as_of
    ]
    return min([*ahead, *lapses, *permits], default=None)
