"""A small seeded city in the database: people made so that every rule fires somewhere, with homes, areas, stays and a lake."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from django.db import connections

from tests.identities import unsaved
from yimatong.core import lake
from yimatong.core.time import SHANGHAI, to_datetime
from yimatong.records.models import Area, Person

AS_OF = datetime(2020, 2, 20, 0, 0, tzinfo=UTC)
"""2020-02-20 08:00 in Shanghai."""
HERE = (330203001, 330203002, 330212002, 330282003)
ELSEWHERE = (420106001, 330302003, 331004001, 340104001, 110105001)
"""A key area, a specified one, a higher-risk county, and two other provinces."""
GROUND = (
    ("case", "confirmed"),
    ("case", "suspected"),
    ("case", "asymptomatic"),
    ("contact", "confirmed"),
    ("contact", "symptomatic"),
    ("order", "central"),
    ("order", "home"),
    ("order", "other"),
    ("symptom", "fever"),
    ("symptom", "respiratory"),
)
FACT = "INSERT INTO facts (person_id, kind, detail, start, \"end\", onset, source, legal_basis) VALUES (%s,%s,%s,%s,%s,%s,'test','test')"


class City:
    """Inserts rows as the pages' role would; every choice comes from one seed."""

    def __init__(self, people: int, seed: int) -> None:
        self.people, self.chance = people, random.Random(seed)
        self.places = {number: (HERE + ELSEWHERE)[number % 9] for number in range(1, 61)}

    def build(self, home: Path) -> None:
        """Everything: gazetteer, people, homes, facts, areas, stays one by one, and the lake."""
        with connections["default"].cursor() as cursor:
            cursor.executemany(
                "INSERT INTO places (number, kind, name, division) VALUES (%s, 'building', %s, %s)",
                [(number, f"楼{number}", division) for number, division in self.places.items()],
            )
            cursor.executemany(
                "INSERT INTO stairwells (number, building_id, name) VALUES (%s, %s, %s)",
                [(number, 1 + number % 60, f"{number}单元") for number in range(1, 121)],
            )
            Person.objects.bulk_create(
                unsaved(number=person, name=f"人{person}", id_type="none", division=self.chance.choice(HERE))
                for person in self.numbers()
            )
            self._homes(cursor)
            self._areas()
            cursor.executemany(FACT, [fact for person in self.numbers() for fact in self._facts(person)])
            cursor.executemany(
                "INSERT INTO stays (person_id, place_id, division, arrive, leave, source, legal_basis)"
                " VALUES (%s, %s, %s, %s, %s, 'test', 'test') ON CONFLICT DO NOTHING",
                [
                    (person, place, division, to_datetime(arrive), to_datetime(leave))
                    for person, place, division, arrive, leave in self.stays(60)
                ],
            )
        self.deliver(home, 1, self.people * 6)

    def numbers(self) -> range:
        return range(1, self.people + 1)

    def record(self, count: int) -> None:
        """Some more facts about some people."""
        with connections["default"].cursor() as cursor:
            for _n in range(count):
                for fact in self._facts(self.chance.choice(self.numbers())):
                    cursor.execute(f"{FACT} ON CONFLICT DO NOTHING", fact)

    def strike(self, count: int) -> None:
        """Strike some facts."""
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT id FROM facts WHERE struck_at IS NULL AND kind <> 'declaration' ORDER BY id")
            for fact in self.chance.sample([row[0] for row in cursor.fetchall()], count):
                cursor.execute(
                    "UPDATE facts SET struck_at = now(), strike_reason = 'test',"
                    " struck_by_id = (SELECT id FROM officials WHERE username = 'system') WHERE id = %s",
                    [fact],
                )

    def deliver(self, home: Path, delivery: int, count: int) -> None:
        """Stays into the lake."""
        rows = list(self.stays(count))
        columns = [pa.array(column, pa.int32()) for column in zip(*rows, strict=True)]
        lake.deliver(home / "lake", [pa.table(columns, names=list(lake.STAY_COLUMNS))], SHANGHAI, delivery=delivery)

    def stays(self, count: int) -> list[tuple[int, int, int, int, int]]:
        found = []
        for _n in range(count):
            place = self.chance.choice(list(self.places))
            arrive = self.minute(days=12)
            found.append(
                (
                    self.chance.choice(self.numbers()),
                    place,
                    self.places[place],
                    arrive,
                    arrive + self.chance.randint(1, 400),
                )
            )
        return found

    def minute(self, days: int) -> int:
        """Some minute of the days before AS_OF, and of the next."""
        return int(AS_OF.timestamp() // 60) - self.chance.randint(-1440, days * 1440)

    def _homes(self, cursor: object) -> None:
        cursor.executemany(  # type: ignore[attr-defined]
            "INSERT INTO homes (person_id, stairwell_id, start, source, legal_basis) VALUES (%s, %s, %s, 'test', 'test')",
            [(person, self.chance.randint(1, 120), datetime(2019, 1, 1, tzinfo=UTC)) for person in self.numbers()],
        )

    def _areas(self) -> None:
        rows = [
            ("key", 420000000, 420999999, "湖北省"),
            ("specified", 330302000, 330302999, "鹿城区"),
            ("higher_risk", 340104000, 340104999, "蜀山区"),
        ]
        Area.objects.bulk_create(
            Area(
                level=level, listed_level="test", scope="whole", low=low, high=high, division_text=name, text=name,
                key=f"{level}-{low}", start=datetime(2020, 1, 20, tzinfo=UTC), source="test", legal_basis="test",
            )
            for level, low, high, name in rows
        )  # fmt: skip

    def _facts(self, person: int) -> list[tuple[object, ...]]:
        """Mostly declared; every third has a ground, every sixth has tests, some have permits."""
        chance = self.chance
        facts: list[tuple[object, ...]] = []
        if chance.random() < 0.95:
            facts.append((person, "declaration", "self", to_datetime(self.minute(10)), None, None))
        if chance.random() < 0.33:
            kind, detail = chance.choice(GROUND)
            start = to_datetime(self.minute(15))
            end = start + timedelta(hours=chance.randint(1, 200)) if chance.random() < 0.5 else None
            onset = start - timedelta(days=chance.randint(0, 4)) if kind == "case" and chance.random() < 0.5 else None
            facts.append((person, kind, detail, start, end, onset))
        if chance.random() < 0.17:
            first = self.minute(9)
            samples = range(first, first + 1500 * chance.randint(2, 3), 1500)
            facts += [(person, "test", "negative", to_datetime(sample), None, None) for sample in samples]
        if chance.random() < 0.1:
            start = to_datetime(self.minute(8))
            facts.append((person, "permit", "commuter", start, start + timedelta(days=5), None))
        return facts
