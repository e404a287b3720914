"""Policy packs as they were, and which of them is in force."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

SHA256 = 64
"""Hexadecimal digits."""


class PolicyPack(models.Model):
    """A policy as it came into force, or as a trial judged by it, so that verdicts can be explained and replayed for good.

    `files` maps the path of every file below the policies folder (parents included) to its text; `digest` is over them. `specimens` are
    the same for the specimen people and travellers that its check looked at: they move no verdict, and go out with the pack.
    """

    digest = models.CharField(max_length=SHA256, primary_key=True)
    pack = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    files = models.JSONField()
    specimens = models.JSONField(default=dict)
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "policy_packs"

    def __str__(self) -> str:
        return f"{self.pack} {self.version}"


class Enforcement(models.Model):
    """From `at` on a pack is in force, until the next enforcement. The last one says by what everybody is judged.

    `difference` is what it changed (core/policy/comparing.py). `mac` is HMAC-SHA256 under the audit key over the row and the `mac` of the
    one before (records/policies.py): whoever writes or edits one by hand, or takes one out, is found. Numbers have no holes.
    """

    class How(models.TextChoices):
        """By what way a pack came into force."""

        COMMAND = "command", "命令"
        START = "start", "首次启动"
        UPGRADE = "upgrade", "升级沿用"

    number = models.IntegerField(primary_key=True)
    pack = models.ForeignKey(PolicyPack, models.PROTECT, related_name="enforcements")
    at = models.DateTimeField()
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+")
    how = models.CharField(max_length=7, choices=How)
    difference = models.JSONField()
    mac = models.CharField(max_length=SHA256)

    class Meta:
        db_table = "enforcements"

    def __str__(self) -> str:
        return f"enforcement {self.number}"
