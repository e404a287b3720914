"""Declarations: the words agreed to, the draft, what was declared, and the records that it made."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Statement(models.Model):
    """The truthfulness wording of one version, in force from its first day until the next version's. Never changed."""

    version = models.CharField(max_length=16, primary_key=True)
    zh = models.TextField()
    en = models.TextField()
    first_day = models.DateField(unique=True)

    class Meta:
        db_table = "statements"

    def __str__(self) -> str:
        return self.version


class Draft(models.Model):
    """What somebody has filled in so far, sealed; `about` tells several on one account apart (`self`, `d3`, `new`)."""

    account = models.ForeignKey("declarations.Account", models.CASCADE, related_name="drafts")
    about = models.CharField(max_length=16, default="self")
    answers_sealed = models.BinaryField()
    step = models.CharField(max_length=20)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "drafts"
        constraints = [models.UniqueConstraint(name="drafts_one_about_somebody", fields=["account", "about"])]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class Declaration(models.Model):
    """What was declared about one person, once, and never changed: a correction is a new one that `replaces` this one.

    `declared_at` and `agreed_at` are instants of the city's life, `recorded_at` is real. `answers_sealed` is the form as
    it was filled in. `fingerprint` is a keyed hash of it, so that the same answers sent twice make one declaration.
    `person` is NULL while it is not certain that the declarer may speak for the person whose document was named (an open
    contradiction of sort `identity`); it is set once, when that was settled, and nothing it says counts before.
    """

    class By(models.TextChoices):
        """Who filled it in."""

        SELF = "self", "本人"
        GUARDIAN = "guardian", "监护人或家属"
        OFFICIAL = "official", "工作人员"

    person = models.ForeignKey("records.Person", models.PROTECT, null=True, related_name="declarations")
    account = models.ForeignKey("declarations.Account", models.PROTECT, null=True, related_name="declarations")
    official = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+")
    made_by = models.CharField(max_length=8, choices=By)
    source = models.CharField(max_length=64)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    answers_sealed = models.BinaryField()
    fingerprint = models.UUIDField()
    form = models.CharField(max_length=16)
    receipt_key = models.UUIDField(unique=True)
    receipt_sealed = models.BinaryField()
    phone_key = models.UUIDField(null=True)
    declared_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        db_table = "declarations"
        constraints = [
            models.CheckConstraint(
                name="declarations_by_somebody",
                condition=Q(account__isnull=False, official=None) | Q(account=None, official__isnull=False),
            ),
            models.CheckConstraint(
                name="declarations_replace_a_known_persons", condition=Q(replaces=None) | Q(person__isnull=False)
            ),
            # With `replaces` unique too, a person's declarations are one line, also when two come at the same moment.
            models.UniqueConstraint(
                name="declarations_one_first_a_person",
                fields=["person"],
                condition=Q(replaces=None, person__isnull=False),
            ),
        ]
        indexes = [models.Index(name="declarations_by_person", fields=["person", "-id"])]

    def __str__(self) -> str:
        return f"declaration {self.pk}"


class DeclaredRecord(models.Model):
    """A fact, home or stay that a person's own words made: what their correction may end or strike, and nothing else.

    `declaration` is NULL where a check-in said it.
    """

    person = models.ForeignKey("records.Person", models.PROTECT, related_name="+")
    declaration = models.ForeignKey(Declaration, models.PROTECT, null=True, related_name="declared_records")
    fact = models.OneToOneField("records.Fact", models.PROTECT, null=True, related_name="+")
    home = models.OneToOneField("records.Home", models.PROTECT, null=True, related_name="+")
    stay = models.OneToOneField("records.Stay", models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "declared_records"
        constraints = [
            models.CheckConstraint(
                name="declared_records_of_one_record",
                condition=Q(fact__isnull=False, home=None, stay=None)
                | Q(fact=None, home__isnull=False, stay=None)
                | Q(fact=None, home=None, stay__isnull=False),
            )
        ]
