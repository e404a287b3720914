"""COSE_Sign1 (RFC 9052) as this house writes it: tagged, alg and kid protected, nothing unprotected, payload inside."""

from __future__ import annotations

from typing import NamedTuple

from yimatong.core.credential.cbor import LONGEST, Malformed, Tagged, decode, encode, head
from yimatong.core.credential.keys import ES256, KID_BYTES, SIGNATURE_BYTES, Signer

ALG, KID = 1, 4
_START = bytes.fromhex("d28449a201260444")
"""Tag, array of four, protected header of nine bytes: {1: -7, 4: four bytes that follow}."""
_KID_END = len(_START) + KID_BYTES
_BEFORE_PROTECTED = b"\x84\x6aSignature1"


class Signed(NamedTuple):
    """A message in the right form whose signature nobody has looked at yet."""

    kid: bytes
    alg: int
    payload: bytes
    signature: bytes
    to_be_signed: bytes


def sign1(payload: bytes, signer: Signer) -> bytes:
    """The message over a payload, signed."""
    if len(signer.kid) != KID_BYTES:
        raise ValueError(f"a kid has {KID_BYTES} bytes")
    protected = b"\xa2\x01" + encode(signer.alg) + b"\x04\x44" + signer.kid
    size = head(2, len(payload))
    header = head(2, len(protected)) + protected
    signature = signer.sign(b"".join((_BEFORE_PROTECTED, header, b"\x40", size, payload)))
    if len(signature) != SIGNATURE_BYTES:
        raise ValueError(f"a signature has {SIGNATURE_BYTES} bytes")
    return b"".join((b"\xd2\x84", header, b"\xa0", size, payload, b"\x58\x40", signature))


def open1(data: bytes, *, longest: int = LONGEST) -> Signed:
    """The parts of a message; Malformed when it is not in the form."""
    return _usual(data) or _read(data, longest)


def _usual(data: bytes) -> Signed | None:
    """The message that every pass is, read at its known places; None for any other, and the parser says what it is."""
    end = len(data) - SIGNATURE_BYTES - 2
    if (
        data[:8] != _START
        or end < 40
        or data[_KID_END : _KID_END + 2] != b"\xa0\x58"
        or (size := data[_KID_END + 2]) < 24
        or end != _KID_END + 3 + size
        or data[end : end + 2] != b"\x58\x40"
    ):
        return None
    payload = data[_KID_END + 3 : end]
    return Signed(
        data[8:_KID_END],
        ES256,
        payload,
        data[end + 2 :],
        b"".join((_BEFORE_PROTECTED, data[2:_KID_END], b"\x40", data[_KID_END + 1 : end])),
    )


def _read(data: bytes, longest: int) -> Signed:
    message = decode(data, longest=longest)
    if not isinstance(message, Tagged) or not isinstance(message.value, list) or len(message.value) != 4:
        raise Malformed("not-a-sign1")
    protected, unprotected, payload, signature = message.value
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise Malformed("not-a-sign1")
    if unprotected != {}:
        raise Malformed("unprotected-header")
    if len(signature) != SIGNATURE_BYTES:
        raise Malformed("signature-length")
    alg, kid = _header(protected)
    to_be_signed = _BEFORE_PROTECTED + encode(protected) + b"\x40" + encode(payload)
    return Signed(kid, alg, payload, signature, to_be_signed)


def _header(protected: bytes) -> tuple[int, bytes]:
    header = decode(protected)
    if not isinstance(header, dict) or ALG not in header:
        raise Malformed("alg-missing")
    if KID not in header:
        raise Malformed("kid-missing")
    alg, kid = header[ALG], header[KID]
    if len(header) != 2 or isinstance(alg, bool) or not isinstance(alg, int):
        raise Malformed("protected-header")
    if not isinstance(kid, bytes) or len(kid) != KID_BYTES:
        raise Malformed("kid-length")
    return alg, kid
