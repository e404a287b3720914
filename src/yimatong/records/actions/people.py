"""Recording single people, their homes and their stays."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction

from yimatong.records import documents, identity
from yimatong.records.actions import audit
from yimatong.records.actions.identities import identified
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.models import Home, Official, Person, Place, Stay


@transaction.atomic
def register(
    *,
    by: Official,
    today: date,
    name: str,
    id_type: Person.IdType,
    id_number: str | None,
    sex: Person.Sex = Person.Sex.UNKNOWN,
    phone: str | None = None,
    division: int | None = None,
) -> Person:
    """Record somebody new; `document-wrong` where the number can't be true, `person-known` where it is recorded already."""
    require(by, "record")
    if (id_number is None) != (id_type == Person.IdType.NONE):
        raise mistake("document-wrong", flaw="id-number-shape")
    if id_number is not None:
        if (flaw := documents.flaw(id_type, id_number, today)) is not None:
            raise mistake("document-wrong", flaw=flaw)
        with connection.cursor() as cursor:
            # A delivery may be recording the same person (intake/matching.py).
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people'))")
        known = Person.objects.filter(id_key=identity.id_key(id_type, id_number)).first()
        if known is not None:
            raise mistake("person-known", person=known.number)
    values = {"name": name.strip(), "sex": sex, "id_type": id_type, "division": division}
    person = Person.objects.create(**identified(values, phone, id_number))
    audit.record(by=by, action="person.register", subject=f"person/{person.number}")
    return person


@transaction.atomic
def settle(
    *,
    by: Official,
    person: int,
    stairwell: int,
    start: datetime,
    source: str,
    legal_basis: str,
    end: datetime | None = None,
) -> Home:
    """Record a home or lodging of somebody."""
    require(by, "record")
    if end is not None and end < start:
        raise mistake("interval-backwards", record="home")
    same = Home.objects.filter(person_id=person, stairwell_id=stairwell, start=start, struck_at=None).first()
    if same is not None:
        raise mistake("record-repeats", record=f"home {same.pk}")
    home = Home.objects.create(
        person_id=person, stairwell_id=stairwell, start=start, end=end,
        source=source, legal_basis=legal_basis, recorded_by=by,
    )  # fmt: skip
    audit.record(by=by, action="home.record", subject=f"home/{home.pk}", details={"person": person})
    return home


@transaction.atomic
def record_stay(
    *, by: Official, person: int, place: int, arrive: datetime, leave: datetime, source: str, legal_basis: str
) -> Stay:
    """Record one stay: a declared itinerary, a checkpoint."""
    require(by, "record")
    if leave < arrive:
        raise mistake("interval-backwards", record="stay")
    where = Place.objects.filter(pk=place).first()
    if where is None:
        raise mistake("record-unknown", record=f"place {place}")
    same = Stay.objects.filter(person_id=person, place_id=place, arrive=arrive, struck_at=None).first()
    if same is not None:
        raise mistake("record-repeats", record=f"stay {same.pk}")
    stay = Stay.objects.create(
        person_id=person, place=where, division=where.division, arrive=arrive, leave=leave,
        source=source, legal_basis=legal_basis, recorded_by=by,
    )  # fmt: skip
    audit.record(by=by, action="stay.record", subject=f"stay/{stay.pk}", details={"person": person})
    return stay
