"""Keys that sign, without their secrets: those are files. Trust lists as they were signed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

FOR_EVER = 2**32 - 1


class SigningKey(models.Model):
    """A key of the city: `kid` in hexadecimal, its public point, what it signs, from when until when (seconds, city time).

    The private key is the file `keys/<use>-<kid>.pem` of the home folder, and never here. States only go forward.
    """

    class Use(models.TextChoices):
        """What it signs."""

        ROOT = "root", "根密钥"
        PASS = "pass", "通行码"
        PAPER = "paper", "纸质证"
        RECALL = "recall", "收回名单"
        TRAINING = "training", "演练"
        POLICY = "policy", "政策文件"

    class State(models.TextChoices):
        """Active signs and verifies, retired verifies, compromised refuses."""

        ACTIVE = "active", "在用"
        RETIRED = "retired", "退役"
        COMPROMISED = "compromised", "泄露"

    kid = models.CharField(max_length=8, primary_key=True)
    use = models.CharField(max_length=8, choices=Use)
    point = models.BinaryField(max_length=33)
    state = models.CharField(max_length=11, choices=State, default=State.ACTIVE)
    since = models.BigIntegerField()
    until = models.BigIntegerField(default=FOR_EVER)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    compromised_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "signing_keys"
        constraints = [
            models.CheckConstraint(
                name="signing_keys_known_use",
                condition=Q(use__in=["root", "pass", "paper", "recall", "training", "policy"]),
            ),
            models.CheckConstraint(
                name="signing_keys_known_state", condition=Q(state__in=["active", "retired", "compromised"])
            ),
            models.CheckConstraint(name="signing_keys_until_after_since", condition=Q(until__gte=F("since"))),
        ]

    def __str__(self) -> str:
        return f"{self.use} key {self.kid}"


class TrustCut(models.Model):
    """A signed trust list, as published. Versions count without a gap; the least iat never falls. Times are seconds."""

    version = models.IntegerField(primary_key=True)
    issued = models.BigIntegerField()
    expires = models.BigIntegerField()
    min_iat = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        db_table = "trust_cuts"


class Reissue(models.Model):
    """Everybody's passes are made anew: those issued before `since` are replaced, spread over `spread` seconds.

    When the spread is over the trust list refuses what was issued before `since`, and this is `done`.
    """

    since = models.BigIntegerField()
    spread = models.IntegerField()
    why = models.CharField(max_length=400)
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField(db_default=Now())
    done = models.BooleanField(default=False)

    class Meta:
        db_table = "reissues"
        constraints = [models.UniqueConstraint(name="reissues_one_at_a_time", fields=["done"], condition=Q(done=False))]

    def __str__(self) -> str:
        return f"reissue {self.pk}"
