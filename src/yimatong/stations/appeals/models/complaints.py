"""Complaints: what somebody says of a checkpoint, a landlord or an employer, and what has become of it, event by event."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Complaint(models.Model):
    """What was complained of, once, and never changed. It names no person: the receipt alone leads back to it.

    `kind` is of the policy's closed list. `source` is `page`, or `scanner/<device>/<n>` for what a guard's device sent.
    `slip` is the number of the slip in hand, `passage` the record that it is about, where they are known. `happened` and
    `received` are instants of the city's life. The words are sealed.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=32)
    checkpoint = models.ForeignKey("checkpoints.Checkpoint", models.PROTECT, null=True, related_name="complaints")
    slip = models.CharField(max_length=32, default="")
    passage = models.BigIntegerField(null=True)
    source = models.CharField(max_length=64)
    words_sealed = models.BinaryField(null=True)
    receipt_key = models.UUIDField(unique=True)
    receipt_sealed = models.BinaryField()
    happened = models.DateTimeField()
    received = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "complaints"
        constraints = [
            models.UniqueConstraint(
                name="complaints_once_a_record", fields=["source"], condition=Q(source__startswith="scanner/")
            ),
            models.CheckConstraint(name="complaints_of_a_kind", condition=~Q(kind="")),
            models.CheckConstraint(
                name="complaints_known_source", condition=Q(source="page") | Q(source__startswith="scanner/")
            ),
        ]
        indexes = [models.Index(name="complaints_newest", fields=["-received"])]

    def __str__(self) -> str:
        return f"complaint/{self.pk}"


class ComplaintContact(models.Model):
    """How somebody who complained wants to be told, because they said so: in the inbox of an `account`, by text to a phone.

    No page of the office shows it. It is deleted with the answer: then it was of use.
    """

    complaint = models.OneToOneField(Complaint, models.PROTECT, primary_key=True, related_name="contact")
    account = models.ForeignKey("declarations.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    phone_sealed = models.BinaryField(null=True)

    class Meta:
        db_table = "complaint_contacts"
        constraints = [
            models.CheckConstraint(
                name="complaint_contacts_reach_somebody",
                condition=Q(account__isnull=False) | Q(phone_sealed__isnull=False),
            )
        ]


class ComplaintEvent(models.Model):
    """Somebody took a complaint up, or answered it; each once. The answer is what its receipt shows. `at` is city time."""

    class Kind(models.TextChoices):
        """What happened."""

        TAKEN_UP = "taken_up", "已受理"
        ANSWERED = "answered", "已答复"

    id = models.BigAutoField(primary_key=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind)
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    words_sealed = models.BinaryField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "complaint_events"
        constraints = [
            models.UniqueConstraint(name="complaint_events_once", fields=["complaint", "kind"]),
            models.CheckConstraint(
                name="complaint_events_an_answer_has_words",
                condition=Q(kind="taken_up", words_sealed=None) | Q(kind="answered", words_sealed__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}/{self.kind}"
