"""Sign-ins under way: what we issued for them, and what came back, each counted once."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class HandOver(models.Model):
    """One channel hands one user over: the nonce that we issued, the assertion that carried it back, the account it named.

    Nonce and assertion (`jti`) are kept as keyed hashes; each is good once, and the database is what says so. Instants are
    real ones. Old rows are swept an hour after their end.
    """

    channel = models.ForeignKey("declarations.Channel", models.PROTECT, related_name="+")
    nonce_key = models.UUIDField(unique=True)
    jti_key = models.UUIDField(null=True)
    account = models.ForeignKey("declarations.Account", models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField(db_index=True)
    taken_at = models.DateTimeField(null=True)
    collected_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hand_overs"
        constraints = [models.UniqueConstraint(name="hand_overs_one_a_jti", fields=["channel", "jti_key"])]
