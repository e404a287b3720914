"""A pass that a desk handed out without a network is written as it was; what can't be is held for an official.

A number that its desk was not given, one that stands already and a time that can't be are mistakes, and the desk's record is held
with their code (bringing.py). Nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from yimatong.records import clock
from yimatong.records.actions import audit
from yimatong.records.models import Official, Person
from yimatong.records.refusals import Refused
from yimatong.stations.declarations.actions import declaring
from yimatong.stations.issuing import looking
from yimatong.stations.issuing.actions.blanks import AHEAD, serial_of, write_late
from yimatong.stations.issuing.actions.issuing import Form
from yimatong.stations.issuing.actions.leases import Drawn
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.issuing.errors import IssuingError, mistake
from yimatong.stations.issuing.models import DeskDevice, HeldEntry, Lease, Paper
from yimatong.stations.issuing.terms import terms
from yimatong.stations.passes.actions import papers


def leased_number(*, device: DeskDevice, number: str, issued_at: datetime, now: datetime) -> Drawn:
    """The number of a pass that a desk handed out, out of its own leases; `number-wrong`, `number-used`, `not-in-stock`, `clock-wrong`."""
    district, serial = serial_of(number)
    if Paper.objects.filter(district=district, serial=serial).exists():
        raise mistake("number-used")
    lease = Lease.objects.filter(
        point=device.point_id, use=Lease.Use.OFFLINE, desk=device.desk, district=district,
        first__lte=serial, last__gte=serial,
    ).first()  # fmt: skip
    if lease is None:
        raise mistake("not-in-stock")
    if not lease.leased_at - AHEAD <= issued_at <= now + AHEAD:
        raise mistake("clock-wrong")
    return Drawn(lease.pk, district, serial)


def enter_card(
    *,
    device: DeskDevice,
    drawn: Drawn,
    person: int,
    child_of: int | None,
    issued_at: datetime,
    key: UUID,
    now: datetime,
) -> Paper:
    """Write a pass that a desk handed out, in the caller's transaction; `document-missing`, `not-a-child`, `not-the-guardian`.

    Of somebody who is not green it never was good (`never`); of somebody with another live pass the first counts.
    """
    point = at_desk(device.clerk, device.point_id)
    papers.hold(person)
    whom = Person.objects.get(pk=person)
    parent = None if child_of is None else Person.objects.get(pk=child_of)
    document = looking.printed_document(whom, parent, terms(), issued_at)
    if isinstance(document, Refused):
        raise as_mistake(document)
    return write_late(Form(device.clerk, point, whom, document, issued_at, Paper.Mode.OFFLINE, key), drawn, now)


def declared(
    by: Official, answers: Mapping[str, Any], statement: str, parent: int | None, now: datetime, at: datetime
) -> declaring.Declared:
    """What was declared on the road; a child without a document is the parent's from then on, and one person however often."""
    if parent is None:
        return declaring.declare_for(by=by, answers=answers, statement=statement, now=now, at=at)
    return declaring.declare_child_for(by=by, parent=parent, answers=answers, statement=statement, now=now, at=at)


@transaction.atomic
def settle_held(*, by: Official, held: int, why: str) -> HeldEntry:
    """Say what was done about a held entry: issued anew, cleared up with the desk. It stays readable."""
    entry = HeldEntry.objects.select_for_update().filter(pk=held).first()
    if entry is None:
        raise mistake("held-unknown")
    at_desk(by, entry.point_id)
    if not why.strip():
        raise mistake("reason-missing")
    if entry.settled_at is None:
        entry.settled_at, entry.settled_by, entry.settled_why = clock.now(), by, why.strip()
        entry.save(update_fields=["settled_at", "settled_by", "settled_why"])
        audit.record(by=by, action="entry.settle", subject=f"held-entry/{held}", details={"why": why.strip()})
    return entry


def as_mistake(no: Refused) -> IssuingError:
    """A refusal as the mistake that holds an entry."""
    return IssuingError(no.code, no.sentence, remedy=no.remedy)
