"""The four answers a judgement can give."""

from __future__ import annotations

from enum import StrEnum


class Colour(StrEnum):
    """Green is earned; unknown means that nothing was declared: no code, shown as grey."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    UNKNOWN = "unknown"


SEVERITY = {Colour.RED: 2, Colour.YELLOW: 1, Colour.GREEN: 0}
"""Strictest wins, whatever the order in which rules fired."""
