"""`yimatong official`: appointing the officials who sign in; the first of an installation can come from nowhere else."""

from __future__ import annotations

import click

from yimatong.core.text import message as _
from yimatong.edges.cli.starting import needs_database, say

ROLES = ("control_office", "health", "clerk", "auditor", "employer")


PASSWORD = click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when it is not given."
)


@click.group("official")
def command() -> None:
    """Appoint officials, and let them go."""


@command.command("appoint")
@click.argument("username")
@click.option("--name", required=True, help="The official's name, as the audit shows it.")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
@PASSWORD
@needs_database
def appoint(username: str, name: str, role: str, password: str) -> None:
    """Appoint an official who can sign in."""
    from yimatong.records.actions import officials
    from yimatong.records.models import Official

    strong(password)
    officials.appoint(
        by=officials.the_system(), username=username, name=name, role=Official.Role(role), password=password
    )
    say(_("{username} is appointed.", username=username))


@command.command("release")
@click.argument("username")
@click.option("--why", required=True, help="The reason, for the audit.")
@needs_database
def release(username: str, why: str) -> None:
    """Let an official go: the account stays in the audit and can sign in no more."""
    from yimatong.records.actions import officials

    officials.release(by=officials.the_system(), official=officials.official(username), why=why)
    say(_("{username} can sign in no more.", username=username))


@command.command("password")
@click.argument("username")
@PASSWORD
@needs_database
def password_of(username: str, password: str) -> None:
    """Give an official a new password; they are signed out everywhere."""
    from yimatong.records.actions import officials

    strong(password)
    officials.set_password(by=officials.the_system(), official=officials.official(username), password=password)
    say(_("{username} has a new password.", username=username))


@command.command("device")
@click.argument("username")
@needs_database
def device(username: str) -> None:
    """Print a code with which an official signs in on a new device while strangers try passwords for the account."""
    from datetime import UTC, datetime

    from yimatong.edges.web.official import doors
    from yimatong.records.actions import officials

    code = doors.hand_out_code(by=officials.the_system(), official=officials.official(username), at=datetime.now(UTC))
    say(
        _(
            "the code for a new device of {username} is {code}. It is good for at least 15 minutes, together "
            "with the official's own password. Tell it to the official in person or by telephone.",
            username=username,
            code=code,
        ),
    )


def strong(password: str) -> None:
    """A usage error where a password is too easily guessed."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password)
    except ValidationError as weak:
        raise click.UsageError(" ".join(weak.messages)) from None
