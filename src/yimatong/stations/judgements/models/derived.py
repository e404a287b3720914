"""What the run in force derived from stays, cases, areas and homes: evidence, and what the online judgement reads.

One governing row a person (and level, or source); `run` is the run that brought the row. Instants are minutes.
"""

from __future__ import annotations

from django.db import models


class Derived(models.Model):
    """A derived row about a person and the run that brought it."""

    person = models.IntegerField()
    run = models.ForeignKey("judgements.Run", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        abstract = True


class Visit(Derived):
    """The latest visit of an area of one level, or of one group of the policy's own."""

    pk = models.CompositePrimaryKey("person", "level")
    level = models.CharField(max_length=60)
    division = models.IntegerField()
    place = models.IntegerField()
    area = models.IntegerField()
    start = models.IntegerField()
    end = models.IntegerField()

    class Meta:
        db_table = "visits"


class Travel(Derived):
    """The latest other stay outside the province."""

    person = models.IntegerField(primary_key=True)
    division = models.IntegerField()
    place = models.IntegerField()
    start = models.IntegerField()
    end = models.IntegerField()

    class Meta:
        db_table = "travels"


class Exposure(Derived):
    """The latest close contact with a case; `end` is the last common minute."""

    person = models.IntegerField(primary_key=True)
    place = models.IntegerField()
    end = models.IntegerField()

    class Meta:
        db_table = "exposures"


class Neighbour(Derived):
    """The latest case or close contact on the person's stairwell; `end` is the anchor."""

    pk = models.CompositePrimaryKey("person", "source")
    source = models.CharField(max_length=7)
    stairwell = models.IntegerField()
    end = models.IntegerField()

    class Meta:
        db_table = "neighbours"
