"""A company's roster: whom it has asked, and who has agreed to be on it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yimatong.stations.issuing.models.points import Point


class RosterLine(models.Model):
    """A worker on the roster of a company's or building's point, with the worker's own consent. Removed once.

    `consent` says how it was given; without it nobody is on a roster.
    """

    class Category(models.TextChoices):
        """How a returning worker is tested, as the health department sorts them."""

        LOCAL = "local", "一直在甬"
        RETURNED = "returned", "省内返甬"
        PROVINCE = "province", "省外返甬"
        RISK = "risk", "较高风险地区返甬"

    class Consent(models.TextChoices):
        """How the worker agreed."""

        SIGNED = "signed", "本人签名"
        ONLINE = "online", "本人线上同意"

    point = models.ForeignKey(Point, models.PROTECT, related_name="roster")
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="+")
    category = models.CharField(max_length=8, choices=Category)
    consent = models.CharField(max_length=6, choices=Consent)
    consented_at = models.DateTimeField()
    added_at = models.DateTimeField(db_default=Now())
    added_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    removed_at = models.DateTimeField(null=True)
    removed_why = models.CharField(max_length=9, default="")

    class Meta:
        db_table = "roster_lines"
        constraints = [
            models.UniqueConstraint(
                name="roster_lines_once_at_a_time", fields=["point", "person"], condition=Q(removed_at=None)
            ),
            models.CheckConstraint(
                name="roster_lines_known_words",
                condition=Q(category__in=["local", "returned", "province", "risk"], consent__in=["signed", "online"]),
            ),
            models.CheckConstraint(
                name="roster_lines_removal_is_whole",
                condition=Q(removed_at=None, removed_why="")
                | Q(removed_at__isnull=False, removed_why__in=["withdrawn", "left"]),
            ),
        ]


class RosterAsked(models.Model):
    """Somebody whom a company wants on its roster, as the company wrote it: it says nothing of who is recorded here.

    Whoever has this document finds it on their own page and agrees, or not. A no looks to the company like no answer; it can be
    taken back. The company drops a line, once.
    """

    point = models.ForeignKey(Point, models.PROTECT, related_name="asked")
    id_type = models.CharField(max_length=17)
    id_key = models.UUIDField(db_index=True)
    name = models.CharField(max_length=80)
    tail = models.CharField(max_length=4)
    category = models.CharField(max_length=8, choices=RosterLine.Category)
    asked_at = models.DateTimeField(db_default=Now())
    asked_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    declined_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        db_table = "roster_asked"
        constraints = [
            models.UniqueConstraint(
                name="roster_asked_once_at_a_time", fields=["point", "id_key"], condition=Q(dropped_at=None)
            ),
            models.CheckConstraint(
                name="roster_asked_known_category", condition=Q(category__in=["local", "returned", "province", "risk"])
            ),
            models.CheckConstraint(
                name="roster_asked_drop_is_whole",
                condition=Q(dropped_at=None, dropped_by=None) | Q(dropped_at__isnull=False, dropped_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"roster line {self.pk}"
