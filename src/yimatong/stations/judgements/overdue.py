"""T+1: whoever has declared is judged by the end of the next day of the city. Who waits, who waits too long.

A declaration waits until a run that knew it has judged its person: the last run that was published, or that found nothing
changed, began after the declaration was recorded, and the verdict in force is a colour. A declaration that is held because its
person is not certain waits too; officials settle it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from yimatong.records import calendar

ALARM = timedelta(hours=20)
WAITING = """
    SELECT said.id, said.person_id, said.declared_at
    FROM declarations said
    LEFT JOIN declarations newer ON newer.replaces_id = said.id
    LEFT JOIN LATERAL (
        SELECT colour FROM verdicts WHERE verdicts.person_id = said.person_id ORDER BY run_id DESC LIMIT 1
    ) judged ON true
    WHERE newer.id IS NULL AND said.declared_at <= %s AND (
        said.person_id IS NULL AND EXISTS (
            SELECT FROM contradictions WHERE contradictions.declaration_id = said.id AND contradictions.state <> 'settled'
        )
        OR said.person_id IS NOT NULL AND (
            coalesce(judged.colour, 'unknown') = 'unknown'
            OR said.recorded_at > (SELECT max(known_at) FROM runs WHERE state IN ('published', 'repeated'))
        )
    )
    ORDER BY said.declared_at, said.id
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A declaration without a verdict. `person` is None while it is held; `due` is the last minute of the next day."""

    declaration: int
    person: int | None
    declared_at: datetime
    due: datetime

    def late(self, now: datetime) -> bool:
        """True once the next day is over."""
        return now > self.due


def waiting(now: datetime, *, longer_than: timedelta = timedelta(0)) -> tuple[Waiting, ...]:
    """Declarations that wait for a verdict, the oldest first. `now` is the city's instant."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [now - longer_than])
        return tuple(Waiting(number, person, at, due(at)) for number, person, at in cursor.fetchall())


def overdue(now: datetime) -> tuple[Waiting, ...]:
    """Those whose next day is over."""
    return tuple(one for one in waiting(now, longer_than=timedelta(days=1)) if one.late(now))


def alarm(now: datetime) -> tuple[Waiting, ...]:
    """Those that have waited for 20 hours: time enough is left to judge them in time."""
    return waiting(now, longer_than=ALARM)


def due(declared_at: datetime) -> datetime:
    """The last minute of the day after a declaration."""
    return calendar.ends(calendar.day(declared_at) + timedelta(days=1))
