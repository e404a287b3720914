"""How a tablet becomes an offline desk, what it is allowed, and how it is stopped. `at` is real time, `now` the city's."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction

from yimatong.core.checkpoints.licence import ALWAYS, Licence, sign_licence
from yimatong.core.credential import is_signed, public_key
from yimatong.core.credential.enrolment import checked_offer, device_mistake, hashed, new_secret
from yimatong.records.acting import Acting, as_owner_for
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Official
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.issuing.errors import mistake
from yimatong.stations.issuing.models import DeskDevice, DeskOffer, Staff
from yimatong.stations.issuing.terms import terms
from yimatong.stations.passes import keyring
from yimatong.stations.passes.days import seconds
from yimatong.stations.passes.models import SigningKey

VALID = timedelta(hours=24)
MOST = 20
NAME, TITLE = 40, 60


@dataclass(frozen=True, slots=True)
class DeskCode:
    """A code of one use, as it goes into a QR code, once."""

    id: int
    secret: str = field(repr=False)
    until: datetime


def offer_desks(
    *, by: Official, point: int, at: datetime, count: int = 1, clerk: Official | None = None
) -> list[DeskCode]:
    """Codes of one use, good for a day, for tablets in a clerk's hands (one's own without); `not-staff`, `stopped`."""
    with as_owner_for(by), transaction.atomic():
        return _offered(by, point, at, count, clerk or by)


def _offered(by: Official, point: int, at: datetime, count: int, holder: Official) -> list[DeskCode]:
    where = at_desk(by, point)
    audit.confirm(by)
    if not 1 <= count <= MOST:
        raise mistake("too-many-numbers", most=MOST)
    if where.stopped_at is not None:
        raise mistake("point-stopped")
    if holder != by and not Staff.objects.filter(point=where, official=holder, until=None).exists():
        raise mistake("not-staff")
    made = []
    for _ in range(count):
        secret = new_secret()
        row = DeskOffer.objects.create(
            secret=hashed(secret), point=where, clerk=holder, made_by=by, made_at=at, until=at + VALID
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT public.official_offer_desk(%s, %s, %s)", [holder.pk, secret, row.until])
        made.append(DeskCode(row.pk, secret, row.until))
    audit.record(by=by, action="desk.offer", subject=f"point/{point}", details={"count": count, "clerk": holder.pk})
    return made


@transaction.atomic
def enrol_desk(*, secret: str, key: bytes, name: str, signature: bytes, at: datetime) -> DeskDevice:
    """The desk of this key, which the code lets in; the same key with the same code again is the same desk.

    `enrolment-unknown`, `enrolment-over`, `enrolment-used`, `enrolment-revoked`, `proof-wrong`, `point-stopped`.
    """
    found = DeskOffer.objects.select_for_update(of=("self",)).filter(secret=hashed(secret)).first()
    offer = checked_offer(found, secret=secret, point=key, signature=signature, at=at)
    if offer.used_at:
        same = DeskDevice.objects.filter(offer=offer, key=key, revoked_at=None).first()
        if same is None:
            raise device_mistake("enrolment-used")
        return same
    if offer.point.stopped_at:
        raise mistake("point-stopped")
    offer.used_at = at
    offer.save(update_fields=["used_at"])
    made = DeskDevice.objects.create(
        id=uuid4(), point=offer.point, clerk=offer.clerk, offer=offer, name=name.strip()[:NAME] or "-", key=key,
        enrolled_at=at,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.official_enrol_desk(%s, %s)", [secret, made.id.hex])
    details = {"point": offer.point_id, "offer": offer.pk, "offered_by": offer.made_by_id}
    audit.record(by=the_system(), action="desk.enrol", subject=str(made), details=details)
    return made


def acting_desk(device: DeskDevice, signature: bytes, message: bytes) -> Acting:
    """The clerk whose desk signed this request; the request stays with what is written in their name."""
    signed = base64.urlsafe_b64encode(signature).decode()
    return Acting(device.clerk_id, "\n".join((f"desk:{device.id.hex}", signed, message.decode())))


@transaction.atomic
def revoke_desks(
    *, by: Official, point: int, why: str, at: datetime, devices: Sequence[int] = (), offers: Sequence[int] = (),
    everything: bool = False,
) -> int:  # fmt: skip
    """Stop offline desks and unused codes of a point, one, many, or everything; how many. `reason-missing`."""
    where = at_desk(by, point)
    if not why.strip():
        raise mistake("reason-missing", place="why")
    desks = DeskDevice.objects.filter(point=where, revoked_at=None)
    codes = DeskOffer.objects.filter(point=where, revoked_at=None, used_at=None)
    if not everything:
        desks, codes = desks.filter(pk__in=devices), codes.filter(pk__in=offers)
    stopped = [*desks.values_list("pk", flat=True)]
    count = desks.update(revoked_at=at, revoked_by=by, why=why.strip()[:200]) + codes.update(revoked_at=at)
    audit.record(by=by, action="desk.revoke", subject=f"point/{point}", details={"desks": stopped, "all": count})
    return count


def hear_desk(*, device: UUID, counter: int, signature: bytes, message: bytes, at: datetime) -> DeskDevice:
    """The desk that signed this request, its counter moved on. `device-unknown`, `device-revoked`, `counter-known`."""
    found = heard_or_ended(device=device, counter=counter, signature=signature, message=message, at=at)
    if found.revoked_at:
        raise device_mistake("device-revoked")
    return found


def heard_or_ended(*, device: UUID, counter: int, signature: bytes, message: bytes, at: datetime) -> DeskDevice:
    """The same for the sync: a desk that was revoked hands over what it still has, and is told that it is ended."""
    found = DeskDevice.objects.select_related("point", "clerk").filter(id=device).first()
    if found is None or not is_signed(public_key(bytes(found.key)), signature, message):
        raise device_mistake("device-unknown")
    moved = DeskDevice.objects.filter(pk=found.pk, counter__lt=counter).update(counter=counter, seen_at=at)
    if not moved:
        raise device_mistake("counter-known")
    found.counter, found.seen_at = counter, at
    return found


def licence_of_desk(*, device: DeskDevice, now: datetime) -> bytes:
    """What an offline desk is allowed, signed; it ends by itself when the desk was not heard of for the policy's hours.

    Hours are everybody's quiet times, not the point's: what is handed out is handed out.
    """
    issued, title = seconds(now), device.point.title[:TITLE]
    licence = Licence(
        device=device.id.bytes, checkpoint=device.point_id, title_zh=title, title_en=title, zone="ordinary",
        district=device.point.division // 1000, hours=(ALWAYS,), issued=issued,
        expires=issued + terms().offline_hours * 3600,
    )  # fmt: skip
    return sign_licence(licence, keyring.signer(SigningKey.Use.POLICY, issued))
