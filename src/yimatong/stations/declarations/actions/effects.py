"""What a declaration does: the facts, stays and home that it states, and what it takes back of the person's own words.

A correction touches records of the person's own declarations alone. Within an hour what is no longer said was a slip, and is
struck. Later: a symptom, a home, a presence ends now; a contact or a journey is struck, and a contradiction of sort `retracted` is
opened, so that somebody hears it. What others have recorded is never touched; who disagrees with it disputes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from yimatong.core.facts import Kind
from yimatong.records import calendar, identity
from yimatong.records.actions import places, statements
from yimatong.records.actions.statements import FactStated, StayStated
from yimatong.records.models import Fact, Home, Official, Person, Place, Stay
from yimatong.records.queries import now_standing
from yimatong.stations.declarations import form
from yimatong.stations.declarations.checks import WINDOW, Answers, Visit, inside
from yimatong.stations.declarations.models import Coresident, Declaration, DeclaredRecord, MissingPlace

GRACE = timedelta(hours=1)
CORRECTED = "corrected by the person"
NO_PLACE = "（未写明地点）"
ASKED_DAYS = WINDOW.days


@dataclass(slots=True)
class Pen:
    """Who writes about whom, when. `now` is the city's instant, `at` the real one; `taken_back` collects what was retracted late."""

    by: Official
    person: int
    declaration: Declaration | None
    source: str
    now: datetime
    at: datetime
    taken_back: list[str] = field(default_factory=list)

    def fact(self, kind: Kind, detail: str, start: datetime, end: datetime | None = None) -> None:
        """State a fact; one that somebody else has recorded already stays theirs."""
        said = FactStated(kind.value, detail, start, end)
        number = statements.state_fact(
            by=self.by, person=self.person, said=said, source=self.source, legal_basis=form.LAW.of("zh")
        )
        self._own(fact_id=number)

    def stay(self, said: StayStated) -> None:
        """State a stay."""
        number = statements.state_stay(
            by=self.by, person=self.person, said=said, source=self.source, legal_basis=form.LAW.of("zh")
        )
        self._own(stay_id=number)

    def home(self, stairwell: int, start: datetime) -> None:
        """State a home."""
        number = statements.state_home(
            by=self.by, person=self.person, stairwell=stairwell, start=start,
            source=self.source, legal_basis=form.LAW.of("zh"),
        )  # fmt: skip
        self._own(home_id=number)

    def strike(self, table: str, row: int) -> None:
        """Strike one of the person's own records."""
        statements.strike(by=self.by, table=table, rows=[row], why=CORRECTED)

    def end(self, table: str, row: Fact | Home) -> None:
        """What was said within the hour was a slip and is struck; what was so before ends now."""
        if self.fresh(row) or row.start > self.now:
            self.strike(table, row.pk)
        else:
            statements.end(by=self.by, table=table, rows=[row.pk], at=self.now)

    def retract(self, table: str, row: Fact | Stay, what: str) -> None:
        """Strike a contact or a journey; later than an hour after it was said somebody hears it."""
        if not self.fresh(row):
            self.taken_back.append(f"{what}/{row.pk}")
        self.strike(table, row.pk)

    def fresh(self, row: Fact | Home | Stay) -> bool:
        """True within the hour after it was said."""
        return self.at - row.recorded_at <= GRACE

    def _own(self, **record: int | None) -> None:
        if next(iter(record.values())) is not None:
            DeclaredRecord.objects.create(person_id=self.person, declaration=self.declaration, **record)


def take(pen: Pen, said: Answers, *, detail: str) -> None:
    """Carry a declaration out. The person is locked by the caller."""
    pen.fact(Kind.DECLARATION, detail, pen.now)
    symptoms(pen, said.symptoms, calendar.since(said.symptoms_since, pen.now) if said.symptoms_since else None)
    _contacts(pen, said)
    _journeys(pen, said.itinerary)
    _presence(pen, said)
    _home(pen, said)
    _housemates(pen, said)


def symptoms(pen: Pen, wanted: Iterable[str], start: datetime | None) -> None:
    """The symptoms somebody has now: new ones are stated, those that are gone end, the others go on."""
    missing = set(wanted)
    for fact in _own_facts(pen.person, Kind.SYMPTOM).filter(end=None):
        if fact.detail not in missing:
            pen.end("fact", fact)
        elif start is not None and calendar.day(start) != calendar.day(fact.start):
            pen.strike("fact", fact.pk)
        else:
            missing.discard(fact.detail)
    for detail in sorted(missing):
        pen.fact(Kind.SYMPTOM, detail, start or pen.now)


def own_symptoms(person: int) -> set[str]:
    """The symptoms that somebody has said and that have not ended."""
    return {fact.detail for fact in _own_facts(person, Kind.SYMPTOM).filter(end=None)}


def _contacts(pen: Pen, said: Answers) -> None:
    """Contacts of the days that the form asks about."""
    wanted = dict(said.contacts)
    for fact in _own_facts(pen.person, Kind.CONTACT).filter(start__gte=_asked_from(pen)):
        told = wanted.get(fact.detail)
        if told is not None and told == calendar.day(fact.start):
            del wanted[fact.detail]
        elif told is not None and told > calendar.day(fact.start):
            pen.strike("fact", fact.pk)
        else:
            pen.retract("fact", fact, "contact")
    for detail, day in wanted.items():
        if day is not None:
            start = min(calendar.begins(day), pen.now)
            pen.fact(Kind.CONTACT, detail, start, max(start, calendar.until(day, pen.now)))


