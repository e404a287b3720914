"""The code of one use with which a device enrols: 130 bits that are kept only hashed, and the proof of the device's key."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Protocol, TypeVar

from yimatong.core.credential.cbor import encode
from yimatong.core.credential.keys import is_signed, public_key
from yimatong.core.errors import Mistakes, Sentences, YimatongError
from yimatong.core.text import message as _

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: none is taken for another by eye or ear."""
LENGTH = 26


def new_secret() -> str:
    """A code that was never given before."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def hashed(secret: str) -> bytes:
    """What is kept of a code."""
    return sha256(secret.encode("utf-8", "replace")).digest()


class Offered(Protocol):
    """A code of one use, as it is kept."""

    until: datetime
    used_at: datetime | None
    revoked_at: datetime | None


AnOffer = TypeVar("AnOffer", bound=Offered)


def checked_offer(offer: AnOffer | None, *, secret: str, point: bytes, signature: bytes, at: datetime) -> AnOffer:
    """The code, when it lets the holder of this key in. One that was used does too: its answer may have been lost on the way,
    and whether it was this key that used it is the caller's to say.

    `enrolment-unknown`, `proof-wrong`, `enrolment-revoked`, `enrolment-over`.
    """
    if offer is None:
        raise device_mistake("enrolment-unknown")
    if not proves(secret, point, signature):
        raise device_mistake("proof-wrong")
    if offer.revoked_at:
        raise device_mistake("enrolment-revoked")
    if not offer.used_at and at > offer.until:
        raise device_mistake("enrolment-over")
    return offer


def proves(secret: str, point: bytes, signature: bytes) -> bool:
    """Whether the holder of this key has signed that the code enrols it."""
    try:
        return is_signed(public_key(point), signature, encode(["YMT1-enrol", secret, point]))
    except ValueError:
        return False


DEVICE_MISTAKES: Sentences = {
    "enrolment-unknown": (
        _("there is no such enrolment code."),
        _("scan the code again, or ask the control office for a new one."),
    ),
    "enrolment-over": (
        _("the enrolment code is over."),
        _("ask the control office for a new one."),
    ),
    "enrolment-used": (
        _("another device has used this enrolment code."),
        _("ask the control office for a new one, and tell them."),
    ),
    "enrolment-revoked": (
        _("the enrolment code was revoked."),
        _("ask the control office for a new one."),
    ),
    "proof-wrong": (
        _("the device did not prove that it holds its key."),
        _("close the page and enrol again."),
    ),
    "device-unknown": (
        _("this device is not known."),
        _("enrol it with a new code."),
    ),
    "device-revoked": (
        _("this device was revoked."),
        _("what is on it is deleted; call the control office."),
    ),
    "counter-known": (
        _("this request was heard before."),
        _("send a new request."),
    ),
}
"""What can be wrong with a code or a request of any device: what it is, and what to do, in Chinese and English."""


device_mistake = Mistakes(YimatongError, DEVICE_MISTAKES)
