"""What a pass says. The numbers of claims are never used again for something else; docs/reference/code-format.md lists them.

A payload has one encoding: `read` accepts exactly the bytes that `write` makes of what was read.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import Any, NamedTuple

from yimatong.core.colour import Colour
from yimatong.core.credential.cbor import Malformed, decode, encode, head
from yimatong.core.credential.epochs import MARGIN, epoch_of, window
from yimatong.core.macs import mac

ISS, EXP, NBF, IAT, CTI, CNF, PRIVATE = 1, 4, 5, 6, 7, 8, -65537
KIND, COLOUR, NAME, TAIL, CHECK, SLOT, NUMBER, PERMIT, EPOCH = range(1, 10)
CTI_BYTES, NAME_BYTES, TAIL_SIGNS, NUMBER_SIGNS, PERMITS = 8, 8, 4, 20, 23
LATEST = 2**32 - 1
"""Seconds and slots fit 32 bits."""
EARLIEST = 2**16
LONGEST_LIFE = 24 * 3600 + 2 * MARGIN
"""Seconds that an e-code lives at most: a stale code dies by itself within a day."""
COLOURS = (Colour.GREEN, Colour.YELLOW, Colour.RED)
"""A colour's number is its place here, from 1. Unknown has none: who has not been judged has no pass."""
_PLAIN = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_HYPHENED = _PLAIN | {"-"}
_BYTE = tuple(bytes((number,)) for number in range(256))
_PRIVATE_KEY = encode(PRIVATE)
_CNF_BEFORE = bytes.fromhex("08a101a401022001215820")
_TIMES = struct.Struct(">BBIBBIBBIBB")


class Kind(IntEnum):
    """What the pass is: shown by a phone, printed, or made for training (its verdict is always grey)."""

    E_CODE = 1
    PAPER = 2
    TRAINING = 3


_KINDS = {int(kind): kind for kind in Kind}
_E_CODE, _PAPER = Kind.E_CODE, Kind.PAPER


class Claims(NamedTuple):
    """Everything that a pass says; no reason, no test, no symptom has a place in it.

    Times are seconds (Unix). `device` is the compressed point of the phone's key (33 bytes), None on paper. `epoch` is that
    of the recall list where `slot` would stand: an e-code's is the one of its nbf, paper says its own. `tail` is the end of
    the document number, `check` is `document_check`. `number` is paper's alone, `permit` the class of a special permit.
    """

    city: str
    exp: int
    nbf: int
    iat: int
    cti: bytes
    kind: Kind
    colour: Colour
    name: str
    tail: str
    check: int
    slot: int
    epoch: int
    device: bytes | None = None
    number: str | None = None
    permit: int | None = None


def e_code(
    *,
    city: str,
    epoch: int,
    hours: int,
    iat: int,
    cti: bytes,
    colour: Colour,
    name: str,
    tail: str,
    check: int,
    slot: int,
    device: bytes,
    permit: int | None = None,
    kind: Kind = Kind.E_CODE,
) -> Claims:
    """The claims of a phone's pass for a window: nbf and exp are the window's."""
    life = window(epoch, hours)
    return Claims(
        city, life.exp, life.nbf, iat, cti, kind, colour, name, tail, check, slot, epoch, device, None, permit
    )


def document_check(key: bytes, cti: bytes, document: str) -> int:
    """16 bits that bind a pass to a document number, other ones on every pass, so that they join nothing.

    The first two bytes of HMAC-SHA256(key, cti + number in ASCII). The key is the city's and not public: checkpoints that
    read ID cards have it.
    """
    return int.from_bytes(mac(key, cti + document.encode("ascii"))[:2], "big")


def write(claims: Claims) -> bytes:
    """The payload; ValueError where the claims are not such as may be signed, with a word of reasons.json."""
    flaw = _flaw(claims)
    if flaw:
        raise ValueError(flaw)
    return _written(claims)


def read(payload: bytes) -> Claims:
    """The claims of a payload; Malformed where it is not exactly what `write` makes of them."""
    claims = _usual(payload)
    if claims is None or _flaw(claims) or _written(claims) != payload:
        claims = _parsed(payload)
        flaw = _flaw(claims)
        if flaw or _written(claims) != payload:
            raise Malformed(flaw or "claims")
    return claims


