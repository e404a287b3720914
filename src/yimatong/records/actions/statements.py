"""What people state about themselves: they, their home, facts and stays, in one transaction with one audit link.

The caller (a station) writes that link, last: until it is there, nobody else could append to the chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now

from yimatong.core.facts import DETAILS, Kind
from yimatong.records import documents, identity
from yimatong.records.actions.identities import identified, sealed_phone
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.models import Fact, Home, Official, Person, Stay

TABLES: Mapping[str, type[Fact | Home | Stay]] = {"fact": Fact, "home": Home, "stay": Stay}
ENDING: Mapping[str, type[Fact | Home]] = {"fact": Fact, "home": Home}


@dataclass(frozen=True, slots=True)
class FactStated:
    """A fact of a kind and detail, with aware instants."""

    kind: str
    detail: str
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class StayStated:
    """A stay at a place of a division (9 digits)."""

    place: int
    division: int
    arrive: datetime
    leave: datetime


def known_or_new(
    *,
    by: Official,
    today: date,
    name: str,
    id_type: str,
    id_number: str | None,
    sex: str,
    phone: str,
    division: int | None,
) -> tuple[int, bool]:
    """The number of the person with this document and False, or of a new one and True; `document-wrong` if it can't be true.

    Whoever has no document is always new. Two at once make one person.
    """
    require(by, "record")
    if id_number is None:
        return _insert_person(name, id_type, None, sex, phone, division) or 0, True
    if (flaw := documents.flaw(id_type, id_number, today)) is not None:
        raise mistake("document-wrong", flaw=flaw)
    with connection.cursor() as cursor:
        # Many at once among ourselves, none beside a delivery that records people (intake/matching.py).
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('people'))")
    number = _insert_person(name, id_type, id_number, sex, phone, division)
    if number is not None:
        return number, True
    return Person.objects.get(id_key=identity.id_key(id_type, id_number)).number, False


def _insert_person(
    name: str, id_type: str, id_number: str | None, sex: str, phone: str, division: int | None
) -> int | None:
    """Insert one, or None where the document is known."""
    values = {"name": name.strip(), "sex": sex, "id_type": id_type, "division": division}
    return _insert("people", identified(values, phone, id_number), "number", recorded="recorded_at")


def move(*, by: Official, person: int, phone: str | None, division: int | None) -> None:
    """Give somebody the phone and street that they say now; None leaves the old one."""
    require(by, "record")
    said: dict[str, object] = sealed_phone(person, phone)
    if division is not None:
        said["division"] = division
    if said:
        Person.objects.filter(pk=person).update(**said)


def state_fact(*, by: Official, person: int, said: FactStated, source: str, legal_basis: str) -> int | None:
    """Record one fact; its number, or None where the same is recorded already."""
    require(by, "record")
    if said.detail not in DETAILS[Kind(said.kind)]:
        raise mistake("kind-unknown", kind=said.kind, detail=said.detail)
    return _record(
        "facts", by, source, legal_basis,
        {"person_id": person, "kind": said.kind, "detail": said.detail, "start": said.start, "end": said.end},
    )  # fmt: skip


def state_stay(*, by: Official, person: int, said: StayStated, source: str, legal_basis: str) -> int | None:
    """Record one stay; its number, or None where the same is recorded already."""
    require(by, "record")
    return _record(
        "stays", by, source, legal_basis,
        {
            "person_id": person, "place_id": said.place, "division": said.division,
            "arrive": said.arrive, "leave": said.leave,
        },
    )  # fmt: skip


def state_home(
    *, by: Official, person: int, stairwell: int, start: datetime, source: str, legal_basis: str
) -> int | None:
    """Record a home; its number, or None where the same is recorded already."""
    require(by, "record")
    values = {"person_id": person, "stairwell_id": stairwell, "start": start}
    return _record("homes", by, source, legal_basis, values)


def strike(*, by: Official, table: str, rows: Sequence[int], why: str) -> int:
    """Strike rows of `fact`, `home` or `stay`; how many still stood."""
    require(by, "strike")
    standing = TABLES[table]._default_manager.filter(pk__in=rows, struck_at=None)
    return int(standing.update(struck_at=Now(), struck_by=by, strike_reason=why))


def end(*, by: Official, table: str, rows: Sequence[int], at: datetime) -> int:
    """Give open rows of `fact` or `home` their end, not before their start; how many were open."""
    require(by, "end")
    standing = ENDING[table]._default_manager.filter(pk__in=rows, struck_at=None, end=None, start__lte=at)
    return int(standing.update(end=at, end_recorded_at=Now(), end_recorded_by=by))


def _record(table: str, by: Official, source: str, legal_basis: str, values: Mapping[str, object]) -> int | None:
    stamped = {**values, "source": source, "legal_basis": legal_basis, "recorded_by_id": by.pk}
    return _insert(table, stamped, "id")


def _insert(table: str, values: Mapping[str, object], key: str, *, recorded: str | None = None) -> int | None:
    """Insert one row and return its key, or None where a unique constraint holds another."""
    columns = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    if recorded:
        columns, marks = f"{columns}, {recorded}", f"{marks}, statement_timestamp()"
    given: list[Any] = [str(value) if isinstance(value, UUID) else value for value in values.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING RETURNING {key}", given
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None
