"""What somebody is told, in their own inbox."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Notification(models.Model):
    """One thing that one person is told, once: (person, kind, about) never comes twice.

    `about` names what it is of (`run/12`, `fact/5`, `paper/3`, `contradiction/9`). `details` is what its words are filled in with: colours,
    minutes, numbers; never a name, a document or a phone. `at` is an instant of the city's life. What is not about a person, as a
    complaint, has the `account` alone. `urgent` is told at night as well. `held` waits until somebody was telephoned, and nobody
    sees it before. Once `routed_at` is set, `ways` says how it was told beside the inbox: `text`, `channel`, `door`.
    `undelivered`: a text of it did not arrive. `outreach` is the task to tell it in person.
    """

    class Kind(models.TextChoices):
        """What it is about."""

        FIRST_JUDGED = "first_judged", "首次审核完成"
        COLOUR_CHANGED = "colour_changed", "颜色变化"
        END_MOVED = "end_moved", "期限或依据变化"
        ENDING = "ending", "即将到期"
        ENDED = "ended", "管控结束"
        PAPER_RECALLED = "paper_recalled", "纸质证失效"
        TEST_COUNTED = "test_counted", "检测结果计入"
        TEST_POSITIVE = "test_positive", "样本待复核"
        CONTRADICTED = "contradicted", "申报需要说明"
        APPEAL_RECEIVED = "appeal_received", "申诉收到"
        APPEAL_ANSWERED = "appeal_answered", "申诉答复"
        COMPLAINT_RECEIVED = "complaint_received", "投诉收到"
        COMPLAINT_ANSWERED = "complaint_answered", "投诉答复"

    id = models.BigAutoField(primary_key=True)
    # No foreign keys in the database where a storm comes through: a hundred thousand rows in seconds.
    person = models.ForeignKey(
        "records.Person", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    account = models.ForeignKey(
        "declarations.Account", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=18, choices=Kind)
    about = models.CharField(max_length=64)
    details = models.JSONField(default=dict, db_default={})
    at = models.DateTimeField()
    urgent = models.BooleanField(default=False, db_default=False)
    held = models.BooleanField(default=False, db_default=False)
    routed_at = models.DateTimeField(null=True)
    ways = models.CharField(max_length=20, default="", db_default="")
    undelivered = models.BooleanField(default=False, db_default=False)
    outreach = models.ForeignKey(
        "notifications.Outreach", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="told"
    )
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "notifications"
        constraints = [
            models.UniqueConstraint(
                name="notifications_once_a_person", fields=["person", "kind", "about"], condition=Q(account=None)
            ),
            models.UniqueConstraint(
                name="notifications_once_an_account", fields=["account", "kind", "about"], condition=Q(person=None)
            ),
            models.CheckConstraint(
                name="notifications_to_somebody",
                condition=Q(person__isnull=False, account=None) | Q(person=None, account__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="notifications_to_route", fields=["urgent", "id"], condition=Q(routed_at=None, held=False)
            ),
            models.Index(name="notifications_in_person", fields=["outreach"], condition=Q(outreach__isnull=False)),
            BrinIndex(name="notifications_by_age", fields=["made_at"]),
        ]

    def __str__(self) -> str:
        return f"notification/{self.pk}"


class NotificationRead(models.Model):
    """An account has put a notification aside: it stays in the list, and no longer on top."""

    id = models.BigAutoField(primary_key=True)
    notification = models.ForeignKey(Notification, models.CASCADE, related_name="reads")
    account = models.ForeignKey("declarations.Account", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "notification_reads"
        constraints = [models.UniqueConstraint(name="notification_reads_once", fields=["notification", "account"])]
