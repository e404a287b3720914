"""What every enrolled device is, and the code that let it in: scanners (checkpoints) and offline desks (issuing) add what they are for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

USED_OR_REVOKED = Q(used_at=None) | Q(revoked_at=None)
REVOKED_WITH_REASON = Q(revoked_at=None, why="", revoked_by=None) | (
    Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(why="")
)


class OneUse(models.Model):
    """A code of one use with which a device enrols. `secret` is SHA-256 of the 130 bits in the QR code."""

    secret = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Enrolled(models.Model):
    """A device with a key of its own (33 bytes, in the column KEY), let in by its `offer`. It is revoked once and for ever.

    `counter` is that of the last request it signed: a request that is not above it was heard before.
    """

    KEY: ClassVar[str]
    number = models.AutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    name = models.CharField(max_length=40)
    counter = models.BigIntegerField(default=0)
    enrolled_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)
    why = models.CharField(max_length=200, default="")

    class Meta:
        abstract = True
