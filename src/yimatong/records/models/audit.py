"""What was done, and who looked at whom. Both tables only grow."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now


class AuditEntry(models.Model):
    """One link of the chain. The database numbers it without gaps and sets `previous` and `digest` itself, and says whose it is.

    digest = SHA-256 (hex) of the UTF-8 lines previous, number, at (microseconds since 1970 UTC), by (number of the
    official), action, subject, details, through, proof, joined with a line feed; links of before there was `through` end
    with details. `details` is canonical JSON and carries no personal data. The first link's `previous` is 64 zeros.
    records/queries.py checks the chain, and so can a stranger.

    `through` is what acted: `browser 17`, `command 18` or `desk 19` with the number of the session, else the database role
    of the process. `by` is the session's official, or the machine. `proof` is the request that a desk signed. `xact` is the transaction,
    by which rows that were recorded in it find their entry (stations/audits); it tells nothing after a restore, and no digest covers it.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+")
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=120)
    details = models.TextField(default="{}")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    through = models.CharField(max_length=80, default="", db_default="")
    proof = models.TextField(default="", db_default="")
    xact = models.BigIntegerField(null=True, editable=False)

    class Meta:
        db_table = "audit_entries"
        indexes = [
            models.Index(name="audit_entries_by_subject", fields=["subject"]),
            models.Index(name="audit_entries_by_transaction", fields=["xact"]),
            BrinIndex(name="audit_entries_by_time", fields=["at"], autosummarize=True),
        ]


class Look(models.Model):
    """Somebody looked at somebody: who, whom, why (a case number or a reason in words), which page.

    The database says when and through what: the official's session or desk, as with an entry of the audit.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="looks")
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="looks")
    why = models.CharField(max_length=400)
    where = models.CharField(max_length=64)
    through = models.CharField(max_length=80, default="", db_default="")

    class Meta:
        db_table = "looks"
        indexes = [BrinIndex(name="looks_by_time", fields=["at"], autosummarize=True)]
