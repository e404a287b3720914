"""The passes' next round now and not at the next minute, by the product's own worker; asked aside (tests/browser/aside.py)."""

from __future__ import annotations

import time
from pathlib import Path

from tests.browser import aside


def follow(home: Path) -> None:
    """Have the product's worker follow the verdicts and cut the recall lists as soon as it is free."""
    aside.asked(home, __name__)


def answer() -> str:
    """Add the job that the worker adds to its own queue each minute; where one waits already, that is the one."""
    from procrastinate.exceptions import AlreadyEnqueued

    from yimatong.stations.passes.tasks import follow_and_cut

    try:
        follow_and_cut.defer(timestamp=int(time.time()))
    except AlreadyEnqueued:
        return "waits"
    return "added"
