"""What the worker keeps for scanners and for the law: register extracts, stays that passages became, and what was deleted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class RegisterExtract(models.Model):
    """The newest extract of a district. `run` is the judgement that it follows, `etag` 22 signs of its SHA-256; times are seconds."""

    district = models.IntegerField(primary_key=True)
    epoch = models.IntegerField()
    run = models.IntegerField()
    issued = models.BigIntegerField()
    expires = models.BigIntegerField()
    count = models.IntegerField()
    size = models.IntegerField()
    etag = models.CharField(max_length=22)
    data = models.BinaryField()

    class Meta:
        db_table = "register_extracts"


class StayFeed(models.Model):
    """The passages of one `day` that were received from `low` until before `high` (real time), as a delivery of stays.

    It is recorded before the lake is touched and closed after, so that a night that was cut short is gone on with. Its stays
    leave the lake with the passages, when the policy's days are over.
    """

    class State(models.TextChoices):
        """Where it stands."""

        BEGUN = "begun", "进行中"
        TAKEN = "taken", "已入湖"
        WITHDRAWN = "withdrawn", "已删除"

    id = models.BigAutoField(primary_key=True)
    low = models.DateTimeField()
    high = models.DateTimeField()
    day = models.IntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.BEGUN)
    passages = models.IntegerField(default=0)
    stays = models.IntegerField(default=0)
    delivery = models.ForeignKey("records.Delivery", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        db_table = "checkpoint_stay_feeds"
        constraints: ClassVar = [
            models.UniqueConstraint(name="checkpoint_stay_feeds_once", fields=["low", "day"]),
            models.CheckConstraint(name="checkpoint_stay_feeds_in_order", condition=Q(high__gt=F("low"))),
            models.CheckConstraint(
                name="checkpoint_stay_feeds_closed_list", condition=Q(state__in=["begun", "taken", "withdrawn"])
            ),
        ]

    def __str__(self) -> str:
        return f"stay_feed/{self.pk}"


class Forgetting(models.Model):
    """A deletion: everything of days before `before` went, so much of each. Appended, never changed."""

    id = models.BigAutoField(primary_key=True)
    before = models.IntegerField()
    days = models.IntegerField()
    passages = models.BigIntegerField()
    entries = models.BigIntegerField()
    flags = models.BigIntegerField()
    stays = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "checkpoint_forgettings"

    def __str__(self) -> str:
        return f"forgetting/{self.pk}"
