"""`yimatong manage ...`: Django's own commands, with the database there."""

from __future__ import annotations

import click

from yimatong.site.program import server


@click.command("manage", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(words: tuple[str, ...]) -> None:
    """Run a command of Django; migrations take `--database owner`, the only way in that may change tables."""
    with server():
        from django.core.management import ManagementUtility

        ManagementUtility(["yimatong manage", *words]).execute()
