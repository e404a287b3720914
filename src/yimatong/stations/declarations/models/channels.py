"""Channels through which people come, and who they are there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Channel(models.Model):
    """A registered client: Alipay, WeChat, the police app, the plain browser. A new one is a row and nothing else.

    `kind` says how it hands its user over: `oidc` (OpenID Connect: `issuer` with discovery, `client_id`, sealed client
    secret), `assertion` (a signed assertion, checked with `jwks`, the channel's public keys), `browser` (nobody hands
    over: the phone is proved by a one-time code), `checkpoint` (nobody signs in: a guard applies for somebody who stands
    there; an account is a document that was shown). `quota` is sign-ins a minute. `verifies_identity` says that its users'
    documents were checked by it (real-name accounts), so that its word on a document number counts. `messages_url` is where
    it takes service messages for its users, signed with a secret of their own; empty where it takes none.
    """

    class Kind(models.TextChoices):
        """How the channel hands its user over."""

        OIDC = "oidc", "OpenID Connect"
        ASSERTION = "assertion", "签名断言"
        BROWSER = "browser", "浏览器"
        CHECKPOINT = "checkpoint", "卡点"

    slug = models.SlugField(max_length=32, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80)
    issuer = models.CharField(max_length=200, default="")
    client_id = models.CharField(max_length=120, default="")
    secret_sealed = models.BinaryField(null=True)
    jwks = models.JSONField(null=True)
    discovery = models.CharField(max_length=200, default="")
    messages_url = models.CharField(max_length=200, default="")
    messages_secret_sealed = models.BinaryField(null=True)
    verifies_identity = models.BooleanField(default=False)
    quota = models.IntegerField(default=6_000)
    enabled = models.BooleanField(default=True)
    stopped_why = models.CharField(max_length=400, default="")
    notes = models.CharField(max_length=400, default="")
    registered_at = models.DateTimeField(db_default=Now())
    rotated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "channels"
        constraints = [
            models.CheckConstraint(
                name="channels_known_kind", condition=Q(kind__in=["oidc", "assertion", "browser", "checkpoint"])
            ),
            models.CheckConstraint(name="channels_some_quota", condition=Q(quota__gt=0)),
            models.CheckConstraint(
                name="channels_whole_by_kind",
                condition=Q(kind__in=["browser", "checkpoint"])
                | Q(kind="assertion", jwks__isnull=False) & ~Q(issuer="")
                | Q(kind="oidc") & ~Q(issuer="") & ~Q(client_id=""),
            ),
            models.CheckConstraint(
                name="channels_sign_what_they_send",
                condition=Q(messages_url="") | Q(messages_secret_sealed__isnull=False),
            ),
            models.CheckConstraint(
                name="channels_stopped_has_a_reason", condition=Q(enabled=True) | ~Q(stopped_why="")
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Account(models.Model):
    """Somebody as one channel knows them: (channel, subject). `person` is set by the first declaration about themselves.

    `document_key`, `name_sealed` are what a channel that verifies identity says of them; `phone_*` the phone that the
    channel, or a one-time code, has proved.
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="accounts")
    subject_key = models.UUIDField()
    subject_sealed = models.BinaryField()
    person = models.ForeignKey("records.Person", models.PROTECT, null=True, related_name="accounts")
    name_sealed = models.BinaryField(null=True)
    document_type = models.CharField(max_length=17, default="")
    document_key = models.UUIDField(null=True)
    document_sealed = models.BinaryField(null=True)
    phone_key = models.UUIDField(null=True, db_index=True)
    phone_sealed = models.BinaryField(null=True)
    phone_tail = models.CharField(max_length=4, default="")
    made_at = models.DateTimeField(db_default=Now())
    signed_in_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "accounts"
        constraints = [models.UniqueConstraint(name="accounts_one_a_subject", fields=["channel", "subject_key"])]

    def __str__(self) -> str:
        return f"account {self.pk}"
