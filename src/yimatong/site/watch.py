"""The alarm that is no job of the queue: a thread beside the pages looks each minute whether everything else happens.

When the worker is dead, the pages are not; when both are, nobody answers `/health`, which whoever watches the server sees from outside.
Of the processes of one server one looks, and another when that one is gone.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connections

from yimatong.site import health

EVERY = 60.0
"""Seconds between two looks."""
AGAIN = 15 * 60.0
"""Seconds after which an alarm that still stands is said again."""
log = structlog.get_logger(__name__)


class Alarm:
    """Says what is too late when that changes, and again each quarter of an hour while it stands."""

    def __init__(self) -> None:
        self.said: tuple[str, ...] = ()
        self.at = -AGAIN

    def look(self, now: float) -> tuple[str, ...]:
        """Look once, at `now` (seconds of any clock that only grows); the codes of what is too late."""
        found = health.problems()
        if found and (found != self.said or now - self.at >= AGAIN):
            log.error("watch.late", late=list(found))
            self.at = now
        elif self.said and not found:
            log.warning("watch.well_again", was=list(self.said))
        self.said = found
        return found


def begin() -> threading.Thread:
    """Begin to look, in a thread that ends with the process."""
    thread = threading.Thread(target=_watch, name="watch", daemon=True)
    thread.start()
    return thread


def _watch() -> None:
    alarm = Alarm()
    with _our_turn():
        while True:
            time.sleep(EVERY)
            try:
                alarm.look(time.monotonic())
            except Exception:
                log.exception("watch.failed")
            finally:
                connections.close_all()


@contextmanager
def _our_turn() -> Iterator[None]:
    """Wait until no other process of this server looks; where the file cannot be made, look all the same."""
    with suppress(OSError), (Path(settings.YIMATONG_HOME) / "watch.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
        return
    yield
