"""What the judgement has found that a declaration denies: "nowhere else", and yet a derived journey. Opens a case, paints nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from yimatong.records.jobs import leaving_out
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions import contradicting

WINDOW = 14
"""Days."""
FRESH = 25
"""Hours: an hour that was missed is made up for within a day."""
# Journeys to other provinces and visits of risk areas outside the city, inside the days that the declaration in force was asked
# about. Only what is new on either side is looked at: the run that brought the journey, or the declaration.
FOUND = """
    SELECT DISTINCT said.person_id, journeys.division
    FROM declarations said
    LEFT JOIN declarations newer ON newer.replaces_id = said.id
    JOIN (
        SELECT person, division, "end", run_id FROM travels UNION SELECT person, division, "end", run_id FROM visits
    ) journeys ON journeys.person = said.person_id
    JOIN runs ON runs.number = journeys.run_id
    WHERE newer.id IS NULL AND journeys.division / 100000 <> %(city)s
        AND to_timestamp(journeys."end" * 60.0) BETWEEN said.declared_at - make_interval(days => %(window)s) AND said.declared_at
        AND greatest(said.recorded_at, runs.finished_at) > statement_timestamp() - make_interval(hours => %(fresh)s)
    ORDER BY 1, 2
"""


def find(*, city: str, now: datetime) -> int:
    """Open a case for everybody whose declaration in force says "nowhere else" against what was derived; how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND, {"city": int(city) // 100, "window": WINDOW, "fresh": FRESH})
        found = cursor.fetchall()
    opened = 0
    with leaving_out("contradictions") as tally:
        for person, division in found:
            with tally.each(person), transaction.atomic():
                opened += _open(person, division, now)
    return opened


def _open(person: int, division: int, now: datetime) -> bool:
    declaration = queries.declaration_of(person)
    if declaration is None or queries.answers_of(declaration)["elsewhere"]:
        return False
    case = contradicting.contradict(
        person=person, sort="itinerary", says=contradicting.NOWHERE_ELSE, evidence=[f"derived/{division}"],
        key=f"derived/{division}", now=now,
    )  # fmt: skip
    return case is not None
