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
