"""What may happen between two judgements, drawn from a seed: records come, end and are struck, stays are delivered and withdrawn, the clock moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connections

from tests.identities import somebody
from tests.integration.judgements.city import AS_OF, ELSEWHERE, FACT, GROUND, HERE, City
from yimatong.core import lake
from yimatong.core.time import SHANGHAI, to_datetime

STRIKE = (
    "UPDATE {table} SET struck_at = now(), strike_reason = 'test',"
    " struck_by_id = (SELECT id FROM officials WHERE username = 'system') WHERE id = ANY(%s)"
)


class Happening:
    """One city to which things happen. `at` is the instant of the next judgement."""

    def __init__(self, city: City, home: Path) -> None:
        self.city, self.home, self.chance, self.at = city, home, city.chance, AS_OF
        self.deliveries, self.told = [1], list[str]()
        self.kinds: list[Callable[[], None]] = [
            self.record, self.record, self.strike_facts, self.end_facts, self.illness, self.illness, self.contact, self.declare,
            self.deliver, self.withdraw, self.say_stay, self.strike_stays, self.move, self.end_homes, self.strike_homes,
            self.list_area, self.end_areas, self.strike_areas, self.newcomer, self.ahead, self.nothing,
        ]  # fmt: skip

    def step(self) -> None:
        """One to three things, and the clock moves: not at all, some minutes, hours or days."""
        for _n in range(self.chance.randint(1, 3)):
            what = self.chance.choice(self.kinds)
            self.told.append(what.__name__)
            what()
        self.at += timedelta(minutes=self.chance.choice((0, 0, 1, 7, 60, 500, 1440, 5000)))
        self.told.append(f"judged as of {self.at:%d %H:%M}")

    def record(self) -> None:
        self.city.record(self.chance.randint(1, 3))

    def declare(self) -> None:
        self._fact(self._somebody(), "declaration", "self", self._minute(5))

    def illness(self) -> None:
        start = self._minute(6)
        onset = to_datetime(start - 1440 * self.chance.randint(0, 3)) if self.chance.random() < 0.5 else None
        self._fact(self._somebody(), "case", self.chance.choice(("confirmed", "suspected")), start, None, onset)

    def contact(self) -> None:
        start = self._minute(6)
        self._fact(self._somebody(), "contact", "confirmed", start, start + self.chance.randint(0, 9000))

    def ahead(self) -> None:
        """Something that is known already and begins later."""
        start = self._now() + self.chance.randint(1, 6000)
        kind, detail = self.chance.choice(GROUND)
        self._fact(self._somebody(), kind, detail, start, start + self.chance.randint(1, 3000))
        place = self.chance.choice(list(self.city.places))
        self._stay(self._somebody(), place, start, start + 60)

    def strike_facts(self) -> None:
        self._execute(STRIKE.format(table="facts"), self._ids("facts", 3))

    def end_facts(self) -> None:
        self._end("facts", "kind IN ('order', 'contact', 'permit', 'case')")

    def deliver(self) -> None:
        number = max(self.deliveries) + 1
        self.deliveries.append(number)
        self.city.deliver(self.home, number, self.chance.randint(1, 30))

    def withdraw(self) -> None:
        lake.withdraw(self.home / "lake", SHANGHAI, delivery=self.chance.choice(self.deliveries[1:] or [1]))

    def say_stay(self) -> None:
        arrive = self._minute(9)
        self._stay(
            self._somebody(), self.chance.choice(list(self.city.places)), arrive, arrive + self.chance.randint(1, 600)
        )

    def strike_stays(self) -> None:
        self._execute(STRIKE.format(table="stays"), self._ids("stays", 2))

    def move(self) -> None:
        self._execute(
            "INSERT INTO homes (person_id, stairwell_id, start, source, legal_basis) VALUES (%s, %s, %s, 'test', 'test')"
            " ON CONFLICT DO NOTHING",
            self._somebody(), self.chance.randint(1, 120), to_datetime(self._minute(20)),
        )  # fmt: skip

    def end_homes(self) -> None:
        self._end("homes", "true")

    def strike_homes(self) -> None:
        self._execute(STRIKE.format(table="homes"), self._ids("homes", 2))

    def list_area(self) -> None:
        """An area of a division, a county or one place; one in three begins later."""
        division = self.chance.choice(HERE + ELSEWHERE)
        low, high = self.chance.choice(((division, division), (division // 1000 * 1000, division // 1000 * 1000 + 999)))
        level = self.chance.choice(("key", "specified", "higher_risk", "control_zone", "low"))
        start = self._now() + (
            self.chance.randint(1, 4000) if self.chance.random() < 0.3 else -self.chance.randint(0, 20000)
        )
        place = self.chance.choice(list(self.city.places)) if self.chance.random() < 0.3 else None
        self._execute(
            "INSERT INTO areas (level, listed_level, scope, low, high, place_id, division_text, text, key, start, resolved_by, source, legal_basis)"
            " VALUES (%s, 'test', %s, %s, %s, %s, 'test', 'test', %s, %s, '', 'test', 'test')",
            level, "place" if place else "whole", low, high, place, f"{level}-{low}-{len(self.told)}-{start}", to_datetime(start),
        )  # fmt: skip

    def end_areas(self) -> None:
        self._end("areas", "true", key="number")

    def strike_areas(self) -> None:
        self._execute(STRIKE.format(table="areas").replace("id = ANY", "number = ANY"), self._ids("areas", 1, "number"))

    def newcomer(self) -> None:
        self.city.people += 1
        somebody(
            number=self.city.people, name=f"人{self.city.people}", id_type="none", division=self.chance.choice(HERE)
        )
        self.move()
        self.declare()

    def nothing(self) -> None:
        """A quiet hour."""

    def _now(self) -> int:
        return int(self.at.timestamp()) // 60

    def _somebody(self) -> int:
        return self.chance.choice(self.city.numbers())

    def _minute(self, days: int) -> int:
        return self._now() - self.chance.randint(0, days * 1440)

    def _fact(
        self, person: int, kind: str, detail: str, start: int, end: int | None = None, onset: datetime | None = None
    ) -> None:
        until = None if end is None else to_datetime(end)
        self._execute(f"{FACT} ON CONFLICT DO NOTHING", person, kind, detail, to_datetime(start), until, onset)

    def _stay(self, person: int, place: int, arrive: int, leave: int) -> None:
        self._execute(
            "INSERT INTO stays (person_id, place_id, division, arrive, leave, source, legal_basis)"
            " VALUES (%s, %s, %s, %s, %s, 'test', 'test') ON CONFLICT DO NOTHING",
            person, place, self.city.places[place], to_datetime(arrive), to_datetime(leave),
        )  # fmt: skip

    def _end(self, table: str, of: str, key: str = "id") -> None:
        """Some open rows end: earlier or later than they are judged."""
        with connections["default"].cursor() as cursor:
            cursor.execute(
                f'SELECT {key}, start FROM {table} WHERE struck_at IS NULL AND "end" IS NULL AND {of} ORDER BY {key}'
            )
            rows = cursor.fetchall()
        for number, start in self.chance.sample(rows, min(2, len(rows))):
            end = max(start, self.at + timedelta(minutes=self.chance.randint(-9000, 3000)))
            self._execute(f'UPDATE {table} SET "end" = %s, end_recorded_at = now() WHERE {key} = %s', end, number)

    def _ids(self, table: str, most: int, key: str = "id") -> list[int]:
        with connections["default"].cursor() as cursor:
            cursor.execute(f"SELECT {key} FROM {table} WHERE struck_at IS NULL ORDER BY {key}")
            rows = [row[0] for row in cursor.fetchall()]
        return self.chance.sample(rows, min(most, len(rows)))

    def _execute(self, statement: str, *values: object) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(statement, values)
