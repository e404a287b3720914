"""Recent recalls: what the last minutes, or hours, added to the recall list of an epoch. What phones read, each for its own slot.

Signed by a key for recalls like the list itself. It says on which list it follows (`after`, issued at `since`), so that a reader who
knows that one, or a later one, knows everything; and since when passes count as old (`least`): whoever has one issued before asks
for another at a moment that chance decides `within` so many seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from yimatong.core.credential import cose, rice
from yimatong.core.credential.cbor import Malformed, decode, encode
from yimatong.core.credential.keys import Signer, is_signed
from yimatong.core.credential.recall import FEWEST_BITS, LONGEST_DELTA, MOST_BITS
from yimatong.core.credential.refusals import Reason, Refused
from yimatong.core.credential.trust import TrustList, Use

EPOCH, SEQUENCE, ISSUED, EXPIRES, BITS, COUNT, SLOTS, AFTER, SINCE, LEAST, WITHIN = range(1, 12)
NUMBERS = (EPOCH, SEQUENCE, ISSUED, EXPIRES, BITS, COUNT, AFTER, SINCE, LEAST, WITHIN)


@dataclass(frozen=True, slots=True)
class RecentRecalls:
    """The slots that the lists `after + 1` to `sequence` of an epoch added."""

    epoch: int
    sequence: int
    issued: int
    expires: int
    bits: int
    slots: frozenset[int]
    after: int
    since: int
    least: int = 0
    within: int = 0


def sign_recent(recent: RecentRecalls, signer: Signer) -> bytes:
    """The recent recalls, signed."""
    claims = {
        EPOCH: recent.epoch,
        SEQUENCE: recent.sequence,
        ISSUED: recent.issued,
        EXPIRES: recent.expires,
        BITS: recent.bits,
        COUNT: len(recent.slots),
        SLOTS: rice.encode(recent.slots, recent.bits),
        AFTER: recent.after,
        SINCE: recent.since,
        LEAST: recent.least,
        WITHIN: recent.within,
    }
    return cose.sign1(encode(claims), signer)


def open_recent(data: bytes, *, trust: TrustList) -> RecentRecalls | Refused:
    """What a recall key signed whose time it was when they were issued. By no clock: how old they are, the reader says."""
    try:
        signed, recent = _opened(data)
    except Malformed as flaw:
        return Refused(Reason.MALFORMED, flaw.detail)
    key = trust.key_for(signed, Use.RECALL, recent.issued)
    if isinstance(key, Refused):
        return key
    return recent if is_signed(key, signed.signature, signed.to_be_signed) else Refused(Reason.BAD_SIGNATURE)


def own_recent(data: bytes) -> tuple[bytes, RecentRecalls]:
    """The kid and the content of a file of our own, whose signature was made here; Malformed where it is none."""
    signed, recent = _opened(data)
    return signed.kid, recent


def _opened(data: bytes) -> tuple[cose.Signed, RecentRecalls]:
    signed = cose.open1(data, longest=LONGEST_DELTA)
    return signed, _recent(decode(signed.payload, longest=LONGEST_DELTA))


def _recent(claims: object) -> RecentRecalls:
    if not isinstance(claims, dict) or claims.keys() != set(range(1, 12)) or not isinstance(claims[SLOTS], bytes):
        raise Malformed("list-form")
    if any(type(claims[key]) is not int or claims[key] < 0 for key in NUMBERS):
        raise Malformed("list-form")
    if not claims[SINCE] <= claims[ISSUED] <= claims[EXPIRES] or not claims[AFTER] <= claims[SEQUENCE]:
        raise Malformed("list-form")
    if not FEWEST_BITS <= claims[BITS] <= MOST_BITS:
        raise Malformed("list-form")
    slots = frozenset(rice.decode(claims[SLOTS], claims[COUNT], claims[BITS]))
    return RecentRecalls(
        claims[EPOCH], claims[SEQUENCE], claims[ISSUED], claims[EXPIRES], claims[BITS], slots,
        claims[AFTER], claims[SINCE], claims[LEAST], claims[WITHIN],
    )  # fmt: skip
