"""What writes to the hand-overs: keyword-only, all or nothing, audited without personal data.

record_hand_over(device, checkpoint, n, happened, now, to, why, person, sealed, temperature) -> HandOver     at sync
acknowledge(by, hand_over, now, note="") -> HandOver          the receiver; once escalated, the control office too
open_details(by, hand_over, why, now) -> Details              what the guard wrote down: recorded before it is shown
escalate(now) -> Escalated(late, escalated)                   each minute, by the machine

`now` and `happened` are instants of the city's life. Who may: queries.may_receive.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction

from yimatong.records import identity
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake as records_mistake
from yimatong.records.jobs import leaving_out
from yimatong.records.models import Official
from yimatong.stations.checkpoints.models import Device
from yimatong.stations.dispositions import queries
from yimatong.stations.dispositions.errors import mistake
from yimatong.stations.dispositions.models import HandOver, HandOverEvent
from yimatong.stations.dispositions.rules import clock_of
from yimatong.stations.passes import sealing

MOST = 200
MOST_SEALED = 2000
WHERE = "hand_over"
Kind = HandOverEvent.Kind
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of the person handed over: what the guard wrote down, and who the shown code belonged to."""

    name: str = field(repr=False)
    document: str = field(repr=False)
    phone: str = field(repr=False)
    person: int | None


@dataclass(frozen=True, slots=True)
class Escalated:
    """How many hand-overs became late, and how many went to the control office."""

    late: int
    escalated: int


@transaction.atomic
def record_hand_over(
    *, device: int, checkpoint: int, n: int, happened: datetime, now: datetime, to: str, why: str,
    person: int | None, sealed: bytes | None, temperature: int | None,
) -> HandOver:  # fmt: skip
    """Record what a scanner delivered; the same record again is the one that is there. `hand-over-wrong` names the field."""
    found = HandOver.objects.filter(device_id=device, n=n).first()
    if found is not None:
        return found
    for name, fine in {
        "to": to in HandOver.To.values,
        "why": why in HandOver.Why.values,
        "temperature": temperature is None or 300 <= temperature <= 450,
        "sealed": sealed is None or 0 < len(sealed) <= MOST_SEALED,
    }.items():
        if not fine:
            raise mistake("hand-over-wrong", place=name, field=name)
    clock = clock_of(now)
    made, fresh = HandOver.objects.get_or_create(
        device_id=device,
        n=n,
        defaults={
            "checkpoint_id": checkpoint, "to": to, "why": why, "temperature": temperature, "person_id": person,
            "sealed": sealed, "happened": happened, "received": now, "late_from": clock.late_from,
            "escalates_from": clock.escalates_from,
        },
    )  # fmt: skip
    if fresh:
        details: dict[str, audit.Detail] = {"checkpoint": checkpoint, "to": to, "why": why}
        audit.record(by=the_system(), action="hand_over.record", subject=str(made), details=details)
    return made


@transaction.atomic
def acknowledge(*, by: Official, hand_over: int, now: datetime, note: str = "") -> HandOver:
    """Say that the receiver takes over. `hand-over-not-yours`, `hand-over-acknowledged` (by somebody before), `note-too-long`."""
    require(by, "receive")
    found = _receivable(by, hand_over)
    said = note.strip()
    if len(said) > MOST:
        raise mistake("note-too-long", place="note", most=MOST)
    try:
        with transaction.atomic():
            _event(found, Kind.ACKNOWLEDGED, by, now, said)
    except IntegrityError as again:
        raise mistake("hand-over-acknowledged") from again
    audit.record(by=by, action="hand_over.acknowledge", subject=str(found))
    return found


@transaction.atomic
def open_details(*, by: Official, hand_over: int, why: str, now: datetime) -> Details:
    """Open what the guard wrote down, for the receiver alone; the look and its reason are recorded first (H5).

    `reason-missing`, `hand-over-not-yours`, `hand-over-nothing-inside`, `hand-over-unreadable`.
    """
    require(by, "receive")
    found = _receivable(by, hand_over)
    if not why.strip():
        raise records_mistake("reason-missing")
    if found.sealed is None and found.person_id is None:
        raise mistake("hand-over-nothing-inside")
    _event(found, Kind.OPENED, by, now, why.strip())
    if found.person_id is not None:
        audit.look(by=by, person=found.person_id, why=why, where=WHERE)
    written = _written(found)
    audit.record(by=by, action="hand_over.open", subject=str(found), details={"why": why.strip()})
    return Details(written.get("name", ""), written.get("document", ""), written.get("phone", ""), found.person_id)


def escalate(*, now: datetime) -> Escalated:
    """Mark what nobody acknowledged in time as late, and later bring it before the control office. Again: nothing."""
    late = [one for one in queries.unacknowledged(now) if one.late_from <= now]
    first = second = 0
    with leaving_out("hand-overs") as tally:
        for one in late:
            with tally.each(one.pk):
                first += _passed(one, Kind.LATE, now)
                second += one.escalates_from <= now and _passed(one, Kind.ESCALATED, now)
    told = Escalated(first, second)
    if told.escalated:
        log.error("hand_overs.escalated", late=told.late, escalated=told.escalated, waiting=len(late))
    elif told.late:
        log.warning("hand_overs.late", late=told.late, waiting=len(late))
    return told


@transaction.atomic
def _passed(found: HandOver, kind: Kind, now: datetime) -> bool:
    """Append an event of the clock, once; not where the receiver was quicker."""
    standing = set(HandOverEvent.objects.filter(hand_over=found).values_list("kind", flat=True))
    if kind in standing or Kind.ACKNOWLEDGED in standing:
        return False
    try:
        with transaction.atomic():
            _event(found, kind, the_system(), now)
    except IntegrityError:
        return False
    audit.record(by=the_system(), action=f"hand_over.{kind}", subject=str(found))
    return True


def _event(found: HandOver, kind: Kind, by: Official, now: datetime, note: str = "") -> HandOverEvent:
    sealed = identity.seal(note, "row") if note else None
    return HandOverEvent.objects.create(hand_over=found, kind=kind, by=by, at=now, note_sealed=sealed)


def _receivable(by: Official, hand_over: int) -> HandOver:
    found = HandOver.objects.select_related("checkpoint").filter(pk=hand_over).first()
    if found is None:
        raise mistake("hand-over-unknown")
    if not queries.may_receive(by, found):
        raise mistake("hand-over-not-yours")
    return found


def _written(found: HandOver) -> dict[str, str]:
    """Name, document and phone as the guard typed them; empty where nothing was written down."""
    if found.sealed is None:
        return {}
    try:
        device = Device.objects.get(pk=found.device_id)
        said = json.loads(sealing.opened(device=device.id, sealed=bytes(found.sealed)))
        return {key: str(said.get(key) or "")[:200] for key in ("name", "document", "phone")}
    except (ValueError, AttributeError) as problem:
        raise mistake("hand-over-unreadable") from problem
