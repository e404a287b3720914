"""Identities that are over, and corrections of those in force."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from yimatong.records.models.people import Person


class Identified(models.Model):
    """Name, sex and document of somebody; the sealed number is bound to the person's (records/identity.py)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    sex = models.CharField(max_length=7, choices=Person.Sex)
    id_type = models.CharField(max_length=17, choices=Person.IdType)
    id_key = models.UUIDField(null=True)
    id_sealed = models.BinaryField(null=True)
    id_tail = models.CharField(max_length=4, default="")

    class Meta:
        abstract = True


class IdentityCorrection(Identified):
    """What one official proposes to put in the place of an identity, and what another decided about it.

    `stood` is the digest of the identity that it would succeed, and `carried` whether that was its own. `proposal_mac` is the keyed
    digest of what was proposed. `basis` names the document that was seen. The database's own functions alone settle one (migration 0019).
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "待确认"
        CONFIRMED = "confirmed", "已确认"
        REFUSED = "refused", "已拒绝"

    stood = models.BinaryField()
    carried = models.BooleanField()
    reason = models.CharField(max_length=400)
    basis = models.CharField(max_length=400)
    proposed_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    proposal_mac = models.BinaryField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=400, default="")

    class Meta:
        db_table = "identity_corrections"
        constraints = [
            models.UniqueConstraint(
                name="identity_corrections_one_waits", fields=["person"], condition=Q(state="waiting")
            ),
            models.CheckConstraint(
                name="identity_corrections_decided_by_another",
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | (
                    Q(state__in=["confirmed", "refused"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("proposed_by"))
                ),
            ),
            models.CheckConstraint(name="identity_corrections_have_a_reason", condition=~Q(reason="") & ~Q(basis="")),
            models.CheckConstraint(
                name="identity_corrections_refused_why", condition=~Q(state="refused") | ~Q(decision_reason="")
            ),
            models.CheckConstraint(
                name="identity_corrections_a_document_has_a_number",
                condition=Q(id_type="none", id_key=None) | (~Q(id_type="none") & Q(id_key__isnull=False)),
            ),
        ]
        indexes = [models.Index(name="identity_corrections_of", fields=["person"])]

    def __str__(self) -> str:
        return f"identity correction {self.pk}"


class FormerIdentity(Identified):
    """An identity that is over: it stood from `identified_at` until `until`, which is when the next began.

    `xact` is the transaction in which it was ended, the only one in which the database lets the next be written.
    """

    identified_at = models.DateTimeField()
    identity_mac = models.BinaryField()
    until = models.DateTimeField()
    ended_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+")
    why = models.CharField(max_length=400)
    correction = models.OneToOneField(IdentityCorrection, models.PROTECT, related_name="former")
    recorded_at = models.DateTimeField(db_default=Now())
    xact = models.BigIntegerField(editable=False)

    class Meta:
        db_table = "former_identities"
        constraints = [
            models.CheckConstraint(
                name="former_identities_end_after_start", condition=Q(until__gte=F("identified_at"))
            ),
        ]
        indexes = [models.Index(name="former_identities_of", fields=["person", "until"])]

    def __str__(self) -> str:
        return f"former identity {self.pk}"
