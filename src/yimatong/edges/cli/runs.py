"""`yimatong runs`: the history of judgements, one of them in full, a past instant, and a run judged again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from yimatong.core.errors import Exit
from yimatong.core.text import message as _
from yimatong.edges.cli.moments import Moment
from yimatong.edges.cli.progress import shown
from yimatong.edges.cli.starting import language, needs_database, say
from yimatong.stations.judgements.answers import RunLine


@click.group("runs")
def command() -> None:
    """Judgements that were made: list them, look at one, judge one again, look at a past instant."""


@command.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@needs_database
def list_runs(limit: int) -> None:
    """List the runs, the newest first; * marks the one in force."""
    from yimatong.stations.judgements import queries

    for line in queries.runs(limit):
        click.echo(one_line(line))
    for hole in queries.holes():
        which = f"{hole.first}–{hole.last}"
        say(_("! no runs have the numbers {which}: {why}", which=which, why=WHY[hole.why]), err=False)


WHY = {
    "crash": _("skipped when the database crashed, by a version of before"),
    "found": _("something stood there that no run had said; numbers go on beyond it"),
    "": _("nobody has said why; they may have been deleted"),
}


@command.command("show")
@click.argument("run", type=int)
@needs_database
def show(run: int) -> None:
    """Show one run: policy, inputs, counts, programs, seconds a step."""
    from yimatong.stations.judgements.errors import mistake
    from yimatong.stations.judgements.lines import line
    from yimatong.stations.judgements.models import Run

    found = Run.objects.select_related("policy", "by").filter(pk=run).first()
    if found is None:
        raise mistake("run-unknown", run=run)
    click.echo(one_line(line(found)))
    pairs: list[tuple[str, object]] = [
        ("policy", f"{found.policy.pack} {found.policy.version} {found.policy_id}"),
        ("known_at", found.known_at),
        ("next_change", found.next_change or "-"),
        *((f"input {table}", f"{said['rows']} rows {said['sha256']}") for table, said in found.inputs.items()),
        ("input lake", found.lake),
        *((f"output {table}", digest) for table, digest in found.outputs.items()),
        *((f"program {name}", version) for name, version in found.versions.items()),
        *((f"seconds {step}", seconds) for step, seconds in found.timings.items()),
    ]
    for name, value in pairs:
        click.echo(f"  {name:<24} {value}")


@command.command("replay")
@click.argument("run", type=int)
@needs_database
def replay(run: int) -> None:
    """Judge a run's snapshot again and compare every byte. Exit code 0: the same; 1: something differs."""
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements import replaying

    with shown() as progress:
        found = replaying.replay(by=the_system(), run=run, progress=progress)
    for table in found.tables:
        click.echo(f"  {table.table:<12} {'=' if table.same else '≠'} {table.sha256_then} {table.sha256_now}")
        if not table.same:
            tell_difference(table)
    tell_others(run)
    for one in found.standing:
        say(_("  in the database, and not what the run said: {one}", one=_named(one)))
    for name, (then, now) in found.programs.items():
        say(_("  {name} has another version now: {then} -> {now}", name=name, then=then, now=now))
    if found.same:
        say(_("run {run}, judged again, is the same bit for bit.", run=run))
        return
    say(_("run {run}, judged again, differs.", run=run))
    raise SystemExit(Exit.FOUND)


@command.command("reconcile")
@needs_database
def reconcile() -> None:
    """Compare everything that stands with what was judged. Exit code 0: it is the same; 1: something differs, and is judged again."""
    from yimatong.records import clock
    from yimatong.stations.audits import chain
    from yimatong.stations.judgements import discrepancies, judged, reconciling, recorded, unfit
    from yimatong.stations.passes import reconciling as of_passes

    report = reconciling.Looker().look(everything=True)
    codes = of_passes.Looker().look(now=clock.now(), everything=True)
    unfit.Looker().look(everything=True)
    recorded.Looker().look(everything=True)
    seconds = report.seconds + codes.seconds
    say(
        _(
            "compared: {runs} sealed runs, what is in force of {people} people, their codes and papers "
            "({seconds:.1f} s), who they are and what is recorded of them.",
            runs=report.runs,
            people=report.people,
            seconds=seconds,
        ),
    )
    for colour in sorted({*report.stood, *report.counted}):
        click.echo(f"  {colour:<8} {report.stood.get(colour, 0)} = {report.counted.get(colour, 0)}")
    if codes.waits:
        say(_("  codes have yet to follow the last run; look again in a minute."))
    found = discrepancies.open_ones()
    for one in found:
        click.echo(f"  {_named(one)}")
    if not found:
        say(_("it is what was judged."))
        return
    people = {one.person for one in found if one.table == unfit.TABLE}
    if people:
        say(
            _(
                "the identities of {count} are not as recorded: two officials record them anew (Corrections of "
                "identities).",
                count=len(people),
            ),
        )
    ours = [one for one in found if one.table != unfit.TABLE and not chain.is_ours(one)]
    if others := sum(chain.is_ours(one) for one in found):
        say(
            _(
                "{others} are of the audit chain, of records or of policies: see `yimatong audit verify`.",
                others=others,
            ),
        )
    if edited := sum(one.table in judged.TABLES for one in ours):
        say(
            _(
                "the records of {edited} people or areas were edited past the program: verdicts stand still "
                "until two officials have recorded them anew (yimatong restatements list).",
                edited=edited,
            ),
        )
    if unjudged := sum(one.table not in (*judged.TABLES, "standstills") for one in ours):
        say(
            _(
                "{unjudged} were not judged; the next run puts them right (within a minute, or `yimatong touched`).",
                unjudged=unjudged,
            ),
        )
    raise SystemExit(Exit.FOUND)


