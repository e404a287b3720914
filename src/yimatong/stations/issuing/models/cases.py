"""What is taken back: collection tasks, and cases of fraud with their hearing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yimatong.stations.issuing.models.papers import Paper
from yimatong.stations.issuing.models.points import Point


class CollectionTask(models.Model):
    """The staff of the point that issued a pass fetch it back. Closed once, with its outcome.

    `recalled`: the pass is dead already. `doubled`: the holder has an earlier pass of another desk; this one lives until they
    have that in hand or were told (decision 0072). Deadlines and to whom it escalates are dated policy (papers.yaml); `due_at`
    is the first of them.
    """

    class Kind(models.TextChoices):
        """Why it is fetched."""

        RECALLED = "recalled", "已收回，须取回"
        DOUBLED = "doubled", "重复发证，须告知"

    class Outcome(models.TextChoices):
        """How it ended."""

        COLLECTED = "collected", "已取回"
        NOT_FOUND = "not_found", "未找到持证人"
        DECLARED_LOST = "declared_lost", "持证人声明遗失"
        TOLD = "told", "已告知"
        KEPT = "kept", "改为有效证"

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="tasks")
    point = models.ForeignKey(Point, models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=8, choices=Kind)
    cause = models.CharField(max_length=8)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=13, choices=Outcome, default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.CharField(max_length=400, default="")

    class Meta:
        db_table = "collection_tasks"
        constraints = [
            models.UniqueConstraint(
                name="collection_tasks_one_of_a_kind", fields=["paper", "kind"], condition=Q(closed_at=None)
            ),
            models.CheckConstraint(
                name="collection_tasks_closed_whole",
                condition=Q(closed_at=None, closed_by=None, outcome="")
                | Q(closed_at__isnull=False, closed_by__isnull=False, kind="recalled",
                    outcome__in=["collected", "not_found", "declared_lost"])
                | Q(closed_at__isnull=False, closed_by__isnull=False, kind="doubled",
                    outcome__in=["collected", "declared_lost", "told", "kept"]),
            ),
        ]  # fmt: skip
        indexes = [models.Index(name="collection_tasks_open", fields=["point", "due_at"], condition=Q(closed_at=None))]


class FraudCase(models.Model):
    """Somebody is thought to have got a pass by fraud (A6): opened, heard or silent, the time to answer over, settled. Once each.

    Nothing is decided before `answer_by`, whether or not somebody was heard: who has answered may answer more. A finding recalls
    the pass and hands the case over; it sets no colour and records no fact.
    """

    class Says(models.TextChoices):
        """What is thought."""

        FALSE_IDENTITY = "false_identity", "冒用身份"
        FALSE_STATEMENT = "false_statement", "虚假申报"
        FORGED = "forged", "伪造、变造"
        LENT = "lent", "转借、买卖"

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "待听取说明"
        HEARD = "heard", "已听取说明"
        SETTLED = "settled", "已处理"

    class Finding(models.TextChoices):
        """What was found."""

        UNFOUNDED = "unfounded", "不属实"
        FRAUD = "fraud", "属实"

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="fraud_cases")
    says = models.CharField(max_length=15, choices=Says)
    grounds_sealed = models.BinaryField()
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("records.Official", models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(db_default=Now())
    answer_by = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=9, choices=Finding, default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)
    settled_why = models.CharField(max_length=400, default="")
    handed_to = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "fraud_cases"
        constraints = [
            models.UniqueConstraint(
                name="fraud_cases_one_at_a_time", fields=["paper"], condition=~Q(state="settled")
            ),
            models.CheckConstraint(
                name="fraud_cases_settled_whole",
                condition=(Q(state__in=["open", "heard"]) & Q(finding="", settled_at=None, settled_by=None))
                | (Q(state="settled", settled_at__isnull=False, settled_by__isnull=False, heard_at__isnull=False)
                    & Q(finding__in=["unfounded", "fraud"]) & ~Q(settled_why="")),
            ),
        ]  # fmt: skip


class FraudAnswer(models.Model):
    """What the holder says to a case: `desk`, written down by an official, or `online`, by themselves. It only grows."""

    class How(models.TextChoices):
        """Who wrote it."""

        DESK = "desk", "窗口笔录"
        ONLINE = "online", "本人网上答复"

    case = models.ForeignKey(FraudCase, models.PROTECT, related_name="answers")
    how = models.CharField(max_length=6, choices=How)
    words_sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)
    account = models.ForeignKey("declarations.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "fraud_answers"
        constraints = [
            models.CheckConstraint(
                name="fraud_answers_by_somebody",
                condition=Q(how="desk", by__isnull=False, account=None)
                | Q(how="online", by=None, account__isnull=False),
            ),
        ]
