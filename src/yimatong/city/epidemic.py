"""The epidemic as the city recorded it: cases, their contacts, quarantine orders, the sick, and the many tests."""

from __future__ import annotations

import numpy as np

from yimatong.city.curve import Count, daily
from yimatong.city.layout import Ints
from yimatong.city.routine import LAST_MINUTE
from yimatong.city.story import NONE, Story, whole_day
from yimatong.core.facts import DETAILS, Kind

RECENT = (3, 2)
"""Days before the end from which on the last two cases are reported, so that there is something to trace."""
AT_LARGE = 0.4
"""Recent cases who went about as usual until the day of their report; the others were in quarantine already."""
FAMILY = 0.35
"""How likely the next case is another of the household."""
QUARANTINE = 14
ORDERS, OTHER_ORDERS, SICK, TESTED = 0.0016, 0.0004, 0.0012, 0.03
SYMPTOMS = DETAILS[Kind.SYMPTOM]


def tell_epidemic(story: Story, counts: tuple[Count, ...]) -> None:
    """Everything that the health department recorded, following the daily counts."""
    _confirmed(story, counts)
    confirmed = counts[-1].confirmed if counts else 0
    _suspected(story, story.take(max(3, confirmed // 6)))
    _asymptomatic(story, story.take(max(3, confirmed // 12)))
    _other_orders(story)
    _sick(story, story.take(story.share(SICK, least=4)))
    _mass_tests(story)


def _confirmed(story: Story, counts: tuple[Count, ...]) -> None:
    cases, cures = daily(counts)
    first = story.city.days.first
    report = np.array([day - first for day in cases], dtype=np.int32)
    report[-len(RECENT) :] = np.maximum(report[-len(RECENT) :], story.length - np.array(RECENT))
    who = _infected(story, len(report))
    report = report[: len(who)]
    minute = story.minutes(600, 1140, len(who))
    start = story.minute(report, minute)
    cured = np.full(len(who), NONE, dtype=np.int32)
    discharged = np.array([day - first for day in cures[: len(who)]], dtype=np.int32)
    discharged = np.minimum(np.maximum(discharged, report[: len(discharged)] + 5), story.length - 1)
    healed = np.flatnonzero(discharged > report[: len(discharged)])
    cured[healed] = story.minute(discharged[healed], 600 + healed % 300)
    closed = np.where(np.arange(len(who)) % 2 == 0, cured, NONE)
    ill = np.maximum(report - 2 - story.minutes(0, 6, len(who)), report - 12)
    story.fact("case", "confirmed", who, start, closed, np.where(who % 8 == 0, NONE, story.minute(ill)))
    story.fact("discharge", "hospital", who[cured != NONE], cured[cured != NONE])
    story.fact("test", "positive", who, start - 200)
    for index, (person, day) in enumerate(zip(who.tolist(), report.tolist(), strict=True)):
        out = None if cured[index] == NONE else (int(cured[index]) - int(story.minute(0))) // 1440
        story.confirmed.append((person, int(start[index])))
        at_large = day < 0 or index % 5 < AT_LARGE * 5 or index >= len(who) - len(RECENT)
        if at_large:
            story.at_large.append((person, day))
        days_of_a_case(story, person, day, int(minute[index]), out, at_large=at_large)
        _contacts(story, person, day, int(start[index]))


def _infected(story: Story, count: int) -> Ints:
    """Residents who fall ill, some in the same household, in the order of their reports."""
    chosen: list[int] = []
    starts = story.city.household_starts
    while len(chosen) < count:
        if chosen and story.chance.random() < FAMILY:
            household = story.city.residents.household[chosen[-1]]
            found = story.take(1, among=np.arange(starts[household], starts[household + 1]))
        else:
            found = story.take(1, among=_on_a_stairwell(story))
        chosen += found.tolist()
    return np.array(chosen, dtype=np.int32)


def _on_a_stairwell(story: Story) -> Ints:
    """A handful of residents who share a stairwell with other households."""
    some = story.chance.integers(0, story.city.people, 64)
    village = story.city.layout.compound_village
    compound = story.city.layout.building_compound[story.city.layout.stairwell_building[story.city.stairwell[some] - 1]]
    return some[~village[compound]].astype(np.int32)


def days_of_a_case(story: Story, person: int, day: int, minute: int, out: int | None, *, at_large: bool) -> None:
    """Quarantine or ordinary days before the report, the clinic on its day, the ward until the discharge."""
    who = np.array([person], dtype=np.int32)
    ward, clinic = story.place("hospital", who), story.place("clinic", who)
    end = story.length if out is None else out
    first = day if at_large else day - 6
    story.away(who, first, end)
    if not at_large:
        room = story.place("room", who, person)
        story.fact("order", "central", who, story.minute(day - 6, 480), story.minute(day, minute))
        for quarantined in range(day - 6, day):
            whole_day(story, who, quarantined, room)
    here = story.city.home[who] if at_large else story.place("room", who, person)
    story.stay(who, day, here, 0, minute - 150)
    story.stay(who, day, clinic, minute - 120, minute - 45)
    story.stay(who, day, ward, minute + 20, LAST_MINUTE)
    for treated in range(day + 1, end if out is not None else story.length):
        whole_day(story, who, treated, ward)
    if out is not None:
        story.stay(who, out, ward, 0, 600)
        story.stay(who, out, story.city.home[who], 640, LAST_MINUTE)
        story.indoors(who, out + 1, story.length)


def _contacts(story: Story, case: int, day: int, start: int) -> None:
    """The household, and a few others around: recorded as close contacts and quarantined for two weeks."""
    starts, household = story.city.household_starts, story.city.residents.household[case]
    family = story.take(6, among=np.arange(starts[household], starts[household + 1]))
    near = np.clip(case + story.chance.integers(-60, 61, 8), 0, story.city.people - 1)
    others = story.take(2, among=np.unique(near))
    who = np.concatenate([family, others]).astype(np.int32)
    if not len(who):
        return
    last = np.minimum(start - story.minutes(0, 1440, len(who)), start)
    story.fact("contact", "confirmed", who, last - 1440, np.where(who % 5 == 0, NONE, last))
    _quarantined(story, who, day + 1)


def _quarantined(story: Story, who: Ints, day: int) -> None:
    """Central quarantine for the even, home quarantine for the odd, from `day` on; recorded as released when it is over."""
    central = who % 2 == 0
    last = day + QUARANTINE
    story.fact("order", "central", who[central], story.minute(day, 480), story.minute(last, 480))
    end = story.minute(last, 480) if day % 2 else NONE
    story.fact("order", "home", who[~central], story.minute(day, 480), end)
    if last < story.length:
        story.fact("discharge", "quarantine", who, story.minute(last, 480))
    story.indoors(who[~central], day, last)
    story.away(who[central], day, min(last, story.length))
    inside = who[central]
    rooms = story.place("room", inside, inside)
    for quarantined in range(max(day, 0), min(last, story.length - 1) + 1):
        whole_day(story, inside, quarantined, rooms)


def _suspected(story: Story, who: Ints) -> None:
    """Two in three were ruled out within days; the others wait in hospital."""
    day = story.chance.integers(-4, story.length, len(who)).astype(np.int32)
    day[: len(who) // 3] = story.length - 1 - np.arange(len(who) // 3) % 3
    waits = np.arange(len(who)) < len(who) // 3
    out = np.minimum(day + 1 + np.arange(len(who)) % 3, story.length)
    end = np.where(waits | (out >= story.length), NONE, story.minute(out, 700))
    story.fact("case", "suspected", who, story.minute(day, 660), end, story.minute(day - 2))
    for person, first, last in zip(who.tolist(), day.tolist(), np.where(end == NONE, -1, out).tolist(), strict=True):
        days_of_a_case(story, person, first, 660, None if last < 0 else last, at_large=True)


def _asymptomatic(story: Story, who: Ints) -> None:
    """Found by tests; every second was released by a discharge that came without an end of the case."""
    day = story.chance.integers(-2, story.length - 6, len(who)).astype(np.int32)
    story.fact("case", "asymptomatic", who, story.minute(day, 900))
    story.fact("test", "positive", who, story.minute(day, 500))
    out = np.where(np.arange(len(who)) % 2 == 0, day + 5, -99)
    story.fact("discharge", "hospital", who[out > -99], story.minute(out[out > -99], 650))
    for person, first, last in zip(who.tolist(), day.tolist(), out.tolist(), strict=True):
        days_of_a_case(story, person, first, 900, None if last == -99 else last, at_large=True)


def _other_orders(story: Story) -> None:
    """Quarantine on notice from elsewhere (a train, a flight), and the control office's other decisions."""
    for day in range(-1, story.length):
        _quarantined(story, story.take(round(story.share(ORDERS, least=story.length) / story.length)), day)
    who = story.take(story.share(OTHER_ORDERS, least=4))
    start = story.minute(story.chance.integers(0, story.length, len(who)), 540)
    story.fact("order", "other", who, start, np.where(who % 2 == 0, start + QUARANTINE * 1440, NONE))
    tomorrow = story.take(2)
    story.fact("order", "home", tomorrow, story.minute(story.length + 1, 480))


def _sick(story: Story, who: Ints) -> None:
    """People with fever or a cough who keep in, and those who live with them."""
    day = story.chance.integers(0, story.length, len(who)).astype(np.int32)
    day[:3] = story.length - 2
    for index, symptom in enumerate(SYMPTOMS):
        mine = np.arange(len(who)) % len(SYMPTOMS) == index
        start = story.minute(day[mine], 500 + index)
        story.fact("symptom", symptom, who[mine], start, np.where(day[mine] % 2 == 0, start + 2 * 1440, NONE))
    story.indoors(who, day + 1, story.length)
    starts, household = story.city.household_starts, story.city.residents.household[who]
    for first, last, since in zip(starts[household], starts[household + 1], day.tolist(), strict=True):
        family = story.take(2, among=np.arange(first, last))
        story.fact("contact", "symptomatic", family, story.minute(since, 400), story.minute(since, 1200))


def _mass_tests(story: Story) -> None:
    """Tests of hospital staff, market traders and returning workers: nearly all negative, one in a hundred invalid."""
    count = story.share(TESTED, least=10)
    who = story.chance.choice(story.city.people, count, replace=False).astype(np.int32)
    at = story.minute(story.chance.integers(0, story.length, count), story.minutes(480, 1200, count))
    invalid = story.chance.random(count) < 0.01
    invalid[:1] = True
    story.fact("test", "invalid", who[invalid], at[invalid])
    story.fact("test", "negative", who[~invalid], at[~invalid])
    again = ~invalid & (story.chance.random(count) < 0.2) & (at + 2880 <= story.city.days.as_of)
    story.fact("test", "negative", who[again], at[again] + 2880 - story.minutes(0, 60, int(again.sum())))
