"""What later stations do with their part of a sync, inside its transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from yimatong.core.errors import YimatongError
from yimatong.core.text import message as _
from yimatong.stations.checkpoints.models import Device


class TakeHandOver(Protocol):
    """Keeps a hand-over; a YimatongError refuses this one record."""

    def __call__(self, *, device: Device, n: int, happened: datetime, now: datetime, to: str, why: str,
                 person: int | None, sealed: bytes | None, temperature: int | None) -> None: ...  # fmt: skip


class TakeComplaint(Protocol):
    """Keeps a complaint; a YimatongError refuses this one record."""

    def __call__(self, *, device: Device, n: int, at: datetime, now: datetime, kind: str, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Handlers:
    """`acknowledged` tells a device of its hand-overs: [{"n", "at", "by"}]."""

    hand_over: TakeHandOver
    complaint: TakeComplaint
    acknowledged: Callable[[Device], list[dict[str, Any]]]


def nobody() -> Handlers:
    """For an installation without later stations: hand-overs and complaints are refused, and stay on the scanner."""

    def refuse(**_given: object) -> None:
        raise YimatongError("nobody-takes-this", _("nobody receives this here."), remedy=_("call the control office."))

    return Handlers(refuse, refuse, lambda _: [])
