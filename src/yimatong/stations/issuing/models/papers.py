"""Paper passes as they were issued, and the register. Both only grow: what a pass is now is said by its credential."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yimatong.stations.issuing.models.numbers import Lease
from yimatong.stations.issuing.models.points import Point


class OfflineBatch(models.Model):
    """A file that an offline desk handed over before there were its records (DeskRecord): history beside its papers, only read.

    `entries` = `taken` + `again` + `held`.
    """

    batch = models.UUIDField(primary_key=True)
    point = models.ForeignKey(Point, models.PROTECT, related_name="batches")
    desk = models.CharField(max_length=40)
    digest = models.BinaryField(max_length=32)
    entries = models.IntegerField()
    taken = models.IntegerField()
    again = models.IntegerField()
    held = models.IntegerField()
    taken_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "offline_batches"
        constraints = [
            models.CheckConstraint(
                name="offline_batches_add_up",
                condition=Q(entries=models.F("taken") + models.F("again") + models.F("held")),
            )
        ]


class HeldEntry(models.Model):
    """An entry of an offline desk that could not become a pass by itself: kept sealed, until an official has settled it once."""

    point = models.ForeignKey(Point, models.PROTECT, related_name="held_entries")
    desk = models.CharField(max_length=40)
    key = models.UUIDField(unique=True)
    number = models.CharField(max_length=16)
    code = models.CharField(max_length=40)
    entry_sealed = models.BinaryField()
    recorded_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)
    settled_why = models.CharField(max_length=400, default="")

    class Meta:
        db_table = "held_entries"


class Paper(models.Model):
    """A paper pass as it was handed over: number, what is printed on it, where, when, by whom. Never changed.

    Whether it is good now is said by its `credential` (stations/passes); without one it never was: a desk without a network
    issued it to somebody whom the judgement does not call green (`never`). `issued_at` is an instant of the city's life at
    the desk. `document_sealed` is the number that is printed: a child's without a document is the parent's (`child_of`).
    `replaces` is the lost or damaged pass that this one stands for. `key` tells an offline entry sent twice from two. `batch` names the
    file in which it came home (OfflineBatch).
    """

    class Mode(models.TextChoices):
        """How it was issued."""

        DESK = "desk", "联网窗口"
        OFFLINE = "offline", "离线窗口"
        BLANK = "blank", "手填空白证"

    number = models.CharField(max_length=16, unique=True)
    district = models.IntegerField()
    serial = models.IntegerField()
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="papers")
    child_of = models.ForeignKey("records.Person", models.PROTECT, null=True, related_name="+", db_index=False)
    credential = models.OneToOneField("passes.PaperCredential", models.PROTECT, null=True, related_name="paper")
    never = models.CharField(max_length=16, default="")
    name = models.CharField(max_length=80)
    document_sealed = models.BinaryField(null=True)
    document_tail = models.CharField(max_length=4, default="")
    point = models.ForeignKey(Point, models.PROTECT, related_name="papers")
    lease = models.ForeignKey(Lease, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    mode = models.CharField(max_length=7, choices=Mode)
    batch = models.UUIDField(null=True)
    key = models.UUIDField(unique=True)
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        db_table = "papers"
        constraints = [
            models.UniqueConstraint(name="papers_a_serial_once", fields=["district", "serial"]),
            models.CheckConstraint(
                name="papers_good_or_never",
                condition=Q(credential__isnull=False, never="") | (Q(credential=None) & ~Q(never="")),
            ),
            models.CheckConstraint(name="papers_known_mode", condition=Q(mode__in=["desk", "offline", "blank"])),
            models.CheckConstraint(
                name="papers_not_ones_own_child", condition=Q(child_of=None) | ~Q(child_of=models.F("person"))
            ),
            models.CheckConstraint(name="papers_end_after_issue", condition=Q(valid_until__gt=models.F("issued_at"))),
        ]
        indexes = [models.Index(name="papers_by_point", fields=["point", "issued_at"])]

    def __str__(self) -> str:
        return f"paper {self.number}"


class RegisterDay(models.Model):
    """How many lines the register of a point has on a day (counted from 1970-01-01, local): the next line's number less one."""

    point = models.ForeignKey(Point, models.PROTECT, related_name="+", db_index=False)
    day = models.IntegerField()
    lines = models.IntegerField(default=0)

    class Meta:
        db_table = "register_days"
        constraints = [models.UniqueConstraint(name="register_days_once", fields=["point", "day"])]


class Entry(models.Model):
    """A line of the register (登记册): point, day, line. Lines of a point and day count from 1 without a gap.

    The page is (line - 1) div 12, plus 1. Name, document, number and date are the pass's own.
    """

    point = models.ForeignKey(Point, models.PROTECT, related_name="entries", db_index=False)
    day = models.IntegerField()
    line = models.IntegerField()
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="entry")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "register_entries"
        constraints = [
            models.UniqueConstraint(name="register_entries_a_line_once", fields=["point", "day", "line"]),
            models.CheckConstraint(name="register_entries_lines_from_one", condition=Q(line__gte=1)),
        ]


class Signature(models.Model):
    """The applicant's signature to a line of the register, sealed: strokes of the screen, the scan of a paper
    page, or that it stands on the paper page. Once."""

    class How(models.TextChoices):
        """Where it was given."""

        SCREEN = "screen", "屏幕签名"
        SCAN = "scan", "纸质登记册扫描"
        PAPER = "paper", "已在纸质登记册签名"

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="signature")
    how = models.CharField(max_length=6, choices=How)
    sealed = models.BinaryField()
    signed_at = models.DateTimeField()
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "register_signatures"
