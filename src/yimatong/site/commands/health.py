"""`yimatong health`: whether this machine can do its work."""

from __future__ import annotations

import click

from yimatong.core.errors import Exit
from yimatong.site.program import server


@click.command("health")
def command() -> int:
    """Print `ok`, or one code a line of what is wrong (exit code 1)."""
    with server():
        from yimatong.site.health import problems

        found = problems()
    for problem in found or ["ok"]:
        click.echo(problem)
    return int(Exit.FOUND if found else Exit.OK)
