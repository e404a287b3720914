"""What one scanner is allowed: at which checkpoint, in which hours, until when. Signed by the policy key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from yimatong.core.credential import cose
from yimatong.core.credential.cbor import LONGEST, encode
from yimatong.core.credential.keys import Signer
from yimatong.core.credential.policy_files import EXPIRES, ISSUED, KIND, Kind, is_dated, open_claims
from yimatong.core.credential.refusals import Reason, Refused
from yimatong.core.credential.trust import TrustList
from yimatong.core.time import Zone

DEVICE, CHECKPOINT, TITLE_ZH, TITLE_EN, ZONE, DISTRICT, HOURS, TRAINING, CONTROL_HOURS = range(4, 13)
ZONES = {"ordinary": 1, "control": 2}
DEVICE_BYTES = 16
MINUTES = 1440
MOST_HOURS = 20
LONGEST_TITLE = 60
EVERY_DAY = 127
ALWAYS = (EVERY_DAY, 0, MINUTES - 1)
"""Every minute of every day."""


@dataclass(frozen=True, slots=True)
class Licence:
    """`hours` are (days, from, to): days a sum of 1 for Monday to 64 for Sunday, minutes of the city's day, both inside.

    Hours whose `to` is before their `from` go on after midnight; the day is that on which they begin. Without hours nothing
    is allowed. `device` has 16 bytes, `zone` is ordinary or control, `district` the six digits of a county. A control zone
    with `control_hours` is one in those hours alone, and an ordinary one in all others.
    """

    device: bytes
    checkpoint: int
    title_zh: str
    title_en: str
    zone: str
    district: int
    hours: tuple[tuple[int, int, int], ...]
    issued: int
    expires: int
    training: bool = False
    control_hours: tuple[tuple[int, int, int], ...] = ()


def sign_licence(licence: Licence, signer: Signer) -> bytes:
    """The licence, signed; ValueError where it would not be opened again."""
    claims = {
        KIND: int(Kind.LICENCE),
        ISSUED: licence.issued,
        EXPIRES: licence.expires,
        DEVICE: licence.device,
        CHECKPOINT: licence.checkpoint,
        TITLE_ZH: licence.title_zh,
        TITLE_EN: licence.title_en,
        ZONE: ZONES.get(licence.zone, 0),
        DISTRICT: licence.district,
        HOURS: [list(hours) for hours in licence.hours],
        TRAINING: licence.training,
    }
    if licence.control_hours:
        claims[CONTROL_HOURS] = [list(hours) for hours in licence.control_hours]
    payload = encode(claims)
    if not _is_licence(claims) or len(payload) > LONGEST - 128:
        raise ValueError("a licence names a device, a checkpoint with its zone and district, hours, and times in order")
    return cose.sign1(payload, signer)


def open_licence(data: bytes, *, trust: TrustList, now: int, device: bytes) -> Licence | Refused:
    """The licence, when the policy key signed it for this device and its time is not over."""
    claims = open_claims(data, Kind.LICENCE, trust=trust, now=now, longest=LONGEST)
    if isinstance(claims, Refused):
        return claims
    if not _is_licence(claims):
        return Refused(Reason.MALFORMED, "list-form")
    if claims[DEVICE] != device:
        return Refused(Reason.OTHER_DEVICE)
    return Refused(Reason.LIST_OVER) if now > claims[EXPIRES] else _read(claims)


def licence_allows(licence: Licence, now: int, clock: Zone) -> bool:
    """Whether work is allowed at a second: inside the licence's time, and in its hours of the city's day."""
    if not licence.issued <= now <= licence.expires:
        return False
    return within(licence.hours, now, clock)


def zone_at(licence: Licence, now: int, clock: Zone) -> str:
    """Ordinary or control, at a second of a city with this clock."""
    return zone_of(licence.zone, licence.control_hours, now, clock)


def zone_of(zone: str, control_hours: Iterable[Sequence[int]], now: int, clock: Zone) -> str:
    """What a checkpoint of this zone is at a second: a control zone with hours of its own is ordinary in all others."""
    hours = list(control_hours)
    return "ordinary" if zone == "control" and hours and not within(hours, now, clock) else zone


def within(hours: Iterable[Sequence[int]], now: int, clock: Zone) -> bool:
    """Whether a second lies in these hours of the city's day."""
    day = clock.day(now // 60)
    minute = now // 60 - clock.first_minute(day)
    return any(_covers(entry, day, minute) for entry in hours)


def _covers(hours: Sequence[int], day: int, minute: int) -> bool:
    days, first, last = hours
    if first <= last:
        return _is_on(days, day) and first <= minute <= last
    return (_is_on(days, day) and minute >= first) or (_is_on(days, day - 1) and minute <= last)


def _is_on(days: int, day: int) -> bool:
    """Whether the weekday of a day (days since 1970, a Thursday) is among them."""
    return bool(days >> (day + 3) % 7 & 1)


def _read(claims: dict[int, Any]) -> Licence:
    zones = {number: zone for zone, number in ZONES.items()}
    first, middle, last = claims[TITLE_ZH], claims[TITLE_EN], zones[claims[ZONE]]
    return Licence(
        device=claims[DEVICE],
        checkpoint=claims[CHECKPOINT],
        title_zh=first,
        title_en=middle,
        zone=last,
        district=claims[DISTRICT],
        hours=tuple((entry[0], entry[1], entry[2]) for entry in claims[HOURS]),
        issued=claims[ISSUED],
        expires=claims[EXPIRES],
        training=claims[TRAINING],
        control_hours=tuple((entry[0], entry[1], entry[2]) for entry in claims.get(CONTROL_HOURS, ())),
    )


def _is_licence(claims: dict[Any, Any]) -> bool:
    return (
        claims.keys() in (set(range(1, CONTROL_HOURS)), set(range(1, CONTROL_HOURS + 1)))
        and is_dated(claims)
        and isinstance(claims[DEVICE], bytes)
        and len(claims[DEVICE]) == DEVICE_BYTES
        and _is_number(claims[CHECKPOINT], 1, 2**31 - 1)
        and all(isinstance(claims[key], str) and 0 < len(claims[key]) <= LONGEST_TITLE for key in (TITLE_ZH, TITLE_EN))
        and _is_number(claims[ZONE], 1, len(ZONES))
        and _is_number(claims[DISTRICT], 100_000, 999_999)
        and _are_hours(claims[HOURS])
        and (CONTROL_HOURS not in claims or _are_control_hours(claims))
        and isinstance(claims[TRAINING], bool)
    )


def _are_control_hours(claims: dict[Any, Any]) -> bool:
    hours = claims[CONTROL_HOURS]
    return claims[ZONE] == ZONES["control"] and _are_hours(hours) and len(hours) > 0


def _are_hours(hours: object) -> bool:
    return isinstance(hours, list) and len(hours) <= MOST_HOURS and all(_is_hours(entry) for entry in hours)


def _is_hours(hours: object) -> bool:
    if not isinstance(hours, list) or len(hours) != 3:
        return False
    days, first, last = hours
    return _is_number(days, 1, EVERY_DAY) and _is_number(first, 0, MINUTES - 1) and _is_number(last, 0, MINUTES - 1)


def _is_number(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most
