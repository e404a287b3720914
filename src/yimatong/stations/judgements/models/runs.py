"""Runs: what was judged, with which policy, from which inputs, and what came of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Run(models.Model):
    """One judgement of everybody, of the touched, of a past instant, or again from a snapshot.

    `as_of` is the instant that is judged, `known_at` the instant up to which facts count as recorded. `inputs` maps a
    table to {"sha256", "rows"}, `outputs` a table to its SHA-256, `versions` a program to its version, `timings` a step
    to seconds, `sizes` what it read and wrote to bytes (lifecycle.Sizes). `shifts` are the counts that it moved
    (counting.Shifts). `lake` is the SHA-256 of the manifest of the lake's files. `next_change` is the first minute at which
    what the run says could change by time alone (NULL: never).
    `follows` is the run that was in force before this one. `published_xact` is set by the database alone: verdicts can be
    inserted in that transaction and in no other.
    """

    class Kind(models.TextChoices):
        """What is judged."""

        FULL = "full", "全量"
        TOUCHED = "touched", "增量"
        AS_OF = "as_of", "回溯"
        REPLAY = "replay", "重演"

    class State(models.TextChoices):
        """Where the run stands; it only moves forward, and those from published on are final."""

        STARTED = "started", "已开始"
        SNAPSHOTTED = "snapshotted", "已取数"
        JUDGED = "judged", "已研判"
        PUBLISHED = "published", "已发布"
        FINISHED = "finished", "已完成"
        REPEATED = "repeated", "无变化"
        FAILED = "failed", "失败"
        ABANDONED = "abandoned", "中断"

    number = models.AutoField(primary_key=True)
    kind = models.CharField(max_length=7, choices=Kind)
    state = models.CharField(max_length=11, choices=State, default=State.STARTED)
    policy = models.ForeignKey("records.PolicyPack", models.PROTECT, related_name="runs")
    as_of = models.DateTimeField()
    known_at = models.DateTimeField(null=True)
    engine = models.CharField(max_length=16)
    versions = models.JSONField()
    inputs = models.JSONField(default=dict)
    lake = models.CharField(max_length=64, default="")
    outputs = models.JSONField(default=dict)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    people = models.IntegerField(null=True)
    touched = models.IntegerField(null=True)
    changed = models.IntegerField(null=True)
    counts = models.JSONField(null=True)
    shifts = models.JSONField(default=dict)
    next_change = models.DateTimeField(null=True)
    timings = models.JSONField(default=dict)
    sizes = models.JSONField(default=dict)
    by = models.ForeignKey("records.Official", models.PROTECT, related_name="+")
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    published_xact = models.BigIntegerField(null=True, editable=False)
    error = models.CharField(max_length=64, default="")

    class Meta:
        db_table = "runs"
        indexes = [
            models.Index(name="runs_said", fields=["number"], condition=Q(state__in=["published", "repeated"])),
            models.Index(
                name="runs_over_everybody",
                fields=["as_of"],
                condition=Q(kind="full", state__in=["published", "repeated"]),
            ),
            models.Index(name="runs_published", fields=["as_of", "number"], condition=Q(state="published")),
        ]
        constraints = [
            models.CheckConstraint(
                name="runs_known_kind", condition=Q(kind__in=["full", "touched", "as_of", "replay"])
            ),
            models.CheckConstraint(
                name="runs_known_state",
                condition=Q(
                    state__in=[
                        "started",
                        "snapshotted",
                        "judged",
                        "published",
                        "finished",
                        "repeated",
                        "failed",
                        "abandoned",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="runs_only_full_and_touched_are_published",
                condition=~Q(state="published") | Q(kind__in=["full", "touched"], changed__isnull=False),
            ),
            models.CheckConstraint(name="runs_an_error_is_named", condition=~Q(state="failed") | ~Q(error="")),
            # Every published run has one run that it follows, and no two follow the same: history is one line.
            models.UniqueConstraint(
                name="runs_history_is_one_line",
                fields=["follows"],
                condition=Q(state="published"),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="runs_follow_an_earlier_one", condition=Q(follows=None) | Q(follows__lt=F("number"))
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.number}"


class SkippedNumbers(models.Model):
    """Numbers from `first` to `last` that no run has, and why: all others that are missing were deleted by somebody.

    `crash`: left out by the database's sequence before runs were numbered without holes; `found`: something stood under a number up to
    `last` that no run had said (a discrepancy), and runs go on beyond it.
    """

    first = models.IntegerField(primary_key=True)
    last = models.IntegerField()
    why = models.CharField(max_length=8, choices=[("crash", "停机"), ("found", "发现")])
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "run_numbers_skipped"
        constraints = [
            models.CheckConstraint(name="run_numbers_skipped_forward", condition=Q(first__gt=0, last__gte=F("first"))),
            models.CheckConstraint(name="run_numbers_skipped_known_why", condition=Q(why__in=["crash", "found"])),
        ]

    def __str__(self) -> str:
        return f"runs {self.first} to {self.last}"


class Unjudged(models.Model):
    """A statement that recorded, ended or struck something that a judgement reads, until a run that saw it is published.

    The database writes the rows itself (migrations 0003 and 0004); `what` is the table, `people` are those whose rows they are (None: too
    many to name, or a table of no people).
    """

    number = models.BigAutoField(primary_key=True)
    what = models.CharField(max_length=10)
    people = ArrayField(models.IntegerField(), null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "unjudged"

    def __str__(self) -> str:
        return f"{self.what} {self.number}"


class CurrentCount(models.Model):
    """How many people of a district (6-digit code) have a colour, by what is in force; `run` is the last that moved the number.

    `rule` is empty for everybody of that colour, else those of them for whom that rule holds. Nobody: no row.
    """

    pk = models.CompositePrimaryKey("district", "colour", "rule")
    district = models.IntegerField()
    colour = models.CharField(max_length=7)
    rule = models.CharField(max_length=80)
    people = models.IntegerField()
    run = models.ForeignKey(Run, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        db_table = "current_counts"


class PastCount(models.Model):
    """How many people of the city had a colour at the end of a local day: by the last run that was published for an instant of it."""

    pk = models.CompositePrimaryKey("day", "colour", "rule")
    day = models.DateField()
    colour = models.CharField(max_length=7)
    rule = models.CharField(max_length=80)
    people = models.IntegerField()
    run = models.ForeignKey(Run, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        db_table = "day_counts"


class CountedElsewhere(models.Model):
    """Who is counted in another district than the last run over everybody says, or came after it. Such a run empties the table."""

    person = models.IntegerField(primary_key=True)
    district = models.IntegerField()
    run = models.ForeignKey(Run, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        db_table = "counted_elsewhere"
