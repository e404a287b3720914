"""Work that goes on by itself when what it stands on went away: the database restarted, its network gone for a while, its disk full.

Each wait says why, once for each cause, and is longer than the one before.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import psycopg
import structlog
from django.db import InterfaceError, OperationalError, connections
from procrastinate.exceptions import ConnectorException

from yimatong.core.errors import EnvironmentProblem

FIRST, LONGEST = 0.5, 15.0
"""Seconds of the first wait and of the longest."""
STEADY = 60.0
"""Seconds after which work that went well counts as well, and the waits begin anew."""
AWAY = frozenset({"database-does-not-answer", "database-does-not-start"})
"""Problems of the surroundings that pass by themselves."""
log = structlog.get_logger(__name__)


def pauses() -> Iterator[float]:
    """Seconds to wait, one after the other, twice as long each time, and never the same for two who wait for the same."""
    pause = FIRST
    while True:
        yield pause * random.uniform(0.75, 1.0)  # noqa: S311 -- no secret
        pause = min(LONGEST, 2 * pause)


def is_away(problem: BaseException) -> bool:
    """Say whether an error tells that the database is gone for now: then the same can be done again."""
    if isinstance(problem, BaseExceptionGroup):
        return any(is_away(one) for one in problem.exceptions)
    if isinstance(problem, EnvironmentProblem):
        return problem.code in AWAY
    return isinstance(problem, OperationalError | InterfaceError | psycopg.OperationalError | ConnectorException)


def keep_at(work: Callable[[], None], told: Callable[[str, float], None] | None = None) -> None:
    """Do some work to its end; where the database goes away, wait and begin it again. Every other mistake is raised.

    `told` hears each time why, and for how many seconds it waits.
    """
    waits, returned = pauses(), 0
    while True:
        began = time.monotonic()
        try:
            work()
            return
        except Exception as problem:
            if not is_away(problem):
                raise
            if time.monotonic() - began > STEADY:
                waits = pauses()
            # A connection that broke is not taken up again by itself outside of a request.
            connections.close_all()
            returned += 1
            pause = next(waits)
            log.error("database.away", cause=cause_of(problem), seconds=round(pause, 1), time=returned)  # noqa: TRY400 -- its words could carry a row
            if told:
                told(cause_of(problem), pause)
            time.sleep(pause)


def cause_of(problem: BaseException) -> str:
    """What it is called: a code, PostgreSQL's own state, or the kind of error. Its words could carry a row."""
    if isinstance(problem, EnvironmentProblem):
        return problem.code
    inner: BaseException | None = problem
    while inner is not None:
        if state := getattr(inner, "sqlstate", None):
            return str(state)
        inner = inner.__cause__
    return type(problem).__name__