def _named(one: Any) -> str:
    """What differs, in one line: where, how, under which run, whose."""
    run = f" run {one.run}" if one.run else ""
    run = run if one.row is None else f" {one.row}{run}"
    return f"{one.table} {one.kind}{run}" + (f" person {one.person}" if one.person is not None else "")


def tell_difference(table: object) -> None:
    """Say how many rows differ and whose, by person number."""
    from yimatong.stations.judgements.replaying import TableCompared

    assert isinstance(table, TableCompared)
    if not table.rows_known:
        say(_("    the files of then are gone; only the hashes could be compared."))
        return
    if table.edited:
        say(_("    the kept file was changed since."))
    people = ", ".join(map(str, table.people))
    say(
        _("    {differing} rows differ, of the people {people}", differing=table.differing, people=people),
    )


MOST_SHOWN = 20


def tell_others(run: int) -> None:
    """Say how many of those whom a run judged have another identity on record now, and whose, by person number."""
    from yimatong.stations.judgements.identities import others_now
    from yimatong.stations.judgements.models import Run

    others = list(others_now(Run.objects.get(pk=run)))
    if others:
        shown_here = ", ".join(map(str, others[:MOST_SHOWN]))
        say(
            _(
                "  the identity of {count} people is another one now, of the people {shown_here}",
                count=len(others),
                shown_here=shown_here,
            ),
        )


@command.command("as-of")
@click.argument("moment", type=Moment())
@click.option("--known-at", type=Moment(), help="What was known by then counts; without it, by the moment itself.")
@click.option(
    "--policy", "pack", type=click.Path(path_type=Path, file_okay=False), help="Policy folder; else that of then."
)
@click.option("--person", type=int, help="Print this person's verdict and reasons too; the look is recorded.")
@click.option("--why", default="", help="Case number or reason of the look; needed with --person.")
@needs_database
def as_of(moment: datetime, known_at: datetime | None, pack: Path | None, person: int | None, why: str) -> None:
    """Judge a past instant with what was known then; nothing is published."""
    from yimatong.records.actions.audit import look
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements import actions, queries

    if person is not None:
        look(by=the_system(), person=person, why=why, where="runs as-of")

    with shown() as progress:
        line = actions.run_as_of(by=the_system(), moment=moment, known_at=known_at, policy=pack, progress=progress)
    click.echo(one_line(line))
    if person is not None:
        told = queries.explain_run(line.run, person)
        click.echo(f"  {told.colour}")
        for reason in told.reasons:
            title, until = (reason.title.of(language())), reason.until.isoformat(timespec="minutes")
            click.echo(f"  {reason.rule:<28} {title}  {reason.evidence.fact}  -> {until}")


@command.command("forget")
@click.option("--before", type=Moment(), required=True, help="Runs that ended before this instant.")
@needs_database
def forget(before: datetime) -> None:
    """Remove the kept inputs and outputs of old runs; what was published stays, they can no longer be judged again."""
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements import folding

    removed = folding.forget_runs(by=the_system(), before=before)
    say(_("the files of {removed} runs were removed.", removed=removed))


def one_line(line: RunLine) -> str:
    """A run in one line: number, kind, state, as_of, policy, counts, changes, seconds."""
    marks = [
        f"{'*' if line.in_force else ' '}{line.run:>5}",
        f"{line.kind:<8}{line.state:<12}",
        line.as_of.isoformat(timespec="minutes"),
        f"{line.policy} {line.policy_version}",
        *said(line),
    ]
    return "  ".join(marks)


def said(line: RunLine) -> Iterable[str]:
    """What came of the run, as far as it got."""
    if line.counts is not None:
        yield " ".join(f"{colour}={people}" for colour, people in line.counts.items())
    if line.changed is not None:
        yield f"touched={line.touched} changed={line.changed}"
    if line.seconds is not None:
        yield f"{line.seconds:.1f}s"
    if line.same_as is not None:
        yield f"same_as={line.same_as}"
    if line.error:
        yield f"error={line.error}"
