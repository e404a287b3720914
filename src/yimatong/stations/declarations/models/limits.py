"""One-time codes and the counters of attempts. Instants here are real ones: a phone's owner waits in real minutes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class OneTimeCode(models.Model):
    """Six digits sent to a phone, kept as a keyed hash. Used once, by its time, within its tries."""

    class Use(models.TextChoices):
        """What it opens."""

        SIGN_IN = "sign_in", "登录"
        RECEIPT = "receipt", "回执查询"
        IDENTITY = "identity", "本人确认"

    id = models.BigAutoField(primary_key=True)
    use = models.CharField(max_length=8, choices=Use)
    target = models.UUIDField()
    digest = models.UUIDField()
    phone_key = models.UUIDField()
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    tries_left = models.SmallIntegerField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "one_time_codes"
        constraints = [models.CheckConstraint(name="one_time_codes_tries", condition=Q(tries_left__gte=0))]
        indexes = [models.Index(name="one_time_codes_by_target", fields=["use", "target", "-id"])]


class Attempt(models.Model):
    """How often something was tried in one window: by a source (account, device, network) or at a target (document, phone).

    `key` is a keyed hash of source or target, `began` the first instant of the window. Old rows are swept every hour.
    """

    what = models.CharField(max_length=16)
    whose = models.CharField(max_length=8)
    key = models.UUIDField()
    began = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        db_table = "attempts"
        constraints = [models.UniqueConstraint(name="attempts_one_a_window", fields=["what", "whose", "key", "began"])]
        indexes = [models.Index(name="attempts_by_age", fields=["began"])]
