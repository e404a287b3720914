"""Scanners of the tests: rows of a checkpoint and its device, and records as a scanner sends them."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from yimatong.core.checkpoints import Situation, checkpoints_body, decide
from yimatong.core.credential import FileKey
from yimatong.records.actions.officials import the_system
from yimatong.stations.checkpoints import policy
from yimatong.stations.checkpoints.actions import open_checkpoint, take
from yimatong.stations.checkpoints.actions.taking import Answer
from yimatong.stations.checkpoints.handlers import Handlers
from yimatong.stations.checkpoints.models import Checkpoint, Device, Offer
from yimatong.stations.checkpoints.wire import Batch

NOW = datetime(2020, 2, 20, 2, 0, tzinfo=UTC)
"""10 in the morning in Ningbo, in the second window of the day."""
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
STREET = 330203001
LISTS = {"trust": 1, "policy": 1582160000, "recall": {}}


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def a_gate(title: str = "高桥卡点", *, zone: str = "ordinary", where: tuple[float, float] | None = None) -> Checkpoint:
    """A checkpoint that is open at all hours."""
    lat, lon = where or (None, None)
    return open_checkpoint(
        by=the_system(), title_zh=title, title_en=f"gate {title}", division=STREET, zone=zone, lat=lat, lon=lon, at=AT
    )


def a_scanner(gate: Checkpoint, *, training: bool = False, key: FileKey | None = None) -> Device:
    """A device of it, as if enrolled."""
    until = AT + timedelta(days=1)
    offer = Offer.objects.create(
        secret=os.urandom(32), checkpoint=gate, made_by=the_system(), until=until, training=training
    )
    point = (key or FileKey.made()).point
    return Device.objects.create(id=uuid4(), checkpoint=gate, offer=offer, name="1号机", point=point, training=training)


def situation(**changed: str) -> dict[str, str]:
    """A resident with a green code, no fever, and the document that fits."""
    plain = Situation(
        "green", "code", temperature="normal", person="not_asked", zone="ordinary", document="matched"
    ).as_json()
    return plain | changed


def passage(n: int, *, at: datetime = NOW, says: dict[str, str] | None = None, **changed: Any) -> dict[str, Any]:
    """A passage as an honest scanner records it, but for what is changed."""
    said = says or situation()
    gate = policy.installed().checkpoints
    assert gate is not None
    decision = decide(Situation.of(said), gate.rules_on(at.date()))
    version = policy.kept(checkpoints_body(policy.installed(), at.date()))
    return {
        "kind": "passage", "n": n, "at": int(at.timestamp()), "situation": said, "reason": None, "action": decision.action,
        "rule": decision.rule, "temperature": 366, "epoch": None, "slot": None, "cti": None, "number": None, "policy": version,
        "group": None, "mode": "ordinary", "ages": {"trust": 60, "recall": 60, "policy": 60}, "rung": 0, **changed,
    }  # fmt: skip


@dataclass
class Heard:
    """What later stations were handed."""

    hand_overs: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[dict[str, Any]] = field(default_factory=list)

    @property
    def handlers(self) -> Handlers:
        """Handlers that only listen."""
        return Handlers(
            lambda **said: self.hand_overs.append(said), lambda **said: self.complaints.append(said), lambda _: []
        )


def sync(
    device: Device, *records: dict[str, Any], now: datetime = NOW, heard: Heard | None = None, clock: float = 0
) -> Answer:
    """Send a batch."""
    batch = Batch.read(json.dumps({"records": list(records), "lists": LISTS, "clock": clock}).encode())
    return take(device=device, batch=batch, handlers=(heard or Heard()).handlers, now=now, at=AT)
