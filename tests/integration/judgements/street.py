"""A street of a few people, said in words: who lives where, who was where with whom, who fell ill. Minutes are counted from AS_OF."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from django.db import connections

from tests.identities import unsaved
from tests.integration.judgements.city import AS_OF, FACT
from yimatong.core import lake
from yimatong.core.time import SHANGHAI, to_datetime
from yimatong.records.models import Person

NOW = int(AS_OF.timestamp()) // 60
HERE, ABROAD = 330203001, 110105001
DAY = 1440


class Street:
    """Ten people who have declared, two on each stairwell (1 and 2 on the first), at places 1 to 5; nothing else."""

    def __init__(self, home: Path) -> None:
        self.home, self.deliveries = home, 0
        with connections["default"].cursor() as cursor:
            cursor.executemany(
                "INSERT INTO places (number, kind, name, division) VALUES (%s, 'building', %s, %s)",
                [(number, f"楼{number}", ABROAD if number == 5 else HERE) for number in range(1, 6)],
            )
            cursor.executemany(
                "INSERT INTO stairwells (number, building_id, name) VALUES (%s, 1, %s)",
                [(number, f"{number}单元") for number in range(1, 9)],
            )
            cursor.execute("INSERT INTO stairwells (number, building_id, name) VALUES (9, 5, '1单元')")
            Person.objects.bulk_create(
                unsaved(number=person, name=f"人{person}", id_type="none", division=HERE) for person in range(1, 11)
            )
        for person in range(1, 11):
            self.lives(person, (person + 1) // 2)
            self.fact(person, "declaration", "self", -9 * DAY)

    def lives(self, person: int, stairwell: int, since: int = -400 * DAY) -> None:
        self.execute(
            "INSERT INTO homes (person_id, stairwell_id, start, source, legal_basis) VALUES (%s, %s, %s, 'test', 'test')",
            person, stairwell, to_datetime(NOW + since),
        )  # fmt: skip

    def fact(self, person: int, kind: str, detail: str, start: int, end: int | None = None) -> None:
        until = None if end is None else to_datetime(NOW + end)
        self.execute(FACT, person, kind, detail, to_datetime(NOW + start), until, None)

    def said(self, person: int, place: int, arrive: int, minutes: int = 60) -> None:
        """A stay that was recorded one by one."""
        self.execute(
            "INSERT INTO stays (person_id, place_id, division, arrive, leave, source, legal_basis)"
            " VALUES (%s, %s, %s, %s, %s, 'test', 'test')",
            person, place, ABROAD if place == 5 else HERE, to_datetime(NOW + arrive), to_datetime(NOW + arrive + minutes),
        )  # fmt: skip

    def delivered(self, *stays: tuple[int, int, int], minutes: int = 60) -> int:
        """Stays (person, place, arrival) into the lake; the delivery's number."""
        self.deliveries += 1
        rows = [(p, at, ABROAD if at == 5 else HERE, NOW + arrive, NOW + arrive + minutes) for p, at, arrive in stays]
        columns = [pa.array(column, pa.int32()) for column in zip(*rows, strict=True)]
        table = pa.table(columns, names=list(lake.STAY_COLUMNS))
        lake.deliver(self.home / "lake", [table], SHANGHAI, delivery=self.deliveries)
        return self.deliveries

    def withdrawn(self, delivery: int) -> None:
        lake.withdraw(self.home / "lake", SHANGHAI, delivery=delivery)

    def listed(self, start: int, *, low: int = HERE, level: str = "key", place: int | None = None) -> None:
        self.execute(
            "INSERT INTO areas (level, listed_level, scope, low, high, place_id, division_text, text, key, start, resolved_by, source, legal_basis)"
            " VALUES (%s, 'test', %s, %s, %s, %s, 'test', 'test', %s, %s, '', 'test', 'test')",
            level, "place" if place else "whole", low, low, place, f"{low}{place}{start}", to_datetime(NOW + start),
        )  # fmt: skip

    def struck(self, table: str, where: str) -> None:
        self.execute(
            f"UPDATE {table} SET struck_at = now(), strike_reason = 'test',"
            f" struck_by_id = (SELECT id FROM officials WHERE username = 'system') WHERE struck_at IS NULL AND {where}"
        )

    def ended(self, table: str, where: str, end: int) -> None:
        self.execute(f'UPDATE {table} SET "end" = %s, end_recorded_at = now() WHERE {where}', to_datetime(NOW + end))

    def execute(self, statement: str, *values: object) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(statement, values)
