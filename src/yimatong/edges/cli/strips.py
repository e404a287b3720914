"""`yimatong strips`: passes signed for the days to come, and the lists kept up, as the worker does it by itself."""

from __future__ import annotations

import click

from yimatong.core.text import message as _
from yimatong.edges.cli.starting import needs_database, say


@click.group("strips")
def command() -> None:
    """Sign strips of passes, follow the verdicts, publish the lists."""


@command.command("mint")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="That sign.")
@needs_database
def mint(processes: int) -> None:
    """Sign what is missing for today and the days to come; stopped at any moment, it goes on with the next start."""
    from yimatong.edges.cli.progress import shown
    from yimatong.records import clock
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.passes.actions import minting
    from yimatong.stations.passes.days import name_of
    from yimatong.stations.passes.upkeep import keep_up

    keep_up(by=the_system(), now=clock.now())
    with shown() as progress:
        found = minting.mint(now=clock.now(), processes=processes, progress=progress)
    for day in found:
        say(_("{day}: {strips} strips", day=name_of(day.day), strips=day.strips), err=False)


@command.command("follow")
@click.option("--everybody", is_flag=True, help="Compare all live bindings, not only those whose verdict changed.")
@needs_database
def follow(everybody: bool) -> None:
    """One round of what the worker does every minute: follow the verdicts, cut the recall lists, publish."""
    from yimatong.records import clock
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.passes.upkeep import keep_up

    kept = keep_up(by=the_system(), now=clock.now(), everybody=everybody)
    say(
        _(
            "recalled {recalled}, issued {issued}; listed {listed}, signed {signed} lists.",
            recalled=kept.followed.recalled,
            issued=kept.followed.issued,
            listed=kept.cut.listed,
            signed=kept.cut.signed,
        ),
        err=False,
    )
