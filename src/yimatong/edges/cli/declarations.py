"""`yimatong declarations`: who waits for a colour, and who waits too long."""

from __future__ import annotations

from datetime import datetime

import click

from yimatong.core.errors import Exit
from yimatong.core.text import message as _
from yimatong.edges.cli.moments import Moment
from yimatong.edges.cli.starting import needs_database, say


@click.group("declarations")
def command() -> None:
    """Declarations that wait for a colour."""


@command.command("overdue")
@click.option("--now", "moment", type=Moment(), help="The city's instant; without it, now.")
@needs_database
def overdue(moment: datetime | None) -> int:
    """List declarations that have waited for 20 hours or more. Exit code 1 when there are any; * marks those past their day."""
    from yimatong.records import clock
    from yimatong.stations.judgements import overdue as waiting

    now = moment or clock.now()
    found = waiting.alarm(now)
    for one in found:
        person = "-" if one.person is None else one.person
        declared, due = (at.isoformat(timespec="minutes") for at in (one.declared_at, one.due))
        click.echo(
            f"{'*' if one.late(now) else ' '} declaration {one.declaration}  person {person}  declared {declared}  due {due}"
        )
    late = sum(one.late(now) for one in found)
    say(
        _(
            "{count} have waited for 20 hours or more, {late} of them past the end of the next day.",
            count=len(found),
            late=late,
        ),
    )
    return int(Exit.FOUND if found else Exit.OK)
