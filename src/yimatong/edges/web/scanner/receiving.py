"""Gives the later stations their part of a sync: hand-overs to the dispositions, complaints to the appeals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yimatong.stations.appeals import actions as appeals
from yimatong.stations.checkpoints.handlers import Handlers
from yimatong.stations.checkpoints.models import Device
from yimatong.stations.dispositions import actions as dispositions, queries


def handlers() -> Handlers:
    """The product's."""
    return Handlers(_hand_over, _complaint, _acknowledged)


def _hand_over(*, device: Device, **said: Any) -> None:
    dispositions.record_hand_over(device=device.number, checkpoint=device.checkpoint_id, **said)


def _complaint(*, device: Device, n: int, at: datetime, now: datetime, kind: str, text: str) -> None:
    appeals.complain(
        kind=kind,
        checkpoint=device.checkpoint_id,
        text=text,
        source=f"scanner/{device.number}/{n}",
        happened=at,
        now=now,
    )


def _acknowledged(device: Device) -> list[dict[str, Any]]:
    return [
        {"n": one.n, "at": int(one.at.timestamp()), "by": one.by} for one in queries.acknowledged(device=device.number)
    ]
