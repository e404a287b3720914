"""Seals of what runs put in force, and what was found that no run had put there."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

SHA256 = 64
"""Hexadecimal digits."""


class RunSeal(models.Model):
    """What a run put in force, sealed with the audit key in the transaction that published it (sealing.py).

    `tables` maps a table to {"rows", "sha256"} over its rows in their order. `previous` is the seal of the run published before, empty
    for the first. `mac` is the seal: HMAC-SHA256 in hexadecimal digits.
    """

    run = models.OneToOneField(
        "judgements.Run", models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )
    tables = models.JSONField()
    previous = models.CharField(max_length=SHA256, blank=True)
    mac = models.CharField(max_length=SHA256)

    class Meta:
        db_table = "run_seals"

    def __str__(self) -> str:
        return f"seal of run {self.run_id}"


class Discrepancy(models.Model):
    """Something that stands in the database and that no run has put there; or, where `ends` names one, the run that put it right.

    `table` is where, `run` the run under whose number it stands, `person` whose it is (None: of nobody by name), `row` the number of
    the row where it is of no run and no person. `stands` is the SHA-256 of what was found. `mac` is made with the audit key: a row that
    somebody else wrote counts for nothing.
    """

    class Kind(models.TextChoices):
        """What is wrong."""

        INSERTED = "inserted", "多出"
        CHANGED = "changed", "被改"
        MISSING = "missing", "缺失"
        ROWS = "rows", "与封记不符"
        UNSEALED = "unsealed", "没有封记"
        LEFT_OUT = "left-out", "序列中断"
        EDITED = "edited", "研判记录被改"
        COUNTS = "counts", "计数不符"
        FILES = "files", "保存文件不符"
        ENDED = "ended", "已纠正"

    number = models.BigAutoField(primary_key=True)
    ends = models.OneToOneField("self", models.PROTECT, null=True, related_name="ended")
    table = models.CharField(max_length=20)
    run = models.IntegerField(null=True)
    person = models.IntegerField(null=True)
    kind = models.CharField(max_length=8, choices=Kind)
    stands = models.CharField(max_length=SHA256, blank=True)
    row = models.BigIntegerField(null=True)
    found_at = models.DateTimeField(db_default=Now())
    mac = models.CharField(max_length=SHA256)

    class Meta:
        db_table = "discrepancies"
        constraints = [
            models.CheckConstraint(
                name="discrepancies_an_end_is_of_one",
                condition=Q(ends=None) & ~Q(kind="ended") | Q(ends__isnull=False, kind="ended", ends__lt=F("number")),
            )
        ]

    def __str__(self) -> str:
        return f"discrepancy {self.number}"


class Standstill(models.Model):
    """Rows of the records that are not those that were judged: judgements go by the judged ones until two officials record them anew.

    `table` is one of facts, homes, stays, areas; whose they are is `person`, or `area`. `judged` are the rows that were judged and stand
    there no more, `found` those that stand there and were never judged, each with the columns of core.facts.COLUMNS. Where `ends` names
    one, this is its end: by `restatement`, or (None) because the records say again what was judged; `run` was in force then. `mac` is made
    with the audit key: a row that somebody else wrote counts for nothing.
    """

    number = models.BigAutoField(primary_key=True)
    ends = models.OneToOneField("self", models.PROTECT, null=True, related_name="ended")
    discrepancy = models.ForeignKey(Discrepancy, models.PROTECT, null=True, related_name="standstills")
    table = models.CharField(max_length=10)
    person = models.IntegerField(null=True)
    area = models.IntegerField(null=True)
    judged = models.JSONField(default=list)
    found = models.JSONField(default=list)
    run = models.IntegerField(null=True)
    restatement = models.BigIntegerField(null=True)
    found_at = models.DateTimeField(db_default=Now())
    mac = models.CharField(max_length=SHA256)

    class Meta:
        db_table = "standstills"
        constraints = [
            models.CheckConstraint(
                name="standstills_an_end_is_of_one",
                condition=Q(ends=None, discrepancy__isnull=False)
                | Q(ends__isnull=False, discrepancy=None, ends__lt=F("number")),
            )
        ]

    def __str__(self) -> str:
        return f"standstill {self.number}"


class Restatement(models.Model):
    """What one official proposes to record in the place of rows that were edited, and what another decided about it.

    `as_judged`: the rows that were judged, else those that were found, or nothing where they are gone. `proposal_mac` and `decision_mac`
    are made with the audit key: what is confirmed is what was proposed, and by whom. The database's own functions alone settle one.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "待确认"
        CONFIRMED = "confirmed", "已确认"
        REFUSED = "refused", "已拒绝"

    standstill = models.ForeignKey(Standstill, models.PROTECT, related_name="restatements", db_index=False)
    as_judged = models.BooleanField()
    reason = models.CharField(max_length=400)
    basis = models.CharField(max_length=200)
    proposed_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    proposal_mac = models.CharField(max_length=SHA256)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=400, default="")
    decision_mac = models.CharField(max_length=SHA256, default="")

    class Meta:
        db_table = "restatements"
        constraints = [
            models.UniqueConstraint(name="restatements_one_waits", fields=["standstill"], condition=Q(state="waiting")),
            models.CheckConstraint(
                name="restatements_decided_by_another",
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | (
                    Q(state__in=["confirmed", "refused"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("proposed_by"))
                ),
            ),
            models.CheckConstraint(name="restatements_have_a_reason", condition=~Q(reason="") & ~Q(basis="")),
            models.CheckConstraint(
                name="restatements_refused_why", condition=~Q(state="refused") | ~Q(decision_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"restatement {self.pk}"