def _written(claims: Claims) -> bytes:
    (city, exp, nbf, iat, cti, kind, colour, name, tail, check, slot, epoch, device, number, permit) = claims
    called, end = name.encode(), tail.encode()
    parts = [
        b"\x01", _BYTE[kind], b"\x02", _BYTE[COLOURS.index(colour) + 1], b"\x03", _BYTE[0x60 | len(called)], called,
        b"\x04", _BYTE[0x60 | len(end)], end, b"\x05", head(0, check), b"\x06", head(0, slot),
    ]  # fmt: skip
    count = 0xA6
    if number is not None:
        parts += (b"\x07", _BYTE[0x60 | len(number)], number.encode())
        count += 1
    if permit is not None:
        parts += (b"\x08", _BYTE[permit])
        count += 1
    if device is None:
        parts += (b"\x09", head(0, epoch))
        count += 1
        start, bound = b"\xa6\x01\x66", b""
    else:
        start = b"\xa7\x01\x66"
        bound = _CNF_BEFORE + device[1:] + (b"\x22\xf5" if device[0] == 3 else b"\x22\xf4")
    times = _TIMES.pack(4, 0x1A, exp, 5, 0x1A, nbf, 6, 0x1A, iat, 7, 0x48)
    return b"".join((start, city.encode(), times, cti, bound, _PRIVATE_KEY, _BYTE[count], *parts))


def _usual(payload: bytes) -> Claims | None:
    """The claims read at their usual places, to be written again and compared; None where the places do not lead there."""
    try:
        exp, nbf, iat = _TIMES.unpack_from(payload, 9)[2:9:3]
        device, at = None, 37
        if payload[0] == 0xA7:
            device = (b"\x03" if payload[81] == 0xF5 else b"\x02") + payload[48:80]
            at = 82
        at += 6
        kind, colour = _KINDS[payload[at + 1]], COLOURS[payload[at + 3] - 1]
        end = at + 6 + (payload[at + 5] & 31)
        name, at = payload[at + 6 : end].decode(), end
        end = at + 2 + (payload[at + 1] & 31)
        tail, at = payload[at + 2 : end].decode(), end
        check, at = _uint(payload, at + 1)
        slot, at = _uint(payload, at + 1)
        number = permit = None
        if payload[at : at + 1] == b"\x07":
            end = at + 2 + (payload[at + 1] & 31)
            number, at = payload[at + 2 : end].decode(), end
        if payload[at : at + 1] == b"\x08":
            permit, at = _uint(payload, at + 1)
        epoch = epoch_of(nbf) if device else _uint(payload, at + 1)[0]
        city, cti = payload[3:9].decode(), payload[29:37]
    except (LookupError, ValueError, struct.error):
        return None
    if epoch is None:
        return None
    return Claims(city, exp, nbf, iat, cti, kind, colour, name, tail, check, slot, epoch, device, number, permit)


def _uint(payload: bytes, at: int) -> tuple[int, int]:
    code = payload[at]
    if code < 24:
        return code, at + 1
    end = at + 1 + (1 << (code & 3))
    return int.from_bytes(payload[at + 1 : end], "big"), end


def _flaw(claims: Claims) -> str:
    """Why such claims may not be signed or accepted: a word of reasons.json, or nothing."""
    if len(claims.city) != 6 or not (claims.city.isascii() and claims.city.isdigit()):
        return "claim-iss"
    if not (EARLIEST <= claims.nbf <= claims.exp <= LATEST and EARLIEST <= claims.iat <= claims.exp):
        return "claim-times"
    if len(claims.cti) != CTI_BYTES:
        return "claim-cti"
    if claims.device is None:
        return _private_flaw(claims) or _paper_flaw(claims)
    return _private_flaw(claims) or _device_flaw(claims)


