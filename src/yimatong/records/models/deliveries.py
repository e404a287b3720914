"""Deliveries: files that brought facts, what was taken, and what was held back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from yimatong.records.models.recorded import GROUND_LENGTH, REASON_LENGTH, SOURCE_LENGTH


class Delivery(models.Model):
    """One file of one feed. `rows` = `taken` + `unchanged` + `held`, always.

    `sha256` is of the file as it came. A taken file is never taken twice; a withdrawn one may be delivered again.
    `ended` counts those of `taken` that gave an end to a record we had. `error` is the code of a refusal.
    """

    class State(models.TextChoices):
        """Where the delivery stands."""

        RECEIVED = "received", "已收到"
        TAKEN = "taken", "已接收"
        WITHDRAWN = "withdrawn", "已撤回"
        REFUSED = "refused", "已拒收"

    feed = models.CharField(max_length=20)
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State)
    source = models.CharField(max_length=SOURCE_LENGTH)
    legal_basis = models.CharField(max_length=GROUND_LENGTH)
    rows = models.IntegerField(default=0)
    taken = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    ended = models.IntegerField(default=0)
    error = models.CharField(max_length=64, default="")
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+")
    received_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+")
    withdrawal_reason = models.CharField(max_length=REASON_LENGTH, null=True)

    class Meta:
        db_table = "deliveries"
        constraints = [
            models.UniqueConstraint(
                name="deliveries_taken_once", fields=["feed", "sha256"], condition=Q(state="taken")
            ),
            models.CheckConstraint(name="deliveries_add_up", condition=Q(rows=F("taken") + F("unchanged") + F("held"))),
            models.CheckConstraint(
                name="deliveries_known_state", condition=Q(state__in=["received", "taken", "withdrawn", "refused"])
            ),
            models.CheckConstraint(
                name="deliveries_withdrawal_is_whole",
                condition=(~Q(state="withdrawn") & Q(withdrawn_at=None, withdrawn_by=None, withdrawal_reason=None))
                | Q(
                    state="withdrawn",
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                    withdrawal_reason__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Confirmation(models.Model):
    """A delivery said again what a fact or a home says already.

    When the record's own delivery is withdrawn, this one still stands, and so does what it said; `with_end` tells
    whether it said the record's end too.
    """

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="confirmations", db_index=False)
    fact = models.ForeignKey("records.Fact", models.PROTECT, null=True, related_name="confirmations", db_index=False)
    home = models.ForeignKey("records.Home", models.PROTECT, null=True, related_name="confirmations", db_index=False)
    with_end = models.BooleanField()

    class Meta:
        db_table = "confirmations"
        constraints = [
            models.UniqueConstraint(
                name="confirmations_fact_once", fields=["fact", "delivery"], condition=Q(fact__isnull=False)
            ),
            models.UniqueConstraint(
                name="confirmations_home_once", fields=["home", "delivery"], condition=Q(home__isnull=False)
            ),
            models.CheckConstraint(
                name="confirmations_of_one_record",
                condition=Q(fact__isnull=False, home=None) | Q(fact=None, home__isnull=False),
            ),
        ]


class HeldRow(models.Model):
    """A row that became no fact: wrong, or of a person who was not recognised for certain. Nothing is dropped.

    `row` is the line of the file as people count it (the header is line 1). `sealed` is the row itself, sealed
    (records/identity.py). `problems` is a list of {"column", "code", ...}, without values.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "待处理"
        RELEASED = "released", "已放行"
        DISMISSED = "dismissed", "已作废"

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="held_rows")
    row = models.IntegerField()
    problems = models.JSONField()
    sealed = models.BinaryField()
    candidates = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    fact = models.ForeignKey("records.Fact", models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+")
    settled_why = models.CharField(max_length=REASON_LENGTH, null=True)

    class Meta:
        db_table = "held_rows"
        constraints = [models.UniqueConstraint(name="held_rows_once", fields=["delivery", "row"])]
