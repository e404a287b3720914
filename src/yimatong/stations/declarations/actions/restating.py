"""When a delivery is withdrawn, what the person said in the same words still stands: it is recorded as theirs.

A declaration does not record again what somebody else has recorded already; so the strike of the other's record would take the
person's own word with it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from yimatong.core.facts import Kind
from yimatong.records import calendar
from yimatong.records.actions.statements import StayStated
from yimatong.records.models import Fact, Official, Stay
from yimatong.stations.declarations import checks, queries
from yimatong.stations.declarations.actions.effects import Pen
from yimatong.stations.declarations.models import Declaration


def restate(*, by: Official, delivery: int) -> int:
    """Record anew, as the person's own, what a withdrawn delivery and a declaration in force both said; how many records."""
    gone: dict[int, list[Fact | Stay]] = defaultdict(list)
    declared = Declaration.objects.filter(person__isnull=False).values("person_id")
    ours: dict[str, Any] = {"delivery_id": delivery, "struck_at__isnull": False, "person_id__in": declared}
    for fact in Fact.objects.filter(**ours, kind__in=["symptom", "contact"]):
        gone[fact.person_id].append(fact)
    for stay in Stay.objects.filter(**ours):
        gone[stay.person_id].append(stay)
    made = 0
    for person, rows in gone.items():
        declaration = queries.declaration_of(person)
        if declaration is not None:
            made += _restate(by, declaration, rows)
    return made


def _restate(by: Official, declaration: Declaration, rows: list[Fact | Stay]) -> int:
    assert declaration.person_id is not None
    said, now = checks.read(queries.answers_of(declaration)), calendar.minute(declaration.declared_at)
    pen = Pen(by, declaration.person_id, declaration, declaration.source, now, now)
    made = 0
    for row in rows:
        if isinstance(row, Stay):
            journeys = {(visit.division, calendar.begins(visit.first)) for visit in said.itinerary}
            if (row.division, row.arrive) in journeys:
                pen.stay(StayStated(row.place_id, row.division, row.arrive, row.leave))
                made += 1
        elif _said(row, said, now):
            pen.fact(Kind(row.kind), row.detail, row.start, row.end)
            made += 1
    return made


def _said(fact: Fact, said: checks.Answers, now: datetime) -> bool:
    """True where the declaration told the same symptom or contact of the same day."""
    day = calendar.day(fact.start)
    if fact.kind == Kind.SYMPTOM.value:
        return fact.detail in said.symptoms and day == (said.symptoms_since or calendar.day(now))
    return said.contacts.get(fact.detail) == day
