"""`yimatong restatements`: records that were edited past the program, and what two officials record in their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from yimatong.core.text import message as _
from yimatong.edges.cli.feeds import judge_soon, official
from yimatong.edges.cli.starting import language, needs_database, say

if TYPE_CHECKING:
    from yimatong.stations.judgements.restating import Version

BY = click.option("--by", metavar="USERNAME", required=True, help="The official who says so, with their password.")


@click.group("restatements")
def command() -> None:
    """Records that were edited past the program: list them, propose what is recorded anew, confirm or refuse it."""


@command.command("list")
@needs_database
def list_them() -> None:
    """List what stands still, each with what was judged and what the records say now."""
    from yimatong.stations.judgements import restating

    rows = restating.standing_still()
    for row in rows:
        whose = (
            _("person {number}", number=row.person) if row.person is not None else _("area {number}", number=row.area)
        )
        say(_("{number}  {what}, {whose}", number=row.number, what=row.name, whose=whose), err=False)
        say(_("  as judged: {judged}", judged=_told(row.judged)), err=False)
        say(_("  as recorded now: {found}", found=_told(row.found)), err=False)
        if row.waiting:
            side = _("as judged") if row.waiting.as_judged else _("as recorded now")
            say(_("  proposal {proposal} waits: {side}", proposal=row.waiting.pk, side=side), err=False)
    if not rows:
        say(_("the records are those that were judged."), err=False)


@command.command("propose")
@click.argument("number", type=click.IntRange(1, 2**62))
@click.option(
    "--as", "side", type=click.Choice(["judged", "recorded"]), required=True, help="What is to be recorded anew."
)
@click.option("--reason", required=True, help="Why; without names or numbers.")
@click.option("--basis", required=True, help="What you have seen; without names or numbers.")
@BY
@needs_database
def propose(number: int, side: str, reason: str, basis: str, by: str) -> None:
    """Propose what is recorded anew; another official confirms it."""
    from yimatong.stations.judgements import restating

    made = restating.propose(by=official(by), standstill=number, as_judged=side == "judged", reason=reason, basis=basis)
    say(_("proposal {made} waits for another official.", made=made.pk))


@command.command("confirm")
@click.argument("proposal", type=click.IntRange(1, 2**62))
@BY
@needs_database
def confirm(proposal: int, by: str) -> None:
    """Record what another official has proposed; the next judgement goes by it."""
    from yimatong.stations.judgements import restating

    restating.confirm(by=official(by), restatement=proposal)
    judge_soon()
    say(_("it is recorded anew; the next judgement goes by it."))


@command.command("refuse")
@click.argument("proposal", type=click.IntRange(1, 2**62))
@click.option("--why", required=True, help="Why; without names or numbers.")
@BY
@needs_database
def refuse(proposal: int, why: str, by: str) -> None:
    """End a proposal; the verdict goes on standing still."""
    from yimatong.stations.judgements import restating

    restating.refuse(by=official(by), restatement=proposal, why=why)
    say(_("refused."))


def _told(versions: Sequence[Version]) -> str:
    """Rows in one line; none is a dash."""
    from yimatong.records import calendar

    def instant(version: Version) -> str:
        times = [version.start, version.end] if version.end else [version.start]
        return " – ".join(calendar.local(moment).strftime("%Y-%m-%d %H:%M") for moment in times)

    return "; ".join(f"{one.text.of(language())} {instant(one)}" for one in versions) or "—"
