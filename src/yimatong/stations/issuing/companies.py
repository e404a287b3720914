"""What a company sees of its roster, what a worker sees of it, and what the health department sees.

A company sees the names that it wrote itself, who of them has agreed, and who of those has to act: `declare`, or `see-code` (look
at one's own page). `see-code` has four causes, of which a colour is one, and a fifth drawn by lot, so it tells no colour: decision 0090.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from yimatong.records import calendar, identity
from yimatong.records.models import Fact
from yimatong.stations.declarations.models import Account, Contradiction
from yimatong.stations.issuing.models import Paper, RosterAsked, RosterLine
from yimatong.stations.judgements.models import CurrentVerdict
from yimatong.stations.passes.models import DeviceBinding

SPELL, ONE_IN = 3, 5
"""By lot one worker in five is asked to look at their own page, for three days at a time."""
TESTED_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WorkerShown:
    """A name as the company wrote it, and what is to be done: `agree`, `declare`, `see-code`, or nothing."""

    asked: RosterAsked = field(repr=False)
    act: str


@dataclass(frozen=True, slots=True)
class RosterShown:
    """What a company sees. Every total counts names that stand in `workers`, so a small one tells nothing that they do not."""

    workers: tuple[WorkerShown, ...] = field(repr=False)

    def count(self, *acts: str) -> int:
        """How many have this to do."""
        return sum(one.act in acts for one in self.workers)

    @property
    def on_roster(self) -> int:
        """How many have agreed."""
        return len(self.workers) - self.count("agree")

    @property
    def nothing_to_do(self) -> int:
        """How many have agreed and need do nothing."""
        return self.count("")


def roster(point: int, now: datetime) -> RosterShown:
    """The company's list, in its own order."""
    asked = list(RosterAsked.objects.filter(point_id=point, dropped_at=None).order_by("name", "pk"))
    lines = RosterLine.objects.filter(point_id=point, removed_at=None).values_list("person__id_key", "person_id")
    person_by_key = dict(lines)
    acts = who_acts(point, list(person_by_key.values()), now)
    return RosterShown(
        tuple(
            WorkerShown(one, acts[person_by_key[one.id_key]] if one.id_key in person_by_key else "agree")
            for one in asked
        )
    )


def who_acts(point: int, people: list[int], now: datetime) -> dict[int, str]:
    """What each of these workers has to do: `declare`, `see-code`, or nothing (empty)."""
    colours = dict(CurrentVerdict.objects.filter(person__in=people).values_list("person", "colour"))
    declared = set(
        Fact.objects.filter(person_id__in=people, kind="declaration", struck_at=None).values_list(
            "person_id", flat=True
        )
    )
    shows = set(DeviceBinding.objects.filter(person_id__in=people, ended_at=None).values_list("person_id", flat=True))
    shows |= set(
        Paper.objects.filter(
            person_id__in=people, credential__recalled_at=None, credential__until__gte=now
        ).values_list("person_id", flat=True)
    )
    open_cases = Contradiction.objects.filter(person_id__in=people, state=Contradiction.State.OPEN)
    asked = set(open_cases.values_list("person_id", flat=True))

    def act(person: int) -> str:
        if person not in declared:
            return "declare"
        is_well = colours.get(person) == "green" and person in shows and person not in asked
        return "" if is_well and not drawn(point, person, now) else "see-code"

    return {person: act(person) for person in people}


def drawn(point: int, person: int, now: datetime) -> bool:
    """Whether somebody is asked by lot to look at their own page in these days. The lot is the person's and the point's, whoever adds
    and removes them how often; nobody outside can work it out."""
    return identity.keyed("roster:look:", f"{point}:{person}:{calendar.day_number(now) // SPELL}").int % ONE_IN == 0


@dataclass(frozen=True, slots=True)
class WorkShown:
    """A company on the worker's own page; `state`: `asked`, `agreed` or `declined`."""

    asked: RosterAsked
    state: str


def work_of(account: Account) -> tuple[WorkShown, ...]:
    """The companies that ask for the account's own person, or have them on their roster."""
    if account.person is None or account.person.id_key is None:
        return ()
    agreed = set(RosterLine.objects.filter(person=account.person, removed_at=None).values_list("point_id", flat=True))
    asked = RosterAsked.objects.filter(id_key=account.person.id_key, dropped_at=None, point__stopped_at=None)
    return tuple(
        WorkShown(one, "agreed" if one.point_id in agreed else "declined" if one.declined_at else "asked")
        for one in asked.select_related("point").order_by("asked_at")
    )


@dataclass(frozen=True, slots=True)
class CategoryTested:
    """For the health department: the workers of a category, how many came to a test in the last seven days, how many are green."""

    category: str
    workers: int
    tested: int
    green: int


def by_category(point: int, now: datetime) -> tuple[CategoryTested, ...]:
    """How far the tests of a company's workers are, by the category in which they are tested."""
    lines = list(RosterLine.objects.filter(point_id=point, removed_at=None).values_list("category", "person_id"))
    people = [person for _category, person in lines]
    tested = set(
        Fact.objects.filter(
            person_id__in=people, kind="test", struck_at=None, start__gte=now - TESTED_WITHIN
        ).values_list("person_id", flat=True)
    )
    green = set(CurrentVerdict.objects.filter(person__in=people, colour="green").values_list("person", flat=True))
    workers = Counter(category for category, _person in lines)
    return tuple(
        CategoryTested(
            category,
            workers[category],
            sum(one == category and person in tested for one, person in lines),
            sum(one == category and person in green for one, person in lines),
        )
        for category in RosterLine.Category.values
    )
