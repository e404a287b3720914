"""The keys, the lists and the one good pass that every vector is made from, and the form in which a vector is written.

All keys are TEST KEYS: the secret of each is SHA-256 of "yimatong test key: " and its name. No city may trust them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from yimatong.core.colour import Colour
from yimatong.core.credential import (
    Claims,
    FileKey,
    RecallList,
    State,
    TrustedKey,
    TrustList,
    Use,
    base45,
    document_check,
    e_code,
    mint,
    paper_text,
    shown_message,
    shown_text,
    sign_snapshot,
    sign_trust_list,
    window,
)
from yimatong.core.credential.cbor import encode, head
from yimatong.core.credential.claims import Kind, write as write_claims


def key(name: str) -> FileKey:
    """The test key of a name; it signs by RFC 6979, so that every run makes the same bytes."""
    return FileKey.of_secret(int.from_bytes(sha256(f"yimatong test key: {name}".encode()).digest(), "big"))


ROOT, OFFICE, RECALLER, TRAINER = key("root"), key("office"), key("recall"), key("training")
RETIRED, STOLEN, COMING, GONE, STRANGER = key("retired"), key("stolen"), key("coming"), key("gone"), key("stranger")
STOLEN_RECALLER = key("stolen recall")
PHONE, OTHER_PHONE = key("phone"), key("another phone")
CITY = "330200"
WINDOW = window(439452)
"""2020-02-18, 12:00 to 18:00 in the city."""
NOW = WINDOW.start + 5400
DAY = 86400
DOCUMENT = "330299195802130014"
CHECK_KEY = sha256(b"yimatong test key: document check").digest()
CTI = bytes.fromhex("00112233445566ff")
BITS = 24


def trusted() -> tuple[TrustedKey, ...]:
    begin, end = WINDOW.start - 30 * DAY, WINDOW.start + 30 * DAY
    return (
        TrustedKey.of(OFFICE.point, Use.PASS, begin, end),
        TrustedKey.of(RECALLER.point, Use.RECALL, begin, end),
        TrustedKey.of(TRAINER.point, Use.TRAINING, begin, end),
        TrustedKey.of(RETIRED.point, Use.PASS, begin, end, State.RETIRED),
        TrustedKey.of(STOLEN.point, Use.PASS, begin, end, State.COMPROMISED),
        TrustedKey.of(STOLEN_RECALLER.point, Use.RECALL, begin, end, State.COMPROMISED),
        TrustedKey.of(COMING.point, Use.PASS, NOW + 1, end),
        TrustedKey.of(GONE.point, Use.PASS, begin, NOW - 1),
    )


def trust(**changes: Any) -> TrustList:
    usual = {
        "version": 7,
        "issued": NOW - 3600,
        "expires": NOW + 3 * DAY,
        "city": CITY,
        "min_iat": WINDOW.start - 20 * DAY,
    }
    return TrustList(**{**usual, "keys": trusted(), **changes})


def good(**changes: Any) -> Claims:
    """The claims of the one good e-code, some of them changed."""
    check = document_check(CHECK_KEY, CTI, DOCUMENT)
    claims = e_code(
        city=CITY, epoch=WINDOW.epoch, hours=6, iat=WINDOW.start - 5 * 3600, cti=CTI, colour=Colour.GREEN,
        name="王*明", tail=DOCUMENT[-4:], check=check, slot=9_990_000, device=PHONE.point,
    )  # fmt: skip
    return claims._replace(**changes)


def paper(**changes: Any) -> Claims:
    """The claims of the one good paper pass, some of them changed."""
    begin = NOW - 7 * 3600 - 123
    usual = {"kind": Kind.PAPER, "device": None, "number": "NB-000127-4", "epoch": 439440, "nbf": begin, "iat": begin}
    return good(**{**usual, "exp": begin + 14 * DAY, **changes})


def e_text(claims: Claims, *, ts: int = NOW - 4, office: FileKey = OFFICE, phone: FileKey = PHONE) -> str:
    return shown_text(mint(claims, office), ts, phone)


def paper_of(claims: Claims, office: FileKey = OFFICE) -> str:
    return paper_text(mint(claims, office))


def text_of(data: bytes) -> str:
    return "YMT1:" + base45.encode(data)


def shown(pass_: bytes, ts: int = NOW - 4, phone: FileKey = PHONE) -> str:
    """A shown text around any bytes, signed by the phone."""
    return shown_text(pass_, ts, phone)


def sealed(
    payload: bytes,
    *,
    protected: bytes | None = None,
    unprotected: bytes = b"\xa0",
    signature: bytes | None = None,
    start: bytes = b"\xd2\x84",
    office: FileKey = OFFICE,
) -> bytes:
    """A COSE_Sign1 of any bytes, with a right signature of the office, so that nothing but its form is wrong."""
    if protected is None:
        protected = encode({1: -7, 4: office.kid})
    signed = b"\x84\x6aSignature1" + encode(protected) + b"\x40" + encode(payload)
    return start + encode(protected) + unprotected + encode(payload) + encode(signature or office.sign(signed))


def payload(**changes: Any) -> bytes:
    return write_claims(good(**changes))


def swapped(data: bytes, old: bytes, new: bytes) -> bytes:
    """The bytes with one piece, which stands there once, replaced."""
    assert data.count(old) == 1, f"{old.hex()} stands {data.count(old)} times"
    return data.replace(old, new)


def recall_list(**changes: Any) -> RecallList:
    usual = {"epoch": WINDOW.epoch, "sequence": 3, "issued": NOW - 60, "expires": NOW + DAY, "bits": BITS}
    return RecallList(**{**usual, "slots": frozenset({17, 40_000, 9_990_001, 16_777_215}), **changes})


def shown_signature(pass_: bytes, ts: int, phone: FileKey = PHONE) -> bytes:
    return phone.sign(shown_message(pass_, ts))


def raw_shown(pass_: bytes, ts: bytes, signature: bytes, *, array: bytes = b"\x83") -> str:
    """A shown text put together from encoded parts."""
    return text_of(array + head(2, len(pass_)) + pass_ + ts + head(2, len(signature)) + signature)


@dataclass(frozen=True)
class Vector:
    """A vector before it is written: what it is about, in both languages, and what is given and expected."""

    name: str
    zh: str
    en: str
    body: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "zh": self.zh, "en": self.en, **self.body}


def code(
    name: str,
    zh: str,
    en: str,
    text: str,
    expected: dict[str, Any],
    *,
    now: int = NOW,
    city: str = CITY,
    trusted_list: TrustList | None = None,
    opened_at: int | None = None,
    recall: list[bytes] | None = None,
    earlier: list[tuple[str, int]] | None = None,
) -> Vector:
    """A vector about a code; `recall` are snapshots of recall lists, `earlier` what the scanner has read before."""
    signed = sign_trust_list(trusted_list or trust(), ROOT)
    body: dict[str, Any] = {
        "kind": "code",
        "text": text,
        "now": now,
        "city": city,
        "trust": {"root": ROOT.point.hex(), "list": signed.hex(), "at": opened_at or now},
        "recall": None if recall is None else [snapshot.hex() for snapshot in recall],
        "earlier": [{"text": before, "now": at} for before, at in earlier or []],
        "expected": expected,
    }
    return Vector(name, zh, en, body)


def refused(reason: str, detail: str = "") -> dict[str, Any]:
    return {"refused": reason, "detail": detail}


def accepted(claims: Claims, *, ts: int | None, recall_age: int | None = None) -> dict[str, Any]:
    said = claims._asdict() | {
        "cti": claims.cti.hex(),
        "kind": int(claims.kind),
        "colour": claims.colour.value,
        "device": claims.device.hex() if claims.device else None,
    }
    return {"accepted": {"claims": said, "ts": ts, "recall_age": recall_age}}


def snapshot(**changes: Any) -> bytes:
    return sign_snapshot(recall_list(**changes), RECALLER)
