"""Administrative divisions with their history, by the official statistical code."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Division(models.Model):
    """A division under one name from `valid_from` to `valid_to` (both days included; NULL is open).

    `code` has 12 digits (330203001000), padded with zeros below its level. A division that was renamed, moved or
    abolished keeps its old rows: look it up by day. `source` says where the row comes from.
    """

    class Level(models.TextChoices):
        """How deep in the tree."""

        PROVINCE = "province", "省级"
        CITY = "city", "地级"
        COUNTY = "county", "县级"
        STREET = "street", "乡级"
        VILLAGE = "village", "村级"

    code = models.BigIntegerField()
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=8, choices=Level)
    parent = models.BigIntegerField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=120)

    class Meta:
        db_table = "divisions"
        constraints = [
            models.UniqueConstraint(name="divisions_one_row_a_start", fields=["code", "valid_from"]),
            models.CheckConstraint(name="divisions_twelve_digits", condition=Q(code__range=(10**11, 10**12 - 1))),
            models.CheckConstraint(
                name="divisions_ends_after_start", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="divisions_level_is_known",
                condition=Q(level__in=["province", "city", "county", "street", "village"]),
            ),
        ]
        indexes = [models.Index(name="divisions_by_parent", fields=["parent"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