def _private_flaw(claims: Claims) -> str:
    name = claims.name
    if claims.colour not in COLOURS:
        return "claim-colour"
    if not 1 <= len(name.encode()) <= NAME_BYTES or not name.isprintable():
        return "claim-name"
    if len(claims.tail) > TAIL_SIGNS or not _PLAIN.issuperset(claims.tail):
        return "claim-tail"
    if not (0 <= claims.check < 65536 and 0 <= claims.slot <= LATEST and 0 <= claims.epoch <= LATEST):
        return "claim-number"
    return "" if claims.permit is None or 1 <= claims.permit <= PERMITS else "claim-permit"


def _device_flaw(claims: Claims) -> str:
    device = claims.device
    if claims.kind is _PAPER:
        return "cnf-on-paper"
    if device is None or len(device) != 33 or device[0] not in {2, 3}:
        return "claim-cnf"
    if claims.number is not None:
        return "paper-number"
    if epoch_of(claims.nbf) != claims.epoch:
        return "claim-epoch"
    return "claim-life" if claims.exp - claims.nbf > LONGEST_LIFE else ""


def _paper_flaw(claims: Claims) -> str:
    number = claims.number
    if claims.kind is _E_CODE:
        return "cnf-missing"
    if number is None or not 1 <= len(number) <= NUMBER_SIGNS or not _HYPHENED.issuperset(number):
        return "paper-number"
    return ""


def _parsed(payload: bytes) -> Claims:
    """The claims by the parser, whatever their order of mistakes; Malformed says the first one."""
    value = decode(payload)
    named = {ISS: str, EXP: int, NBF: int, IAT: int, CTI: bytes, PRIVATE: dict}
    if not isinstance(value, dict) or value.keys() - named.keys() - {CNF}:
        raise Malformed("claims-unknown")
    held = _held(value, named)
    inner = _held(held[PRIVATE], {KIND: int, COLOUR: int, NAME: str, TAIL: str, CHECK: int, SLOT: int})
    if inner.keys() - {KIND, COLOUR, NAME, TAIL, CHECK, SLOT, NUMBER, PERMIT, EPOCH}:
        raise Malformed("claims-unknown")
    optional = _held(inner, {key: kind for key, kind in ((NUMBER, str), (PERMIT, int), (EPOCH, int)) if key in inner})
    if inner[KIND] not in set(Kind):
        raise Malformed("claim-kind")
    if not 1 <= inner[COLOUR] <= len(COLOURS):
        raise Malformed("claim-colour")
    device = _device(held[CNF]) if CNF in held else None
    if device is not None and inner[KIND] == Kind.PAPER:
        raise Malformed("cnf-on-paper")
    # Beyond 2**53 the browser's numbers are not exact; there both verifiers find no epoch.
    exact = abs(held[NBF]) < 2**53
    epoch = optional.get(EPOCH) if device is None else epoch_of(held[NBF]) if exact else None
    if epoch is None or (device is not None and EPOCH in inner):
        raise Malformed("cnf-missing" if device is None and inner[KIND] == Kind.E_CODE else "claim-epoch")
    return Claims(
        held[ISS], held[EXP], held[NBF], held[IAT], held[CTI], Kind(inner[KIND]), COLOURS[inner[COLOUR] - 1],
        inner[NAME], inner[TAIL], inner[CHECK], inner[SLOT], epoch, device, inner.get(NUMBER), inner.get(PERMIT),
    )  # fmt: skip


def _held(value: dict[Any, Any], named: dict[int, type]) -> dict[Any, Any]:
    """The map, when it has all that is named, each of its kind."""
    for key, kind in named.items():
        if key not in value:
            raise Malformed("claims-missing")
        if type(value[key]) is not kind:
            raise Malformed("claims-kind")
    return value


def _device(cnf: object) -> bytes:
    """The compressed point of a COSE_Key inside cnf (RFC 8747)."""
    key = cnf.get(1) if isinstance(cnf, dict) and cnf.keys() == {1} else None
    if not isinstance(key, dict) or key.keys() != {1, -1, -2, -3}:
        raise Malformed("claim-cnf")
    x, is_odd = key[-2], key[-3]
    if (key[1], key[-1]) != (2, 1) or not isinstance(x, bytes) or len(x) != 32 or not isinstance(is_odd, bool):
        raise Malformed("claim-cnf")
    return (b"\x03" if is_odd else b"\x02") + x
