"""Whether the database answers, looked at from a thread of `yimatong run`, which starts the server that comes along again."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings

from yimatong.core.errors import EnvironmentProblem
from yimatong.core.text import Text, message as _
from yimatong.edges.cli.starting import say
from yimatong.site.connections import login
from yimatong.site.environment import Environment
from yimatong.site.parts import DATABASE, Standing
from yimatong.site.postgres import Server
from yimatong.site.returning import pauses

EVERY = 1.0
"""Seconds between two looks."""
PATIENCE = 5
"""Seconds that a login may take."""


class DatabaseWatch(threading.Thread):
    """Looks until `over` is set. What is to be said of it is taken by `tell`, in the thread that speaks to people."""

    def __init__(self, server: Server | None) -> None:
        super().__init__(name="database-watch", daemon=True)
        self.server = server
        self.over = threading.Event()
        self.standing = Standing(DATABASE, "up", int(time.time()))
        self._sentences: queue.SimpleQueue[Text] = queue.SimpleQueue()

    def run(self) -> None:
        while not self.over.wait(EVERY):
            cause = why_away()
            if cause:
                self._is_away(cause)

    def tell(self) -> None:
        """Say what happened since it was last asked."""
        while not self._sentences.empty():
            sentence = self._sentences.get()
            say(sentence)

    def _is_away(self, cause: str) -> None:
        """Until it answers again."""
        began, returned = time.monotonic(), self.standing.returned
        self.standing = Standing(DATABASE, "waiting", int(time.time()), returned, cause)
        doing = _("its server is started again") if self.server else _("waiting for it")
        self._say(_("the database does not answer ({cause}); {doing}.", cause=cause, doing=doing))
        for pause in pauses():
            said = self._bring_back()
            now = said or why_away()
            if not now or self.over.is_set():
                break
            if now != cause:
                cause = now
                self._say(_("the database is still away ({cause}).", cause=cause))
            if self.over.wait(pause):
                return
        seconds = time.monotonic() - began
        self.standing = Standing(DATABASE, "up", int(time.time()), returned + 1, self.standing.cause)
        self._say(
            _(
                "the database answers again (time {returned}, after {seconds:.0f} s).",
                returned=returned + 1,
                seconds=seconds,
            ),
        )

    def _bring_back(self) -> str:
        """Start the server that comes along; why that failed, or nothing. It may break down again in the middle, or find the disk full."""
        if self.server is None:
            return ""
        try:
            self.server.start()
        except EnvironmentProblem as problem:
            return problem.code
        except psycopg.Error as problem:
            return reason_of(problem)
        except OSError as problem:
            return problem.strerror or type(problem).__name__
        return ""

    def _say(self, text: Text) -> None:
        self._sentences.put(text)


def why_away() -> str:
    """Why the database takes no login now; nothing where it does."""
    try:
        psycopg.connect(**login(settings.DATABASES["owner"]) | {"connect_timeout": PATIENCE}).close()
    except psycopg.OperationalError as problem:
        return reason_of(problem)
    return ""


def reason_of(problem: BaseException) -> str:
    """The end of what PostgreSQL's client says, without address and login."""
    lines = [line for line in str(problem).splitlines() if line.strip()] or [type(problem).__name__]
    said = next((line for line in lines if "failed:" in line or "FATAL:" in line), lines[0])
    return said.rpartition("FATAL:")[2].rpartition("failed:")[2].strip()


@contextmanager
def watched(environment: Environment) -> Iterator[DatabaseWatch]:
    """The watch inside the block; it has ended, and starts no server any more, when the block is left."""
    server = None if environment.database_url else Server.at(environment.home, environment.postgres_user)
    watch = DatabaseWatch(server)
    watch.start()
    try:
        yield watch
    finally:
        watch.over.set()
        watch.join()
