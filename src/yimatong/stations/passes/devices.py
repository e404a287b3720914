"""How a device enrols, is heard and is stopped, whatever it is for: scanners and offline desks. `at` is real time.

What a device is allowed and who may let one in is its station's (checkpoints/actions/enrolling.py, issuing/actions/desks.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import QuerySet

from yimatong.core.credential import is_signed, public_key
from yimatong.core.credential.enrolment import checked_offer, device_mistake, hashed, new_secret
from yimatong.records.models import Official
from yimatong.stations.passes.models.devices import Enrolled, OneUse

VALID = timedelta(hours=24)
NAME, WHY = 40, 200
Device = TypeVar("Device", bound=Enrolled)
Offer = TypeVar("Offer", bound=OneUse)


@dataclass(frozen=True, slots=True)
class Code:
    """A code of one use, as it goes into a QR code, once."""

    id: int
    secret: str = field(repr=False)
    until: datetime


def offered(offers: type[OneUse], *, by: Official, at: datetime, **place: Any) -> Code:
    """A code of one use, good for a day, in the caller's transaction."""
    secret = new_secret()
    row = offers._default_manager.create(secret=hashed(secret), made_by=by, made_at=at, until=at + VALID, **place)
    return Code(row.pk, secret, row.until)


def enrolled(
    offers: QuerySet[Offer], devices: type[Device], *, secret: str, key: bytes, name: str, signature: bytes, at: datetime,
    place: Callable[[Offer], dict[str, Any]],
) -> tuple[Device, Offer | None]:  # fmt: skip
    """The device of this key, which the code lets in, and the code where it is a new one; in the caller's transaction.

    The same key with the same code again is the same device. `place` says what a new one is for, or raises why there may be none.
    `enrolment-unknown`, `enrolment-over`, `enrolment-used`, `enrolment-revoked`, `proof-wrong`.
    """
    found = offers.select_for_update(of=("self",)).filter(secret=hashed(secret)).first()
    code = checked_offer(found, secret=secret, point=key, signature=signature, at=at)
    if code.used_at:
        same = devices._default_manager.filter(offer=code, revoked_at=None, **{devices.KEY: key}).first()
        if same is None:
            raise device_mistake("enrolment-used")
        return same, None
    its = place(code)
    code.used_at = at
    code.save(update_fields=["used_at"])
    its |= {"offer": code, "name": name.strip()[:NAME] or "-", devices.KEY: key, "enrolled_at": at}
    return devices._default_manager.create(id=uuid4(), **its), code


def revoked(
    devices: QuerySet[Device], codes: QuerySet[Offer], *, by: Official, why: str, at: datetime
) -> tuple[list[int], int]:
    """Stop these devices and unused codes, in the caller's transaction: the devices' numbers, and how many it were in all."""
    devices, codes = devices.filter(revoked_at=None), codes.filter(revoked_at=None, used_at=None)
    stopped = [*devices.values_list("pk", flat=True)]
    count = devices.update(revoked_at=at, revoked_by=by, why=why.strip()[:WHY]) + codes.update(revoked_at=at)
    return stopped, count


def heard(
    find: Callable[[UUID], Device | None], *, device: UUID, counter: int, signature: bytes, message: bytes, at: datetime,
    ended_too: bool = False,
) -> Device:  # fmt: skip
    """The device that signed this request, its counter moved on. Heard before, unknown and revoked ones are told so.

    `device-unknown` (also for a wrong signature), `device-revoked` (not with `ended_too`), `counter-known`.
    """
    found = find(device)
    if found is None or not is_signed(public_key(bytes(getattr(found, found.KEY))), signature, message):
        raise device_mistake("device-unknown")
    if found.revoked_at and not ended_too:
        raise device_mistake("device-revoked")
    move = (
        f"UPDATE {found._meta.db_table} SET counter = %s, seen_at = %s WHERE number = %s AND counter < %s"
        " AND (revoked_at IS NULL OR %s)"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        # What the request then writes is committed after this and waits for the disk; both are there or neither.
        cursor.execute("SET LOCAL synchronous_commit TO off")
        cursor.execute(move, [counter, at, found.pk, counter, ended_too])
        if cursor.rowcount != 1:
            raise device_mistake("counter-known")
    found.counter, found.seen_at = counter, at
    return found
