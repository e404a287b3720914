"""Hand-overs: who was handed to whom at which checkpoint, and what has become of it, event by event."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class HandOver(models.Model):
    """One person handed over at one checkpoint, as the scanner recorded it. Where it stands follows from its events.

    `happened` is when the guard recorded it, `received` when it reached us: instants of the city's life. The receiver's clock
    starts at `received`, because nobody could have acknowledged it before; `late_from` and `escalates_from` are the policy's
    minutes of that day. `person` is who the shown code belonged to, NULL where there was none. `sealed` is what the guard
    wrote down (name, document, phone), which only the server's key opens, for the receiver, with a reason.
    """

    class To(models.TextChoices):
        """Who takes over."""

        HEALTH = "health", "卫健部门"
        TOWNSHIP = "township", "乡镇街道"

    class Why(models.TextChoices):
        """Why somebody is handed over."""

        RED = "red", "红码"
        YELLOW = "yellow", "黄码"
        FEVER = "fever", "发热"
        RECALLED = "recalled", "码已收回"
        OTHER = "other", "其他"

    id = models.BigAutoField(primary_key=True)
    checkpoint = models.ForeignKey("checkpoints.Checkpoint", models.PROTECT, related_name="hand_overs")
    device = models.ForeignKey("checkpoints.Device", models.PROTECT, related_name="+", db_index=False)
    n = models.BigIntegerField()
    to = models.CharField(max_length=8, choices=To)
    why = models.CharField(max_length=8, choices=Why)
    temperature = models.SmallIntegerField(null=True)
    person = models.ForeignKey("records.Person", models.PROTECT, null=True, related_name="hand_overs")
    sealed = models.BinaryField(null=True)
    happened = models.DateTimeField()
    received = models.DateTimeField()
    late_from = models.DateTimeField()
    escalates_from = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "disposition_hand_overs"
        constraints = [
            models.UniqueConstraint(name="hand_overs_once_a_record", fields=["device", "n"]),
            models.CheckConstraint(
                name="hand_overs_closed_lists",
                condition=Q(to__in=["health", "township"], why__in=["red", "yellow", "fever", "recalled", "other"]),
            ),
            models.CheckConstraint(
                name="hand_overs_clock_goes_on",
                condition=Q(late_from__gte=F("received"), escalates_from__gte=F("late_from")),
            ),
            models.CheckConstraint(
                name="hand_overs_a_temperature_of_people",
                condition=Q(temperature=None) | Q(temperature__range=(300, 450)),
            ),
        ]
        indexes = [models.Index(name="hand_overs_newest", fields=["-received"])]

    def __str__(self) -> str:
        return f"hand_over/{self.pk}"


class HandOverEvent(models.Model):
    """Something that happened to a hand-over, once. `at` is an instant of the city's life; the note is sealed."""

    class Kind(models.TextChoices):
        """What happened."""

        LATE = "late", "超时未确认"
        ESCALATED = "escalated", "已上报"
        ACKNOWLEDGED = "acknowledged", "已确认"
        OPENED = "opened", "已查看"

    id = models.BigAutoField(primary_key=True)
    hand_over = models.ForeignKey(HandOver, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    note_sealed = models.BinaryField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "disposition_hand_over_events"
        constraints = [
            models.UniqueConstraint(
                name="hand_over_events_once",
                fields=["hand_over", "kind"],
                condition=Q(kind__in=["late", "escalated", "acknowledged"]),
            ),
            models.CheckConstraint(
                name="hand_over_events_closed_list",
                condition=Q(kind__in=["late", "escalated", "acknowledged", "opened"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hand_over_id}/{self.kind}"
