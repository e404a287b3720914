"""What may be shown is compared with the verdicts in force: no live credential without a verdict, and none of another colour.

Looked at while the credentials have followed the last run; what follows it within ten seconds anyway is no discrepancy. What differs is
recorded, and its people are followed at once, which recalls it: nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import perf_counter

from django.db import connection, transaction

from yimatong.stations.judgements import discrepancies
from yimatong.stations.judgements.discrepancies import Found, Kind, digest
from yimatong.stations.judgements.lifecycle import JUDGE
from yimatong.stations.passes.actions.following import follow

PARTS = 9
"""In so many minutes all live credentials are looked at, one part a minute."""
LEAST = 10_000
"""Credentials of one part at least."""
FOLLOWED = """
SELECT f.run FROM followed_runs f WHERE f.run = (SELECT max(number) FROM runs WHERE state = 'published')
"""
SAID = "LEFT JOIN LATERAL (SELECT colour, run_id FROM verdicts WHERE person_id = c.person_id ORDER BY run_id DESC LIMIT 1) said ON true"
CREDENTIALS = f"""
SELECT c.serial, c.person_id, c.colour, c.run, said.colour FROM credentials c {SAID}
WHERE c.recalled_at IS NULL AND c.serial > %(low)s AND (%(high)s::bigint IS NULL OR c.serial <= %(high)s)
    AND said.colour IS DISTINCT FROM c.colour
ORDER BY c.serial LIMIT {discrepancies.MOST_NAMED}
"""
PAPERS = f"""
SELECT c.serial, c.person_id, 'green', c.run, said.colour FROM paper_credentials c {SAID}
WHERE c.recalled_at IS NULL AND c.until >= %(now)s AND c.serial > %(low)s AND (%(high)s::bigint IS NULL OR c.serial <= %(high)s)
    AND said.colour IN ('red', 'yellow')
ORDER BY c.serial LIMIT {discrepancies.MOST_NAMED}
"""
SELECTS = {"credentials": CREDENTIALS, "paper_credentials": PAPERS}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look saw: `waits` where the credentials have yet to follow the last run, and nothing was compared."""

    everything: bool
    waits: bool
    seconds: float
    found: tuple[Found, ...]


class Looker:
    """The looks of one process: a part each time, or everything."""

    def __init__(self) -> None:
        self._upto, self._lock = dict.fromkeys(SELECTS, 0), Lock()

    def look(self, *, now: datetime, everything: bool = False) -> Seen:
        """Look, record what differs, have its people followed, and say of what differed before whether it was put right."""
        began = perf_counter()
        with self._lock:
            run, found = self._look(now, everything=everything)
        if run is None:
            return Seen(everything, True, round(perf_counter() - began, 3), ())
        discrepancies.record(found)
        standing = discrepancies.open_ones(tables=SELECTS)
        people = {one.person for one in standing if one.person is not None}
        if people:
            follow(now=now, people=people)
            _end(run, _differing(now, people))
        return Seen(everything, False, round(perf_counter() - began, 3), found)

    def _look(self, now: datetime, *, everything: bool) -> tuple[int | None, tuple[Found, ...]]:
        found: list[Found] = []
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(FOLLOWED)
            row = cursor.fetchone()
            if row is None:
                return None, ()
            for table, select in SELECTS.items():
                cursor.execute(f"SELECT coalesce(max(serial), 0) FROM {table}")
                last = cursor.fetchone()[0]
                low = 0 if everything else self._upto[table]
                high = low + max(LEAST, -(-last // PARTS))
                high = None if everything or high >= last else high
                cursor.execute(select, {"now": now, "low": low, "high": high})
                found += _found(table, cursor.fetchall())
                self._upto[table] = high or 0
        return int(row[0]), tuple(found)


THIS_PROCESS = Looker()
"""That of the worker."""


def live() -> int:
    """How many codes and papers may be shown."""
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT count(*) FROM {table} WHERE recalled_at IS NULL" for table in SELECTS)
        )
        return sum(int(count) for (count,) in cursor.fetchall())


def _found(table: str, rows: Iterable[tuple[int, int, str, int, str | None]]) -> list[Found]:
    return [
        Found((Kind.CHANGED if said else Kind.INSERTED).value, table, run, person, digest([serial, colour, said]))
        for serial, person, colour, run, said in rows
    ]


def _differing(now: datetime, people: set[int]) -> set[tuple[str, int]]:
    """Of some people, in which table something differs still."""
    left = set()
    with connection.cursor() as cursor:
        for table, select in SELECTS.items():
            of_these = select.replace("ORDER BY", "AND c.person_id = ANY(%(people)s) ORDER BY")
            cursor.execute(of_these, {"now": now, "low": 0, "high": None, "people": sorted(people)})
            left |= {(table, row[1]) for row in cursor.fetchall()}
    return left


def _end(run: int, left: set[tuple[str, int]]) -> None:
    with transaction.atomic(using=JUDGE):
        standing = discrepancies.open_ones(tables=SELECTS)
        discrepancies.end([one for one in standing if (one.table, one.person or 0) not in left], run)
