"""What every job of `yimatong worker` has in common: when it comes, what it holds, and what a failure means.

A job has no lock of the queue: one that was killed, or that waits to be tried again, would hold it, and with it the work of all that
follow. What must not be done twice at once holds an advisory lock of PostgreSQL, which dies with its connection (`alone`). What
comes each minute is not tried again: the next minute does. What comes once a night is (`AGAIN`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, connections
from procrastinate import RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from yimatong.core.errors import YimatongError
from yimatong.core.time import MINUTES_A_DAY, Zone

AGAIN = RetryStrategy(max_attempts=24, linear_wait=60)
"""After one minute, two, three and so on: five hours in all, and never longer than 24 minutes at once."""
CLASS = 0x594D55
"""The class of these advisory locks; those of the judgements and the passes are others."""
log = structlog.get_logger(__name__)


def cron_of(local: str, zone: Zone) -> str:
    """The cron line, in UTC as procrastinate reads it, of a local time of day (`02:30`)."""
    hour, minute = (int(part) for part in local.split(":"))
    utc = (hour * 60 + minute - zone.offset) % MINUTES_A_DAY
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


@contextmanager
def leaving_out(work: str, number: int) -> Iterator[None]:
    """What goes wrong over one record of many stays with that record: it is left out, with an alarm, and the others go on.

    The alarm names the record by its number and the mistake by its code or kind; its own words could carry a person. A database
    that is gone is no mistake of a record, and is raised. Where the block writes, it is to be a transaction of its own.
    """
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, those behind it must not wait for it
        left_out(work, number, code_of(error))


def left_out(work: str, number: int, code: str) -> None:
    """The alarm about one record that was left out."""
    log.error("record.left_out", work=work, number=number, error_code=code)


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


def wake(task: Task[..., Any, ...]) -> None:
    """Have a job done as soon as a worker is free; where it waits already, that is the one."""
    try:
        task.defer()
    except AlreadyEnqueued:
        log.info("job.waits_already", task_name=task.name)


def is_behind(work: str, hours: int) -> bool:
    """True when a work was done before, but not for so many hours: the server was off when its turn came."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT done_at < now() - %s * interval '1 hour' FROM works WHERE name = %s", [hours, work])
        row = cursor.fetchone()
    return row is not None and bool(row[0])


def done(work: str) -> None:
    """Note that a work was done now (edges/web/watching.py looks for those that were not)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO works (name, done_at) VALUES (%s, clock_timestamp())"
            " ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at",
            [work],
        )
