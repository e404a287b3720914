"""A town whose next fourteen days are full of deadlines of every kind, many of them in the same minutes; nobody records anything then."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db import connections

from tests.identities import unsaved
from tests.integration.judgements.city import FACT
from yimatong.core.time import to_datetime
from yimatong.records.models import Area, Person

BEGIN = datetime(2020, 2, 19, 16, 0, tzinfo=UTC)
"""2020-02-20 00:00 in Shanghai."""
DAYS = 14
START = int(BEGIN.timestamp()) // 60
HERE, ABROAD, KEY = 330203001, 310101001, 420106001
TOGGLED = ("yellow.symptoms", "red.other")
"""The rules that hold on every other day of the fortnight."""
A_DAY, EACH = 2, 22
"""So many minutes a day in which something falls due, and so many deadlines of each kind and a few more."""


@dataclass
class Town:
    """Inserts people one kind of deadline after the other. `due` counts the deadlines by kind; `minutes` are those chosen."""

    seed: int = 20200220
    due: Counter[str] = field(default_factory=Counter)
    people: int = 0
    places: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        # In the day, a few minutes apart or many hours; so few in all that each has deadlines of several kinds.
        self.minutes = sorted(
            START + day * 1440 + minute for day in range(DAYS) for minute in self.chance.sample(range(200, 1430), A_DAY)
        )
        self.facts: list[tuple[object, ...]] = []
        self.stays: list[tuple[object, ...]] = []
        self.homes: list[tuple[object, ...]] = []
        self.areas: list[Area] = []

    def build(self) -> None:
        """Everybody, declared ten days ago, and everything that will end or begin by itself."""
        for n in range(EACH):
            earlier, at, other = (self.minutes[(n * 2 + offset) % len(self.minutes)] for offset in (-5, 0, 1))
            self.order_that_ends(at)
            self.permit_that_begins_and_ends(min(earlier, at), max(earlier, at))
            self.observation(n)
            self.list_that_begins(other, n)
            self.list_of_some_days(min(earlier, at), max(earlier, at))
            self.lift_that_becomes_complete(at)
            self.fact_that_begins(other)
            self.contact_that_ends(at)
            self.journey(other)
            self.discharge(other)
        for _n in range(500 - self.people):
            self.person(at=self.chance.choice((HERE, HERE + 1)))
        self.feel_unwell()
        self._insert()

    def person(self, at: int = HERE) -> int:
        """Somebody who has declared."""
        self.people += 1
        self.facts.append((self.people, "declaration", "self", BEGIN - timedelta(days=10), None, None))
        self.homes.append((self.people, 1 + (self.people % 200), BEGIN - timedelta(days=300)))
        return self.people

    def fact(self, person: int, kind: str, detail: str, start: int, end: int | None = None) -> None:
        self.facts.append((person, kind, detail, to_datetime(start), None if end is None else to_datetime(end), None))

    def stay(self, person: int, division: int, arrive: int, leave: int) -> int:
        """A stay at a place of its own; the place."""
        self.places += 1
        self.stays.append((person, self.places, division, to_datetime(arrive), to_datetime(leave)))
        return self.places

    def order_that_ends(self, at: int) -> None:
        self.fact(self.person(), "order", self.chance.choice(("home", "central")), START - 3000, at - 1)
        self.due["order"] += 1

    def permit_that_begins_and_ends(self, first: int, at: int) -> None:
        """Back from Shanghai, yellow but while the permit of a commuter is valid."""
        person = self.person()
        self.stay(person, ABROAD, START - 2880, START - 60)
        self.fact(person, "permit", "commuter", first, at - 1)
        self.due["permit"] += 2

    def observation(self, n: int) -> None:
        """Seven days after a contact with somebody who has symptoms: it is over at a midnight."""
        self.fact(self.person(), "contact", "symptomatic", START - 6 * 1440 + (n % 13) * 700)
        self.due["observation"] += 1

    def list_that_begins(self, at: int, n: int) -> None:
        """Two people stay at a place for the whole fortnight; a list names it from a minute on."""
        for _n in range(2):
            place = self.stay(self.person(), HERE, START - 1000, START + 20 * 1440)
            self.areas.append(self.area("higher_risk" if n % 2 else "specified", at, None, place))
        self.due["list begins"] += 1

    def list_of_some_days(self, first: int, at: int) -> None:
        """A list that ends while somebody stays on: what was there in its days counts."""
        place = self.stay(self.person(), HERE, START - 1000, START + 20 * 1440)
        self.areas.append(self.area("higher_risk", first, at - 1, place))
        self.due["list of some days"] += 1

    def lift_that_becomes_complete(self, at: int) -> None:
        """The second negative sample is of a minute ahead."""
        person = self.person()
        self.fact(person, "contact", "symptomatic", START - 1440)
        self.fact(person, "test", "negative", at - 1500)
        self.fact(person, "test", "negative", at)
        self.due["lift"] += 1

    def fact_that_begins(self, at: int) -> None:
        self.fact(self.person(), "case", "suspected", at)
        self.due["fact begins"] += 1

    def contact_that_ends(self, at: int) -> None:
        """The stairwell is counted from the last minute of the contact."""
        ill, neighbour = self.person(), self.person()
        self.homes[-1] = (neighbour, *self.homes[-2][1:])
        self.fact(ill, "contact", "confirmed", START - 600, at)
        self.due["contact ends"] += 1

    def journey(self, at: int) -> None:
        """A journey that is known before it begins, such as of a train that was booked."""
        self.stay(self.person(), self.chance.choice((ABROAD, KEY)), at, at + 300)
        self.due["journey"] += 1

    def discharge(self, at: int) -> None:
        person = self.person()
        self.fact(person, "order", "central", START - 3000)
        self.fact(person, "discharge", "quarantine", at)
        self.due["discharge"] += 1

    def feel_unwell(self) -> None:
        """Symptoms and other orders all over the fortnight, so that a rule that begins or ends changes somebody."""
        for at in (START - 1440, *self.minutes[::A_DAY]):
            self.fact(self.chance.randint(1, self.people), "symptom", "respiratory", at)
            self.fact(self.chance.randint(1, self.people), "order", "other", at)

    def area(self, level: str, start: int, end: int | None, place: int) -> Area:
        return Area(
            level=level, listed_level="test", scope="place", low=HERE, high=HERE, place_id=place, division_text="x", text=f"{place}",
            key=f"{level}-{place}-{start}", start=to_datetime(start), end=None if end is None else to_datetime(end),
            source="test", legal_basis="test",
        )  # fmt: skip

    def _insert(self) -> None:
        with connections["default"].cursor() as cursor:
            divisions = {place: division for _person, place, division, *_rest in self.stays}
            cursor.executemany(
                "INSERT INTO places (number, kind, name, division) VALUES (%s, 'building', %s, %s)",
                [(place, f"楼{place}", division) for place, division in divisions.items()],
            )
            cursor.executemany(
                "INSERT INTO stairwells (number, building_id, name) VALUES (%s, %s, %s)",
                [(number, 1 + number % self.places, f"{number}单元") for number in range(1, 201)],
            )
            Person.objects.bulk_create(
                unsaved(number=person, name=f"人{person}", id_type="none", division=HERE)
                for person in range(1, self.people + 1)
            )
            cursor.executemany(
                "INSERT INTO homes (person_id, stairwell_id, start, source, legal_basis) VALUES (%s, %s, %s, 'test', 'test')",
                self.homes,
            )
            cursor.executemany(f"{FACT} ON CONFLICT DO NOTHING", self.facts)
            cursor.executemany(
                "INSERT INTO stays (person_id, place_id, division, arrive, leave, source, legal_basis)"
                " VALUES (%s, %s, %s, %s, %s, 'test', 'test')",
                self.stays,
            )
            Area.objects.bulk_create(self.areas)


def dated_policy(policies: Path, folder: Path) -> Path:
    """Ningbo's policy in a folder of its own, two rules of which hold on every other day of the fortnight."""
    shutil.copytree(policies, folder)
    first = date(2020, 2, 20)
    for n, rule in enumerate(TOGGLED):
        file = folder / "cn-zj" / "rules" / f"{rule}.yaml"
        head, _mark, rest = file.read_text().partition("in_force:\n")
        entry, _mark, tail = rest.partition("because:\n")
        lines = entry.splitlines(keepends=True)
        days = [first + timedelta(days=day) for day in range(n, DAYS, 2)]
        entries = [f"  - first: {day}\n    last: {day}\n" + "".join(lines[2:]) for day in days]
        file.write_text(head + "in_force:\n" + "".join(entries) + "because:\n" + tail)
    return folder / "cn-zj-ningbo"
