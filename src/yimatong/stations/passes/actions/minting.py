"""Strips are signed: at night everybody's of a day, by day the one that somebody asks for and that is not there yet.

At night each chunk is a transaction of its own: killed at any moment, the next start goes on with whoever has no good strip, and
nobody's is made twice. A strip is good while its credential lives, its key is not compromised, and it was issued late enough.

Why so: decision 100.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.db import connection, transaction
from psycopg.errors import UniqueViolation

from yimatong.core.credential import FileKey
from yimatong.records.actions.officials import the_system
from yimatong.records.identity import normalised, unseal
from yimatong.records.jobs import FEW, Tally, leaving_out
from yimatong.stations.passes import keyring, locks, stamping
from yimatong.stations.passes.actions import keys
from yimatong.stations.passes.actions.recalling import REMEMBERED, open_epochs
from yimatong.stations.passes.days import HOURS, WINDOWS, day_of, first_key, seconds
from yimatong.stations.passes.errors import mistake
from yimatong.stations.passes.models import Epoch, SigningKey
from yimatong.stations.passes.rules import Rules, rules
from yimatong.stations.passes.stamping import POINT, Chunk, Line, Signed, Stamp

CHUNK = 2_000
log = structlog.get_logger(__name__)

# PostgreSQL does not conclude from `b.id = c.binding_id` that `b.id` is beyond the last chunk, too: unsaid, it reads each table from
# its beginning for every chunk where it merges.
LINES = """
SELECT c.binding_id, c.serial, c.place, c.colour, c.permit, p.number, p.name, p.id_sealed,
    substring(b.window_keys FROM %(first)s FOR %(size)s), s.binding_id IS NULL
FROM credentials c
JOIN device_bindings b ON b.id = c.binding_id AND b.id > %(after)s
JOIN people p ON p.number = c.person_id
LEFT JOIN strips s ON s.binding_id = c.binding_id AND s.day = %(day)s AND s.binding_id > %(after)s
WHERE c.recalled_at IS NULL AND c.binding_id > %(after)s AND (s.binding_id IS NULL OR NOT (
    s.credential_id = c.serial AND s.kid <> ALL(%(dead)s) AND s.issued >= %(least)s
    AND (s.issued >= %(turned)s OR (c.binding_id * 2654435761 %% 4294967296) * %(spread)s / 4294967296 > %(gone)s)
))
"""
MANY = LINES + " ORDER BY c.binding_id LIMIT %(chunk)s"
# Of tables that were filled just now PostgreSQL knows nothing for a minute, takes them for small, and would sort everybody for every chunk.
IN_ORDER = (
    "SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off; SET LOCAL max_parallel_workers_per_gather = 0"
)
ONE = LINES + " AND c.binding_id = %(binding)s"
KEEP = """
INSERT INTO strips (binding_id, day, credential_id, kid, issued, passes)
SELECT binding_id, day, credential_id, kid, issued, passes FROM fresh
ON CONFLICT (binding_id, day) DO UPDATE
SET credential_id = excluded.credential_id, kid = excluded.kid, issued = excluded.issued, passes = excluded.passes
WHERE (strips.credential_id, strips.issued) < (excluded.credential_id, excluded.issued)
    OR (strips.credential_id = excluded.credential_id AND strips.kid <> excluded.kid)
"""


Keep = Callable[[Any, list[Signed], Stamp, bool], int]
"""Puts a chunk away in the cursor's transaction and says how many went in; True where nobody of it had a strip of the day."""


class Due(NamedTuple):
    """A chunk of those who are due, as it was read, and whether nobody of it has a strip of the day, good or not."""

    lines: list[Line]
    is_new: bool


class Minted(NamedTuple):
    """How many strips of a day were signed."""

    day: int
    strips: int


Progress = Callable[[str, int, int], None]


def mint(
    *, now: datetime, processes: int = 1, days: int | None = None, progress: Progress | None = None
) -> list[Minted]:
    """Sign the strips of today and the next days of everybody who has none that is good; `minting-going` when another does.

    One that cannot be signed is left out; where most cannot, EnvironmentProblem `most-left-out` once the others are signed.
    """
    with locks.tried(locks.MINTING) as held:
        if not held:
            raise mistake("minting-going")
        today = day_of(now)
        ahead = settings.YIMATONG_STRIP_DAYS if days is None else days
        wanted = range(today, today + ahead + 1)
        _drop(today)
        open_epochs(wanted)
        found = []
        with leaving_out("strips") as tally:
            for number, day in enumerate(wanted, 1):
                if progress:
                    progress("strips", number, len(wanted))
                found.append(Minted(day, _mint_day(day, now, processes, tally)))
    if any(day.strips for day in found):
        log.info("strips.minted", strips=sum(day.strips for day in found))
    if tally.left > FEW:
        # The few that never can be signed are all that is left for who comes a second time.
        tally.require_most()
    return found


def strip_of(*, binding: int, day: int, now: datetime) -> bytes | None:
    """Sign and keep one strip now; None when there is no live credential. What another process kept meanwhile is as good."""
    open_epochs([day])
    # The very first phone may come before the worker's first round.
    keys.ensure(by=the_system(), now=now)
    stamp = stamp_of(day, now)
    # A strip that is good already is not in ONE; asked for again it is read by the caller.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ONE, {**_words(day, now, rules(now)), "binding": binding, "after": binding - 1})
        row = cursor.fetchone()
        if row is None:
            return None
        signed = stamp.strip(_line(row))
        _replace(cursor, [signed], stamp)
    return signed.passes


