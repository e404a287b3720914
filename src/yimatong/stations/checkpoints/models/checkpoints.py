"""Checkpoints and what lets a phone become their scanner."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yimatong.stations.passes.models.devices import REVOKED_WITH_REASON, USED_OR_REVOKED, Enrolled, OneUse


class Checkpoint(models.Model):
    """A place where codes and passes are shown.

    `division` is the 9-digit street; `hours` are [[days, from, to], ...] as in core.checkpoints.licence; `latitude` and
    `longitude` are degrees, for passages that are impossible in their time. A control zone with `control_hours` is one in those
    hours alone (C20). It is closed once.
    """

    class Zone(models.TextChoices):
        """Whether paper passes hold behind it (D7)."""

        ORDINARY = "ordinary", "普通区域"
        CONTROL = "control", "管控区域"

    number = models.AutoField(primary_key=True)
    title_zh = models.CharField(max_length=60, unique=True)
    title_en = models.CharField(max_length=60)
    division = models.IntegerField()
    place = models.ForeignKey("records.Place", models.PROTECT, null=True, related_name="+", db_constraint=False)
    zone = models.CharField(max_length=8, choices=Zone, default=Zone.ORDINARY)
    hours: models.JSONField[list[list[int]]] = models.JSONField()
    control_hours: models.JSONField[list[list[int]]] = models.JSONField(default=list)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    opened_at = models.DateTimeField(db_default=Now())
    opened_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        db_table = "checkpoints"
        constraints: ClassVar = [
            models.CheckConstraint(name="checkpoints_known_zone", condition=Q(zone__in=["ordinary", "control"])),
            models.CheckConstraint(
                name="checkpoints_nine_digits", condition=Q(division__range=(10**8, 10**9 - 1))
            ),
            models.CheckConstraint(
                name="checkpoints_on_the_map",
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__range=(-90.0, 90.0), longitude__range=(-180.0, 180.0)),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"checkpoint/{self.number}"

    @property
    def district(self) -> int:
        """The six digits of its county."""
        return self.division // 1000


class Offer(OneUse):
    """A code of one use with which a phone becomes a scanner."""

    id = models.BigAutoField(primary_key=True)
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="offers")
    training = models.BooleanField(default=False)

    class Meta:
        db_table = "checkpoint_offers"
        constraints: ClassVar = [
            models.CheckConstraint(name="checkpoint_offers_used_or_revoked", condition=USED_OR_REVOKED)
        ]

    def __str__(self) -> str:
        return f"offer/{self.pk}"


class EarlierHours(models.Model):
    """Control hours that a checkpoint had: in licences signed before `until`, a second of city time. Appended only.

    A passage that was recorded without a network is looked at by the hours that its scanner had.
    """

    id = models.BigAutoField(primary_key=True)
    checkpoint = models.ForeignKey("checkpoints.Checkpoint", models.PROTECT, related_name="earlier_hours")
    control_hours: models.JSONField[list[list[int]]] = models.JSONField()
    until = models.BigIntegerField()

    class Meta:
        db_table = "checkpoint_earlier_hours"


class Device(Enrolled):
    """A scanner: a phone at one checkpoint.

    `offset` is how many milliseconds its clock is behind the city's, as it last said; `lists` the versions that it holds.
    """

    KEY = "point"
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="devices")
    offer = models.OneToOneField(Offer, models.PROTECT, related_name="device")
    point = models.BinaryField(max_length=33, unique=True)
    training = models.BooleanField(default=False)
    offset = models.BigIntegerField(default=0)
    lists: models.JSONField[dict[str, object]] = models.JSONField(default=dict)

    class Meta:
        db_table = "checkpoint_devices"
        constraints: ClassVar = [
            models.CheckConstraint(name="checkpoint_devices_revoked_with_reason", condition=REVOKED_WITH_REASON)
        ]

    def __str__(self) -> str:
        return f"device/{self.number}"
