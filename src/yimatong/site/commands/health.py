"""`yimatong health`: whether this machine can do its work, and what of it is not well."""

from __future__ import annotations

import os

import click

from yimatong.core.errors import Exit
from yimatong.core.text import message as _
from yimatong.edges.cli.starting import language


@click.command("health")
def command() -> int:
    """Say of everything how it is, and in the last line `ok`, or the codes of what is not well (exit code 1).

    It only looks: a database that is away is not started by it.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimatong.site.settings")
    import django

    django.setup()
    from yimatong.site.health import checks

    found: list[str] = []
    for check in checks():
        found += check.problems
        mark = _("!").of(language()) if check.problems else " "
        click.echo(f"{mark} {check.name:<22}{check.told.of(language())}")
    click.echo(" ".join(found) or "ok")
    return int(Exit.FOUND if found else Exit.OK)