def _journeys(pen: Pen, itinerary: Iterable[Visit]) -> None:
    """Stays of the days that the form asks about."""
    wanted = {(stay.place, stay.arrive): stay for stay in (_stay(pen, visit) for visit in itinerary) if stay}
    own = DeclaredRecord.objects.filter(person_id=pen.person, stay__isnull=False).values("stay_id")
    for stay in Stay.objects.filter(pk__in=own, struck_at=None, leave__gte=_asked_from(pen)):
        told = wanted.get((stay.place_id, stay.arrive))
        if told is not None and told.leave >= stay.leave - timedelta(days=1):
            if told.leave == stay.leave:
                del wanted[stay.place_id, stay.arrive]
            else:
                pen.strike("stay", stay.pk)
        else:
            pen.retract("stay", stay, "stay")
    for said in wanted.values():
        pen.stay(said)


def _stay(pen: Pen, visit: Visit) -> StayStated | None:
    """The stay of a row of the itinerary; None for one that lies ahead."""
    arrive, leave = calendar.begins(visit.first), calendar.until(visit.last, pen.now)
    if arrive > leave:
        return None
    name = visit.place or NO_PLACE
    known = list(Place.objects.filter(division=visit.division, name=name).values_list("number", flat=True)[:2])
    number = known[0] if len(known) == 1 else places.ensure_named([(visit.division, name)])[visit.division, name]
    return StayStated(number, visit.division, arrive, leave)


def _presence(pen: Pen, said: Answers) -> None:
    """Where somebody is, when they came, or left; nothing is recorded of those who were here all the time."""
    wanted = "in_city" if said.in_city else "away"
    came = said.in_city and said.arrived_on is not None
    start = calendar.since(said.arrived_on, pen.now) if came else pen.now
    standing = list(_own_facts(pen.person, Kind.PRESENCE).filter(end=None))
    for fact in standing:
        if fact.detail != wanted:
            pen.end("fact", fact)
        elif came and calendar.day(fact.start) != calendar.day(start):
            pen.strike("fact", fact.pk)
        else:
            return
    if standing or came or not said.in_city:
        pen.fact(Kind.PRESENCE, wanted, start)


def _home(pen: Pen, said: Answers) -> None:
    """The home: one that is on record stays, another of the person's own words ends."""
    said_before = DeclaredRecord.objects.filter(person_id=pen.person, home__isnull=False)
    own = set(now_standing("homes", said_before.values_list("home_id", flat=True)).values())
    standing = Home.objects.filter(person_id=pen.person, struck_at=None, end=None)
    for home in standing.filter(pk__in=own):
        if home.stairwell_id != said.stairwell:
            pen.end("home", home)
    if said.stairwell is not None and not standing.filter(stairwell_id=said.stairwell).exists():
        pen.home(said.stairwell, calendar.since(said.home_since, pen.now))
    if said.missing and inside(said.division, settings.YIMATONG_CITY):
        queue_missing_place(pen, said)


def queue_missing_place(pen: Pen, said: Answers) -> None:
    """Queue a community that the gazetteer does not have; the same words of the same person wait once."""
    waiting = MissingPlace.objects.filter(
        declaration__person_id=pen.person, division=said.division, state=MissingPlace.State.WAITING
    )
    if pen.declaration is None or any(
        identity.unseal(one.address_sealed, "answers") == said.home_text for one in waiting
    ):
        return
    MissingPlace.objects.create(
        declaration=pen.declaration, division=said.division, address_sealed=identity.seal(said.home_text, "answers")
    )


def _housemates(pen: Pen, said: Answers) -> None:
    """Who lives with them: those who are no longer named have left."""
    if pen.declaration is None:
        return
    wanted = {
        (None if one.id_number is None else identity.id_key(one.id_type, one.id_number), one.name): one
        for one in said.housemates
    }
    for row in Coresident.objects.filter(person_id=pen.person, until=None):
        name = identity.unseal(row.name_sealed, "name")
        if wanted.pop((row.document_key, name), None) is None:
            row.until = max(pen.now, row.since)
            row.save(update_fields=["until"])
    keys = [key for key, _ in wanted if key is not None]
    residents = dict(Person.objects.filter(id_key__in=keys).values_list("id_key", "number"))
    for key, name in wanted:
        resident = None if key is None else residents.get(key)
        if resident != pen.person:
            Coresident.objects.create(
                declaration=pen.declaration, person_id=pen.person, resident_id=resident,
                name_sealed=identity.seal(name, "name"), document_key=key, since=pen.now,
            )  # fmt: skip


def _own_facts(person: int, kind: Kind) -> QuerySet[Fact]:
    said = DeclaredRecord.objects.filter(person_id=person, fact__isnull=False)
    own = now_standing("facts", said.values_list("fact_id", flat=True)).values()
    return Fact.objects.filter(pk__in=list(own), kind=kind.value, struck_at=None).order_by("id")


def _asked_from(pen: Pen) -> datetime:
    return calendar.days_before(pen.now, ASKED_DAYS)
