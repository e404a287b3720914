"""Credentials: what a binding may show, as long as its person's verdict says so; and the signed strips made from them.

Why so: decision 40.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Credential(models.Model):
    """One colour (and permit class) of one binding, from its issue until it is recalled. Never changed otherwise.

    The database refuses one whose colour is not the person's colour in force at that moment (migration 0002).
    `place` is the small number whose slot stands in the recall lists; it is given back when the last strip that can have
    been made of the credential is over (`last_day`), and is NULL from then on. `issued_at` and `recalled_at` are instants of the
    city's life. `listed` is set when a recall has gone into the recall lists.
    """

    class Colour(models.TextChoices):
        """Who has not been judged has no credential, so there is no grey one."""

        GREEN = "green", "绿"
        YELLOW = "yellow", "黄"
        RED = "red", "红"

    class Cause(models.TextChoices):
        """Why it was recalled."""

        COLOUR = "colour", "颜色改变"
        PERMIT = "permit", "特别通行证改变"
        UNKNOWN = "unknown", "研判结果失效"
        ENDED = "ended", "绑定结束"
        NAME = "name", "身份更正"

    serial = models.BigAutoField(primary_key=True)
    place = models.IntegerField(null=True, unique=True)
    binding = models.ForeignKey(
        "passes.DeviceBinding", models.PROTECT, related_name="credentials", db_index=False, db_constraint=False
    )
    person = models.ForeignKey(
        "records.Person", models.PROTECT, related_name="credentials", db_index=False, db_constraint=False
    )
    colour = models.CharField(max_length=6, choices=Colour)
    permit = models.SmallIntegerField(default=0)
    generation = models.IntegerField()
    run = models.IntegerField()
    issued_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    recalled_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=7, choices=Cause, default="")
    last_day = models.IntegerField(null=True)
    listed = models.BooleanField(default=False)

    class Meta:
        db_table = "credentials"
        constraints = [
            models.UniqueConstraint(
                name="credentials_one_live_a_binding", fields=["binding"], condition=Q(recalled_at=None)
            ),
            models.UniqueConstraint(name="credentials_generations_count", fields=["binding", "generation"]),
            models.CheckConstraint(name="credentials_known_colour", condition=Q(colour__in=["green", "yellow", "red"])),
            models.CheckConstraint(
                name="credentials_recall_is_whole",
                condition=Q(recalled_at=None, cause="", last_day=None, listed=False, place__isnull=False)
                | (Q(recalled_at__isnull=False, last_day__isnull=False) & ~Q(cause="")),
            ),
            models.CheckConstraint(
                name="credentials_recalled_after_issue",
                condition=Q(recalled_at=None) | Q(recalled_at__gte=F("issued_at")),
            ),
            models.CheckConstraint(name="credentials_place", condition=Q(place=None) | Q(place__gte=0)),
        ]
        indexes = [
            models.Index(name="credentials_live_by_person", fields=["person"], condition=Q(recalled_at=None)),
            models.Index(name="credentials_permits", fields=["person"], condition=Q(recalled_at=None, permit__gt=0)),
            models.Index(
                name="credentials_to_be_listed", fields=["serial"], condition=Q(recalled_at__isnull=False, listed=False)
            ),
            models.Index(
                name="credentials_recalled",
                fields=["last_day"],
                condition=Q(place__isnull=False, recalled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"credential {self.serial}"


class FreePlace(models.Model):
    """A place that was given back; new credentials take these before the sequence `credential_places`."""

    place = models.IntegerField(primary_key=True)

    class Meta:
        db_table = "free_places"


class Epoch(models.Model):
    """A window for which passes were signed: how many bits its slots have, decided once. `day` is its local day.

    `sequence` is the last one of its recall list, once that is over. Epochs stay as long as the holders of their passes can be told.
    """

    epoch = models.IntegerField(primary_key=True)
    day = models.IntegerField(db_index=True)
    bits = models.SmallIntegerField()
    sequence = models.IntegerField(default=0, db_default=0)

    class Meta:
        db_table = "epochs"


class Strip(models.Model):
    """A day's passes of a binding, as the phone gets them: each with its length (two bytes) before it.

    `issued` is their iat, `kid` the key that signed them: a strip of a key that was compromised, or issued before the
    least iat in force, is made anew. The table has a partition a day; whole days are dropped when they are over.
    """

    pk = models.CompositePrimaryKey("binding", "day")
    binding = models.ForeignKey(
        "passes.DeviceBinding", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    day = models.IntegerField()
    credential = models.ForeignKey(
        "passes.Credential", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    kid = models.BinaryField(max_length=4)
    issued = models.BigIntegerField()
    passes = models.BinaryField()

    class Meta:
        db_table = "strips"


class Followed(models.Model):
    """The last run whose verdicts the credentials follow; one row."""

    only = models.BooleanField(primary_key=True, default=True)
    run = models.IntegerField()

    class Meta:
        db_table = "followed_runs"
        constraints = [models.CheckConstraint(name="followed_runs_one_row", condition=Q(only=True))]
