"""Who must be told in person: nothing else reaches them, or they are telephoned before anything is written."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Outreach(models.Model):
    """Somebody is to be told in person, by `due_at`; one open task a person and office, whatever they are to be told.

    `street` is the nine-digit street of the home, NULL where none is known. `why`: they have neither inbox nor phone (`nobody`), a
    text did not arrive or the number is not theirs (`undelivered`), or they are telephoned first (`call`). Whoever is no longer there
    is told by a task that `follows` the closed one: where they live now, or by the city's office. Instants are of the city's life.
    """

    class To(models.TextChoices):
        """Whose task it is."""

        TOWNSHIP = "township", "乡镇（街道）"
        HEALTH = "health", "卫健部门"

    class Why(models.TextChoices):
        """Why nothing else does."""

        NOBODY = "nobody", "无手机、无账号"
        UNDELIVERED = "undelivered", "短信未送达"
        CALL = "call", "须先电话告知"

    class Outcome(models.TextChoices):
        """How it ended."""

        TOLD = "told", "已当面告知"
        PHONED = "phoned", "已电话告知"
        RELATIVE = "relative", "已告知共同居住人"
        GONE = "gone", "不在本辖区"

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="+", db_index=False)
    to = models.CharField(max_length=8, choices=To)
    why = models.CharField(max_length=11, choices=Why)
    street = models.IntegerField(null=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)
    # No foreign key in the database: a closed task is deleted in its time, whatever goes on from it.
    follows = models.OneToOneField(
        "self", models.DO_NOTHING, null=True, db_constraint=False, related_name="followed_by"
    )
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "outreach"
        constraints = [
            models.UniqueConstraint(name="outreach_one_open", fields=["person", "to"], condition=Q(closed_at=None)),
            models.CheckConstraint(
                name="outreach_closed_whole",
                condition=Q(closed_at=None, closed_by=None, outcome="")
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome=""),
            ),
        ]
        indexes = [
            models.Index(name="outreach_open", fields=["due_at"], condition=Q(closed_at=None)),
            models.Index(name="outreach_newest", fields=["-closed_at"], condition=Q(closed_at__isnull=False)),
            models.Index(name="outreach_by_street", fields=["street", "due_at"], condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"outreach/{self.pk}"


class OutreachAttempt(models.Model):
    """Somebody was at the door, or telephoned, and reached nobody. `at` is city time."""

    id = models.BigAutoField(primary_key=True)
    outreach = models.ForeignKey(Outreach, models.PROTECT, related_name="attempts")
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "outreach_attempts"
