"""Risk areas in time."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yimatong.core.facts import Level
from yimatong.records.models.recorded import Ending, Recorded, ends_after_start, strike_is_whole


class Area(Ending, Recorded):
    """A risk area: every street from `low` to `high` (9 digits), or the one `place` inside them.

    `level` is ours, `listed_level` the word of the list it came from. `text` is the entry as it was published,
    `division_text` its province, city and county as published. `key` tells one entry of a list from every other.
    `resolved_by` says how a list's words became codes (feeds/risk_areas/resolving.py); empty for areas recorded singly.
    "The rest of" a division is the whole of it at that level: what it leaves out is listed at a stricter one, and the
    strictest colour wins; docs/reference/risk-areas.md says what happens where that is not so.
    """

    class Scope(models.TextChoices):
        """How much of the division the entry means."""

        WHOLE = "whole", "全域"
        PLACE = "place", "所列地点"
        REST = "rest", "其余区域"

    number = models.AutoField(primary_key=True)
    level = models.CharField(max_length=12)
    listed_level = models.CharField(max_length=12)
    scope = models.CharField(max_length=5, choices=Scope)
    low = models.IntegerField()
    high = models.IntegerField()
    place = models.ForeignKey("records.Place", models.PROTECT, null=True, related_name="+")
    division_text = models.CharField(max_length=120)
    text = models.TextField()
    key = models.CharField(max_length=64)
    resolved_by = models.CharField(max_length=8, default="")

    class Meta:
        db_table = "areas"
        constraints = [
            models.CheckConstraint(name="areas_known_level", condition=Q(level__in=[level.value for level in Level])),
            models.CheckConstraint(
                name="areas_range_of_nine_digits",
                condition=Q(low__gte=10**8, high__lt=10**9) & Q(high__gte=F("low")),
            ),
            models.CheckConstraint(
                name="areas_a_place_is_named",
                condition=Q(scope="rest") | Q(scope="place", place__isnull=False) | Q(scope="whole", place=None),
            ),
            strike_is_whole("areas"),
            ends_after_start("areas"),
            models.UniqueConstraint(name="areas_said_once", fields=["key", "start"], condition=Q(struck_at=None)),
        ]
        indexes = [models.Index(name="areas_open", fields=["source"], condition=Q(struck_at=None, end=None))]

    def __str__(self) -> str:
        return f"area {self.number}"
