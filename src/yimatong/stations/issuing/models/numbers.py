"""Numbers: what was leased to whom, and what became of pre-printed blanks."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from yimatong.stations.issuing.models.points import Point

LONGEST_SERIAL = 9_999_999


class District(models.Model):
    """The next serial of a district (six digits) that was never leased. It only grows."""

    code = models.IntegerField(primary_key=True)
    next = models.IntegerField(default=1)

    class Meta:
        db_table = "number_districts"
        constraints = [
            models.CheckConstraint(name="number_districts_six_digits", condition=Q(code__range=(10**5, 10**6 - 1))),
            models.CheckConstraint(
                name="number_districts_seven_digits", condition=Q(next__range=(1, LONGEST_SERIAL + 1))
            ),
        ]


class Lease(models.Model):
    """Serials `first` to `last` of a district, given out once and for ever: to a point's desks, an offline desk, or as blanks.

    `next` is the first that no desk of the point has used; of an offline desk and of blanks it says nothing, there the
    register does. `leased_at` is city time: no pass of a lease is older. The database lets no two leases overlap (migration 0002).
    """

    class Use(models.TextChoices):
        """For what."""

        POINT = "point", "联网窗口"
        OFFLINE = "offline", "离线窗口"
        BLANKS = "blanks", "空白证"

    point = models.ForeignKey(Point, models.PROTECT, related_name="leases")
    use = models.CharField(max_length=7, choices=Use)
    desk = models.CharField(max_length=40, default="")
    district = models.IntegerField()
    first = models.IntegerField()
    last = models.IntegerField()
    next = models.IntegerField()
    leased_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    leased_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    request = models.UUIDField(null=True, unique=True)

    class Meta:
        db_table = "number_leases"
        constraints = [
            models.CheckConstraint(
                name="number_leases_known_use",
                condition=Q(use__in=["point", "blanks"], desk="") | (Q(use="offline") & ~Q(desk="")),
            ),
            models.CheckConstraint(
                name="number_leases_in_order",
                condition=Q(first__gte=1, last__gte=F("first"), last__lte=LONGEST_SERIAL)
                & Q(next__gte=F("first"), next__lte=F("last") + 1),
            ),
        ]
        indexes = [
            models.Index(
                name="number_leases_with_numbers", fields=["point", "id"],
                condition=Q(use="point", next__lte=F("last")),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"lease {self.pk}"


class BlankMove(models.Model):
    """Pre-printed blanks came to a point, or left its stock: issued, spoiled, lost or void. Appended, never changed.

    A blank comes once and leaves once; the database sees to it (migration 0002). The stock is what came and has not left.
    """

    class What(models.TextChoices):
        """What became of them."""

        RECEIVED = "received", "入库"
        ISSUED = "issued", "已发"
        SPOILED = "spoiled", "填废"
        LOST = "lost", "遗失"
        VOID = "void", "作废"

    point = models.ForeignKey(Point, models.PROTECT, related_name="blank_moves")
    what = models.CharField(max_length=8, choices=What)
    district = models.IntegerField()
    first = models.IntegerField()
    last = models.IntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    why = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "blank_moves"
        constraints = [
            models.CheckConstraint(
                name="blank_moves_known_what",
                condition=Q(what__in=["received", "issued", "spoiled", "lost", "void"]),
            ),
            models.CheckConstraint(
                name="blank_moves_in_order", condition=Q(first__gte=1, last__gte=F("first"), last__lte=LONGEST_SERIAL)
            ),
        ]
        indexes = [models.Index(name="blank_moves_by_point", fields=["point", "what"])]
