"""Is this code good? A text in, Accepted or Refused out. Pure: the time, the lists and the memory are arguments.

When something is missing we fall so: no trust list or one whose time is over: refused, grey, ask the desk. No recall list for
the code's epoch: accepted, and `recall_age` is None, which the scanner must show. A recall list whose time is over still
recalls, and its age is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from yimatong.core.credential.claims import Claims, Kind
from yimatong.core.credential.keys import is_signed, public_key
from yimatong.core.credential.passes import Read, read, shown_message
from yimatong.core.credential.recall import RecallList
from yimatong.core.credential.refusals import Reason, Refused
from yimatong.core.credential.seen import Seen
from yimatong.core.credential.trust import TrustList, Use

BEHIND, AHEAD = 60, 30
"""Seconds that the phone's second of showing may lie before and after the scanner's, both inside."""
CLOCK_PROBLEM = 600
"""Up to this many seconds behind, it is told as a clock problem; older, as a code of earlier."""


# A name of its own each: looking a member of an enum up takes an eighth of a microsecond.
_PASS, _TRAINING_USE, _TRAINING = Use.PASS, Use.TRAINING, Kind.TRAINING


class Accepted(NamedTuple):
    """A good code: what it says, when it was shown (None on paper), and how old the recall list is (None: there is none)."""

    claims: Claims
    ts: int | None
    recall_age: int | None


def verify(
    text: str,
    *,
    now: int,
    trust: TrustList,
    recall: Mapping[int, RecallList] | None,
    city: str,
    seen: Seen | None = None,
) -> Accepted | Refused:
    """The answer for a scanned text at the second `now` of city time. Never an exception, whatever the text."""
    code = read(text)
    if isinstance(code, Refused):
        return code
    refused = _office(code, now, trust, city) or _times(code.claims, now, trust) or _shown(code, now)
    if refused:
        return refused
    claims = code.claims
    listed = recall.get(claims.epoch) if recall else None
    if listed is not None and claims.slot in listed:
        return Refused(Reason.RECALLED)
    if claims.kind is _TRAINING:
        return Refused(Reason.TRAINING)
    if seen is not None and code.ts is not None and seen.again(claims.cti, code.ts, now):
        return Refused(Reason.SEEN_ALREADY)
    return Accepted(claims, code.ts, None if listed is None else listed.age(now))


def _office(code: Read, now: int, trust: TrustList, city: str) -> Refused | None:
    """Did the city sign it?"""
    if now > trust.expires:
        return Refused(Reason.LIST_OVER)
    use = _TRAINING_USE if code.claims.kind is _TRAINING else _PASS
    key = trust.key_for(code.signed, use, now)
    if isinstance(key, Refused):
        return key
    if not is_signed(key, code.signed.signature, code.signed.to_be_signed):
        return Refused(Reason.BAD_SIGNATURE)
    return Refused(Reason.WRONG_CITY) if code.claims.city != city or trust.city != city else None


def _times(claims: Claims, now: int, trust: TrustList) -> Refused | None:
    if now < claims.nbf:
        return Refused(Reason.NOT_YET)
    if now > claims.exp:
        return Refused(Reason.EXPIRED)
    return Refused(Reason.TOO_OLD_ISSUE) if claims.iat < trust.min_iat else None


def _shown(code: Read, now: int) -> Refused | None:
    """Does it come from the phone that it was given to, just now?"""
    device = code.claims.device
    if device is None:
        return None
    if code.ts is None or code.device_signature is None:
        return Refused(Reason.COPIED)
    try:
        key = public_key(device)
    except ValueError:
        return Refused(Reason.MALFORMED, "device-key")
    if not is_signed(key, code.device_signature, shown_message(code.pass_, code.ts)):
        return Refused(Reason.COPIED)
    behind = now - code.ts
    if -AHEAD <= behind <= BEHIND:
        return None
    return Refused(Reason.STALE if behind > CLOCK_PROBLEM else Reason.CLOCK)
