"""Residents made from the policy's rules backwards, so that every rule, lift and suspension is met in any city.

For each rule in force there are people who meet it plainly, people whose reason was lifted in each of the ways that
the rule names, people just short of a lift, and holders of each permit that suspends it; and somebody who came back
from each area.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from yimatong.city.grounds import Ground, ground, visitor
from yimatong.city.journeys import Reach
from yimatong.city.layout import Ints
from yimatong.city.routine import LAST_MINUTE
from yimatong.city.story import Story
from yimatong.core.facts import Kind
from yimatong.core.policy.model import DailyReports, InForce, Lift, NegativeTests, Policy, When
from yimatong.core.time import EPOCH_DAY

SAMPLED_AT = 540


@dataclass(frozen=True, slots=True)
class Planter:
    """Plants for one way of meeting one rule."""

    story: Story
    streets: Reach
    when: When
    detail: str
    entry: InForce

    def ground(self, days_ago: int, count: int = 1) -> Ground | None:
        """The rule's ground, ended so many days before the day of the judgement; None where it would have lapsed."""
        if days_ago > self.entry.lasts.days:
            return None
        day = self.story.length - days_ago
        return ground(self.story, self.streets, self.when.fact, self.detail, day, count)


def tell_plants(story: Story, policy: Policy, streets: Reach) -> Ints:
    """Plant people for every rule in force on the day of as_of; who they are, so that all of them declare."""
    today = date.fromordinal(story.city.days.zone.day(story.city.days.as_of) + EPOCH_DAY)
    told = [found for rule, entry in policy.rules_on(today) for found in _for_rule(story, streets, rule.when, entry)]
    told += [visitor(story, known, first) for known, first in streets.of_area]
    planted = [found.who for found in told if found is not None]
    return np.concatenate(planted) if planted else np.empty(0, np.int32)


def _for_rule(story: Story, streets: Reach, whens: tuple[When, ...], entry: InForce) -> Iterator[Ground | None]:
    planters = [Planter(story, streets, when, detail, entry) for when in whens for detail in when.details]
    for planter in planters:
        if planter.when.fact != Kind.CASE:  # the epidemic has cases of every kind, some still open
            yield planter.ground(3)
    for index, lift in enumerate(entry.lifted_by):
        yield from _lifted(planters[index % len(planters)], lift)
    for index, permit in enumerate(entry.suspended_by):
        yield from _suspended(planters[index % len(planters)], permit)


def _lifted(planter: Planter, lift: Lift) -> Iterator[Ground | None]:
    """People whose reason the lift took away, at its very edges, and people just beyond them."""
    if isinstance(lift, DailyReports):
        yield _reported(planter, lift, lift.days)
        yield _reported(planter, lift, lift.days - 1)
        return
    shortest = max(lift.min_hours * 60, 1) * (lift.count - 1)
    longest = lift.within_days * 1440
    yield _sampled(planter, lift, shortest)
    if lift.count > 1:
        yield _sampled(planter, lift, shortest - 1)
        yield _sampled(planter, lift, longest)
        yield _sampled(planter, lift, longest + 1440)
    if lift.holder is not None:
        yield _sampled(planter, lift, shortest, permit_ends=planter.story.length - 1)


def _sampled(planter: Planter, lift: NegativeTests, span: int, permit_ends: int | None = None) -> Ground | None:
    """Negative samples from the morning after the anchor, the last `span` minutes after the first."""
    story = planter.story
    told = planter.ground(span // 1440 + 3)
    if told is None or not len(told.who):
        return None
    anchor = story.city.days.zone.day(int(told.anchor(lift.after)[0])) - story.city.days.first
    first = int(story.minute(anchor + 1, SAMPLED_AT))
    for sample in np.linspace(0, span, lift.count).astype(int).tolist():
        story.fact("test", "negative", told.who, first + sample)
    if lift.holder is not None:
        last = story.length + 30 if permit_ends is None else permit_ends
        story.fact("permit", lift.holder, told.who, story.minute(anchor, 720), story.minute(last, LAST_MINUTE))
    return told


def _reported(planter: Planter, lift: DailyReports, days: int) -> Ground | None:
    """A declaration each morning, from the day after the anchor, so many days on end."""
    story = planter.story
    told = planter.ground(lift.days)
    if told is None or not len(told.who):
        return None
    anchor = story.city.days.zone.day(int(told.anchor(lift.after)[0])) - story.city.days.first
    for day in range(anchor + 1, anchor + 1 + days):
        story.fact("declaration", "self", told.who, story.minute(day, 430))
    return told


def _suspended(planter: Planter, permit: str) -> Iterator[Ground | None]:
    """A holder of the permit, and one whose permit ran out yesterday."""
    story = planter.story
    for last in (story.length + 30, story.length - 1):
        told = planter.ground(3)
        if told is not None:
            story.fact("permit", permit, told.who, story.minute(-5), story.minute(last, LAST_MINUTE))
        yield told
