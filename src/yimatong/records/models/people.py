"""People, pseudonymous to the engine, and their homes."""

from __future__ import annotations

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Q

from yimatong.records.models.recorded import Ending, Recorded, ends_after_start, strike_is_whole


class Person(models.Model):
    """Somebody with a code or a pass. `number` is the engine's person number and tells nothing about the person.

    Name, sex and document are the identity, of which the person has one at a time, since `identified_at`: it is ended and succeeded
    (models/identities.py), never overwritten, and carries the digest `identity_mac` under a key that lies outside the database.
    The ID number and the phone lie sealed and bound to the number (records/identity.py); `id_key` and `phone_key` are keyed hashes to look
    them up, the tails are what a list may show. `division` is the 9-digit street that the person stated, used where
    no home is recorded; NULL where nothing is known.
    """

    class IdType(models.TextChoices):
        """The document by which a person is known."""

        RESIDENT = "resident", "居民身份证"
        HK_MACAU = "hk_macau", "港澳居民来往内地通行证"
        TAIWAN = "taiwan", "台湾居民来往大陆通行证"
        FOREIGN_PERMANENT = "foreign_permanent", "外国人永久居留身份证"
        PASSPORT = "passport", "护照"
        NONE = "none", "无证件"

    class Sex(models.TextChoices):
        """As on the document."""

        FEMALE = "female", "女"
        MALE = "male", "男"
        UNKNOWN = "unknown", "未说明"

    number = models.AutoField(primary_key=True)
    name = models.CharField(max_length=80)
    sex = models.CharField(max_length=7, choices=Sex, default=Sex.UNKNOWN)
    id_type = models.CharField(max_length=17, choices=IdType)
    id_key = models.UUIDField(null=True, unique=True)
    id_sealed = models.BinaryField(null=True)
    id_tail = models.CharField(max_length=4, default="")
    identified_at = models.DateTimeField()
    identity_mac = models.BinaryField()
    phone_key = models.UUIDField(null=True)
    phone_sealed = models.BinaryField(null=True)
    phone_tail = models.CharField(max_length=4, default="")
    division = models.IntegerField(null=True)
    delivery = models.ForeignKey(
        "records.Delivery", models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "people"
        constraints = [
            models.CheckConstraint(
                name="people_a_document_has_a_number",
                condition=Q(id_type="none", id_key=None) | (~Q(id_type="none") & Q(id_key__isnull=False)),
            ),
            models.CheckConstraint(
                name="people_nine_digits", condition=Q(division=None) | Q(division__range=(10**8, 10**9 - 1))
            ),
        ]
        indexes = [
            HashIndex(name="people_by_name", fields=["name"]),
            HashIndex(name="people_by_phone", fields=["phone_key"]),
        ]

    def __str__(self) -> str:
        return f"person {self.number}"


class Home(Ending, Recorded):
    """A home or lodging on a stairwell."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="homes", db_index=False, db_constraint=False)
    stairwell = models.ForeignKey("records.Stairwell", models.PROTECT, related_name="homes", db_constraint=False)
    stands_for = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    """The struck row in whose place this one was recorded, because others said it too (actions/withdrawal.py)."""

    class Meta:
        db_table = "homes"
        constraints = [
            strike_is_whole("homes"),
            ends_after_start("homes"),
            models.UniqueConstraint(
                name="homes_said_once", fields=["person", "stairwell", "start"], condition=Q(struck_at=None)
            ),
        ]
        indexes = [
            models.Index(name="homes_struck_of", fields=["person"], condition=Q(struck_at__isnull=False)),
            models.Index(name="homes_stand_for", fields=["stands_for"], condition=Q(stands_for__isnull=False)),
        ]
