"""The demo's three checkpoints with invented names: a compound, a motorway exit for arrivals, the gate of a control zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from django.db import transaction

from yimatong.core.text import Text, message as _
from yimatong.records.actions.officials import the_system
from yimatong.stations.checkpoints import actions
from yimatong.stations.checkpoints.models import Checkpoint, Offer


class Gate(NamedTuple):
    """A checkpoint of the demo; `division` has 9 digits, places are degrees."""

    title: Text
    division: int
    zone: str
    lat: float
    lon: float


GATES = (
    Gate(_("Moon Lake Court, east gate"), 330203001, "ordinary", 29.871, 121.541),
    Gate(_("Siming motorway, south exit"), 330203007, "ordinary", 29.812, 121.498),
    Gate(_("Fuming control zone, north gate"), 330212014, "control", 29.869, 121.601),
)


class Offered(NamedTuple):
    """A checkpoint and the secret of a fresh enrolment code of it."""

    title: Text
    secret: str


@transaction.atomic
def open_demo_checkpoints() -> bool:
    """Open the three; False where a checkpoint is there already."""
    if Checkpoint.objects.exists():
        return False
    for gate in GATES:
        actions.open_checkpoint(
            by=the_system(), title_zh=gate.title.of("zh"), title_en=gate.title.of("en"), division=gate.division, zone=gate.zone,
            lat=gate.lat, lon=gate.lon, at=datetime.now(UTC),
        )  # fmt: skip
    return True


@transaction.atomic
def offer_demo_enrolments() -> list[Offered]:
    """A fresh code for each of the demo's checkpoints; those of the last start that nobody used are revoked."""
    now, offered = datetime.now(UTC), []
    for gate in GATES:
        found = Checkpoint.objects.filter(title_zh=gate.title.of("zh"), closed_at=None).first()
        if found is None:
            continue
        unused = Offer.objects.filter(checkpoint=found, used_at=None, revoked_at=None, made_by=the_system())
        if stale := list(unused.values_list("pk", flat=True)):
            actions.revoke(by=the_system(), offers=stale, why="the demo was started again", at=now)
        (made,) = actions.offer_enrolments(by=the_system(), checkpoint=found.number, at=now)
        offered.append(Offered(gate.title, made.secret))
    return offered
