"""`yimatong issuing desks`: codes that make a tablet an offline desk, and their end."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from yimatong.core.text import message as _
from yimatong.edges.cli.feeds import BY, official
from yimatong.edges.cli.starting import needs_database, say

POINT = click.option("--point", type=int, required=True, help="The number of the issuing point.")


@click.group("desks")
def command() -> None:
    """Offline desks of a point. docs/reference/offline-desk.md says how they are worked with."""


@command.command("offer")
@POINT
@click.option("--clerk", help="In whose hands: a username of the point's staff; without it one's own.")
@click.option("--count", type=click.IntRange(1, 20), default=1, show_default=True)
@click.option(
    "--address", default="http://127.0.0.1:8000", show_default=True, help="Of the pages, as tablets reach them."
)
@BY
@needs_database
def offer(point: int, *, clerk: str | None, count: int, address: str, by: str | None) -> None:
    """Make codes: each makes one tablet an offline desk, once, within 24 hours."""
    from yimatong.stations.issuing.actions import desks

    holder = official(clerk) if clerk else None
    made = desks.offer_desks(by=official(by), point=point, count=count, clerk=holder, at=datetime.now(UTC))
    for one in made:
        click.echo(f"{one.id}  {address.rstrip('/')}/desk/app/#enrol={one.secret}")
    say(_("each code is good once, within 24 hours."))


@command.command("list")
@POINT
@needs_database
def list_desks(point: int) -> None:
    """List a point's offline desks; - marks those that are stopped."""
    from yimatong.stations.issuing.models import DeskDevice

    for device in DeskDevice.objects.filter(point=point).select_related("clerk").order_by("number"):
        seen = f"{device.seen_at:%Y-%m-%d %H:%M}Z" if device.seen_at else "-"
        mark = "-" if device.revoked_at else " "
        click.echo(
            f"{mark} {device.number:>5}  {seen:<18}queued {device.queued:<6}{device.clerk.username}  {device.name}"
        )


@command.command("revoke")
@POINT
@click.option("--device", "devices", type=int, multiple=True, help="A desk's number; may be given often.")
@click.option("--offer", "offers", type=int, multiple=True, help="A code's number; may be given often.")
@click.option("--all", "everything", is_flag=True, help="Every desk and unused code of the point.")
@click.option("--why", required=True, help="The reason, for the audit.")
@BY
@needs_database
def revoke(
    point: int, *, devices: tuple[int, ...], offers: tuple[int, ...], everything: bool, why: str, by: str | None
) -> None:
    """Stop offline desks and codes, for ever."""
    from yimatong.stations.issuing.actions import desks

    if not devices and not offers and not everything:
        raise click.UsageError("--device, --offer, --all")
    count = desks.revoke_desks(
        by=official(by), point=point, devices=devices, offers=offers, everything=everything, why=why,
        at=datetime.now(UTC),
    )  # fmt: skip
    say(_("{count} revoked.", count=count), err=False)
