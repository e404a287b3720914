"""The trust list: which keys count, for what, from when until when. Signed by the root key; its version only grows."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from yimatong.core.credential import cose
from yimatong.core.credential.cbor import Malformed, decode, encode
from yimatong.core.credential.keys import ES256, PublicKey, Signer, compressed, is_signed, kid_of, public_key
from yimatong.core.credential.refusals import Reason, Refused

VERSION, ISSUED, EXPIRES, CITY, MIN_IAT, KEYS = range(1, 7)
LONGEST_LIST = 64 * 1024


class Use(IntEnum):
    """What a key may sign."""

    PASS = 1
    RECALL = 2
    TRAINING = 3
    POLICY = 4


class State(IntEnum):
    """Active signs and verifies; retired verifies only; compromised refuses everything that it ever signed."""

    ACTIVE = 1
    RETIRED = 2
    COMPROMISED = 3


_COMPROMISED = State.COMPROMISED


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key of the list: `point` is compressed (33 bytes), times are seconds, both ends inside."""

    kid: bytes
    alg: int
    point: bytes
    use: Use
    from_: int
    until: int
    state: State = State.ACTIVE

    @classmethod
    def of(
        cls, point: bytes, use: Use, from_: int, until: int, state: State = State.ACTIVE, alg: int = ES256
    ) -> TrustedKey:
        """The entry of a public key, compressed or not."""
        small = compressed(public_key(point))
        return cls(kid_of(small), alg, small, use, from_, until, state)


@dataclass(frozen=True)
class TrustList:
    """The list of a city. Passes issued before `min_iat` count no more: raising it re-issues the whole population."""

    version: int
    issued: int
    expires: int
    city: str
    min_iat: int
    keys: tuple[TrustedKey, ...]
    loaded: dict[bytes, tuple[TrustedKey, PublicKey]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        loaded = {key.kid: (key, public_key(key.point)) for key in self.keys}
        if len(loaded) != len(self.keys):
            raise ValueError("a kid stands twice")
        object.__setattr__(self, "loaded", loaded)

    def key_for(self, signed: cose.Signed, use: Use, now: int) -> PublicKey | Refused:
        """The key that may have signed this, or why none counts: unknown, another use, another algorithm, state, time."""
        found = self.loaded.get(signed.kid)
        if found is None:
            return Refused(Reason.UNKNOWN_KEY)
        key, public = found
        if key.state is _COMPROMISED:
            return Refused(Reason.KEY_COMPROMISED)
        if key.use is not use:
            return Refused(Reason.KEY_NOT_FOR_THIS)
        if signed.alg != key.alg or key.alg != ES256:
            return Refused(Reason.WRONG_ALGORITHM)
        if now < key.from_:
            return Refused(Reason.KEY_NOT_YET)
        return Refused(Reason.KEY_OVER) if now > key.until else public

    def age(self, now: int) -> int:
        """Seconds since it was issued."""
        return now - self.issued


def sign_trust_list(trust: TrustList, root: Signer) -> bytes:
    """The list as the root key signs it."""
    keys = [
        [key.kid, key.alg, *_coordinates(key.point), int(key.use), key.from_, key.until, int(key.state)]
        for key in trust.keys
    ]
    claims = {
        VERSION: trust.version,
        ISSUED: trust.issued,
        EXPIRES: trust.expires,
        CITY: trust.city,
        MIN_IAT: trust.min_iat,
        KEYS: keys,
    }
    return cose.sign1(encode(claims), root)


def open_trust_list(
    data: bytes, root: bytes, *, now: int, known_version: int = 0, city: str | None = None
) -> TrustList | Refused:
    """The list of these bytes, when the root key (a point, compressed or not) signed it and it is not older than the known.

    The same version again is taken; a lower one is refused as rolled back; one whose time is over is refused.
    """
    key = public_key(root)
    try:
        signed = cose.open1(data, longest=LONGEST_LIST)
    except Malformed as flaw:
        return Refused(Reason.MALFORMED, flaw.detail)
    if signed.kid != kid_of(compressed(key)):
        return Refused(Reason.UNKNOWN_KEY)
    if signed.alg != ES256:
        return Refused(Reason.WRONG_ALGORITHM)
    if not is_signed(key, signed.signature, signed.to_be_signed):
        return Refused(Reason.BAD_SIGNATURE)
    try:
        trust = _read(decode(signed.payload, longest=LONGEST_LIST))
    except Malformed as flaw:
        return Refused(Reason.MALFORMED, flaw.detail)
    if city is not None and trust.city != city:
        return Refused(Reason.WRONG_CITY)
    if trust.version < known_version:
        return Refused(Reason.ROLLED_BACK)
    return Refused(Reason.LIST_OVER) if now > trust.expires else trust


def _coordinates(point: bytes) -> tuple[bytes, bytes]:
    numbers = public_key(point).public_numbers()
    return numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")


def _read(value: object) -> TrustList:
    kinds = {VERSION: int, ISSUED: int, EXPIRES: int, CITY: str, MIN_IAT: int, KEYS: list}
    if not isinstance(value, dict) or value.keys() != kinds.keys():
        raise Malformed("list-form")
    if any(type(value[key]) is not kind for key, kind in kinds.items()):
        raise Malformed("list-form")
    if not 0 <= value[ISSUED] <= value[EXPIRES] or value[VERSION] < 1 or value[MIN_IAT] < 0:
        raise Malformed("list-form")
    keys = tuple(_key(entry) for entry in value[KEYS])
    try:
        return TrustList(value[VERSION], value[ISSUED], value[EXPIRES], value[CITY], value[MIN_IAT], keys)
    except ValueError:
        raise Malformed("list-key") from None


def _key(entry: Any) -> TrustedKey:
    kinds = [bytes, int, bytes, bytes, int, int, int, int]
    if not isinstance(entry, list) or [type(part) for part in entry] != kinds:
        raise Malformed("list-form")
    kid, alg, x, y, use, from_, until, state = entry
    try:
        point = compressed(public_key(b"\x04" + x + y))
        key = TrustedKey(kid, alg, point, Use(use), from_, until, State(state))
    except ValueError:
        raise Malformed("list-key") from None
    if kid != kid_of(point) or not 0 <= from_ <= until:
        raise Malformed("list-key")
    return key
