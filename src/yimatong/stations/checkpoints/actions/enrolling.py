"""How a phone becomes a scanner, what it is allowed, and how it is stopped. `at` is real time, `now` the city's."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yimatong.core.checkpoints.licence import Licence, sign_licence
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.records.actions.permission import require
from yimatong.records.models import Official
from yimatong.stations.checkpoints.errors import mistake
from yimatong.stations.checkpoints.models import Checkpoint, Device, Offer
from yimatong.stations.checkpoints.policy import numbers_on
from yimatong.stations.passes import keyring
from yimatong.stations.passes.days import day_of, seconds
from yimatong.stations.passes.devices import Code, enrolled, heard, offered, revoked
from yimatong.stations.passes.models import SigningKey

MOST = 100
HOUR = 3600
RENEWED = 60
"""Seconds for which the same licence is given out again."""
Hours = tuple[tuple[int, int, int], ...]
DEVICE = ("number", "id", "name", "counter", "revoked_at", "checkpoint_id", "point", "training", "offset", "lists")
GATE = ("number", "title_zh", "title_en", "division", "zone", "hours", "control_hours", "closed_at")
KNOWN = (
    'SELECT d.number, d.id, d.name, d.counter, d.revoked_at, d.checkpoint_id, d.point, d.training, d."offset", d.lists,'
    " c.number, c.title_zh, c.title_en, c.division, c.zone, c.hours, c.control_hours, c.closed_at"
    " FROM checkpoint_devices d JOIN checkpoints c ON c.number = d.checkpoint_id WHERE d.id = %s"
)
"""The columns of DEVICE and of GATE, which are in the order of the models."""


@transaction.atomic
def offer_enrolments(
    *, by: Official, checkpoint: int, at: datetime, count: int = 1, training: bool = False
) -> list[Code]:
    """Codes of one use, good for a day. `checkpoint-closed`, `too-many-offers`."""
    require(by, "checkpoints")
    if not 1 <= count <= MOST:
        raise mistake("too-many-offers", most=MOST)
    found = Checkpoint.objects.filter(pk=checkpoint, closed_at=None).first()
    if found is None:
        raise mistake("checkpoint-closed")
    made = [offered(Offer, by=by, at=at, checkpoint=found, training=training) for _ in range(count)]
    audit.record(by=by, action="checkpoint.offer", subject=str(found), details={"count": count, "training": training})
    return made


@transaction.atomic
def enrol(*, secret: str, point: bytes, name: str, signature: bytes, at: datetime) -> Device:
    """The device of this key, which the code lets in; the same key with the same code again is the same device.

    `enrolment-unknown`, `enrolment-over`, `enrolment-used`, `enrolment-revoked`, `proof-wrong`, `checkpoint-closed`.
    """
    made, offer = enrolled(
        Offer.objects.select_related("checkpoint"), Device, secret=secret, key=point, name=name, signature=signature, at=at,
        place=_place,
    )  # fmt: skip
    if offer is not None:
        details = {"checkpoint": offer.checkpoint_id, "offer": offer.pk, "offered_by": offer.made_by_id}
        audit.record(by=the_system(), action="checkpoint.enrol", subject=str(made), details=details)
    return made


def _place(offer: Offer) -> dict[str, Any]:
    if offer.checkpoint.closed_at:
        raise mistake("checkpoint-closed")
    return {"checkpoint": offer.checkpoint, "training": offer.training}


@transaction.atomic
def revoke(
    *, by: Official, why: str, at: datetime, devices: Sequence[int] = (), offers: Sequence[int] = (),
    checkpoint: int | None = None,
) -> int:  # fmt: skip
    """Stop scanners and unused codes, one, many, or all of a checkpoint; how many. `reason-missing`."""
    require(by, "checkpoints")
    if not why.strip():
        raise mistake("reason-missing", place="why")
    scanners, codes = Device.objects.all(), Offer.objects.all()
    if checkpoint is not None:
        scanners, codes = scanners.filter(checkpoint=checkpoint), codes.filter(checkpoint=checkpoint)
    else:
        scanners, codes = scanners.filter(pk__in=devices), codes.filter(pk__in=offers)
    stopped, count = revoked(scanners, codes, by=by, why=why, at=at)
    audit.record(by=by, action="checkpoint.revoke", subject="devices", details={"devices": stopped, "all": count})
    return count


def hear(**asked: Any) -> Device:
    """The scanner that signed this request, its counter moved on (passes/devices.py)."""
    return heard(_known, **asked)


def _known(device: UUID) -> Device | None:
    """The device and its checkpoint, in one statement and without building a query: every request asks for them."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [device])
        row = cursor.fetchone()
    if row is None:
        return None
    said, place = list(row[: len(DEVICE)]), list(row[len(DEVICE) :])
    lists, hours, control = DEVICE.index("lists"), GATE.index("hours"), GATE.index("control_hours")
    said[lists], place[hours], place[control] = (
        json.loads(said[lists]),
        json.loads(place[hours]),
        json.loads(place[control]),
    )
    found = Device.from_db("default", DEVICE, said)
    found.checkpoint = Checkpoint.from_db("default", GATE, place)
    return found


