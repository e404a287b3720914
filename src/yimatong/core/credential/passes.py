"""Passes and their texts: what the city signs, what paper carries, what a phone shows."""

from __future__ import annotations

from typing import NamedTuple

from yimatong.core.credential import base45, cose
from yimatong.core.credential.cbor import LONGEST, Malformed, decode, head
from yimatong.core.credential.claims import LATEST, Claims, Kind, read as read_claims, write as write_claims
from yimatong.core.credential.keys import SIGNATURE_BYTES, Signer
from yimatong.core.credential.refusals import Reason, Refused

PREFIX = "YMT1:"
LONGEST_TEXT = len(PREFIX) + LONGEST * 3 // 2
_SHOWN_BEFORE = b"\x83\x6aYMT1-shown"


class Read(NamedTuple):
    """A code in the right form that nobody has verified. `ts`, `pass_` and the device's signature are those of a shown code."""

    claims: Claims
    signed: cose.Signed
    pass_: bytes
    ts: int | None
    device_signature: bytes | None


def mint(claims: Claims, signer: Signer) -> bytes:
    """The pass of these claims: a COSE_Sign1. ValueError where the claims are not such as may be signed."""
    return cose.sign1(write_claims(claims), signer)


def paper_text(pass_: bytes) -> str:
    """The text of the QR code on paper."""
    return PREFIX + base45.encode(pass_)


def shown_message(pass_: bytes, ts: int) -> bytes:
    """What the phone signs: ["YMT1-shown", pass, ts]."""
    return b"".join((_SHOWN_BEFORE, head(2, len(pass_)), pass_, head(0, ts)))


def shown_text(pass_: bytes, ts: int, device: Signer) -> str:
    """The text of the QR code that a phone shows at the second `ts` of city time."""
    return shown_with(pass_, ts, device.sign(shown_message(pass_, ts)))


def shown_with(pass_: bytes, ts: int, signature: bytes) -> str:
    """The same with a signature that was made already."""
    parts = (b"\x83", head(2, len(pass_)), pass_, head(0, ts), head(2, len(signature)), signature)
    return PREFIX + base45.encode(b"".join(parts))


def read(text: str) -> Read | Refused:
    """The parts of a text, nothing of it verified: no clock, no key. Never an exception, whatever the text."""
    if not text.startswith(PREFIX):
        return Refused(Reason.NOT_OURS)
    if len(text) > LONGEST_TEXT:
        return Refused(Reason.MALFORMED, "too-long")
    try:
        data = base45.decode(text[len(PREFIX) :])
    except base45.NotBase45 as flaw:
        return Refused(Reason.UNREADABLE, flaw.detail)
    try:
        return read_code(data)
    except Malformed as flaw:
        return Refused(Reason.MALFORMED, flaw.detail)


def read_code(data: bytes) -> Read:
    """The parts of a code's bytes; Malformed when they are not in the form."""
    if not data:
        raise Malformed("truncated")
    kind = data[0] >> 5
    if kind == 4:
        pass_, ts, signature = _shown(data)
        signed = cose.open1(pass_)
        claims = read_claims(signed.payload)
        if claims.device is None:
            raise Malformed("paper-shown" if claims.kind is Kind.PAPER else "cnf-missing")
        return Read(claims, signed, pass_, ts, signature)
    if kind != 6:
        decode(data)
        raise Malformed("not-a-code")
    signed = cose.open1(data)
    return Read(read_claims(signed.payload), signed, data, None, None)


def _shown(data: bytes) -> tuple[bytes, int, bytes]:
    """Pass, second and signature of a shown code; read at their usual places where they stand there."""
    end = len(data) - 71
    if (
        data[:2] == b"\x83\x58"
        and end > 24
        and data[2] == end - 3
        and data[end] == 0x1A
        and data[end + 5 : end + 7] == b"\x58\x40"
    ):
        ts = int.from_bytes(data[end + 1 : end + 5], "big")
        if ts > 0xFFFF and data[2] > 23:
            return data[3:end], ts, data[end + 7 :]
    value = decode(data)
    if not isinstance(value, list) or len(value) != 3:
        raise Malformed("not-a-code")
    pass_, ts, signature = value
    if not isinstance(pass_, bytes) or not isinstance(signature, bytes):
        raise Malformed("not-a-code")
    if isinstance(ts, bool) or not isinstance(ts, int) or not 0 <= ts <= LATEST:
        raise Malformed("shown-time")
    if len(signature) != SIGNATURE_BYTES:
        raise Malformed("signature-length")
    return pass_, ts, signature
