"""What the city's policy key signs for scanners: the policy file here, licences and register extracts in core.checkpoints.

Each is a COSE_Sign1 over a CBOR map of known claims, the first of which says what it is, so that none passes for another.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from yimatong.core.credential import cose
from yimatong.core.credential.cbor import Malformed, decode, encode
from yimatong.core.credential.keys import Signer, is_signed
from yimatong.core.credential.refusals import Reason, Refused
from yimatong.core.credential.trust import TrustList, Use

KIND, ISSUED, EXPIRES = 1, 2, 3
VERSION, CITY, BODY = 4, 5, 6
LONGEST_FILE = 1024 * 1024
LATEST = 2**32 - 1


class Kind(IntEnum):
    """What a signed map is."""

    POLICY = 1
    LICENCE = 2
    EXTRACT = 3


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A city's policy for scanners: `body` is canonical JSON, `version` grows with every change, `issued` with every signing."""

    version: int
    issued: int
    expires: int
    city: str
    body: bytes

    def age(self, now: int) -> int:
        """Seconds since it was issued."""
        return now - self.issued


def sign_policy_file(body: bytes, *, version: int, issued: int, expires: int, city: str, signer: Signer) -> bytes:
    """The file, signed; ValueError where it would not be opened again."""
    claims = {KIND: int(Kind.POLICY), ISSUED: issued, EXPIRES: expires, VERSION: version, CITY: city, BODY: body}
    if not _is_policy(claims) or len(body) > LONGEST_FILE - 1024:
        raise ValueError("a policy file has a version, times in order, a city and a body")
    return cose.sign1(encode(claims), signer)


def open_policy_file(
    data: bytes, *, trust: TrustList, now: int, known_issued: int = 0, city: str | None = None
) -> PolicyFile | Refused:
    """The file, when the policy key signed it, its time is not over, and it is not older than the known one."""
    claims = open_claims(data, Kind.POLICY, trust=trust, now=now, longest=LONGEST_FILE)
    if isinstance(claims, Refused):
        return claims
    if not _is_policy(claims):
        return Refused(Reason.MALFORMED, "list-form")
    if city is not None and claims[CITY] != city:
        return Refused(Reason.WRONG_CITY)
    if claims[ISSUED] < known_issued:
        return Refused(Reason.ROLLED_BACK)
    if now > claims[EXPIRES]:
        return Refused(Reason.LIST_OVER)
    return PolicyFile(claims[VERSION], claims[ISSUED], claims[EXPIRES], claims[CITY], claims[BODY])


def own_policy_file(data: bytes) -> PolicyFile:
    """A policy file that we wrote ourselves, without looking at its signature; Malformed where it is none."""
    signed = cose.open1(data, longest=LONGEST_FILE)
    claims = decode(signed.payload, longest=LONGEST_FILE)
    if not isinstance(claims, dict) or claims.get(KIND) != Kind.POLICY or not _is_policy(claims):
        raise Malformed("list-form")
    return PolicyFile(claims[VERSION], claims[ISSUED], claims[EXPIRES], claims[CITY], claims[BODY])


def open_claims(data: bytes, kind: Kind, *, trust: TrustList, now: int, longest: int) -> dict[int, Any] | Refused:
    """The claims of a map that the policy key signed as this kind, its times in order; its own claims are looked at by the caller."""
    try:
        signed = cose.open1(data, longest=longest)
    except Malformed as flaw:
        return Refused(Reason.MALFORMED, flaw.detail)
    key = trust.key_for(signed, Use.POLICY, now)
    if isinstance(key, Refused):
        return key
    if not is_signed(key, signed.signature, signed.to_be_signed):
        return Refused(Reason.BAD_SIGNATURE)
    try:
        claims = decode(signed.payload, longest=longest)
    except Malformed as flaw:
        return Refused(Reason.MALFORMED, flaw.detail)
    if not isinstance(claims, dict) or claims.get(KIND) is True or claims.get(KIND) != kind or not is_dated(claims):
        return Refused(Reason.MALFORMED, "list-form")
    return claims


def is_dated(claims: dict[Any, Any]) -> bool:
    """Whether it was issued before it expires, in whole seconds."""
    issued, expires = claims.get(ISSUED), claims.get(EXPIRES)
    return type(issued) is int and type(expires) is int and 0 <= issued <= expires <= LATEST


def _is_policy(claims: dict[Any, Any]) -> bool:
    return (
        claims.keys() == {KIND, ISSUED, EXPIRES, VERSION, CITY, BODY}
        and is_dated(claims)
        and type(claims[VERSION]) is int
        and 1 <= claims[VERSION] <= LATEST
        and isinstance(claims[CITY], str)
        and isinstance(claims[BODY], bytes)
    )
