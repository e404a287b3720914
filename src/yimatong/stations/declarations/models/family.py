"""Who declares for whom, and who lives together."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Dependant(models.Model):
    """An account looks after somebody: a child, a parent. Detached, it keeps its history."""

    class Relation(models.TextChoices):
        """What the dependant is to the account's person."""

        CHILD = "child", "子女"
        WARD = "ward", "被监护人"
        PARENT = "parent", "父母"
        GRANDPARENT = "grandparent", "祖父母"
        SPOUSE = "spouse", "配偶"
        OTHER = "other", "其他家属"

    account = models.ForeignKey("declarations.Account", models.PROTECT, related_name="dependants")
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="looked_after_by")
    relation = models.CharField(max_length=11, choices=Relation)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, default="")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "dependants"
        constraints = [
            models.UniqueConstraint(
                name="dependants_once_at_a_time", fields=["account", "person"], condition=Q(until=None)
            ),
            models.CheckConstraint(
                name="dependants_until_after_since", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
        ]

    def __str__(self) -> str:
        return f"dependant {self.pk}"


class Coresident(models.Model):
    """A declaration names somebody who lives with the declarer.

    `resident` is who that is, where the document named is known to the records. Neither sees anything of the other by it.
    """

    declaration = models.ForeignKey("declarations.Declaration", models.PROTECT, related_name="coresidents")
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="+")
    resident = models.ForeignKey("records.Person", models.PROTECT, null=True, related_name="+")
    name_sealed = models.BinaryField()
    document_key = models.UUIDField(null=True, db_index=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "coresidents"
        constraints = [
            models.CheckConstraint(
                name="coresidents_until_after_since", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
            models.CheckConstraint(
                name="coresidents_of_another", condition=Q(resident=None) | ~Q(resident=F("person"))
            ),
        ]
        indexes = [models.Index(name="coresidents_by_person", fields=["person"], condition=Q(until=None))]
