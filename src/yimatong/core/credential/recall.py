"""Recall lists: which slots of an epoch were recalled. Exact: who is not on it is never taken for somebody who is.

A snapshot is the whole list; a delta adds to the list before it, which it names by its digest. A list only grows: within its
epoch nothing that was recalled comes back. Both are signed by a key for recalls, numbered, and have a time until which they hold.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from yimatong.core.credential import cose, rice
from yimatong.core.credential.cbor import Malformed, decode, encode
from yimatong.core.credential.keys import Signer, is_signed
from yimatong.core.credential.refusals import Reason, Refused
from yimatong.core.credential.trust import TrustList, Use

EPOCH, SEQUENCE, ISSUED, EXPIRES, BITS, COUNT, SLOTS = range(1, 8)
BEFORE = 5
"""In a delta the digest of the list before stands where a snapshot has its bits."""
LONGEST_SNAPSHOT = 16 * 1024 * 1024
LONGEST_DELTA = 1024 * 1024
DIGEST_BYTES = 16
FEWEST_BITS, MOST_BITS = 8, 32


@dataclass(frozen=True, slots=True)
class RecallList:
    """The slots recalled in an epoch, of a space of 2^bits, as of `sequence`."""

    epoch: int
    sequence: int
    issued: int
    expires: int
    bits: int
    slots: frozenset[int]

    def __contains__(self, slot: int) -> bool:
        return slot in self.slots

    def age(self, now: int) -> int:
        """Seconds since it was issued; it can always be told, also after its time is over."""
        return now - self.issued

    def digest(self) -> bytes:
        """16 bytes that name the list by its content: SHA-256 over [epoch, sequence, bits, count, coded slots]."""
        coded = rice.encode(self.slots, self.bits)
        content = encode([self.epoch, self.sequence, self.bits, len(self.slots), coded])
        return sha256(content).digest()[:DIGEST_BYTES]


def sign_snapshot(listed: RecallList, signer: Signer) -> bytes:
    """The whole list, signed."""
    claims = {
        EPOCH: listed.epoch,
        SEQUENCE: listed.sequence,
        ISSUED: listed.issued,
        EXPIRES: listed.expires,
        BITS: listed.bits,
        COUNT: len(listed.slots),
        SLOTS: rice.encode(listed.slots, listed.bits),
    }
    return cose.sign1(encode(claims), signer)


def sign_delta(
    before: RecallList, added: Collection[int], *, issued: int, expires: int, signer: Signer
) -> tuple[bytes, RecallList]:
    """What is added to a list, signed, and the list after it. ValueError for a slot that is on the list already."""
    if before.slots.intersection(added):
        raise ValueError("a slot is recalled once")
    claims = {
        EPOCH: before.epoch,
        SEQUENCE: before.sequence + 1,
        ISSUED: issued,
        EXPIRES: expires,
        BEFORE: before.digest(),
        COUNT: len(added),
        SLOTS: rice.encode(added, before.bits),
    }
    return cose.sign1(encode(claims), signer), _with(before, frozenset(added), issued, expires)


def open_snapshot(
    data: bytes, *, trust: TrustList, now: int, epoch: int | None = None, known: RecallList | None = None
) -> RecallList | Refused:
    """The list of a snapshot, when a recall key signed it, its time is not over, and it does not go behind the known list."""
    claims = _opened(data, trust, now, LONGEST_SNAPSHOT)
    if isinstance(claims, Refused):
        return claims
    try:
        listed = _snapshot(claims)
    except Malformed as flaw:
        return Refused(Reason.MALFORMED, flaw.detail)
    wanted = known.epoch if known else epoch
    if wanted is not None and listed.epoch != wanted:
        return Refused(Reason.WRONG_EPOCH)
    if now > listed.expires:
        return Refused(Reason.LIST_OVER)
    return (known and _behind(listed, known)) or listed


def apply_delta(data: bytes, before: RecallList, *, trust: TrustList, now: int) -> RecallList | Refused:
    """The list after a delta that follows on `before`; rolled back, with a gap, or on another list it is refused."""
    claims = _opened(data, trust, now, LONGEST_DELTA)
    if isinstance(claims, Refused):
        return claims
    digest, coded = claims[BEFORE], claims[SLOTS]
    if not isinstance(digest, bytes) or len(digest) != DIGEST_BYTES or not isinstance(coded, bytes):
        return Refused(Reason.MALFORMED, "list-form")
    if claims[EPOCH] != before.epoch:
        return Refused(Reason.WRONG_EPOCH)
    if now > claims[EXPIRES]:
        return Refused(Reason.LIST_OVER)
    step = claims[SEQUENCE] - before.sequence
    if step != 1:
        return Refused(Reason.GAP if step > 1 else Reason.ROLLED_BACK)
    if digest != before.digest():
        return Refused(Reason.GAP, "list-before")
    try:
        added = frozenset(rice.decode(coded, claims[COUNT], before.bits))
    except Malformed as flaw:
        return Refused(Reason.MALFORMED, flaw.detail)
    if added & before.slots:
        return Refused(Reason.MALFORMED, "list-slots")
    return _with(before, added, claims[ISSUED], claims[EXPIRES])


def _with(before: RecallList, added: frozenset[int], issued: int, expires: int) -> RecallList:
    return RecallList(before.epoch, before.sequence + 1, issued, expires, before.bits, before.slots | added)


def _opened(data: bytes, trust: TrustList, now: int, longest: int) -> dict[int, Any] | Refused:
    """The claims of a list that a recall key signed; those that both kinds of list have are of their kind."""
    try:
        signed = cose.open1(data, longest=longest)
    except Malformed as flaw:
        return Refused(Reason.MALFORMED, flaw.detail)
    key = trust.key_for(signed, Use.RECALL, now)
    if isinstance(key, Refused):
        return key
    if not is_signed(key, signed.signature, signed.to_be_signed):
        return Refused(Reason.BAD_SIGNATURE)
    try:
        claims = decode(signed.payload, longest=longest)
    except Malformed as flaw:
        return Refused(Reason.MALFORMED, flaw.detail)
    numbers = (EPOCH, SEQUENCE, ISSUED, EXPIRES, COUNT)
    if not isinstance(claims, dict) or claims.keys() != set(range(1, 8)):
        return Refused(Reason.MALFORMED, "list-form")
    if any(type(claims[key]) is not int or claims[key] < 0 for key in numbers) or claims[ISSUED] > claims[EXPIRES]:
        return Refused(Reason.MALFORMED, "list-form")
    return claims


def _snapshot(claims: dict[int, Any]) -> RecallList:
    bits, coded = claims[BITS], claims[SLOTS]
    if type(bits) is not int or not FEWEST_BITS <= bits <= MOST_BITS or not isinstance(coded, bytes):
        raise Malformed("list-form")
    slots = frozenset(rice.decode(coded, claims[COUNT], bits))
    return RecallList(claims[EPOCH], claims[SEQUENCE], claims[ISSUED], claims[EXPIRES], bits, slots)


def _behind(listed: RecallList, known: RecallList) -> Refused | None:
    """Why a snapshot does not go on from the known list."""
    if listed.sequence < known.sequence:
        return Refused(Reason.ROLLED_BACK)
    if listed.bits != known.bits or not listed.slots >= known.slots:
        return Refused(Reason.ROLLED_BACK, "list-shrank")
    if listed.sequence == known.sequence and listed.slots != known.slots:
        return Refused(Reason.ROLLED_BACK, "list-changed")
    return None
