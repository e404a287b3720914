"""What is sent to phones."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Message(models.Model):
    """One text to one phone, both sealed. `provider` is who sent it; a message that could not be sent is tried again."""

    class Kind(models.TextChoices):
        """What it is about."""

        CODE = "code", "验证码"
        RECEIPT = "receipt", "回执"
        ANSWER = "answer", "短信查询答复"
        REMINDER = "reminder", "每日打卡提醒"
        HEARING = "hearing", "请说明情况"

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "待发送"
        SENT = "sent", "已发送"
        FAILED = "failed", "未能发送"

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind)
    phone_key = models.UUIDField(db_index=True)
    phone_sealed = models.BinaryField(null=True)
    text_sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    provider = models.CharField(max_length=20, default="")
    tries = models.IntegerField(default=0)
    error = models.CharField(max_length=64, default="")
    good_until = models.DateTimeField()
    made_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "messages"
        constraints = [
            models.CheckConstraint(
                name="messages_waiting_can_be_sent",
                condition=~Q(state="waiting") | Q(phone_sealed__isnull=False, text_sealed__isnull=False),
            )
        ]
        indexes = [models.Index(name="messages_waiting", fields=["id"], condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"message {self.pk}"
