"""Special permits: who may travel across provinces, on which document, until when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class SpecialPermit(models.Model):
    """A permit that a desk issued to somebody on a document. The fact is what a judgement and the code go by.

    Never changed: it is ended early, once, with the reason; `remainder` is then the fact of the time that it was good,
    NULL where it had not begun. Instants are of the city's life, both ends inside. Two permits of one person never
    overlap (migration 0003).
    """

    class Sort(models.TextChoices):
        """The class, as in core.facts and in the code."""

        GOODS_DRIVER = "goods_driver", "货车司机"
        COMMUTER = "commuter", "跨省通勤人员"

    class Document(models.TextChoices):
        """What the permit rests on: a vehicle pass of one of three offices, or the employer's letter."""

        POLICE = "police", "公安部门车辆通行证"
        TRANSPORT = "transport", "交通运输部门车辆通行证"
        CIVIL_AFFAIRS = "civil_affairs", "民政部门车辆通行证"
        EMPLOYER = "employer", "单位通勤证明"

    person = models.ForeignKey("records.Person", models.PROTECT, related_name="special_permits")
    fact = models.OneToOneField("records.Fact", models.PROTECT, related_name="+")
    sort = models.CharField(max_length=12, choices=Sort)
    document = models.CharField(max_length=13, choices=Document)
    document_sealed = models.BinaryField()
    document_tail = models.CharField(max_length=4)
    start = models.DateTimeField()
    end = models.DateTimeField()
    issued_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    issued_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)
    ended_why = models.CharField(max_length=400, default="")
    remainder = models.OneToOneField("records.Fact", models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "special_permits"
        constraints = [
            models.CheckConstraint(
                name="special_permits_closed_lists",
                condition=Q(sort="goods_driver", document__in=["police", "transport", "civil_affairs"])
                | Q(sort="commuter", document="employer"),
            ),
            models.CheckConstraint(name="special_permits_end_after_start", condition=Q(end__gte=models.F("start"))),
            models.CheckConstraint(
                name="special_permits_ended_with_a_reason",
                condition=Q(ended_at=None, ended_by=None, ended_why="", remainder=None)
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why="")),
            ),
        ]
        indexes = [models.Index(name="special_permits_newest", fields=["-issued_at"])]

    def __str__(self) -> str:
        return f"special permit {self.pk}"
