"""`yimatong channels`: the ways to sign in; a new one is a registration. docs/reference/channels.md says what each needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from yimatong.core import bounds, given
from yimatong.core.text import message as _
from yimatong.edges.cli.feeds import BY, official
from yimatong.edges.cli.starting import needs_database, say

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
SECRET = click.option(
    "--secret-file", type=FILE, help="File with the client secret; it never goes on the command line."
)
JWKS = click.option("--jwks-file", type=FILE, help="File with the channel's public keys (a JWK set).")

MESSAGES_FILE = click.option(
    "--messages-secret-file",
    type=FILE,
    help="File with the secret that signs service messages; it never goes on the command line.",
)


@click.group("channels")
def command() -> None:
    """Ways to sign in: list them, register one, stop one and leave the others, rotate keys."""


@command.command("list")
@needs_database
def list_channels() -> None:
    """List the channels; - marks those that are stopped."""
    from yimatong.stations.declarations.models import Channel

    for channel in Channel.objects.order_by("id"):
        words = [
            f"{' ' if channel.enabled else '-'} {channel.slug:<16}{channel.kind:<10}{channel.quota:>7}/min",
            f"{channel.title_zh} / {channel.title_en}",
            *([f"issuer {channel.issuer}"] if channel.issuer else []),
            *([f"service messages {channel.messages_url}"] if channel.messages_url else []),
            *(["verifies identity"] if channel.verifies_identity else []),
            *([f"stopped: {channel.stopped_why}"] if not channel.enabled else []),
        ]
        click.echo("  ".join(words))


@command.command("register")
@click.argument("slug")
@click.option("--kind", type=click.Choice(["oidc", "assertion", "browser"]), required=True)
@click.option("--title-zh", required=True)
@click.option("--title-en", required=True)
@click.option("--issuer", default="", help="Who says who somebody is: an address (oidc), or a name (assertion).")
@click.option("--client-id", default="", help="Our name at the channel (oidc).")
@click.option("--discovery", default="", help="Address of the discovery document, where it is not below the issuer's.")
@SECRET
@JWKS
@click.option("--messages", "messages_url", default="", help="Address that takes service messages for its users.")
@MESSAGES_FILE
@click.option(
    "--verifies-identity", is_flag=True, help="Its users' documents were checked by it: its word on them counts."
)
@click.option(
    "--quota", type=click.IntRange(1, 10_000_000), default=6_000, show_default=True, help="Sign-ins a minute."
)
@click.option("--notes", default="")
@BY
@needs_database
def register(
    slug: str,
    *,
    secret_file: Path | None,
    jwks_file: Path | None,
    messages_secret_file: Path | None,
    by: str | None,
    verifies_identity: bool,
    quota: int,
    **texts: str,
) -> None:
    """Register a channel."""
    from yimatong.stations.declarations.actions import channels

    channels.register(
        by=official(by),
        slug=slug,
        secret=text_of(secret_file),
        jwks=keys_of(jwks_file),
        messages_secret=text_of(messages_secret_file),
        verifies_identity=verifies_identity,
        quota=quota,
        **texts,
    )
    say(_("the channel {slug} is registered.", slug=slug))


@command.command("stop")
@click.argument("slug")
@click.option("--why", required=True, help="The reason, for the audit.")
@BY
@needs_database
def stop(slug: str, why: str, by: str | None) -> None:
    """Let nobody in by this channel any more; the others go on."""
    from yimatong.stations.declarations.actions import channels

    channels.stop(by=official(by), slug=slug, why=why)
    say(_("the channel {slug} is stopped; the others go on.", slug=slug))


@command.command("start")
@click.argument("slug")
@BY
@needs_database
def start(slug: str, by: str | None) -> None:
    """Let people in by it again."""
    from yimatong.stations.declarations.actions import channels

    channels.start(by=official(by), slug=slug)
    say(_("the channel {slug} works again.", slug=slug))


@command.command("rotate")
@click.argument("slug")
@SECRET
@JWKS
@click.option("--messages", "messages_url", help="Another address that takes service messages; empty: none any more.")
@MESSAGES_FILE
@BY
@needs_database
def rotate(
    slug: str,
    *,
    secret_file: Path | None,
    jwks_file: Path | None,
    messages_url: str | None,
    messages_secret_file: Path | None,
    by: str | None,
) -> None:
    """Give a channel a new secret or new public keys; the old ones open nothing any more. Likewise for its service messages."""
    from yimatong.stations.declarations.actions import channels

    channels.rotate(
        by=official(by),
        slug=slug,
        secret=text_of(secret_file),
        jwks=keys_of(jwks_file),
        messages_url=messages_url,
        messages_secret=text_of(messages_secret_file),
    )
    say(_("the channel {slug} has new keys.", slug=slug))


def text_of(file: Path | None) -> str | None:
    """What a file says, without the line's end."""
    return None if file is None else given.text(file).strip()


def keys_of(file: Path | None) -> dict[str, Any] | None:
    """A JWK set."""
    if file is None:
        return None
    try:
        found = bounds.loads(given.read(file))
    except ValueError:
        raise click.BadParameter(f"{file.name}: no JSON") from None
    if not isinstance(found, dict):
        raise click.BadParameter(f"{file.name}: no JWK set")
    return found
