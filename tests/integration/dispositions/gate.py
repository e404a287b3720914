"""Checkpoints and scanners as rows, for what comes after them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from uuid import uuid4

from yimatong.records.actions.officials import the_system
from yimatong.stations.checkpoints.models import Checkpoint, Device, Offer

HOURS = [[127, 0, 1440]]


def a_checkpoint(division: int, title: str = "高桥卡点") -> Checkpoint:
    """A checkpoint that is open at all hours."""
    return Checkpoint.objects.create(
        title_zh=title, title_en="Gaoqiao", division=division, hours=HOURS, opened_by=the_system()
    )


def a_device(gate: Checkpoint) -> Device:
    """A scanner of it."""
    until = datetime(2100, 1, 1, tzinfo=UTC)
    offer = Offer.objects.create(secret=os.urandom(32), checkpoint=gate, made_by=the_system(), until=until)
    return Device.objects.create(id=uuid4(), checkpoint=gate, offer=offer, name="1号机", point=b"\2" + os.urandom(32))


def sealed_for(device: Device, text: bytes) -> bytes:
    """What a guard wrote down, sealed as the scanner does it."""
    from yimatong.core.credential.sealing import seal_to
    from yimatong.stations.passes import sealing

    return seal_to(sealing.point(), text, f"YMT1-sealed\n{device.id.hex}".encode())
