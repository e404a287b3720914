"""`yimatong night`: everybody judged through the database, now."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from yimatong.core.text import message as _
from yimatong.edges.cli.moments import Moment
from yimatong.edges.cli.progress import shown
from yimatong.edges.cli.runs import one_line
from yimatong.edges.cli.starting import needs_database, say

PATIENCE = timedelta(minutes=10)
"""How long a command that judges waits for the run that is going on: by day the worker judges whenever something is recorded."""


@click.command("night")
@click.option("--as-of", "as_of", type=Moment(), help="Instant to judge; without it, now.")
@click.option(
    "--policy", "pack", type=click.Path(path_type=Path, file_okay=False),
    help="Folder that is expected to hold the policy in force; refused where it holds another.",
)  # fmt: skip
@click.option("--engine", type=click.Choice(["duckdb", "spark", "reference"]), help="Without it, the one set.")
@click.option("--master", help="Spark's master, for --engine spark; without it, the one set.")
@click.option(
    "--conf", type=click.Path(path_type=Path, dir_okay=False), help="Spark's configuration; without it, the one set."
)
@needs_database
def command(
    as_of: datetime | None, pack: Path | None, engine: str | None, master: str | None, conf: Path | None
) -> None:
    """Judge everybody and put the result in force in one step; twice the same does nothing twice."""
    from django.conf import settings

    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements import actions
    from yimatong.stations.judgements.engines import cluster

    with shown() as progress:
        line = actions.run_full(
            by=the_system(),
            policy=pack,
            as_of=as_of,
            engine=engine or settings.YIMATONG_ENGINE,
            on=cluster(master=master, conf=conf),
            progress=progress,
            patience=PATIENCE,
        )
    click.echo(one_line(line))
    if line.state == "repeated":
        say(
            _("inputs, policy and instant are those of run {same_as}; nothing was judged twice.", same_as=line.same_as),
        )