def licence_of(*, device: Device, now: datetime) -> bytes:
    """What the device is allowed, signed; it ends by itself when the device has not been heard of for the policy's hours."""
    place, moment = device.checkpoint, seconds(now)
    says = (device.id.bytes, place.number, place.title_zh, place.title_en, place.zone, place.district, device.training)
    hours, control = (
        tuple((days, first, last) for days, first, last in each) for each in (place.hours, place.control_hours)
    )
    return _licence(says, (hours, control), moment - moment % RENEWED, keyring.folder().stat().st_mtime_ns)


@lru_cache(maxsize=4096)
def _licence(says: tuple[Any, ...], hours: tuple[Hours, Hours], issued: int, _keys: int) -> bytes:
    """A licence, signed once a minute, however often its scanner asks; at once anew when a key was made."""
    device, number, zh, en, zone, district, training = says
    stop = numbers_on(datetime.fromtimestamp(issued, UTC)).hours.policy_stop * HOUR
    licence = Licence(
        device=device, checkpoint=number, title_zh=zh, title_en=en, zone=zone, district=district, hours=hours[0], issued=issued,
        expires=issued + stop, training=training, control_hours=hours[1],
    )  # fmt: skip
    return sign_licence(licence, keyring.signer(SigningKey.Use.POLICY, issued))


def override_secret(device: Device) -> bytes:
    """The secret (32 bytes) of a device's overrides."""
    return keyring.secret(f"override:{device.id.hex}")


@transaction.atomic
def answer_challenge(*, by: Official, device: int, challenge: str, why: str, now: datetime) -> str:
    """The eight digits that let a scanner with old lists go on for the policy's minutes. `challenge-wrong`, `device-revoked`."""
    require(by, "answer")
    plain = "".join(sign for sign in challenge if sign.isdigit())
    if len(plain) != 6:
        raise mistake("challenge-wrong", place="challenge")
    if not why.strip():
        raise mistake("reason-missing", place="why")
    found = Device.objects.filter(pk=device, revoked_at=None).first()
    if found is None:
        raise mistake("device-revoked")
    audit.record(by=by, action="checkpoint.override", subject=str(found), details={"why": why.strip()[:200]})
    return answer_to(override_secret(found), day_of(now), plain)


def answer_to(secret: bytes, day: int, challenge: str) -> str:
    """The answer of a day; the scanner reckons the same (web/src/scan/engine/override.ts)."""
    mac = hmac.digest(secret, f"YMT1-override-answer\n{day}\n{challenge}".encode(), sha256)
    return f"{int.from_bytes(mac[:4], 'big') % 10**8:08d}"
