"""What is sent to phones, by which provider, and which numbers are not their owner's."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Message(models.Model):
    """One text to one phone, or one service message to one account of a channel; what is said lies sealed until it is sent.

    `reference` is what a provider knows it by and never changes, so that whoever takes it twice can tell. `provider` is to whom it was
    handed last (of a service message: its channel). `in_doubt`: one hand-over ended without a word, so that no other provider may have
    it. Nobody takes it up before `again_at`. `turn` puts what somebody waits for before what the city sends by itself.
    `carries` is the number of what it tells, for whoever has it told.
    """

    class Kind(models.TextChoices):
        """What it is about."""

        CODE = "code", "验证码"
        RECEIPT = "receipt", "回执"
        ANSWER = "answer", "短信查询答复"
        REMINDER = "reminder", "每日打卡提醒"
        HEARING = "hearing", "请说明情况"
        TOLD = "told", "通知"

    class Way(models.TextChoices):
        """How it goes."""

        TEXT = "text", "短信"
        CHANNEL = "channel", "渠道服务消息"

    class State(models.TextChoices):
        """Where it stands: `sending` from when it is handed over until the provider has said that it took it."""

        WAITING = "waiting", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已发送"
        FAILED = "failed", "未能发送"

    id = models.BigAutoField(primary_key=True)
    reference = models.UUIDField(unique=True, db_default=RandomUUID())
    kind = models.CharField(max_length=8, choices=Kind)
    way = models.CharField(max_length=7, choices=Way, default=Way.TEXT)
    turn = models.SmallIntegerField(default=1)
    phone_key = models.UUIDField(null=True, db_index=True)
    phone_sealed = models.BinaryField(null=True)
    account = models.ForeignKey("Account", models.PROTECT, null=True, db_index=False, related_name="+")
    text_sealed = models.BinaryField(null=True)
    carries = models.BigIntegerField(null=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    provider = models.CharField(max_length=120, default="")
    in_doubt = models.BooleanField(default=False)
    tries = models.IntegerField(default=0)
    refusals = models.SmallIntegerField(default=0)
    error = models.CharField(max_length=64, default="")
    again_at = models.DateTimeField(db_default=Now())
    good_until = models.DateTimeField()
    made_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "messages"
        constraints = [
            models.CheckConstraint(
                name="messages_by_a_known_way",
                condition=Q(way="text", phone_key__isnull=False, account__isnull=True)
                | Q(way="channel", phone_key__isnull=True, phone_sealed__isnull=True, account__isnull=False),
            ),
            models.CheckConstraint(
                name="messages_waiting_can_be_sent",
                condition=Q(state__in=["sent", "failed"])
                | Q(text_sealed__isnull=False) & (Q(way="channel") | Q(phone_sealed__isnull=False)),
            ),
            models.CheckConstraint(
                name="messages_over_keep_nothing",
                condition=Q(state__in=["waiting", "sending"]) | Q(text_sealed__isnull=True, phone_sealed__isnull=True),
            ),
            models.CheckConstraint(
                name="messages_sending_by_somebody", condition=~Q(state="sending") | ~Q(provider="")
            ),
            models.CheckConstraint(name="messages_in_doubt_stay", condition=Q(in_doubt=False) | ~Q(state="waiting")),
        ]
        indexes = [
            models.Index(name="messages_in_turn", fields=["turn", "id"], condition=Q(state__in=["waiting", "sending"])),
            models.Index(
                name="messages_not_arrived", fields=["carries"], condition=Q(state="failed", carries__isnull=False)
            ),
            models.Index(name="messages_by_age", fields=["made_at"]),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Provider(models.Model):
    """How a gateway of texts, or a channel's service messages, does lately; all processes share it.

    Of several gateways each is chosen as often as its `preference` (0 to 100) is larger. One that fails since `failing_since` rests
    until `rests_until`, and is then tried with one message. `changed_at` is when the preference was changed last.
    """

    name = models.CharField(primary_key=True, max_length=120)
    preference = models.SmallIntegerField(default=100)
    changed_at = models.DateTimeField(db_default=Now())
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "providers"
        constraints = [
            models.CheckConstraint(name="providers_preference", condition=Q(preference__gte=0, preference__lte=100)),
            models.CheckConstraint(
                name="providers_rest_while_they_fail",
                condition=Q(failing_since__isnull=False) | Q(rests_until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WrongNumber(models.Model):
    """Somebody who has this phone said by text that they are not this person; over once the person has proved the phone again."""

    person = models.ForeignKey("records.Person", models.PROTECT, related_name="+")
    phone_key = models.UUIDField(db_index=True)
    said_at = models.DateTimeField()

    class Meta:
        db_table = "wrong_numbers"
        constraints = [models.UniqueConstraint(name="wrong_numbers_one_each", fields=["person", "phone_key"])]

    def __str__(self) -> str:
        return f"wrong number {self.pk}"
