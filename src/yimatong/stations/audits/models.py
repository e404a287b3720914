"""Seals of the audit chain, of what was recorded and of looks. Every table here only grows."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

SHA256 = 64
"""Hexadecimal digits."""


class RecordMark(models.Model):
    """Rows that one statement recorded, struck or ended, noted by the database itself (migration 0001).

    `low` and `high` are the lowest and highest number of `rows` rows of `table`, `ids` all of them where they are not too many to be
    listed. `by`, `delivery` and `at` are what those rows say of who recorded (struck, ended) them, with which delivery, when. `before`:
    they were there when marks began, and are taken on trust. `xact` is the transaction, by which the entry of the audit is found.
    """

    class What(models.TextChoices):
        """What was done with the rows."""

        RECORDED = "recorded", "记录"
        STRUCK = "struck", "撤销"
        ENDED = "ended", "终止"

    number = models.BigAutoField(primary_key=True)
    xact = models.BigIntegerField()
    table = models.CharField(max_length=8)
    what = models.CharField(max_length=8, choices=What)
    by = models.BigIntegerField(null=True)
    delivery = models.BigIntegerField(null=True)
    at = models.DateTimeField(null=True)
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    rows = models.BigIntegerField()
    ids = ArrayField(models.BigIntegerField(), null=True)
    before = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "record_marks"

    def __str__(self) -> str:
        return f"{self.what} {self.table}/{self.low}"


class RecordSeal(models.Model):
    """The rows of a mark as they stood within the minute: how many, and their SHA-256 (marks.py). `seal` is the chain's that covers it.

    `entry` is the entry of the audit that was written in the same transaction; NULL where there was none.
    """

    mark = models.BigIntegerField(primary_key=True)
    seal = models.BigIntegerField(db_index=True)
    rows = models.BigIntegerField()
    sha256 = models.CharField(max_length=SHA256)
    entry = models.BigIntegerField(null=True)
    mac = models.CharField(max_length=SHA256)

    class Meta:
        db_table = "record_seals"

    def __str__(self) -> str:
        return f"seal of mark {self.mark}"


class PolicySeal(models.Model):
    """A kept policy pack as it stood within the minute: the SHA-256 of its row (policies.py)."""

    pack = models.CharField(max_length=SHA256, primary_key=True)
    seal = models.BigIntegerField(db_index=True)
    sha256 = models.CharField(max_length=SHA256)
    mac = models.CharField(max_length=SHA256)

    class Meta:
        db_table = "policy_seals"

    def __str__(self) -> str:
        return f"seal of policy {self.pack[:8]}"


class LookSeal(models.Model):
    """Some thousands of looks at most, as they stood within the minute: their ids in order, `low` the first and `high` the last (looks.py).

    `sha256` is over all of them; `shorts` are the first four bytes of the SHA-256 of each, one after the other.
    """

    number = models.BigIntegerField(primary_key=True)
    seal = models.BigIntegerField(db_index=True)
    low = models.BigIntegerField()
    high = models.BigIntegerField(db_index=True)
    ids = ArrayField(models.BigIntegerField())
    sha256 = models.CharField(max_length=SHA256)
    shorts = models.BinaryField()
    mac = models.CharField(max_length=SHA256)

    class Meta:
        db_table = "look_seals"

    def __str__(self) -> str:
        return f"seal of looks {self.number}"


class ChainSeal(models.Model):
    """The audit chain up to a link, sealed with the audit key; the same as a line of the heads (heads.py).

    `upto` and `digest` are the link's (0 and 64 zeros: there is none yet). `covers` is the SHA-256 of the seals of records, policies and
    looks that were made with it. `previous` is the seal before, empty for the first; `mac` is the seal: HMAC-SHA256 in hexadecimal digits.
    """

    number = models.BigIntegerField(primary_key=True)
    upto = models.BigIntegerField()
    digest = models.CharField(max_length=SHA256)
    covers = models.CharField(max_length=SHA256)
    at = models.DateTimeField()
    previous = models.CharField(max_length=SHA256, blank=True)
    mac = models.CharField(max_length=SHA256)

    class Meta:
        db_table = "chain_seals"

    def __str__(self) -> str:
        return f"chain seal {self.number}"


class Verification(models.Model):
    """One look at everything: by check how much it looked at, in how many seconds, and what it found by number (verifying.py)."""

    number = models.BigAutoField(primary_key=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(db_default=Now())
    checks = models.JSONField()
    found = models.IntegerField()
    mac = models.CharField(max_length=SHA256)

    class Meta:
        db_table = "verifications"

    def __str__(self) -> str:
        return f"verification {self.number}"
