"""How each kind of ground for a rule comes about in the city: the stays or the fact that make it, ending on a given day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from yimatong.city.epidemic import days_of_a_case
from yimatong.city.journeys import FESTIVAL, Reach, journey
from yimatong.city.layout import Ints
from yimatong.city.routine import LAST_MINUTE
from yimatong.city.story import NONE, Story
from yimatong.core.facts import Derived, Kind, Level

MEETING = (600, 660)
"""The minutes in which a case and somebody else were alone in a park."""
REPORT = 650


@dataclass(frozen=True, slots=True)
class Ground:
    """Residents with the start and the end (NONE: open) of what happened to them."""

    who: Ints
    start: Ints
    end: Ints

    def anchor(self, side: str) -> Ints:
        """The instant that a rule or a lift counts from."""
        return self.start if side == "start" else np.where(self.end == NONE, self.start, self.end).astype(np.int32)


def ground(story: Story, streets: Reach, fact: str, detail: str, day: int, count: int) -> Ground | None:
    """`count` residents to whom it happened, ending on that day; None where this city has no way to it."""
    if fact == Derived.VISIT:
        known, first = streets.level(Level(detail))
        return _travelled(story, known[first <= day], day, count)
    if fact == Derived.TRAVEL:
        return _travelled(story, streets.other_province, day, count)
    if fact == Derived.EXPOSURE:
        return _met_a_case(story, day, count)
    if fact == Derived.NEIGHBOUR:
        return _beside_a_case(story, day, count)
    return _recorded(story, fact, detail, day, count)


def visitor(story: Story, streets: np.ndarray, first: int) -> Ground | None:
    """Somebody back from an area, given by its streets and its first day, two days ago or on its second day."""
    return _travelled(story, streets, min(max(first + 1, story.length - 2), story.length - 1), 1)


def _travelled(story: Story, streets: np.ndarray, day: int, count: int) -> Ground | None:
    if not len(streets) or day < 0:
        return None
    who = story.take(count)
    left = story.minute(day, journey(story, who, story.chance.choice(streets, len(who)), FESTIVAL, day))
    return Ground(who, story.minute(np.full(len(who), day)), left)


def _recorded(story: Story, fact: str, detail: str, day: int, count: int) -> Ground:
    """A fact of one day: a contact's last day, the start of an order, a symptom or a case."""
    who = story.take(count)
    start = np.full(len(who), story.minute(day, REPORT), dtype=np.int32)
    end = np.full(len(who), NONE, dtype=np.int32)
    if fact == Kind.CONTACT:
        start, end = start - 1440, start
    story.fact(fact, detail, who, start, end)
    if fact == Kind.CASE:
        for person in who.tolist():
            days_of_a_case(story, person, day, REPORT, None, at_large=True)
    else:
        story.indoors(who, day + 1, story.length)
    return Ground(who, start, end)


def _met_a_case(story: Story, day: int, count: int) -> Ground | None:
    """An hour in a park with somebody who was found to be ill on the day after."""
    if day < 0:
        return None
    case, who = _ill_tomorrow(story, day), story.take(count)
    together = np.concatenate([case, who])
    park = np.broadcast_to(story.place("park", case), together.shape)
    story.away(together, day, day)
    story.stay(together, day, story.city.home[together], 0, MEETING[0] - 40)
    story.stay(together, day, park, *MEETING)
    story.stay(together, day, story.city.home[together], MEETING[1] + 40, LAST_MINUTE)
    met, parted = (np.full(len(who), story.minute(day, minute), dtype=np.int32) for minute in MEETING)
    return Ground(who, met, parted)


def _ill_tomorrow(story: Story, day: int) -> Ints:
    """A case of the curve that is reported on the day after, each met once; else one more case."""
    for found in story.at_large:
        if found[1] == day + 1:
            story.at_large.remove(found)
            return np.array([found[0]], dtype=np.int32)
    case = story.take(1)
    story.fact("case", "confirmed", case, story.minute(day + 1, REPORT), NONE, story.minute(day))
    days_of_a_case(story, int(case[0]), day + 1, REPORT, None, at_large=True)
    return case


def _beside_a_case(story: Story, day: int, count: int) -> Ground | None:
    """Neighbours of the confirmed case that was reported last on or before that day."""
    for person, start in sorted(story.confirmed, key=lambda case: -case[1]):
        if start <= story.minute(day, LAST_MINUTE):
            stairwell = story.city.stairwell
            who = story.take(count, among=np.flatnonzero(stairwell == stairwell[person]))
            if len(who):
                at = np.full(len(who), start, dtype=np.int32)
                return Ground(who, at, at)
    return None
