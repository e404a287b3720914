"""Disputes: who objects to which fact, in which words, when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Dispute(models.Model):
    """A person says that one fact about them is not so.

    `evidence` names the fact as a reason does (`case/12`, `visit/key/420106001/77@26334000`); `fact` is the record behind
    it, NULL where it was derived. `rule` is the rule that rests on it. The words are sealed. `at` is an instant of the
    city's life. A fact is disputed once by a person; saying it again changes nothing, and nobody changes what was said.
    Said on the phone it has the `account`, at an issuing point (G2) the `point` and the `official` who wrote it down.
    """

    person = models.ForeignKey("records.Person", models.PROTECT, related_name="disputes")
    account = models.ForeignKey("declarations.Account", models.PROTECT, null=True, related_name="disputes")
    point = models.ForeignKey("issuing.Point", models.PROTECT, null=True, related_name="disputes")
    official = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+", db_index=False)
    evidence = models.CharField(max_length=120)
    fact = models.ForeignKey("records.Fact", models.PROTECT, null=True, related_name="disputes")
    rule = models.CharField(max_length=64)
    words_sealed = models.BinaryField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "disputes"
        constraints = [
            models.UniqueConstraint(name="disputes_once_a_fact", fields=["person", "evidence"]),
            models.CheckConstraint(name="disputes_name_a_fact", condition=~Q(evidence="")),
            models.CheckConstraint(
                name="disputes_by_an_account_or_at_a_point",
                condition=Q(account__isnull=False, point=None, official=None)
                | Q(account=None, point__isnull=False, official__isnull=False),
            ),
        ]
        indexes = [models.Index(name="disputes_newest", fields=["-at"])]

    def __str__(self) -> str:
        return f"dispute/{self.pk}"
