"""An official at a command: whoever works in their own name signs in, as on the pages. No command takes a name for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from yimatong.core.errors import YimatongError
from yimatong.core.text import message as _

if TYPE_CHECKING:
    from yimatong.records.models import Official

VARIABLE = "YIMATONG_PASSWORD"
"""Where a script finds the password; a person is asked for it."""


def in_own_name(official: Official) -> Official:
    """Have the official sign in, and act until the command ends; `sign-in-wrong` where the password is another one.

    Wrong ones are counted apart from those of the pages, so that neither locks the other out: `sign-in-waits`.
    """
    from datetime import UTC, datetime

    from yimatong.edges.web.official import doors
    from yimatong.records import acting
    from yimatong.records.refusals import Refused

    password = os.environ.get(VARIABLE) or click.prompt(f"{official.username}", hide_input=True, err=True)
    door, at = doors.of_command(official.username), datetime.now(UTC)
    who = doors.try_password(door, password=password, at=at, sort=doors.Sort.COMMAND)
    if isinstance(who, Refused):
        raise YimatongError(
            who.code,
            who.sentence,
            place=official.username,
            remedy=_("try again then; signing in on the pages goes on."),
        )
    if who is None:
        raise YimatongError(
            "sign-in-wrong",
            _("the password is wrong, or the account is not active."),
            place=official.username,
            remedy=_("give the official's own password; a script can use the variable {variable}.", variable=VARIABLE),
        )
    acting.begin(who)
    return official
