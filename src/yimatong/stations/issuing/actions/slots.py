"""Slots and the queue: numbers, so that nobody crowds and nobody is called by name (P15)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from yimatong.records import calendar
from yimatong.records.models import Official
from yimatong.records.refusals import Refused
from yimatong.stations.declarations.models import Account
from yimatong.stations.issuing.actions.points import at_desk, point_of
from yimatong.stations.issuing.errors import mistake, refused
from yimatong.stations.issuing.hours import is_open
from yimatong.stations.issuing.models import Point, Ticket
from yimatong.stations.issuing.terms import terms

State = Ticket.State
LATE = timedelta(minutes=30)
"""A booking counts for so long after its slot began."""


@transaction.atomic
def book(*, account: Account, point: int, slot: datetime, now: datetime) -> Ticket | Refused:
    """Book a slot; one open booking an account. `slot-full`, `slot-wrong`, `booked-already`, `stopped`."""
    where = point_of(point)
    if where.stopped_at is not None:
        return refused("stopped")
    if not _can_be_booked(where, slot, now):
        return refused("slot-wrong")
    _forget_missed(account, now)
    _one_at_a_time(where, calendar.day_number(slot))
    if Ticket.objects.filter(account=account, state=State.BOOKED).exists():
        return refused("booked-already")
    if Ticket.objects.filter(point=where, slot=slot).exclude(state=State.GONE).count() >= places(where):
        return refused("slot-full")
    return _numbered(where, slot, State.BOOKED, account=account, slot=slot)


@transaction.atomic
def cancel(*, account: Account, ticket: int, now: datetime) -> None:
    """Give a booking back; repeating it changes nothing."""
    found = Ticket.objects.select_for_update().filter(pk=ticket, account=account).first()
    if found is None:
        raise mistake("ticket-unknown")
    if found.state == State.BOOKED:
        Ticket.objects.filter(pk=ticket).update(state=State.GONE, ended_at=now)


@transaction.atomic
def draw(*, point: int, now: datetime) -> Ticket | Refused:
    """Draw a number at the door. `stopped`, `outside-hours`."""
    where = point_of(point)
    if where.stopped_at is not None:
        return refused("stopped")
    if not is_open(where, now):
        return refused("outside-hours")
    _one_at_a_time(where, calendar.day_number(now))
    return _numbered(where, now, State.WAITING, arrived_at=now)


@transaction.atomic
def arrive(*, ticket: int, now: datetime) -> Ticket:
    """Whoever booked is there: from now on they wait."""
    found = Ticket.objects.select_for_update().filter(pk=ticket).first()
    if found is None or found.state not in {State.BOOKED, State.WAITING}:
        raise mistake("ticket-unknown")
    if found.state == State.BOOKED:
        found.state, found.arrived_at = State.WAITING, now
        found.save(update_fields=["state", "arrived_at"])
    return found


@transaction.atomic
def leave(*, ticket: int, now: datetime) -> None:
    """Whoever waits goes away: nobody calls their number; repeating it changes nothing."""
    Ticket.objects.filter(pk=ticket, state=State.WAITING, ended_at=None).update(state=State.GONE, ended_at=now)


@transaction.atomic
def call_next(*, by: Official, point: int, now: datetime) -> Ticket | None:
    """Call the next number: bookings whose slot has begun first, then by number; None when nobody waits. Two desks call two."""
    at_desk(by, point)
    waiting = Ticket.objects.select_for_update(skip_locked=True).filter(
        point_id=point, day=calendar.day_number(now), state=State.WAITING, called_at=None
    )
    found = waiting.filter(slot__lte=now).order_by("slot", "number").first() or waiting.order_by("number").first()
    if found is not None:
        found.called_at = now
        found.save(update_fields=["called_at"])
    return found


@transaction.atomic
def served(*, by: Official, ticket: int, now: datetime, came: bool = True) -> Ticket:
    """Whoever was called has been served, or did not come."""
    found = Ticket.objects.select_for_update().filter(pk=ticket).first()
    if found is None:
        raise mistake("ticket-unknown")
    at_desk(by, found.point_id)
    if found.ended_at is None:
        found.state, found.ended_at = (State.SERVED if came else State.GONE), now
        found.save(update_fields=["state", "ended_at"])
    return found


def places(point: Point) -> int:
    """People of one slot."""
    return terms().slot_people * point.desks


def _can_be_booked(point: Point, slot: datetime, now: datetime) -> bool:
    agreed, local = terms(), calendar.local(slot)
    on_the_grid = (local.hour * 60 + local.minute) % agreed.slot_minutes == 0 and (local.second, local.microsecond) == (
        0,
        0,
    )
    end = slot + timedelta(minutes=agreed.slot_minutes - 1)
    ahead = calendar.day_number(slot) - calendar.day_number(now)
    return on_the_grid and slot > now and ahead <= agreed.days_ahead and is_open(point, slot) and is_open(point, end)


def _forget_missed(account: Account, now: datetime) -> None:
    """A booking that was not kept stands in nobody's way."""
    Ticket.objects.filter(account=account, state=State.BOOKED, slot__lt=now - LATE).update(
        state=State.GONE, ended_at=now
    )


def _numbered(point: Point, moment: datetime, state: State, **rest: object) -> Ticket:
    day = calendar.day_number(moment)
    last = Ticket.objects.filter(point=point, day=day).aggregate(last=Max("number"))["last"] or 0
    return Ticket.objects.create(point=point, day=day, number=last + 1, state=state, **rest)


def _one_at_a_time(point: Point, day: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [f"tickets:{point.pk}", day])
