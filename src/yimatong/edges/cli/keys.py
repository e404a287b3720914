"""`yimatong keys`: the city's signing keys: list, rotate, tell that one was stolen, issue everybody anew."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from yimatong.core.text import message as _
from yimatong.edges.cli.starting import needs_database, say

USES = click.Choice(["root", "pass", "paper", "recall", "training"])


@click.group("keys")
def command() -> None:
    """Keys that sign passes, recall lists and the trust list; the private ones are files under keys/ of the home folder."""


@command.command("list")
@needs_database
def list_keys() -> None:
    """List the keys with their use, state and time, whether the file is there, and how old the published lists are."""
    from yimatong.records import clock
    from yimatong.stations.passes import keyring, queries, upkeep
    from yimatong.stations.passes.days import seconds
    from yimatong.stations.passes.models import TrustCut

    now = clock.now()
    for key in queries.signing_keys():
        signs = keyring.signing_row(key.use, seconds(now))
        mark = "*" if signs and signs.kid == key.kid else " "
        file = "" if keyring.file_of(key.use, key.kid).is_file() else "  (file missing)"
        until = instant(key.until) if key.until < 2**32 - 1 else "-"
        click.echo(f"{mark} {key.kid}  {key.use:<9}{key.state:<12}{instant(key.since)}  {until:<16}{file}")
    trust, late, going = TrustCut.objects.order_by("-version").first(), upkeep.lateness(now), queries.going()
    if trust:
        click.echo(
            f"  trust list {trust.version}, {instant(trust.issued)} .. {instant(trust.expires)}, min_iat {trust.min_iat}"
        )
    if late is not None:
        click.echo(f"  recall lists are {late} s old")
    if going:
        click.echo(f"  re-issue since {instant(going.since)}, spread over {going.spread} s")


@command.command("rotate")
@click.argument("use", type=USES)
@click.option(
    "--now",
    "at_once",
    is_flag=True,
    help="Sign with the new key at once; else from tomorrow, when every gate knows it.",
)
@needs_database
def rotate(use: str, at_once: bool) -> None:
    """Make the key that follows; the old one verifies until the last pass it signed is over."""
    from yimatong.records import clock
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.passes.actions import keys
    from yimatong.stations.passes.upkeep import keep_up

    made = keys.rotate(by=the_system(), use=use, now=clock.now(), lead=0 if at_once else keys.LEAD)
    keep_up(by=the_system(), now=clock.now())
    say(
        _("made the {use} key {kid}; it signs from {since} on.", use=use, kid=made.kid, since=instant(made.since)),
    )


@command.command("compromised")
@click.argument("kid")
@click.option("--why", required=True, help="What happened; goes into the audit.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="That sign everybody anew.")
@needs_database
def compromised(kid: str, why: str, processes: int) -> None:
    """Never trust a key again: publish that at once, and sign anew whatever it signed. What was recalled stays recalled."""
    from yimatong.edges.cli.progress import shown
    from yimatong.records import clock
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.passes.actions import keys, minting
    from yimatong.stations.passes.upkeep import keep_up

    follower = keys.compromised(by=the_system(), kid=kid, now=clock.now(), why=why)
    keep_up(by=the_system(), now=clock.now())
    say(_("{kid} is dead and published so; {follower} signs now.", kid=kid, follower=follower.kid))
    if follower.use == "root":
        say(
            _("the root key changed: every scanner needs the new root's public key by hand."),
        )
    if follower.use == "pass":
        with shown() as progress:
            made = minting.mint(now=clock.now(), processes=processes, progress=progress)
        strips = sum(day.strips for day in made)
        say(_("{strips} strips were signed anew.", strips=strips))


@command.command("reissue")
@click.option("--hours", type=click.FloatRange(0, 168), default=6.0, show_default=True, help="Over which it is spread.")
@click.option("--why", required=True, help="What happened; goes into the audit.")
@needs_database
def reissue(hours: float, why: str) -> None:
    """Make everybody's passes anew, spread by phone over the hours; then what was issued before now counts no more."""
    from yimatong.records import clock
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.passes.actions import keys

    begun = keys.reissue(by=the_system(), now=clock.now(), spread=int(hours * 3600), why=why)
    end = instant(begun.since + begun.spread)
    say(_("it has begun and ends at {end}; the worker does it.", end=end))


def instant(seconds: int) -> str:
    """An instant of city time in UTC, to the minute."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%MZ")
