"""What scanners recorded. Appended once by (device, n); deleted only when the policy's days are over (migration 0002)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Passage(models.Model):
    """One person at one checkpoint: what was shown and measured, what the matrix said. Nobody's name, nobody's number.

    `cell` is the situation's place in core.checkpoints.cells(); `temperature` tenths of a degree; `epoch` and `slot` name
    the pass in its recall list, `cti` the pass; `number` is a paper pass's. `minute` is the city's (since 1970), `day` its
    day. `licence` is the second at which the scanner's licence was signed: its control hours are those that it then had. Ages
    are seconds of what the scanner held. `digest` tells the same record again from another one with its number.
    """

    class Mode(models.TextChoices):
        """How the scanner worked then."""

        ORDINARY = "ordinary", "正常"
        OFFLINE = "offline", "离线"
        OVERRIDE = "override", "经批准继续"
        TRAINING = "training", "演练"

    pk = models.CompositePrimaryKey("device_id", "n")
    device = models.ForeignKey(
        "checkpoints.Device", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    n = models.BigIntegerField()
    checkpoint = models.ForeignKey(
        "checkpoints.Checkpoint", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    day = models.IntegerField()
    minute = models.IntegerField()
    cell = models.IntegerField()
    verdict = models.CharField(max_length=10)
    carrier = models.CharField(max_length=8)
    reason = models.CharField(max_length=24, null=True)
    action = models.CharField(max_length=10)
    rule = models.CharField(max_length=60)
    policy = models.CharField(max_length=8)
    temperature = models.SmallIntegerField(null=True)
    epoch = models.IntegerField(null=True)
    slot = models.BigIntegerField(null=True)
    cti = models.BinaryField(max_length=8, null=True)
    number = models.CharField(max_length=20, null=True)
    vehicle = models.CharField(max_length=32, null=True)
    mode = models.CharField(max_length=8, choices=Mode)
    rung = models.SmallIntegerField()
    trust_age = models.IntegerField(null=True)
    recall_age = models.IntegerField(null=True)
    policy_age = models.IntegerField(null=True)
    licence = models.BigIntegerField(null=True)
    digest = models.BinaryField(max_length=8)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "passages"
        indexes: ClassVar = [models.Index(name="passages_by_checkpoint", fields=["checkpoint", "day"])]


class Entry(models.Model):
    """Any other record of a scanner: slip, refusal, look, override, shift, annulled, emergency, hand_over, complaint.

    `body` has its fields. What a later station keeps itself (a hand-over, a complaint) has only its number and instant here.
    """

    pk = models.CompositePrimaryKey("device_id", "n")
    device = models.ForeignKey(
        "checkpoints.Device", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    n = models.BigIntegerField()
    checkpoint = models.ForeignKey(
        "checkpoints.Checkpoint", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=10)
    day = models.IntegerField()
    at = models.BigIntegerField()
    of = models.BigIntegerField(null=True)
    body: models.JSONField[dict[str, object]] = models.JSONField(default=dict)
    digest = models.BinaryField(max_length=8)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "checkpoint_entries"
        indexes: ClassVar = [models.Index(name="checkpoint_entries_newest", fields=["checkpoint", "kind", "day"])]


class Flag(models.Model):
    """Something that a record gives reason to look at; `other_device` and `other_n` name the second one of a pair."""

    class Kind(models.TextChoices):
        """What was noticed."""

        NOT_THE_MATRIX = "not-the-matrix", "与处置矩阵不符"
        DEAD_PASS = "dead-pass", "放行时已收回"
        IMPOSSIBLE_TIME = "impossible-time", "时间上不可能"
        RECORD_CHANGED = "record-changed", "同号异文"
        CLOCK = "clock", "时钟异常"
        EMERGENCY = "emergency", "故障时凭工作证通过"

    id = models.BigAutoField(primary_key=True)
    device = models.ForeignKey("checkpoints.Device", models.PROTECT, related_name="flags")
    n = models.BigIntegerField()
    checkpoint = models.ForeignKey("checkpoints.Checkpoint", models.PROTECT, related_name="flags")
    kind = models.CharField(max_length=15, choices=Kind)
    day = models.IntegerField()
    other_device = models.IntegerField(null=True)
    other_n = models.BigIntegerField(null=True)
    details: models.JSONField[dict[str, object]] = models.JSONField(default=dict)
    noticed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "checkpoint_flags"
        constraints: ClassVar = [
            models.UniqueConstraint(name="checkpoint_flags_once", fields=["device", "n", "kind"]),
            models.CheckConstraint(
                name="checkpoint_flags_closed_list",
                condition=Q(
                    kind__in=["not-the-matrix", "dead-pass", "impossible-time", "record-changed", "clock", "emergency"]
                ),
            ),
        ]


class PolicyCut(models.Model):
    """A body that was signed for scanners; passages name its version."""

    version = models.CharField(max_length=8, primary_key=True)
    body = models.BinaryField()
    first_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "checkpoint_policies"


class LookedOver(models.Model):
    """Up to which instant of receipt passages were looked over; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    upto = models.DateTimeField()

    class Meta:
        db_table = "checkpoint_looked_over"
