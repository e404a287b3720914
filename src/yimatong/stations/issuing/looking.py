"""Whether somebody may have a pass here and now: the point's scope and hours, and the judgement. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from yimatong.core.colour import Colour
from yimatong.records import calendar
from yimatong.records.models import Fact, Home, Person, Place
from yimatong.records.refusals import Refused
from yimatong.stations.declarations import queries as declarations
from yimatong.stations.declarations.checks import age
from yimatong.stations.declarations.models import Dependant
from yimatong.stations.issuing.errors import refused
from yimatong.stations.issuing.models import Paper, Point, RosterLine
from yimatong.stations.issuing.terms import Terms
from yimatong.stations.judgements.explaining import explain
from yimatong.stations.judgements.lifecycle import in_force
from yimatong.stations.judgements.models import CurrentVerdict, Run
from yimatong.stations.judgements.online import judge_person

PAGES = "default"
NOT_GREEN = (Colour.RED, Colour.YELLOW)


@dataclass(frozen=True, slots=True)
class Good:
    """The person may have a pass. `by` says what it rests on: `run` (the verdict in force) or `online` (judged just now)."""

    person: int
    by: str


class Standing(NamedTuple):
    """The passes of a person that live: number, serial of the credential, until."""

    number: str
    serial: int
    until: datetime


def judged(person: int, now: datetime) -> Good | Refused:
    """What the judgement says, by the one policy: the verdict in force, or one made now where something was recorded since.

    A verdict in force of red or yellow stands until the next run, whatever was recorded since.
    """
    run = in_force(PAGES)
    if run is None:
        return refused("not-judged")
    verdict = CurrentVerdict.objects.filter(person=person).first()
    colour = Colour(verdict.colour) if verdict else Colour.UNKNOWN
    if colour == Colour.GREEN and not _something_new(person, run):
        return Good(person, "run")
    if colour in NOT_GREEN and not _something_new(person, run):
        return refused("not-green", reasons=explain(person).reasons)
    said = judge_person(person, as_of=now)
    if said.colour in NOT_GREEN:
        return refused("not-green", reasons=said.reasons)
    if said.colour == Colour.UNKNOWN:
        return refused("not-declared")
    if colour in NOT_GREEN:
        return refused("wait-for-judgement")
    return Good(person, "online")


def is_in_scope(point: Point, person: Person) -> bool:
    """Whether the point may issue to somebody (P17)."""
    if point.scope == Point.Scope.EVERYBODY:
        return True
    if point.scope == Point.Scope.DOCUMENTS:
        return person.id_type in point.documents
    if point.scope == Point.Scope.ROSTER:
        return RosterLine.objects.filter(point=point, person=person, removed_at=None).exists()
    buildings = Place.objects.filter(
        pk__in=Home.objects.filter(person=person, end=None, struck_at=None).values("stairwell__building_id")
    )
    if point.scope == Point.Scope.ADDRESS:
        return buildings.filter(Q(pk=point.place_id) | Q(parent_id=point.place_id)).exists()
    return buildings.filter(division=point.division).exists() or (
        person.division == point.division and not buildings.exists()
    )


def people_in_reach(point: Point) -> QuerySet[Person]:
    """Whom a clerk of the point may look for by name: those of its scope; where that is everybody, those of its street."""
    if point.scope == Point.Scope.ROSTER:
        return Person.objects.filter(pk__in=RosterLine.objects.filter(point=point, removed_at=None).values("person_id"))
    if point.scope == Point.Scope.DOCUMENTS:
        county = point.division // 1000 * 1000
        return Person.objects.filter(id_type__in=point.documents, division__range=(county, county + 999))
    buildings = Place.objects.filter(division=point.division)
    if point.scope == Point.Scope.ADDRESS:
        buildings = Place.objects.filter(Q(pk=point.place_id) | Q(parent_id=point.place_id))
    living = Home.objects.filter(stairwell__building__in=buildings, end=None, struck_at=None).values("person_id")
    reach = Q(pk__in=living)
    return Person.objects.filter(reach if point.scope == Point.Scope.ADDRESS else reach | Q(division=point.division))


def printed_document(person: Person, child_of: Person | None, terms: Terms, now: datetime) -> Person | Refused:
    """Whose document number is printed: the person's own, or of a child who has none the named parent's."""
    if child_of is None:
        return refused("document-missing") if person.id_type == Person.IdType.NONE else person
    if person.id_type != Person.IdType.NONE or not _is_a_child(person, terms, now):
        return refused("not-a-child")
    guardians = set(Dependant.objects.filter(person=person, until=None).values_list("account__person_id", flat=True))
    if child_of.id_type == Person.IdType.NONE or (guardians and child_of.pk not in guardians):
        return refused("not-the-guardian")
    return child_of


def standing(person: int, now: datetime) -> list[Standing]:
    """The passes of somebody that are good now, the one that counts first (decision 0072)."""
    rows = Paper.objects.filter(
        person_id=person, credential__recalled_at=None, credential__until__gte=now
    ).order_by("issued_at", "number").values_list("number", "credential_id", "valid_until")  # fmt: skip
    return [Standing(number, serial, until) for number, serial, until in rows if serial is not None]


def _is_a_child(person: Person, terms: Terms, now: datetime) -> bool:
    """By the birth date that was declared; where none was, the clerk's eye is what there is."""
    last = declarations.declaration_of(person.pk)
    born = declarations.answers_of(last).get("birth_date") if last is not None else None
    if not born:
        return True
    from datetime import date

    return age(date.fromisoformat(str(born)), calendar.day(now)) < terms.child_below


def _something_new(person: int, run: Run) -> bool:
    """Whether a fact about the person came, ended or was struck after what the run in force knew."""
    known = run.known_at
    if known is None:
        return True
    standing = Fact.objects.filter(person_id=person, struck_at=None)
    return (
        standing.filter(Q(recorded_at__gt=known) | Q(end_recorded_at__gt=known)).exists()
        or Fact.objects.filter(person_id=person, struck_at__gt=known).exists()
    )
