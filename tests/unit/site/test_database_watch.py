"""The watch of the database goes on looking, whatever goes wrong while it brings the server back."""

from __future__ import annotations

import errno
import os
import time

import psycopg
import pytest

from yimatong.core.errors import EnvironmentProblem
from yimatong.core.text import same
from yimatong.site.commands import database_watch
from yimatong.site.commands.database_watch import DatabaseWatch

GONE = "FATAL:  the database system is in recovery mode"


class BreaksDown:
    """A server whose start goes wrong in one way after another, and then does not."""

    def __init__(self, *wrong: Exception) -> None:
        self.wrong = list(wrong)

    def start(self) -> None:
        if self.wrong:
            raise self.wrong.pop(0)


@pytest.mark.parametrize(
    "wrong",
    [
        psycopg.OperationalError(GONE),
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        EnvironmentProblem("database-does-not-start", same("x"), remedy=same("x")),
    ],
    ids=["breaks down again", "disk full", "does not start"],
)
def test_what_goes_wrong_while_the_server_is_started_ends_no_watch(
    monkeypatch: pytest.MonkeyPatch, wrong: Exception
) -> None:
    server = BreaksDown(wrong)
    monkeypatch.setattr(database_watch, "EVERY", 0.01)
    monkeypatch.setattr(database_watch, "pauses", lambda: iter([0.01] * 100))
    monkeypatch.setattr(database_watch, "why_away", lambda: GONE if server.wrong else "")
    watch = DatabaseWatch(server)  # type: ignore[arg-type]
    watch.start()
    until = time.monotonic() + 10
    while watch.standing.returned == 0 and watch.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    watch.over.set()
    watch.join()
    assert (server.wrong, watch.standing.state, watch.standing.returned) == ([], "up", 1)
