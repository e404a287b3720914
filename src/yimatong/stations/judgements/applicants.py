"""The colour of somebody who has declared a moment ago, for a checkpoint that waits: shown, never published.

The online judgement (online.py) takes what is derived from stays as the run in force derived it, so of a new person's journeys it
knows nothing. Therefore the reference engine judges the person's own facts and stays with the areas and with those who live on
the same stairwell, and the stricter of both counts. What only others' journeys can tell (a case at the same place) the run
that follows in seconds finds; the code comes from that run alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connections

from yimatong.core.colour import SEVERITY, Colour
from yimatong.core.engine import reference
from yimatong.core.facts import Area, Fact, Home, Kind, Level, Person, Stay, Town
from yimatong.core.time import minute_down
from yimatong.records import policies
from yimatong.stations.judgements import standstills
from yimatong.stations.judgements.answers import Explanation
from yimatong.stations.judgements.evidence import DerivedRow
from yimatong.stations.judgements.explaining import PAGES, Said, tell
from yimatong.stations.judgements.lifecycle import in_force
from yimatong.stations.judgements.models import CurrentVerdict
from yimatong.stations.judgements.online import verdict_of

PEOPLE = "SELECT person, division FROM engine_people WHERE person = %s"
FACTS = 'SELECT fact, person, kind, detail, start, "end", onset FROM engine_facts WHERE person = %s'
STAYS = "SELECT person, place, division, arrive, leave FROM engine_stays WHERE person = %s"
HOMES = (
    'SELECT person, stairwell, start, "end" FROM engine_homes WHERE stairwell IN '
    "(SELECT stairwell FROM engine_homes WHERE person = %s)"
)
NEIGHBOURS = (
    "SELECT fact, person, kind, detail, start, \"end\", onset FROM engine_facts WHERE kind IN ('case', 'contact') "
    "AND detail = 'confirmed' AND person <> %s AND person IN (SELECT person FROM engine_homes WHERE stairwell IN "
    "(SELECT stairwell FROM engine_homes WHERE person = %s))"
)
AREAS = 'SELECT area, level, low, high, place, start, "end" FROM engine_areas'


def colour_now(person: int, *, now: datetime, using: str = PAGES) -> Colour | None:
    """What a judgement at this instant says; None where nothing can be judged now: no run in force, no rules today."""
    run = in_force(using)
    if run is None:
        return None
    policy, as_of = policies.kept(run.policy_id), minute_down(now)
    if not policy.first <= policy.zone.date(as_of) <= policy.last:
        return None
    online, _reasons = verdict_of(person, policy, as_of, using=using)
    alone = reference.judge(_alone(person, using), policy, as_of).verdicts[0]
    return max(online.colour, alone.colour, key=lambda colour: SEVERITY.get(colour, -1))


def said_alone(person: int, *, now: datetime, using: str = PAGES) -> Explanation | None:
    """What the person's own facts and journeys and their stairwell say by themselves, explained; None where nothing can be judged now."""
    run = in_force(using)
    if run is None:
        return None
    policy, as_of = policies.kept(run.policy_id), minute_down(now)
    if not policy.first <= policy.zone.date(as_of) <= policy.last:
        return None
    town = _alone(person, using)
    judged, derived = reference.judge(town, policy, as_of), reference.derive(town, policy, as_of)
    verdict = judged.verdicts[0]
    rows: list[DerivedRow] = [*derived.visits, *derived.travels, *derived.exposures, *derived.neighbours]
    mine = {row.evidence: row for row in rows if row.person == person}
    said = Said(verdict.colour, verdict.since, verdict.until, verdict.next_change, judged.reasons, mine)
    return tell(person, said, policy, as_of=now, known_at=now)


def colour_in_force(person: int) -> Colour | None:
    """The colour that the last run gave; None where nobody was judged, or nothing was declared."""
    found = CurrentVerdict.objects.filter(person=person).values_list("colour", flat=True).first()
    return None if found in (None, Colour.UNKNOWN.value) else Colour(found)


def _alone(person: int, using: str) -> Town:
    with connections[using].cursor() as cursor:

        def rows(sql: str, *values: int) -> list[tuple]:  # type: ignore[type-arg]
            cursor.execute(sql, values)
            return list(cursor.fetchall())

        return Town(
            people=tuple(Person(*row) for row in rows(PEOPLE, person)),
            facts=tuple(
                Fact(row[0], row[1], Kind(row[2]), *row[3:])
                for row in (*_still(person, rows(FACTS, person), using), *rows(NEIGHBOURS, person, person))
            ),
            homes=tuple(Home(*row) for row in rows(HOMES, person)),
            areas=tuple(Area(row[0], Level(row[1]), *row[2:]) for row in rows(AREAS)),
            stays=tuple(Stay(*row) for row in rows(STAYS, person)),
        )


def _still(person: int, rows: list[Any], using: str) -> list[Any]:
    """A person's facts as they were judged, where some were edited past the product (standstills.py)."""
    edited = standstills.of_person(person, "facts", using)
    numbers = {one[0] for row in edited for one in (*row.judged, *row.found)}
    return [row for row in rows if row[0] not in numbers] + [one for row in edited for one in row.judged]
