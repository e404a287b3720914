"""Waiting for what does not happen on a page: a row, a file, a message. Asked often and cheaply, and never longer than it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

SOON = 90
"""Seconds until the touched are judged, or a minute's work is done, on a machine that is busy with other tests."""
BETWEEN = 0.1
Found = TypeVar("Found")


def awaited(ask: Callable[[], Found], *, within: float = SOON) -> Found:
    """What is answered as soon as it is something: not None, not false, not empty."""
    until = time.monotonic() + within
    while not (found := ask()):
        assert time.monotonic() < until, f"still {found!r} after {within} seconds"
        time.sleep(BETWEEN)
    return found
