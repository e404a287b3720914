"""What every job of `yimatong worker` has in common: when it comes, what it holds, and what a failure means.

A job has no lock of the queue: one that was killed, or that waits to be tried again, would hold it, and with it the work of all that
follow. What must not be done twice at once holds an advisory lock of PostgreSQL, which dies with its connection (`alone`). What
comes each minute is not tried again: the next minute does. What comes once a night is (`AGAIN`). What cannot wait until one of the
worker's slots is free is no job: it has a thread of its own (`beside`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, connections
from procrastinate import App, RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from yimatong.core.errors import EnvironmentProblem, YimatongError
from yimatong.core.text import message as _
from yimatong.core.time import MINUTES_A_DAY
from yimatong.records import calendar

EACH_MINUTE = "* * * * *"
AGAIN = RetryStrategy(max_attempts=24, linear_wait=60)
"""After one minute, two, three and so on: five hours in all, and never longer than 24 minutes at once."""
FEW = 10
"""Up to so many records that are left out of one work are named in the log one by one."""
MISSED = 25
"""Hours after which a night was missed: the server was off at its time, and it is made up for at the next round."""
CLASS = 0x594D55
"""The class of these advisory locks; those of the judgements and the passes are others."""
log = structlog.get_logger(__name__)


def cron_of(local: str) -> str:
    """The cron line, in UTC as procrastinate reads it, of a time of the city's day (`02:30`)."""
    hour, minute = (int(part) for part in local.split(":"))
    utc = (hour * 60 + minute - calendar.zone().offset) % MINUTES_A_DAY
    return f"{utc % 60} {utc // 60} * * *"


def later(local: str, minutes: int) -> str:
    """A local time of day so many minutes later."""
    hour, minute = (int(part) for part in local.split(":"))
    total = (hour * 60 + minute + minutes) % MINUTES_A_DAY
    return f"{total // 60:02d}:{total % 60:02d}"


@contextmanager
def own_connections() -> Iterator[None]:
    """Close the connections of this thread at the end: jobs run in threads that come and go."""
    try:
        yield
    finally:
        connections.close_all()


class Tally:
    """How many records of a work were done and how many left out; each of the first FEW that were is an alarm of its own."""

    def __init__(self, work: str) -> None:
        self.work, self.done, self.left = work, 0, 0

    @contextmanager
    def each(self, number: int, *, counts: bool = True) -> Iterator[None]:
        """One record. What goes wrong over it stays with it: it is left out, with an alarm, and the others go on.

        A database that is gone is no mistake of a record, and is raised. Where the block writes, it is to be a transaction of
        its own. Without `counts` something is still to be done with the record.
        """
        try:
            yield
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 -- whatever it is, those behind it must not wait for it
            self.leave(number, code_of(error))
        else:
            self.done += counts

    def leave(self, number: int, code: str) -> None:
        """Leave a record out. Said are its number and the mistake's code or kind: its own words could carry a person."""
        self.left += 1
        if self.left <= FEW:
            log.error("record.left_out", work=self.work, number=number, error_code=code)

    def require_most(self) -> None:
        """EnvironmentProblem where more were left out than done: that is no mistake of single records, but of keys or programs.

        For whoever puts the outcome in the place of an earlier one, or counts the work as done.
        """
        if self.left > self.done:
            raise EnvironmentProblem(
                "most-left-out",
                place=self.work,
                sentence=_("{left} of {done} records failed.", left=self.left, done=self.left + self.done),
                remedy=_(
                    "that is no mistake of single records: look at key files, settings and versions; what was there "
                    "stays."
                ),
            )


@contextmanager
def leaving_out(work: str) -> Iterator[Tally]:
    """Go through many records, of which one that fails is left out (Tally.each)."""
    tally = Tally(work)
    yield tally
    if tally.left > FEW:
        log.error("records.left_out", work=work, left=tally.left, done=tally.done)


