"""`yimatong identities`: whether everybody's identity is the one that was recorded."""

from __future__ import annotations

import click

from yimatong.core.errors import Exit
from yimatong.core.text import message as _
from yimatong.edges.cli.starting import needs_database, say

WRONG = {
    "digest": _("the identity is not the one that was recorded"),
    "document": _("the sealed document is not this person's"),
    "phone": _("the sealed phone is not this person's"),
    "former": _("a former identity is not the one that was recorded"),
    "succession": _("the identity does not begin when the one before ended"),
    "proposal": _("a correction does not say what was proposed"),
}


@click.group("identities")
def command() -> None:
    """Who people are on record."""


@command.command("check")
@click.option(
    "--digests-alone", is_flag=True, help="Open nothing that is sealed: half the time, and phones are not looked at."
)
@needs_database
def check(*, digests_alone: bool) -> None:
    """Go through everybody; name by number whoever's identity is not as recorded. Exit code 0: all are; 1: somebody's is not."""
    from yimatong.records.identities import unfit_identities

    found = 0
    for unfit in unfit_identities(opening=not digests_alone):
        found += 1
        what = WRONG[unfit.wrong]
        say(_("  person {person}: {what} ({wrong})", person=unfit.person, what=what, wrong=unfit.wrong))
    if found:
        say(_("{found} are not as recorded.", found=found))
        raise SystemExit(Exit.FOUND)
    say(_("everybody's identity is the one that was recorded."))
