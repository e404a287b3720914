"""Issuing points and who works at their desks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Point(models.Model):
    """An issuing point that the control office named. It is stopped once; another one is opened in its place.

    `division` is its street (9 digits), of whose first six its numbers are made. `hours` has seven lists, Monday first, of
    `["08:30", "17:00"]`, local time, both ends inside; a PointDay stands before them. Where it is on the map is the last
    PointPosition. `scope` says to whom it may issue: everybody, those who live in its
    division, those who live at `place` (a compound, village or building), its own roster, or holders of `documents`.
    """

    class Kind(models.TextChoices):
        """Where it is."""

        COMPANY = "company", "企业"
        BUILDING = "building", "商务楼宇"
        VILLAGE = "village", "村（社区）"
        COMPOUND = "compound", "住宅小区"
        CHECKPOINT = "checkpoint", "卡点"
        POLICE = "police", "公安窗口"

    class Scope(models.TextChoices):
        """To whom it may issue."""

        EVERYBODY = "everybody", "所有人"
        DIVISION = "division", "本辖区居民"
        ADDRESS = "address", "本地址居民"
        ROSTER = "roster", "本单位名单"
        DOCUMENTS = "documents", "指定证件的持有人"

    WITH_ROSTER = frozenset({"company", "building"})

    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=80)
    division = models.IntegerField()
    address = models.CharField(max_length=120)
    place = models.ForeignKey("records.Place", models.PROTECT, null=True, related_name="+")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    hours = models.JSONField()
    scope = models.CharField(max_length=9, choices=Scope)
    documents = models.JSONField(default=list)
    desks = models.SmallIntegerField(default=1)
    opened_at = models.DateTimeField(db_default=Now())
    opened_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)
    stopped_why = models.CharField(max_length=400, default="")

    class Meta:
        db_table = "issuing_points"
        constraints = [
            models.CheckConstraint(
                name="issuing_points_known_kind",
                condition=Q(kind__in=["company", "building", "village", "compound", "checkpoint", "police"]),
            ),
            models.CheckConstraint(
                name="issuing_points_known_scope",
                condition=Q(scope__in=["everybody", "division", "roster"])
                | Q(scope="address", place__isnull=False)
                | (Q(scope="documents") & ~Q(documents=[])),
            ),
            models.CheckConstraint(name="issuing_points_nine_digits", condition=Q(division__range=(10**8, 10**9 - 1))),
            models.CheckConstraint(name="issuing_points_have_a_desk", condition=Q(desks__gte=1)),
            models.CheckConstraint(
                name="issuing_points_stop_is_whole",
                condition=Q(stopped_at=None, stopped_by=None, stopped_why="")
                | (Q(stopped_at__isnull=False, stopped_by__isnull=False) & ~Q(stopped_why="")),
            ),
            models.UniqueConstraint(
                name="issuing_points_one_title", fields=["division", "title"], condition=Q(stopped_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"point {self.pk}"


class Staff(models.Model):
    """An official works at the desks of a point, from a day until it ends, once."""

    point = models.ForeignKey(Point, models.PROTECT, related_name="staff")
    official = models.ForeignKey("records.Official", models.PROTECT, related_name="+")
    since = models.DateTimeField(db_default=Now())
    appointed_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    until = models.DateTimeField(null=True)
    released_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        db_table = "issuing_staff"
        constraints = [
            models.UniqueConstraint(
                name="issuing_staff_once_at_a_time", fields=["point", "official"], condition=Q(until=None)
            )
        ]


class PointDay(models.Model):
    """One day of a point that is not like its week: other hours, closed (`[]`), or as every week again (None). The last one counts."""

    point = models.ForeignKey(Point, models.PROTECT, related_name="days", db_index=False)
    day = models.DateField()
    hours = models.JSONField(null=True)
    why = models.CharField(max_length=60, default="")
    set_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "issuing_days"
        indexes = [models.Index(name="issuing_days_of_a_point", fields=["point", "day", "-id"])]


class PointPosition(models.Model):
    """Where a point was said to be, by whom, when, and how: a click on the map or two numbers. The last one counts."""

    class How(models.TextChoices):
        """How it was said."""

        MAP = "map", "地图点选"
        NUMBERS = "numbers", "填写经纬度"

    point = models.ForeignKey(Point, models.PROTECT, related_name="positions")
    longitude = models.FloatField()
    latitude = models.FloatField()
    how = models.CharField(max_length=7, choices=How)
    set_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "issuing_positions"
        constraints = [
            models.CheckConstraint(
                name="issuing_positions_on_earth",
                condition=Q(longitude__range=(-180, 180), latitude__range=(-90, 90), how__in=["map", "numbers"]),
            )
        ]
