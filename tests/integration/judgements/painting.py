"""A city in which somebody paints past the judgement, and a worker that looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from tests.integration.judgements.city import AS_OF, City
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, discrepancies
from yimatong.stations.judgements.models import CurrentVerdict, Discrepancy
from yimatong.stations.judgements.reconciling import Looker, Report

GREEN = "INSERT INTO verdicts (person_id, run_id, colour, rules, facts) VALUES ({person}, {run}, 'green', '', '')"
MADE_GREEN = (
    "UPDATE verdicts SET colour = 'green', rules = '', facts = '', since = NULL, until = NULL, next_change = NULL"
    " WHERE person_id = {person}"
)


@dataclass
class Scene:
    """A city judged as a whole and once by day, somebody red since the first run, and a worker who has looked at everything."""

    red: int
    first: int
    last: int
    looker: Looker


def a_scene(city: City, system: Official, policy: Path) -> Scene:
    """Make one."""
    first = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    city.record(4)
    last = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=1))
    assert last.kind == "touched"
    red = (
        CurrentVerdict.objects.filter(colour="red", run=first.run, facts__startswith="visit/")
        .order_by("person")
        .first()
    )
    assert red is not None
    scene = Scene(red.person, first.run, last.run, Looker())
    report = scene.looker.look()
    assert (report.everything, report.found, report.people) == (True, (), 120)
    assert report.stood == {colour: people for colour, people in report.counted.items() if people}
    return scene


@contextmanager
def untriggered(*tables: str) -> Iterator[Any]:
    """The owner of the tables, with their triggers taken away."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        # What a foreign key asks is asked at once: a table of which it is still to be asked can't be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        # PostgreSQL counts some seconds late otherwise.
        cursor.execute("SELECT pg_stat_force_next_flush()")


def open_again(rows: list[Discrepancy]) -> tuple[discrepancies.Found, ...]:
    """What was found, as a look would find it."""
    return tuple(discrepancies.Found(row.kind, row.table, row.run, row.person, row.stands) for row in rows)


def told(report: Report) -> set[tuple[str, str, int | None]]:
    """What a look names: table, kind, person."""
    return {(one.table, one.kind, one.person) for one in report.found}
