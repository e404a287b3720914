"""Slots and the queue of a point: numbers only, nobody's name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yimatong.stations.issuing.models.points import Point


class Ticket(models.Model):
    """A number of a point's day: booked for a slot by an account, or drawn at the door. Where it stands only goes forward."""

    class State(models.TextChoices):
        """Where it stands."""

        BOOKED = "booked", "已预约"
        WAITING = "waiting", "排队中"
        SERVED = "served", "已办理"
        GONE = "gone", "已取消或未到"

    point = models.ForeignKey(Point, models.PROTECT, related_name="tickets", db_index=False)
    day = models.IntegerField()
    number = models.IntegerField()
    slot = models.DateTimeField(null=True)
    account = models.ForeignKey("declarations.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=7, choices=State)
    made_at = models.DateTimeField(db_default=Now())
    arrived_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tickets"
        constraints = [
            models.UniqueConstraint(name="tickets_a_number_once_a_day", fields=["point", "day", "number"]),
            models.UniqueConstraint(
                name="tickets_one_booking_an_account", fields=["account"], condition=Q(state="booked")
            ),
            models.CheckConstraint(
                name="tickets_known_state", condition=Q(state__in=["booked", "waiting", "served", "gone"])
            ),
        ]
        indexes = [
            models.Index(name="tickets_open", fields=["point", "day"], condition=Q(state__in=["booked", "waiting"]))
        ]