def stamp_of(day: int, now: datetime, signer: FileKey | None = None) -> Stamp:
    """What a day's strips are signed with: by the key of today, or another one."""
    return Stamp(
        city=settings.YIMATONG_CITY,
        day=day,
        hours=HOURS,
        iat=seconds(now),
        bits=tuple(Epoch.objects.filter(day=day).order_by("epoch").values_list("bits", flat=True)),
        slots=keyring.secret("slots"),
        ctis=keyring.secret("cti"),
        checks=keyring.secret("check"),
        signer=signer or keyring.signer(SigningKey.Use.PASS, seconds(now)),
    )


def _mint_day(day: int, now: datetime, processes: int, tally: Tally) -> int:
    stamp = stamp_of(day, now)
    pem = keyring.file_of(SigningKey.Use.PASS, stamp.signer.kid.hex())
    return sign_day(stamp, pem, now=now, processes=processes, in_force=rules(now), keep=_keep, tally=tally)


def sign_day(
    stamp: Stamp, pem: Path, *, now: datetime, processes: int, in_force: Rules, keep: Keep, tally: Tally
) -> int:
    """Sign the day's strips of all live credentials that have none good by these rules; `keep` puts a chunk away, `tally` counts."""
    made = 0
    with _signing(stamp, pem, processes) as sign:
        waiting: deque[tuple[Future[Chunk] | Chunk, bool]] = deque()
        for chunk in _chunks(_words(stamp.day, now, in_force), tally):
            waiting.append((sign(chunk.lines), chunk.is_new))
            while len(waiting) > 2 * processes or (processes == 1 and waiting):
                made += _kept(*waiting.popleft(), stamp, keep, tally)
        while waiting:
            made += _kept(*waiting.popleft(), stamp, keep, tally)
    return made


@contextmanager
def _signing(stamp: Stamp, pem: Path, processes: int) -> Iterator[Callable[[list[Line]], Future[Chunk] | Chunk]]:
    """Who signs: this process, or several that know nothing of Django and the database."""
    if processes == 1:
        yield lambda lines: stamping.strips(stamp, lines)
        return
    context = multiprocessing.get_context("spawn")
    words = {field.name: getattr(stamp, field.name) for field in fields(stamp) if field.name != "signer"}
    with ProcessPoolExecutor(processes, mp_context=context, initializer=stamping.begin, initargs=(words, pem)) as pool:
        yield lambda lines: pool.submit(stamping.sign_many, lines)


def _chunks(words: dict[str, Any], tally: Tally) -> Iterator[Due]:
    after = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(IN_ORDER)
            cursor.execute(MANY, {**words, "after": after, "chunk": CHUNK})
            rows = cursor.fetchall()
        if rows:
            yield Due(list(_lines(rows, tally)), all(row[-1] for row in rows))
            after = rows[-1][0]
        if len(rows) < CHUNK:
            return


def _words(day: int, now: datetime, in_force: Rules) -> dict[str, Any]:
    return {
        "day": day,
        "first": first_key(day) * POINT + 1,
        "size": WINDOWS * POINT,
        "dead": list(in_force.dead),
        "least": in_force.min_iat,
        "turned": in_force.since,
        "spread": in_force.spread,
        "gone": seconds(now) - in_force.since,
    }


def _lines(rows: Iterable[tuple[Any, ...]], tally: Tally) -> Iterator[Line]:
    for row in rows:
        with tally.each(row[0], counts=False):
            yield _line(row)


def _line(row: tuple[Any, ...]) -> Line:
    binding, serial, place, colour, permit, person, name, sealed, points, _is_new = row
    document = normalised(unseal(sealed, "id", person)) if sealed else ""
    return Line(binding, serial, place, colour, permit, name, document, bytes(points))


def _kept(signed: Future[Chunk] | Chunk, is_new: bool, stamp: Stamp, keep: Keep, tally: Tally) -> int:  # noqa: FBT001 -- of a pair
    chunk = signed.result() if isinstance(signed, Future) else signed
    tally.done += len(chunk.signed)
    for left in chunk.left_out:
        tally.leave(*left)
    with transaction.atomic(), connection.cursor() as cursor:
        return keep(cursor, chunk.signed, stamp, is_new)


def _keep(cursor: Any, strips: list[Signed], stamp: Stamp, is_new: bool) -> int:  # noqa: FBT001 -- a Keep
    """Put strips into the table, unless a newer one is there; how many went in.

    Where nobody had one they are written straight into it, once. Where somebody got one meanwhile by asking, none of that stays.
    """
    if is_new:
        with suppress(UniqueViolation), transaction.atomic():
            copy_in(cursor, "strips", strips, stamp)
            return len(strips)
    return _replace(cursor, strips, stamp)


def _replace(cursor: Any, strips: list[Signed], stamp: Stamp) -> int:
    """Put strips into the table by way of one beside it, each in the place of the older one; how many went in."""
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS fresh (LIKE strips) ON COMMIT DELETE ROWS")
    copy_in(cursor, "fresh", strips, stamp)
    cursor.execute(KEEP)
    return int(cursor.rowcount)


def copy_in(cursor: Any, table: str, strips: list[Signed], stamp: Stamp) -> None:
    """COPY strips into a table of that shape."""
    statement = f"COPY {table} (binding_id, day, credential_id, kid, issued, passes) FROM STDIN (FORMAT binary)"
    with cursor.copy(statement) as copy:
        copy.set_types(["int8", "int4", "int8", "bytea", "int8", "bytea"])
        for strip in strips:
            copy.write_row((strip.binding, stamp.day, strip.serial, stamp.signer.kid, stamp.iat, strip.passes))


def _drop(today: int) -> None:
    """Drop the strips of days that are over, and forget their epochs a while later."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT passes_drop_days(%s)", [today - 1])
    Epoch.objects.filter(day__lt=today - REMEMBERED).delete()
