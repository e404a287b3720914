"""How far the telling has come."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class ToldUpTo(models.Model):
    """Up to which run, or which evening, people were told; runs form one line, so a number is enough."""

    what = models.CharField(max_length=8, primary_key=True)
    number = models.IntegerField()

    class Meta:
        db_table = "told_up_to"


class LookedThrough(models.Model):
    """A delivery whose tests were looked through."""

    delivery = models.OneToOneField("records.Delivery", models.DO_NOTHING, primary_key=True, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "notified_deliveries"
