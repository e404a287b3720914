"""What may move a colour: facts about people, and stays recorded one by one."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from yimatong.core.facts import DETAILS, Kind
from yimatong.records.models.recorded import Ending, Recorded, ends_after_start, strike_is_whole


def _closed_list() -> Q:
    """Only the pairs of kind and detail that core.facts lists. The kind is compared first and tests, the most of all, come
    first: the check is made for each of a million rows."""
    pairs = Q()
    for kind in sorted(Kind, key=lambda kind: kind != Kind.TEST):
        pairs |= Q(kind=kind.value) & Q(detail__in=list(DETAILS[kind]))
    return pairs


class Fact(Ending, Recorded):
    """One fact about one person. Never updated but to end it, never deleted: a wrong one is struck.

    `onset` is the first day of illness of a case, as that day's first minute.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        "records.Person", models.PROTECT, related_name="facts", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=12)
    detail = models.CharField(max_length=20)
    onset = models.DateTimeField(null=True)
    stands_for = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    """The struck row in whose place this one was recorded, because others said it too (actions/withdrawal.py)."""

    class Meta:
        db_table = "facts"
        constraints = [
            models.CheckConstraint(name="facts_closed_list", condition=_closed_list()),
            models.CheckConstraint(name="facts_onset_is_of_a_case", condition=Q(onset=None) | Q(kind="case")),
            strike_is_whole("facts"),
            ends_after_start("facts"),
            models.UniqueConstraint(
                name="facts_said_once", fields=["person", "kind", "detail", "start"], condition=Q(struck_at=None)
            ),
        ]
        indexes = [
            BrinIndex(name="facts_by_delivery", fields=["delivery"]),
            BrinIndex(name="facts_by_recording", fields=["recorded_at"], autosummarize=True),
            models.Index(name="facts_struck", fields=["struck_at"], condition=Q(struck_at__isnull=False)),
            models.Index(name="facts_struck_of", fields=["person"], condition=Q(struck_at__isnull=False)),
            models.Index(name="facts_cases", fields=["person"], condition=Q(kind="case", struck_at=None)),
            models.Index(name="facts_stand_for", fields=["stands_for"], condition=Q(stands_for__isnull=False)),
            models.Index(name="facts_contacts_end", fields=["end"], condition=Q(kind="contact", struck_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}"


class Stay(Recorded):
    """A stay recorded one by one: a declared itinerary, a checkpoint. Machine-made stays live in the Parquet lake."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        "records.Person", models.PROTECT, related_name="stays", db_index=False, db_constraint=False
    )
    place = models.ForeignKey("records.Place", models.PROTECT, related_name="+", db_constraint=False)
    division = models.IntegerField()
    arrive = models.DateTimeField()
    leave = models.DateTimeField()

    class Meta:
        db_table = "stays"
        constraints = [
            strike_is_whole("stays"),
            models.CheckConstraint(name="stays_leaves_after_arrival", condition=Q(leave__gte=F("arrive"))),
            models.CheckConstraint(name="stays_nine_digits", condition=Q(division__range=(10**8, 10**9 - 1))),
            models.UniqueConstraint(
                name="stays_said_once", fields=["person", "place", "arrive"], condition=Q(struck_at=None)
            ),
        ]
        indexes = [
            models.Index(name="stays_struck_of", fields=["person"], condition=Q(struck_at__isnull=False)),
            models.Index(name="stays_by_arrival", fields=["arrive"], condition=Q(struck_at=None)),
        ]


class JourneySaid(models.Model):
    """A delivery said that somebody was somewhere, whether or not it was the first to say so (intake/journeys.py)."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey("records.Delivery", models.PROTECT, related_name="+")
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="+", db_constraint=False)
    place = models.ForeignKey("records.Place", models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    division = models.IntegerField()
    arrive = models.DateTimeField()
    leave = models.DateTimeField()

    class Meta:
        db_table = "journeys_said"
        constraints = [
            models.UniqueConstraint(
                name="journeys_said_once_a_delivery", fields=["delivery", "person", "place", "arrive", "leave"]
            )
        ]
