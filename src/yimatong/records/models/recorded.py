"""What every record of the world carries: who said so, on what ground, when we learned it, and when it was struck."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

SOURCE_LENGTH = 64
GROUND_LENGTH = 200
REASON_LENGTH = 400


class Recorded(models.Model):
    """A row that is never changed: it can be struck, once, with a reason, and stays readable.

    `source` names who stated it (a feed, a desk, an office); `legal_basis` the ground on which it is kept;
    `recorded_at` is when we learned it, which is not when it was so. `recorded_by` is set where an official recorded
    it alone, `delivery` where it came with a delivery. The database refuses every other change (migration 0002).
    That person, place, delivery and official exist is checked there too, once a statement, not once a row: foreign keys
    took two thirds of the time for a million tests (migrations 0002 and 0014).
    """

    source = models.CharField(max_length=SOURCE_LENGTH)
    delivery = models.ForeignKey(
        "records.Delivery", models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    legal_basis = models.CharField(max_length=GROUND_LENGTH)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(
        "records.Official", models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(
        "records.Official", models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    strike_reason = models.CharField(max_length=REASON_LENGTH, null=True)

    class Meta:
        abstract = True

    @property
    def struck(self) -> bool:
        """True once the record no longer counts."""
        return self.struck_at is not None


class Ending(models.Model):
    """A record in time, closed on both sides; an open end is NULL and may be given later, once.

    `end_recorded_at` is when we learned the end, NULL where it was known from the first; so what was known at an
    earlier instant can be told again exactly. `end_delivery` is the delivery that brought the end.
    """

    start = models.DateTimeField()
    end = models.DateTimeField(null=True)
    end_recorded_at = models.DateTimeField(null=True)
    end_recorded_by = models.ForeignKey(
        "records.Official", models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    end_delivery = models.ForeignKey(
        "records.Delivery", models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )

    class Meta:
        abstract = True


def strike_is_whole(table: str) -> models.CheckConstraint:
    """A strike has an instant, an official and a reason, or is not there at all."""
    return models.CheckConstraint(
        name=f"{table}_strike_is_whole",
        condition=Q(struck_at=None, struck_by=None, strike_reason=None)
        | Q(struck_at__isnull=False, struck_by__isnull=False, strike_reason__isnull=False),
    )


def ends_after_start(table: str) -> models.CheckConstraint:
    """Nothing ends before it starts."""
    return models.CheckConstraint(
        name=f"{table}_ends_after_start", condition=Q(end=None) | Q(end__gte=models.F("start"))
    )
