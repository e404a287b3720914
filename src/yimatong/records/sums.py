"""Looks in sum, by official and day, and batches of facts that make red: what the auditor's page shows and what rings.

Days are the city's, in real time. The sums of today and yesterday are made anew every ten minutes; those of days
before stand as they are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from yimatong.records import calendar
from yimatong.records.actions import alarms
from yimatong.records.models import Alarm, LookDay, Official

Role = Official.Role
RED = ("case", "contact", "order")
"""Kinds of facts by which, recorded about somebody, policies make a person red."""
IDLE = {Role.CLERK: (40, 0.10), Role.CONTROL_OFFICE: (150, 0.02), Role.HEALTH: (150, 0.02)}
"""From so many openings in a day on, a lower share followed by an act is an alarm: a desk looks in order to do something."""
ONE_BY_ONE = 50
"""People about whom facts that make red were recorded one by one in a day, for the same reason: more is an alarm."""
DELIVERED = 1_000
"""The same with deliveries: contacts of an outbreak come by the hundred, a list of people who are to be kept away by the thousand."""
MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Summed:
    """An official's looks of some days. `share` is how many percent of the openings an act followed, None without openings."""

    official: Official
    looks: int
    people: int
    openings: int
    searches: int
    missed: int
    refused: int
    share: float | None
    times_median: float | None
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Facts of one kind, with one source and one ground, recorded on one day: about how many people, by whom, within what time."""

    day: date
    kind: str
    detail: str
    source: str
    legal_basis: str
    people: int
    one_by_one: int
    officials: tuple[str, ...]
    numbers: tuple[int, ...]
    first_at: datetime
    last_at: datetime

    @property
    def rings(self) -> bool:
        """Whether it is more than happens by itself."""
        return self.one_by_one >= ONE_BY_ONE or self.people >= DELIVERED


def sum_day(day: date) -> None:
    """Make the sums of a day anew, in the database's own function; nobody else writes them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.looks_sum_day(%s, %s, %s)", [day, *calendar.bounds(day)])


def ring(day: date, at: datetime) -> None:
    """Raise the alarms of a day: looks that nothing follows, batches of facts that make red."""
    for one in LookDay.objects.select_related("official").filter(day=day):
        least, share = IDLE.get(Role(one.official.role), (0, 0.0))
        if least and one.openings >= least and one.followed < share * one.openings:
            alarms.ring(official=one.official, sort=Alarm.Sort.IDLE, count=one.openings, at=at)
    for batch in batches(day, day):
        if batch.rings:
            for official in Official.objects.filter(pk__in=batch.numbers):
                alarms.ring(official=official, sort=Alarm.Sort.BATCH, count=batch.people, at=at)


def sums(first: date, last: date) -> list[Summed]:
    """Each official's looks from one day to another, both included; the people of several days are added day by day."""
    days: dict[int, list[LookDay]] = defaultdict(list)
    for one in LookDay.objects.select_related("official").filter(day__range=(first, last)):
        days[one.official_id].append(one)
    looks = {number: sum(one.looks for one in rows) for number, rows in days.items()}
    of_role: dict[str, list[int]] = defaultdict(list)
    for number, rows in days.items():
        of_role[rows[0].official.role].append(looks[number])
    middle = {role: median(counts) for role, counts in of_role.items()}
    return [_summed(rows, looks[number], middle[rows[0].official.role]) for number, rows in days.items()]


def _summed(rows: Sequence[LookDay], looks: int, middle: float) -> Summed:
    openings, followed = sum(one.openings for one in rows), sum(one.followed for one in rows)
    reasons: Counter[str] = Counter()
    for one in rows:
        reasons.update(dict(map(tuple, one.reasons)))
    return Summed(
        official=rows[0].official,
        looks=looks,
        people=sum(one.people for one in rows),
        openings=openings,
        searches=sum(one.searches for one in rows),
        missed=sum(one.missed for one in rows),
        refused=sum(one.refused for one in rows),
        share=100 * followed / openings if openings else None,
        times_median=looks / middle if middle else None,
        reasons=tuple(reasons.most_common(MOST_REASONS)),
    )


BATCHES = """
    SELECT (f.recorded_at AT TIME ZONE %(zone)s)::date, f.kind, f.detail, f.source, f.legal_basis, count(DISTINCT f.person_id),
        count(DISTINCT f.person_id) FILTER (WHERE f.delivery_id IS NULL), array_agg(DISTINCT o.name), array_agg(DISTINCT o.id),
        min(f.recorded_at), max(f.recorded_at)
    FROM facts f LEFT JOIN deliveries d ON d.id = f.delivery_id JOIN officials o ON o.id = coalesce(f.recorded_by_id, d.by_id)
    WHERE f.recorded_at >= %(began)s AND f.recorded_at < %(over)s AND f.kind = ANY(%(kinds)s)
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC LIMIT 500
"""


def batches(first: date, last: date) -> list[Batch]:
    """The batches of facts that make red from one day to another, the largest first."""
    given: dict[str, Any] = {
        "zone": calendar.zone().name, "began": calendar.begins(first), "over": calendar.bounds(last)[1], "kinds": list(RED),
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BATCHES, given)
        return [
            Batch(
                day=day, kind=kind, detail=detail, source=source, legal_basis=ground, people=people, one_by_one=one_by_one,
                officials=tuple(names), numbers=tuple(numbers), first_at=first_at, last_at=last_at,
            )
            for day, kind, detail, source, ground, people, one_by_one, names, numbers, first_at, last_at in cursor.fetchall()
        ]  # fmt: skip


def today() -> date:
    """The day that it really is in the city."""
    return calendar.day(timezone.now())
