"""Mistakes around the judgements, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.errors import EnvironmentProblem, Mistakes, Sentences, YimatongError
from yimatong.core.text import message as _

SENTENCES: Sentences = {
    "judgement-going": (
        _("another judgement is going on (run {run}); there is one at a time."),
        _("wait for its end and try again; yimatong runs list shows where it stands."),
    ),
    "judgement-goes-back": (
        _("what is in force was judged for {in_force}; an earlier instant ({as_of}) is not published over it."),
        _("to look at a past instant use yimatong runs as-of; otherwise give a later instant."),
    ),
    "judgement-ahead": (
        _("the instant {as_of} lies ahead."),
        _("give an instant that is now or earlier, with its time zone."),
    ),
    "policy-not-in-force": (
        _("the policy {policy} is in force from {first} to {last}; {day} lies outside."),
        _("choose another instant, or give the policy new first and last days."),
    ),
    "people-vanished": (
        _("{count} people who have a verdict are missing from the inputs; nothing was published."),
        _("look whether people were removed by mistake, put them back and run again."),
    ),
    "run-unknown": (
        _("there is no run {run}."),
        _("yimatong runs list shows the numbers there are."),
    ),
    "run-not-judged": (
        _("run {run} came to no result (it is {state}) and cannot be judged again."),
        _("choose one that was published or finished."),
    ),
    "snapshot-gone": (
        _("the kept files of run {run} are no longer whole: {file}."),
        _("restore the file from a backup; a run that was cleaned up in time cannot be judged again."),
    ),
    "snapshot-changed": (
        _("a kept file of run {run} was changed since: {file}."),
        _("restore the file from a backup; a changed file proves nothing."),
    ),
    "nothing-in-force": (
        _("no judgement was published yet."),
        _("run yimatong night first."),
    ),
    "person-unknown": (
        _("there is nobody with that number."),
        _("check the person's number."),
    ),
    "engine-unknown": (
        _("there is no engine {engine}."),
        _("choose duckdb, spark or reference."),
    ),
}


class JudgementError(YimatongError):
    """Something about a judgement that a person can mend."""


mistake = Mistakes(JudgementError, SENTENCES)


def lake_restless(folder: str) -> EnvironmentProblem:
    """The lake's files kept changing while they were being recorded."""
    return EnvironmentProblem(
        "lake-restless",
        place=folder,
        sentence=_("the lake of stays kept changing while it was recorded."),
        remedy=_("wait for the deliveries that are being taken, then run again."),
    )


def spark_conf_wrong(path: str, line: int) -> EnvironmentProblem:
    """Spark's file of configuration cannot be read, or a line of it is no setting."""
    return EnvironmentProblem(
        "spark-conf-wrong",
        place=f"{path}:{line}" if line else path,
        sentence=_("Spark's file of configuration cannot be read, or this line is no setting."),
        remedy=_("give a name and a value on each line, like: spark.executor.memory 8g; see docs/how-to/spark.md."),
    )


def spark_missing() -> EnvironmentProblem:
    """The Spark engine was asked for where there is no Spark, or no Java to run it."""
    return EnvironmentProblem(
        "spark-missing",
        _("there is no PySpark or no Java 17 here, so the spark engine cannot run."),
        remedy=_("install yimatong[spark] and Java 17, or use --engine duckdb."),
    )
