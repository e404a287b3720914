"""`yimatong accept-secret-key`: lets this server's secret key be the city's, after the former one was lost or stolen."""

from __future__ import annotations

import click

from yimatong.core.text import message as _
from yimatong.edges.cli.starting import say
from yimatong.site.program import SENTENCES, server


@click.command("accept-secret-key")
@click.option("--why", required=True, help="Why there is another; it stands in the audit.")
def command(why: str) -> None:
    """Let the secret key of this server (YIMATONG_SECRET_KEY, or the file secret-key) be the city's: everybody signs in anew.

    Give the same key to every other server, and start them again. There is no such command for the identity key, which never changes.
    """
    with server(*SENTENCES, accepting=True):
        from yimatong.records.actions.officials import the_system
        from yimatong.records.installation import accept_secret

        accept_secret(by=the_system(), why=why)
    say(
        _("this server's secret key is the city's now; everybody signs in anew."),
    )
