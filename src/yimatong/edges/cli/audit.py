"""`yimatong audit`: whether the chain, what was recorded, verdicts and policies are as they were, and what an official accepts of it."""

from __future__ import annotations

import json

import click

from yimatong.core.errors import Exit
from yimatong.core.text import message as _
from yimatong.edges.cli.progress import shown
from yimatong.edges.cli.signing_in import in_own_name
from yimatong.edges.cli.starting import language, needs_database, say


@click.group("audit")
def command() -> None:
    """The audit chain, and everything that is verified by keys outside the database."""


@command.command("verify")
@click.option(
    "--sample", type=click.IntRange(0, 1000), default=1, show_default=True, help="Runs drawn and judged again."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@needs_database
def verify(sample: int, *, as_json: bool) -> None:
    """Verify everything, one check after another. Exit code 0: all is as it was; 1: something is not, and is named by number."""
    from yimatong.stations.audits import verifying

    with shown() as progress:
        seen = verifying.verify(sample=sample, progress=progress)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "verification": seen.number,
                    "found": seen.found,
                    "checks": [
                        {
                            "name": one.name, "looked": one.looked, "seconds": one.seconds, "found": one.found, "named": one.named,
                        }
                        for one in seen.checks
                    ],
                }
            )
        )  # fmt: skip
    else:
        tell(seen.checks)
    if seen.found:
        say(
            _("{found} are not as they were; docs/reference/audit.md says what to do.", found=seen.found),
        )
        raise SystemExit(Exit.FOUND)
    say(_("all is as it was."))


def tell(checks: object) -> None:
    """Print a line a check, and below it what it found."""
    from yimatong.stations.audits.verifying import Checked

    assert isinstance(checks, tuple)
    for one in checks:
        assert isinstance(one, Checked)
        title = one.title.of(language())
        click.echo(f"  {'≠' if one.found else '='} {one.name:<12} {one.looked:>10}  {one.seconds:>8.1f} s  {title}")
        if one.note:
            click.echo(f"      {one.note.of(language())}")
        for named in one.named:
            click.echo(f"      {named}")
        if one.found > len(one.named):
            more = one.found - len(one.named)
            click.echo(_("      {more} more", more=more).of(language()))


@command.command("accept")
@click.option("--by", "username", required=True, help="The official who accepts; their password is asked for.")
@click.option("--why", required=True, help="What happened: a back-up was restored, a folder of heads was moved.")
@needs_database
def accept(username: str, why: str) -> None:
    """Accept what stands of the audit chain, records and policies: it is told no more. Nothing is put right by it."""
    from yimatong.records.actions import officials
    from yimatong.stations.audits import actions

    accepted = actions.accept(by=in_own_name(officials.official(username)), why=why)
    say(_("{accepted} were accepted.", accepted=accepted))
