"""Whose turn it is: what a number still waits for, who has booked, and the word at the door.

The word changes every five minutes and stands on the screen at the point's door alone, so nobody draws a number, or says that
they are there, from afar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.signing import BadSignature, TimestampSigner

from yimatong.records import calendar, identity
from yimatong.stations.declarations.models import Account
from yimatong.stations.issuing.actions.slots import LATE
from yimatong.stations.issuing.models import Point, Ticket
from yimatong.stations.issuing.terms import terms

State = Ticket.State
WINDOW = 300
"""Seconds that a word stands at the door; the one before it is taken too."""
SCREEN_LASTS = timedelta(hours=16)
_SCREEN = TimestampSigner(salt="yimatong.issuing.screen")


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a number stands: `booked`, `waiting` with so many before it and minutes, `called`, `served` or `gone`."""

    ticket: Ticket
    state: str
    before: int = 0
    minutes: int = 0


def turn(ticket: Ticket, now: datetime) -> Turn:
    """Where this number stands now; yesterday's is gone."""
    if ticket.state in {State.SERVED, State.GONE} or ticket.day < calendar.day_number(now):
        return Turn(ticket, State.SERVED if ticket.state == State.SERVED else State.GONE)
    if ticket.state == State.BOOKED:
        return Turn(ticket, State.BOOKED)
    if ticket.called_at is not None:
        return Turn(ticket, "called")
    before = sum(1 for one in line(ticket.point, now) if one.pk != ticket.pk and _sooner(one, ticket, now))
    agreed = terms()
    minutes = round(before * agreed.slot_minutes / (agreed.slot_people * ticket.point.desks))
    return Turn(ticket, State.WAITING, before, minutes)


def line(point: Point, now: datetime) -> tuple[Ticket, ...]:
    """Who waits and was not called, in the order of their numbers."""
    today = Ticket.objects.filter(point=point, day=calendar.day_number(now), state=State.WAITING, called_at=None)
    return tuple(today.select_related("point").order_by("number"))


def called(point: Point, now: datetime) -> tuple[Ticket, ...]:
    """Who was called and has not been served, the last one first."""
    today = Ticket.objects.filter(point=point, day=calendar.day_number(now), state=State.WAITING)
    return tuple(today.exclude(called_at=None).order_by("-called_at"))


def booked(point: Point, now: datetime) -> tuple[Ticket, ...]:
    """Today's bookings of people who have not come yet, the soonest first; who is too late is not among them."""
    today = Ticket.objects.filter(point=point, day=calendar.day_number(now), state=State.BOOKED, slot__gte=now - LATE)
    return tuple(today.order_by("slot", "number"))


def of_account(account: Account, now: datetime) -> Ticket | None:
    """The booking of an account that still counts, or the number with which it waits today."""
    mine = Ticket.objects.filter(account=account).select_related("point")
    ahead = mine.filter(state=State.BOOKED, slot__gte=now - LATE).first()
    return ahead or mine.filter(state=State.WAITING, day=calendar.day_number(now)).first()


def door_word(point: int, now: datetime, ago: int = 0) -> str:
    """The six digits that stand at a point's door now, or stood there `ago` windows before."""
    window = int(now.timestamp()) // WINDOW - ago
    return f"{identity.keyed('door:', f'{point}:{window}').int % 10**6:06}"


def is_at_door(point: int, word: str, now: datetime) -> bool:
    """Whether somebody has read the word at the door in the last minutes."""
    plain = "".join(sign for sign in word if sign.isdecimal())
    return plain in {door_word(point, now), door_word(point, now, 1)}


def screen_key(point: int) -> str:
    """What opens the screen at a point's door for a day, on a machine where no official is signed in."""
    return _SCREEN.sign(str(point))


def opens_screen(point: int, key: str) -> bool:
    """Whether a key is the point's own and of today."""
    try:
        return _SCREEN.unsign(key, max_age=SCREEN_LASTS) == str(point)
    except BadSignature:
        return False


def _sooner(one: Ticket, other: Ticket, now: datetime) -> bool:
    """Whether `one` is called before `other`: bookings whose slot has begun first, then by number (actions/slots.py)."""
    return _rank(one, now) < _rank(other, now)


def _rank(ticket: Ticket, now: datetime) -> tuple[bool, float, int]:
    begun = ticket.slot is not None and ticket.slot <= now
    return not begun, ticket.slot.timestamp() if begun and ticket.slot else 0.0, ticket.number
