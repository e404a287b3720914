"""The alarm that is no job of the queue: a thread beside the pages looks each minute whether everything else happens.

When the worker is dead, the pages are not; when both are, nobody answers `/health`, which whoever watches the server sees from outside.
"""

from __future__ import annotations

import threading
import time

import structlog
from django.db import DatabaseError, connections

from yimatong.edges.web import watching

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
        try:
            found = watching.late()
        except DatabaseError:
            found = ("database-does-not-answer",)
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
    while True:
        time.sleep(EVERY)
        try:
            alarm.look(time.monotonic())
        except Exception:
            log.exception("watch.failed")
        finally:
            connections.close_all()
