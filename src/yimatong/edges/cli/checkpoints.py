"""`yimatong checkpoints`: opening them, enrolling scanners with a QR code in the terminal, revoking, counts, flags."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from yimatong.core import given as read_given
from yimatong.core.text import given, message as _
from yimatong.edges.cli.feeds import BY, official
from yimatong.edges.cli.starting import language, needs_database, say

WHY = click.option("--why", required=True, help="The reason, for the audit.")
LIGHT, DARK, UPPER, LOWER = "█", " ", "▀", "▄"


@click.group("checkpoints")
def command() -> None:
    """Checkpoints and their scanners. docs/reference/checkpoints.md says what a scanner records and how it asks."""


@command.command("open")
@click.argument("title_zh")
@click.argument("title_en")
@click.option("--division", type=int, required=True, help="The street or township, 9 digits.")
@click.option("--zone", type=click.Choice(["ordinary", "control"]), default="ordinary", show_default=True)
@click.option(
    "--control-hours", nargs=2, type=click.DateTime(["%H:%M"]), help="A control zone in these hours alone: 22:00 06:00."
)
@click.option("--at", "where", type=(float, float), help="Latitude and longitude, degrees.")
@BY
@needs_database
def open_(
    title_zh: str, title_en: str, division: int, zone: str, control_hours: tuple[datetime, datetime] | None,
    where: tuple[float, float] | None, by: str | None,
) -> None:  # fmt: skip
    """Open a checkpoint, at all hours."""
    from yimatong.stations.checkpoints import actions

    lat, lon = where or (None, None)
    control = [[127, *(moment.hour * 60 + moment.minute for moment in control_hours)]] if control_hours else []
    made = actions.open_checkpoint(
        by=official(by), title_zh=title_zh, title_en=title_en, division=division, zone=zone, lat=lat, lon=lon,
        control_hours=control,        at=datetime.now(UTC),
    )  # fmt: skip
    say(_("checkpoint {number} is open.", number=made.number), err=False)


@command.command("recognise")
@click.argument("city")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@BY
@needs_database
def recognise(city: str, file: Path, by: str | None) -> None:
    """Hand the trust list of another city on to scanners, where the policy recognises its codes."""
    from yimatong.records import clock
    from yimatong.stations.checkpoints import actions

    taken = actions.take_trust_list(
        by=official(by), city=city, data=read_given.read(file, read_given.LIST), now=clock.now()
    )
    say(
        _("version {version} of the trust list of {city} is published.", version=taken.version, city=city),
    )


@command.command("close")
@click.argument("checkpoint", type=int)
@WHY
@BY
@needs_database
def close(checkpoint: int, why: str, by: str | None) -> None:
    """Close a checkpoint and revoke all its scanners and codes."""
    from yimatong.stations.checkpoints import actions

    actions.close_checkpoint(by=official(by), checkpoint=checkpoint, why=why, at=datetime.now(UTC))
    say(_("checkpoint {checkpoint} is closed, its scanners are revoked.", checkpoint=checkpoint))


@command.command("list")
@BY
@needs_database
def list_(by: str | None) -> None:
    """List checkpoints and their scanners; - marks those that are stopped."""
    from yimatong.stations.checkpoints import queries

    who = official(by)
    for gate in queries.checkpoints(by=who, closed=True):
        mark = "-" if gate.closed_at else " "
        click.echo(f"{mark} {gate.number:>5}  {gate.zone:<9}{gate.division}  {gate.title_zh} / {gate.title_en}")
        for device in queries.devices(by=who, checkpoint=gate.number):
            seen = f"{device.seen_at:%Y-%m-%d %H:%M}Z" if device.seen_at else "-"
            kind = "training" if device.training else "scanner"
            click.echo(f"  {'-' if device.revoked_at else ' '} {kind} {device.number:<6} {seen}  {device.name}")


@command.command("offer")
@click.argument("checkpoint", type=int)
@click.option("--count", type=click.IntRange(1, 100), default=1, show_default=True)
@click.option("--training", is_flag=True, help="For practice: what it records counts nowhere.")
@click.option(
    "--address", default="http://127.0.0.1:8000", show_default=True, help="Of the pages, as phones reach them."
)
@click.option("--no-qr", is_flag=True, help="The addresses alone.")
@BY
@needs_database
def offer(checkpoint: int, *, count: int, training: bool, address: str, no_qr: bool, by: str | None) -> None:
    """Offer enrolments: each QR code makes one phone a scanner, once, within 24 hours."""
    from yimatong.stations.checkpoints import actions

    made = actions.offer_enrolments(
        by=official(by), checkpoint=checkpoint, count=count, training=training, at=datetime.now(UTC)
    )
    for one in made:
        text = f"{address.rstrip('/')}/scan/#enrol={one.secret}"
        if not no_qr:
            click.echo(drawn(text))
        click.echo(f"{one.id}  {text}")
    say(_("each code is good once, within 24 hours."))


@command.command("revoke")
@click.option("--device", "devices", type=int, multiple=True, help="A scanner's number; may be given often.")
@click.option("--offer", "offers", type=int, multiple=True, help="An enrolment code's number; may be given often.")
@click.option("--checkpoint", type=int, help="Every scanner and unused code of a checkpoint.")
@WHY
@BY
@needs_database
def revoke(devices: tuple[int, ...], offers: tuple[int, ...], checkpoint: int | None, why: str, by: str | None) -> None:
    """Stop scanners and enrolment codes, for ever."""
    from yimatong.stations.checkpoints import actions

    if not devices and not offers and checkpoint is None:
        raise click.UsageError("--device, --offer, --checkpoint")
    count = actions.revoke(
        by=official(by), devices=devices, offers=offers, checkpoint=checkpoint, why=why, at=datetime.now(UTC)
    )
    say(_("{count} revoked.", count=count), err=False)


@command.command("counts")
@click.option("--hours", type=click.IntRange(1, 24 * 60), default=24, show_default=True)
@BY
@needs_database
def counts(hours: int, by: str | None) -> None:
    """What happened at each checkpoint: passages by verdict and by action."""
    from yimatong.records import clock
    from yimatong.stations.checkpoints import queries

    for one in queries.live_counts(by=official(by), since=clock.now() - timedelta(hours=hours)):
        verdicts = "  ".join(f"{name} {count}" for name, count in sorted(one.verdicts.items()))
        actions = "  ".join(f"{name} {count}" for name, count in sorted(one.actions.items()))
        click.echo(f"{one.checkpoint.number:>5}  {one.passages:>7}  {_title(one.checkpoint)}")
        if one.passages:
            click.echo(f"       {verdicts}\n       {actions}")


@command.command("flags")
@click.option("--most", type=click.IntRange(1, 10_000), default=50, show_default=True)
@BY
@needs_database
def flags(most: int, by: str | None) -> None:
    """What was noticed in the records, the newest first. Nobody's name is in it."""
    from yimatong.stations.checkpoints import queries
    from yimatong.stations.passes.days import name_of

    for flag in queries.flags(by=official(by))[:most]:
        told = "  ".join(f"{name}={value}" for name, value in flag.details.items())
        click.echo(f"{name_of(flag.day)}  {flag.kind:<16}{flag.device_id}/{flag.n:<8}{_title(flag.checkpoint)}  {told}")


def drawn(text: str) -> str:
    """The QR code of a text in half blocks, light on the terminal's dark, with its white margin."""
    import numpy as np
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="L")
    light = np.pad(np.asarray(code.to_image(scale=1, add_quiet_zones=False)) != 0, 4, constant_values=True)
    if len(light) % 2:
        light = np.pad(light, ((0, 1), (0, 0)), constant_values=True)
    signs = {(True, True): LIGHT, (True, False): UPPER, (False, True): LOWER, (False, False): DARK}
    rows = zip(light[::2].tolist(), light[1::2].tolist(), strict=True)
    return "\n".join("".join(signs[pair] for pair in zip(*row, strict=True)) for row in rows)


def _title(checkpoint: Any) -> str:
    return given({"zh": checkpoint.title_zh, "en": checkpoint.title_en}).of(language())
