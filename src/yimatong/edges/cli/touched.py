"""`yimatong touched`: by day, whoever new facts or the passing of time touched."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from yimatong.core.text import message as _
from yimatong.edges.cli.moments import Moment
from yimatong.edges.cli.night import PATIENCE
from yimatong.edges.cli.progress import shown
from yimatong.edges.cli.runs import one_line
from yimatong.edges.cli.starting import needs_database, say


@click.command("touched")
@click.option("--as-of", "as_of", type=Moment(), help="Instant to judge; without it, now, or the one in force.")
@click.option(
    "--policy", "pack", type=click.Path(path_type=Path, file_okay=False),
    help="Folder that is expected to hold the policy in force; refused where it holds another.",
)  # fmt: skip
@needs_database
def command(as_of: datetime | None, pack: Path | None) -> None:
    """Judge the touched; what is published equals a judgement of everybody."""
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements import actions

    with shown() as progress:
        line = actions.run_touched(by=the_system(), policy=pack, as_of=as_of, progress=progress, patience=PATIENCE)
    click.echo(one_line(line))
    if line.state == "repeated":
        say(_("no new facts, and nothing has come to its end."))
