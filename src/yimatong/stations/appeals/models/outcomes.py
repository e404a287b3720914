"""What became of a dispute: the fact was corrected, or it stands and why."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yimatong.stations.appeals.models.disputes import Dispute


class DisputeOutcome(models.Model):
    """A dispute is settled once, by another official than the one who wrote it down, and the person reads the words.

    `corrected`: the fact, or the records that it was derived from (`struck`, such as `fact/12` or `stay/7`), count no more;
    the next judgement does not see them. `stands`: nothing was changed. No outcome holds a colour. `at` is city time.
    """

    class Finding(models.TextChoices):
        """How it ended."""

        CORRECTED = "corrected", "已更正"
        STANDS = "stands", "维持"

    dispute = models.OneToOneField(Dispute, models.PROTECT, related_name="outcome")
    finding = models.CharField(max_length=9, choices=Finding)
    struck = models.JSONField(default=list)
    words_sealed = models.BinaryField()
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "dispute_outcomes"
        constraints = [
            models.CheckConstraint(
                name="dispute_outcomes_strike_what_is_corrected",
                condition=Q(finding="corrected") | Q(finding="stands", struck=[]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id}/{self.finding}"