def code_of(error: BaseException) -> str:
    """What an error is called: by its code, or by its kind."""
    return error.code if isinstance(error, YimatongError) else f"internal.{type(error).__name__}"


@contextmanager
def alone(work: str, *, note: bool = True) -> Iterator[bool]:
    """Hold the right to some work inside the block, with connections of its own; False where another job is at it now.

    However that one ends, also by kill -9, the right is free again when its connection is gone. With `note` the work counts as
    done when the block is over.
    """
    with own_connections():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [CLASS, work])
            free = bool(cursor.fetchone()[0])
        if not free:
            log.info("job.is_being_done", work=work)
        yield free
        if free and note:
            done(work)


@contextmanager
def noted(work: str) -> Iterator[None]:
    """Do some work with connections of its own, and note that it was done to its end."""
    with own_connections():
        yield
        done(work)


def beside(every: float) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Have a worker do something every so many seconds in a thread of its own, whatever its slots are busy with."""

    def decorate(work: Callable[[], None]) -> Callable[[], None]:
        _beside.append((every, work))
        return work

    return decorate


_beside: list[tuple[float, Callable[[], None]]] = []


def begin_beside(over: threading.Event) -> list[threading.Thread]:
    """Begin the threads of what is done beside the jobs; they end with the event. What goes wrong in one is tried again the next time."""
    threads = [threading.Thread(target=_again_and_again, args=(*each, over), daemon=True) for each in _beside]
    for thread in threads:
        thread.start()
    return threads


def _again_and_again(every: float, work: Callable[[], None], over: threading.Event) -> None:
    while not over.wait(every):
        try:
            work()
        except (OperationalError, InterfaceError):
            # The database is away: it is told by whoever waits for it, and the next turn comes.
            log.warning("work.beside_waits", work=work.__name__)
            connections.close_all()
        except Exception:
            log.exception("work.beside_failed", work=work.__name__)
            connections.close_all()
    connections.close_all()


def keep_going(app: App, every: float = 10.0, silence: float = 75.0) -> threading.Event:
    """Look from a thread of the worker whether it still does what comes each minute, and have it done where it does not.

    The schedule waits for the clock: set back, it waits until that has come up again, for as long as it was set back. This
    counts seconds (`every` so many a look, after so many of `silence`) by a clock that only grows. With it begins what is done beside
    the jobs. The event, once set, ends both.
    """
    over = threading.Event()

    def look() -> None:
        while not over.wait(every):
            if time.monotonic() - _last["done"] < silence:
                continue
            log.warning("jobs.do_not_come", seconds=silence)
            try:
                with own_connections():
                    begin_at_once(app)
            except Exception:
                # The database may be away; the next look comes.
                log.exception("jobs.not_begun")

    _last["done"] = time.monotonic()
    threading.Thread(target=look, name="keep-going", daemon=True).start()
    begin_beside(over)
    return over


_last = {"done": 0.0}
"""When this process did some work last, by the clock that only grows."""


def begin_at_once(app: App) -> None:
    """Have done now what comes each minute: a worker that takes the place of one that died does not wait for the minute's end."""
    for each in app.periodic_registry.periodic_tasks.values():
        if each.cron == EACH_MINUTE:
            wake(each.task, timestamp=int(time.time()))


def wake(task: Task[..., Any, ...], **words: Any) -> None:
    """Have a job done as soon as a worker is free; where it waits already, that is the one."""
    try:
        task.defer(**words)
    except AlreadyEnqueued:
        log.info("job.waits_already", task_name=task.name)


def was_missed(work: str) -> bool:
    """True when a work of each night was done before, but not in the last night."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT done_at < now() - %s * interval '1 hour' FROM works WHERE name = %s", [MISSED, work])
        row = cursor.fetchone()
    return row is not None and bool(row[0])


def done(work: str) -> None:
    """Note that a work was done now (edges/web/official/watching.py looks for those that were not)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO works (name, done_at) VALUES (%s, clock_timestamp())"
            " ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at",
            [work],
        )
    _last["done"] = time.monotonic()
