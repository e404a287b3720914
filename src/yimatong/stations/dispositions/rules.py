"""What the policy in force says of checkpoints on a day: how long a receiver has, and the texts that people read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from yimatong.core.checkpoints.model import Checkpoints, Numbers, Texts, entry_on
from yimatong.records import calendar, policies

FALLBACK = (15, 60)
"""Minutes where the policy says nothing of checkpoints: a hand-over is never without a clock."""


class Clock(NamedTuple):
    """From when on a hand-over is late, and from when on it is escalated."""

    late_from: datetime
    escalates_from: datetime


def clock_of(received: datetime) -> Clock:
    """The clock of a hand-over that reached us at this instant of the city's life."""
    numbers = _numbers(received)
    late, escalates = (numbers.acknowledge_minutes, numbers.escalate_minutes) if numbers else FALLBACK
    return Clock(received + timedelta(minutes=late), received + timedelta(minutes=max(late, escalates)))


def texts_on(moment: datetime) -> Texts | None:
    """Grounds, kinds of complaint, slips, notice of the day of an instant; None where the policy has no checkpoints.

    On a day for which nothing was written the last texts hold: whoever complains is heard.
    """
    gate = gate_policy()
    return (entry_on(gate.texts, calendar.day(moment)) or gate.texts[-1]) if gate and gate.texts else None


def gate_policy() -> Checkpoints | None:
    """What the policy in force says of checkpoints, None where it says nothing."""
    return policies.shown().checkpoints


def _numbers(moment: datetime) -> Numbers | None:
    gate = gate_policy()
    return (entry_on(gate.numbers, calendar.day(moment)) or gate.numbers[-1]) if gate and gate.numbers else None
