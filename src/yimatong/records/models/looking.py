"""What officials' looks come to: searches, sums a day, and alarms about officials. No row names a person of the records."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now


class Search(models.Model):
    """An official searched for somebody: by what, and how many were shown. What was typed is kept nowhere.

    `sort` is `refused` where the official's budget was used up; such a row stands once for each window that is.
    """

    class Sort(models.TextChoices):
        """By what."""

        DOCUMENT = "document", "证件"
        NAME = "name", "姓名"
        PASS = "pass", "证号"
        REFUSED = "refused", "超出额度"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+")
    through = models.CharField(max_length=80, default="", db_default="")
    sort = models.CharField(max_length=8, choices=Sort)
    found = models.IntegerField(default=0)

    class Meta:
        db_table = "searches"
        indexes = [BrinIndex(name="searches_by_time", fields=["at"], autosummarize=True)]
        constraints = [
            models.CheckConstraint(
                name="searches_known_sort", condition=models.Q(sort__in=["document", "name", "pass", "refused"])
            )
        ]


class LookDay(models.Model):
    """One official's looks of one day of the city, in sum: kept by a job, for the auditor's page.

    `openings` are looks that were recorded together (one person, or a page of a list) and `followed` those after which the official
    did something within half an hour and before the next; `reasons` are the most used, `[["appeal: 2020-117", 12], ...]`.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    official = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    looks = models.IntegerField()
    people = models.IntegerField()
    openings = models.IntegerField()
    followed = models.IntegerField()
    searches = models.IntegerField()
    missed = models.IntegerField()
    refused = models.IntegerField()
    reasons = models.JSONField()

    class Meta:
        db_table = "look_days"
        constraints = [models.UniqueConstraint(name="look_days_once", fields=["day", "official"])]


class Alarm(models.Model):
    """Something about an official that somebody has to look at, once an hour: passwords guessed, people walked through.

    Without an official it is about all of them together.
    """

    class Sort(models.TextChoices):
        """What it is about."""

        PASSWORDS = "passwords", "密码被猜测"
        WALK = "walk", "逐号查询"
        MISSES = "misses", "多次查无此人"
        IDLE = "idle", "查阅后无业务"
        BUDGET = "budget", "超出查阅额度"
        BATCH = "batch", "集中登记致红事实"

    id = models.BigAutoField(primary_key=True)
    official = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+")
    sort = models.CharField(max_length=9, choices=Sort)
    hour = models.DateTimeField()
    count = models.IntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "alarms"
        constraints = [
            models.UniqueConstraint(
                name="alarms_once_an_hour", fields=["official", "sort", "hour"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="alarms_known_sort",
                condition=models.Q(sort__in=["passwords", "walk", "misses", "idle", "budget", "batch"]),
            ),
        ]
        indexes = [models.Index(name="alarms_by_age", fields=["last_at"])]
