"""Paper passes as far as gates see them: whose, in which list, until when, recalled or not. Why so: decision 73."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

BELOW = 100_000
"""Paper epochs are below this number, windows of the day above it (100,000 is an hour of 1981)."""


class PaperEpoch(models.Model):
    """A paper epoch: the passes of one month of issue share a recall list. `epoch` counts months from January 1970.

    `bits` of its slots are decided once; `until` is the last second that a pass in it can have, and only grows. Places are
    drawn from the sequence `paper_places`, counted from `base`: each is used once. `sequence` is the last one of its recall list,
    once that is over.
    """

    epoch = models.IntegerField(primary_key=True)
    bits = models.SmallIntegerField()
    base = models.BigIntegerField()
    until = models.BigIntegerField()
    sequence = models.IntegerField(default=0, db_default=0)

    class Meta:
        db_table = "paper_epochs"
        constraints = [
            models.CheckConstraint(name="paper_epochs_below_windows", condition=Q(epoch__range=(1, BELOW - 1))),
            models.CheckConstraint(name="paper_epochs_hold", condition=Q(bits__range=(8, 30), base__gte=0)),
        ]


class PaperCredential(models.Model):
    """What makes a paper pass good: of one person, green, from `issued_at` until `until` or its recall. Never changed otherwise.

    The database refuses one for somebody whose verdict in force is red or yellow (migration 0004). Somebody has one live
    credential; a `doubled` one, of a second desk that knew nothing of the first, lives beside it until its holder was told.
    `run` is the run in force when it was granted: a verdict of unknown recalls only when it is a later one's. `listed` is set
    when a recall has gone into the recall list of its epoch.
    """

    class Cause(models.TextChoices):
        """Why it was recalled."""

        COLOUR = "colour", "研判结果不再为绿"
        UNKNOWN = "unknown", "研判结果失效"
        LOST = "lost", "遗失"
        DAMAGED = "damaged", "损坏"
        DOUBLED = "doubled", "重复发证"
        FRAUD = "fraud", "骗取"
        HANDED_IN = "handed", "本人交回"
        OVER = "over", "已到期，换新证"

    serial = models.BigAutoField(primary_key=True)
    epoch = models.ForeignKey(PaperEpoch, models.PROTECT, related_name="+", db_index=False)
    place = models.IntegerField()
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="paper_credentials", db_index=False)
    run = models.IntegerField(default=0)
    issued_at = models.DateTimeField()
    until = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    doubled = models.BooleanField(default=False)
    recalled_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=8, choices=Cause, default="")
    listed = models.BooleanField(default=False)

    class Meta:
        db_table = "paper_credentials"
        constraints = [
            models.UniqueConstraint(name="paper_credentials_a_place_once", fields=["epoch", "place"]),
            models.UniqueConstraint(
                name="paper_credentials_one_live_a_person",
                fields=["person"],
                condition=Q(recalled_at=None, doubled=False),
            ),
            models.CheckConstraint(
                name="paper_credentials_recall_is_whole",
                condition=Q(recalled_at=None, cause="", listed=False) | (Q(recalled_at__isnull=False) & ~Q(cause="")),
            ),
            models.CheckConstraint(name="paper_credentials_end_after_issue", condition=Q(until__gt=F("issued_at"))),
        ]
        indexes = [
            models.Index(name="paper_credentials_by_person", fields=["person"], condition=Q(recalled_at=None)),
            models.Index(
                name="paper_credentials_to_list", fields=["epoch"], condition=Q(recalled_at__isnull=False, listed=False)
            ),
        ]

    def __str__(self) -> str:
        return f"paper credential {self.serial}"
