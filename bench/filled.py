"""A city of millions in a database of the bench's own: its records by COPY, sealed as the product seals them, its stays linked as the lake.

Who generated the city answers for what the tables' triggers look after; they rest while it is filled.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bench import cities
from bench.recorded import fill
from yimatong.site.program import log_aside, server

AT_ONCE = 200_000


@contextmanager
def filled(made: cities.Made, home: Path) -> Iterator[float]:
    """The city in a database under `home`, filled where it is not there yet; gives the seconds that filling took (0: it was there)."""
    os.environ["YIMATONG_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    home.mkdir(parents=True, exist_ok=True)
    with server(), log_aside():
        from django.core.management import call_command
        from django.db import connections

        from yimatong.site.commands.first_start import put_policy_into_force

        try:
            took = 0.0
            if not (home / "filled").exists():
                began = time.perf_counter()
                call_command("migrate", database="owner", verbosity=0, interactive=False)
                put_policy_into_force()
                _fill(Path(made.folder))
                _lake(Path(made.folder), home)
                took = time.perf_counter() - began
                (home / "filled").touch()
            yield took
        finally:
            connections.close_all()


def _fill(folder: Path) -> None:
    from django.db import connections

    from yimatong.records.identity import id_key

    tables = ("people", "facts", "homes", "areas", "places", "stairwells")
    with connections["owner"].cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        _copy(cursor, "places (number, kind, name, division, parent_id)", ["int4", "text", "text", "int4", "int4"],
              _rows(folder, "places", ("place", "kind", "name", "division", "parent")))  # fmt: skip
        _copy(cursor, "stairwells (number, building_id, name)", ["int4", "int4", "text"],
              _rows(folder, "stairwells", ("stairwell", "building", "name")))  # fmt: skip
        said = _rows(folder, "persons", ("person", "name", "id_type", "id_number", "division"))
        people = (
            (person, name, kind, id_key(kind, number) if number else None, number, division)
            for person, name, kind, number, division in said
        )
        fill(cursor, people, _at(cities.WHEN))
        _copy(
            cursor, 'facts (id, person_id, kind, detail, start, "end", onset, source, legal_basis)',
            ["int8", "int4", "text", "text", "timestamptz", "timestamptz", "timestamptz", "text", "text"],
            (
                (fact, person, kind, detail, _at(start), _at(end), _at(onset), "bench", "bench")
                for fact, person, kind, detail, start, end, onset in _rows(
                    folder, "facts", ("fact", "person", "kind", "detail", "start", "end", "onset")
                )
            ),
        )  # fmt: skip
        _copy(
            cursor, 'homes (person_id, stairwell_id, start, "end", source, legal_basis)',
            ["int4", "int4", "timestamptz", "timestamptz", "text", "text"],
            (
                (person, stairwell, _at(start), _at(end), "bench", "bench")
                for person, stairwell, start, end in _rows(folder, "homes", ("person", "stairwell", "start", "end"))
            ),
        )  # fmt: skip
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SELECT setval(pg_get_serial_sequence('facts', 'id'), (SELECT max(id) FROM facts))")
        _areas(folder)
        cursor.execute("VACUUM ANALYZE")


def _areas(folder: Path) -> None:
    from yimatong.records.models import Area

    columns = ("area", "level", "low", "high", "place", "start", "end")
    Area.objects.bulk_create(
        Area(
            number=area, level=level, listed_level="bench", scope="place" if place else "whole", low=low, high=high, place_id=place,
            text="bench", key=f"bench-{area}", start=_at(start), end=_at(end), source="bench", legal_basis="bench",
        )
        for area, level, low, high, place, start, end in _rows(folder, "areas", columns)
    )  # fmt: skip


def _lake(folder: Path, home: Path) -> None:
    from yimatong.core import lake

    lake.adopt(home / "lake", sorted((folder / "stays").glob("*.parquet")))


def _rows(folder: Path, name: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    file = pq.ParquetFile(folder / f"{name}.parquet")
    for batch in file.iter_batches(AT_ONCE, columns=list(columns)):
        yield from zip(*(batch.column(column).to_pylist() for column in columns), strict=True)


def _at(minute: int | None) -> Any:
    from yimatong.core.time import to_datetime

    return None if minute is None else to_datetime(minute)


def _copy(cursor: Any, into: str, kinds: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(kinds)
        for row in rows:
            copy.write_row(row)
