"""Verdicts and their reasons: inserted by the judgement, never updated, never deleted (migration 0002)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

COLOUR_LENGTH = 7
RULES_LENGTH = 80


class VerdictColumns(models.Model):
    """What a verdict says. Instants are minutes since 1970-01-01T00:00Z (core/time.py); lists are joined with commas."""

    colour = models.CharField(max_length=COLOUR_LENGTH)
    rules = models.TextField()
    facts = models.TextField()
    since = models.IntegerField(null=True)
    until = models.IntegerField(null=True)
    next_change = models.IntegerField(null=True)

    class Meta:
        abstract = True


class Verdict(VerdictColumns):
    """What a run said about a person, where it differs from what was in force before."""

    pk = models.CompositePrimaryKey("person", "run")
    # No foreign keys in the database, they would double the publication: a person was in the snapshot, and a trigger
    # looks at the run once a statement (migration 0002).
    person = models.ForeignKey(
        "records.Person", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    run = models.ForeignKey(
        "judgements.Run", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="verdicts"
    )

    class Meta:
        db_table = "verdicts"
        constraints = [
            models.CheckConstraint(
                name="verdicts_known_colour", condition=Q(colour__in=["red", "yellow", "green", "unknown"])
            ),
            # Nothing is painted: red and yellow have a rule and a fact, green has neither.
            models.CheckConstraint(
                name="verdicts_a_colour_has_its_reason",
                condition=Q(colour="unknown")
                | (Q(colour="green") & Q(rules="", facts="", since=None, until=None))
                | (Q(colour__in=["red", "yellow"]) & ~Q(rules="") & ~Q(facts="") & Q(since__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(name="verdicts_by_run", fields=["run"]),
            models.Index(name="verdicts_due", fields=["next_change"], condition=Q(next_change__isnull=False)),
        ]


class VerdictReason(models.Model):
    """One rule that held for a person, with its governing fact; belongs to the verdict of the same person and run."""

    pk = models.CompositePrimaryKey("person", "run", "rule")
    person = models.IntegerField()
    run = models.ForeignKey("judgements.Run", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    rule = models.CharField(max_length=RULES_LENGTH)
    colour = models.CharField(max_length=COLOUR_LENGTH)
    fact = models.TextField()
    since = models.IntegerField()
    until = models.IntegerField()

    class Meta:
        db_table = "verdict_reasons"
        constraints = [
            models.CheckConstraint(name="verdict_reasons_known_colour", condition=Q(colour__in=["red", "yellow"]))
        ]


class CurrentVerdict(VerdictColumns):
    """The verdict in force of each person: a view, the newest verdict."""

    person = models.IntegerField(primary_key=True)
    run = models.ForeignKey("judgements.Run", models.DO_NOTHING, db_constraint=False, related_name="+")

    class Meta:
        managed = False
        db_table = "current_verdicts"
