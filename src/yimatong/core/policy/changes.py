"""Every small change that could be made to a rule by mistake; a good set of specimens notices each of them.

A value that no specimen stands on can drift without anybody seeing it. So each rule is changed in each of its values, one
at a time, and some specimen must then say something else than before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from yimatong.core.policy.model import Anchor, DailyReports, InForce, Lasts, Lift, NegativeTests, Policy, Rule
from yimatong.core.text import Text, message as _

POINTS = ("neighbour", "exposure")
"""Derived facts of one instant: their start is their end, so that counting from the one or the other is the same."""


@dataclass(frozen=True, slots=True)
class Change:
    """One rule with one value changed, and what was changed, in words."""

    rule: Rule
    changed: Rule
    words: Text

    def apply(self, policy: Policy) -> Policy:
        """Return the policy with the changed rule in its place."""
        return replace(policy, rules=tuple(self.changed if rule.id == self.rule.id else rule for rule in policy.rules))


def changes(rules: Iterable[Rule], shown: Iterable[Rule] = ()) -> Iterator[Change]:
    """Yield every change of one value in each rule that means something else.

    What a rule has in common with the rule of the same id in `shown` is left out: somebody else's specimens hold it.
    """
    known = {rule.id: rule for rule in shown}
    for rule in rules:
        same = known.get(rule.id)
        if same is None:
            yield from _of_when(rule)
        for n, entry in enumerate(rule.in_force):
            held = None if same is None else same.on(entry.first)
            for varied, words in _of_entry(rule, entry, held):
                entries = (*rule.in_force[:n], varied, *rule.in_force[n + 1 :])
                yield Change(rule, replace(rule, in_force=entries), words)


def _of_entry(rule: Rule, entry: InForce, held: InForce | None) -> Iterator[tuple[InForce, Text]]:
    if held is None or held.lasts != entry.lasts:
        yield from _of_lasts(rule, entry)
    if held is None or held.suspended_by != entry.suspended_by:
        yield from _of_permits(entry)
    yield from _of_lifts(rule, entry, () if held is None else held.lifted_by)


def _of_when(rule: Rule) -> Iterator[Change]:
    for n, when in enumerate(rule.when):
        for detail in when.details:
            less = replace(when, details=tuple(other for other in when.details if other != detail))
            changed = replace(rule, when=(*rule.when[:n], less, *rule.when[n + 1 :]))
            yield Change(rule, changed, _("be without {fact} {detail}", fact=when.fact, detail=detail))


def _of_lasts(rule: Rule, entry: InForce) -> Iterator[tuple[InForce, Text]]:
    lasts = entry.lasts
    for days in (lasts.days - 1, lasts.days + 1):
        yield replace(entry, lasts=replace(lasts, days=days)), _("last {days} days", days=days)
    other: Anchor = "start" if lasts.counted_from == "end" else "end"
    if not lasts.or_fact_end and not _is_point(rule):
        yield replace(entry, lasts=replace(lasts, counted_from=other)), _("count from the {other}", other=other)
    flipped = replace(lasts, or_fact_end=not lasts.or_fact_end)
    yield (
        replace(entry, lasts=flipped),
        _("have or_fact_end: {is_so}", is_so=flipped.or_fact_end),
    )


def _of_permits(entry: InForce) -> Iterator[tuple[InForce, Text]]:
    for permit in entry.suspended_by:
        rest = tuple(other for other in entry.suspended_by if other != permit)
        yield replace(entry, suspended_by=rest), _("be taken away by no {permit}", permit=permit)


def _of_lifts(rule: Rule, entry: InForce, held: tuple[Lift, ...]) -> Iterator[tuple[InForce, Text]]:
    for n, lift in enumerate(entry.lifted_by):
        if lift in held:
            continue
        before, after = entry.lifted_by[:n], entry.lifted_by[n + 1 :]
        yield replace(entry, lifted_by=(*before, *after)), _("be without its lift {number}", number=n + 1)
        for varied, what in _of_lift(rule, entry, lift):
            yield (
                replace(entry, lifted_by=(*before, varied, *after)),
                _("have {what} in its lift {number}", what=what, number=n + 1),
            )


def _of_lift(rule: Rule, entry: InForce, lift: Lift) -> Iterator[tuple[Lift, str]]:
    other: Anchor = "start" if lift.after == "end" else "end"
    if not _is_point(rule):
        yield replace(lift, after=other), f"after: {other}"
    if isinstance(lift, DailyReports):
        for days in (lift.days - 1, lift.days + 1):
            yield replace(lift, days=days), f"days: {days}"
        return
    yield from _of_tests(lift, entry.lasts)


def _of_tests(lift: NegativeTests, lasts: Lasts) -> Iterator[tuple[Lift, str]]:
    yield replace(lift, count=lift.count + 1), f"count: {lift.count + 1}"
    if lift.holder is not None:
        yield replace(lift, holder=None), "no holder"
    if lift.count > 1:
        yield replace(lift, count=lift.count - 1), f"count: {lift.count - 1}"
        yield replace(lift, within_days=lift.within_days - 1), f"within_days: {lift.within_days - 1}"
        if lasts.days > lift.within_days or lasts.counted_from != lift.after:
            # Otherwise the reason lapses before a day more could matter.
            yield replace(lift, within_days=lift.within_days + 1), f"within_days: {lift.within_days + 1}"
        for hours in (lift.min_hours - 1, lift.min_hours + 1):
            yield replace(lift, min_hours=hours), f"min_hours: {hours}"


def _is_point(rule: Rule) -> bool:
    return all(when.fact in POINTS for when in rule.when)
