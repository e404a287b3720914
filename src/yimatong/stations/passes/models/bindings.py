"""Phones that show somebody's code. Why so: decision 41."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

POINT = 33
"""Bytes of a compressed point of P-256."""
WINDOW_KEYS = 28
"""Keys that a phone makes at once: one a window, seven days of four windows, and then from the first again."""


class DeviceBinding(models.Model):
    """A phone shows one person's code. Never changed: it is ended, once, with the reason, and a new one made.

    `token` is SHA-256 of the 128 bits that the phone keeps; who reads this table cannot renew. `device_key` is the phone's
    key, with which it proved itself; `window_keys` are 28 compressed points, one after the other, to which the passes of
    the windows are bound. `own` says that the account speaks for itself: somebody has one phone of their own at a time,
    and each account that looks after them one more.
    """

    class Why(models.TextChoices):
        """Why it ended."""

        MOVED = "moved", "已换手机"
        ASKED = "asked", "本人要求"
        DESK = "desk", "窗口办理"
        DETACHED = "detached", "不再照管"
        STRUCK = "struck", "人员记录撤销"

    id = models.BigAutoField(primary_key=True)
    token = models.BinaryField(max_length=32, unique=True)
    account = models.ForeignKey("declarations.Account", models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="bindings")
    own = models.BooleanField()
    device_key = models.BinaryField(max_length=POINT)
    window_keys = models.BinaryField(max_length=POINT * WINDOW_KEYS)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)
    why = models.CharField(max_length=8, choices=Why, default="")

    class Meta:
        db_table = "device_bindings"
        constraints = [
            models.UniqueConstraint(
                name="device_bindings_one_phone_an_account", fields=["account", "person"], condition=Q(ended_at=None)
            ),
            models.UniqueConstraint(
                name="device_bindings_one_of_ones_own", fields=["person"], condition=Q(ended_at=None, own=True)
            ),
            models.UniqueConstraint(
                name="device_bindings_once_a_phone", fields=["device_key", "person"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="device_bindings_an_end_has_its_reason",
                condition=Q(ended_at=None, why="", ended_by=None) | (Q(ended_at__isnull=False) & ~Q(why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"binding {self.pk}"


class Transfer(models.Model):
    """A code of one use that a desk hands to somebody whose document it saw: whoever enters it in time binds a phone.

    `code` is a keyed hash. Instants are real ones.
    """

    code = models.UUIDField(primary_key=True)
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="+")
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+")
    why = models.CharField(max_length=400)
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "binding_transfers"
