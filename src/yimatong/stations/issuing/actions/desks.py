"""How a tablet becomes an offline desk, what it is allowed, and how it is stopped. `at` is real time, `now` the city's."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yimatong.core.checkpoints.licence import ALWAYS, Licence, sign_licence
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
from yimatong.stations.passes.devices import Code, enrolled, heard, offered, revoked
from yimatong.stations.passes.models import SigningKey

MOST = 20
TITLE = 60


def offer_desks(*, by: Official, point: int, at: datetime, count: int = 1, clerk: Official | None = None) -> list[Code]:
    """Codes of one use, good for a day, for tablets in a clerk's hands (one's own without); `not-staff`, `stopped`."""
    with as_owner_for(by), transaction.atomic():
        return _offered(by, point, at, count, clerk or by)


def _offered(by: Official, point: int, at: datetime, count: int, holder: Official) -> list[Code]:
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
        code = offered(DeskOffer, by=by, at=at, point=where, clerk=holder)
        with connection.cursor() as cursor:
            cursor.execute("SELECT public.official_offer_desk(%s, %s, %s)", [holder.pk, code.secret, code.until])
        made.append(code)
    audit.record(by=by, action="desk.offer", subject=f"point/{point}", details={"count": count, "clerk": holder.pk})
    return made


@transaction.atomic
def enrol_desk(*, secret: str, point: bytes, name: str, signature: bytes, at: datetime) -> DeskDevice:
    """The desk of this key, which the code lets in; the same key with the same code again is the same desk.

    `enrolment-unknown`, `enrolment-over`, `enrolment-used`, `enrolment-revoked`, `proof-wrong`, `point-stopped`.
    """
    made, offer = enrolled(
        DeskOffer.objects.select_related("point"), DeskDevice, secret=secret, key=point, name=name, signature=signature,
        at=at, place=_place,
    )  # fmt: skip
    if offer is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT public.official_enrol_desk(%s, %s)", [secret, made.id.hex])
        details = {"point": offer.point_id, "offer": offer.pk, "offered_by": offer.made_by_id}
        audit.record(by=the_system(), action="desk.enrol", subject=str(made), details=details)
    return made


def _place(offer: DeskOffer) -> dict[str, Any]:
    if offer.point.stopped_at:
        raise mistake("point-stopped")
    return {"point": offer.point, "clerk": offer.clerk}


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
    desks, codes = DeskDevice.objects.filter(point=where), DeskOffer.objects.filter(point=where)
    if not everything:
        desks, codes = desks.filter(pk__in=devices), codes.filter(pk__in=offers)
    stopped, count = revoked(desks, codes, by=by, why=why, at=at)
    audit.record(by=by, action="desk.revoke", subject=f"point/{point}", details={"desks": stopped, "all": count})
    return count


def hear_desk(**asked: Any) -> DeskDevice:
    """The desk that signed this request, its counter moved on (passes/devices.py)."""
    return heard(_known, **asked)


def heard_or_ended(**asked: Any) -> DeskDevice:
    """The same for the sync: a desk that was revoked hands over what it still has, and is told that it is ended."""
    return heard(_known, ended_too=True, **asked)


def _known(device: UUID) -> DeskDevice | None:
    return DeskDevice.objects.select_related("point", "clerk").filter(id=device).first()


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
