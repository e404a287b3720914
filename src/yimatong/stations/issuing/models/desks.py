"""Offline desks: the code that lets a tablet become one, the tablet, what it sent, and the homes that it was given to visit."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yimatong.stations.issuing.models.points import Point
from yimatong.stations.passes.models.devices import REVOKED_WITH_REASON, USED_OR_REVOKED, Enrolled, OneUse


class DeskOffer(OneUse):
    """A code of one use with which a tablet becomes an offline desk of a point, in the hands of `clerk`."""

    point = models.ForeignKey(Point, models.PROTECT, related_name="desk_offers")
    clerk = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "desk_offers"
        constraints = [models.CheckConstraint(name="desk_offers_used_or_revoked", condition=USED_OR_REVOKED)]

    def __str__(self) -> str:
        return f"desk-offer/{self.pk}"


class DeskDevice(Enrolled):
    """An offline desk: a tablet of one point and one clerk. Its leases are in the name `app-NUMBER`."""

    KEY = "key"
    point = models.ForeignKey(Point, models.PROTECT, related_name="desk_devices")
    clerk = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    offer = models.OneToOneField(DeskOffer, models.PROTECT, related_name="device")
    key = models.BinaryField(max_length=33, unique=True)
    queued = models.IntegerField(default=0)

    class Meta:
        db_table = "desk_devices"
        constraints = [models.CheckConstraint(name="desk_devices_revoked_with_reason", condition=REVOKED_WITH_REASON)]

    def __str__(self) -> str:
        return f"desk/{self.number}"

    @property
    def desk(self) -> str:
        """The name in which its numbers are leased."""
        return f"app-{self.number}"


class DeskRecord(models.Model):
    """What became of a record of an offline desk: its number `n` counts once, however often it is sent. Appended, never changed."""

    class State(models.TextChoices):
        """What became of it."""

        TAKEN = "taken", "已收"
        AGAIN = "again", "此前已收"
        HELD = "held", "待处理"
        REFUSED = "refused", "未收"

    device = models.ForeignKey(DeskDevice, models.PROTECT, related_name="records", db_index=False)
    n = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=7, choices=State)
    code = models.CharField(max_length=40, default="")
    at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "desk_records"
        constraints = [
            models.UniqueConstraint(name="desk_records_once", fields=["device", "n"]),
            models.CheckConstraint(
                name="desk_records_known_state", condition=Q(state__in=["taken", "again", "held", "refused"])
            ),
        ]


class RouteLine(models.Model):
    """A person at home whom an offline desk was given to visit: no code, no pass, in the point's scope. `id` is its name there.

    `again` is the quiet time that they asked for, as `14:30`. The outcome is said once; who was not there is given again.
    """

    class Outcome(models.TextChoices):
        """What the visit came to."""

        ISSUED = "issued", "已发证"
        REFUSED = "refused", "未发证"
        AWAY = "away", "无人在家"
        LATER = "later", "另约时间"
        NO_NEED = "no_need", "不需要"

    id = models.UUIDField(primary_key=True, default=uuid4)
    device = models.ForeignKey(DeskDevice, models.PROTECT, related_name="route")
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    outcome = models.CharField(max_length=7, choices=Outcome, default="")
    visited_at = models.DateTimeField(null=True)
    again = models.CharField(max_length=5, default="")

    class Meta:
        db_table = "route_lines"
        constraints = [
            models.UniqueConstraint(
                name="route_lines_one_open", fields=["device", "person"], condition=Q(visited_at=None)
            ),
            models.CheckConstraint(
                name="route_lines_visit_is_whole",
                condition=Q(outcome="", visited_at=None, again="")
                | Q(visited_at__isnull=False, outcome__in=["issued", "refused", "away", "later", "no_need"]),
            ),
        ]
