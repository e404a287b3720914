"""The code of one use with which a device enrols: 130 bits that are kept only hashed, and the proof of the device's key."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Protocol, TypeVar

from yimatong.core.credential.cbor import encode
from yimatong.core.credential.keys import is_signed, public_key
from yimatong.core.errors import Mistakes, Sentences, YimatongError

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
        "没有这个设备登记码。",
        "there is no such enrolment code.",
        "请重新扫描登记码，或向防控办领取新的。",
        "scan the code again, or ask the control office for a new one.",
    ),
    "enrolment-over": (
        "登记码已过期。",
        "the enrolment code is over.",
        "请向防控办领取新的登记码。",
        "ask the control office for a new one.",
    ),
    "enrolment-used": (
        "登记码已被另一台设备使用。",
        "another device has used this enrolment code.",
        "请向防控办领取新的登记码，并报告此事。",
        "ask the control office for a new one, and tell them.",
    ),
    "enrolment-revoked": (
        "登记码已作废。",
        "the enrolment code was revoked.",
        "请向防控办领取新的登记码。",
        "ask the control office for a new one.",
    ),
    "proof-wrong": (
        "设备未能证明持有密钥。",
        "the device did not prove that it holds its key.",
        "请关闭页面后重新登记。",
        "close the page and enrol again.",
    ),
    "device-unknown": (
        "没有这台设备。",
        "this device is not known.",
        "请用新的登记码登记。",
        "enrol it with a new code.",
    ),
    "device-revoked": (
        "这台设备已停用。",
        "this device was revoked.",
        "设备上的数据将清除；请联系防控办。",
        "what is on it is deleted; call the control office.",
    ),
    "counter-known": (
        "这个请求已经收到过。",
        "this request was heard before.",
        "请再发送一次新的请求。",
        "send a new request.",
    ),
}
"""What can be wrong with a code or a request of any device: what it is, and what to do, in Chinese and English."""


device_mistake = Mistakes(YimatongError, DEVICE_MISTAKES)
