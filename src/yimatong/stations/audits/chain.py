"""The audit chain is sealed with a key that does not lie in the database, each minute in which something was added.

A seal says up to which link the chain went, its digest, and what was sealed of records, policies and looks with it. It is kept in the
database, so that one that was restored can be checked, and as a line of a file outside (heads.py), so that a chain that was cut short
with its seals is found. Whatever does not fit is recorded as a discrepancy, once, and stands until an official has accepted it
(actions.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from threading import Lock
from typing import Any

import structlog
from django.db import connections, transaction

from yimatong.records.queries import FIRST_PREVIOUS, broken_links
from yimatong.stations.audits import heads, looks, marks, policies
from yimatong.stations.audits.heads import Head, Line
from yimatong.stations.audits.models import ChainSeal, LookSeal, PolicySeal, RecordSeal
from yimatong.stations.judgements import discrepancies
from yimatong.stations.judgements.discrepancies import MOST_NAMED, Found, Kind, digest
from yimatong.stations.judgements.lifecycle import JUDGE
from yimatong.stations.judgements.looking import Counters, counters_of, is_rewritten
from yimatong.stations.judgements.models import Discrepancy
from yimatong.stations.judgements.sealing import city_of

TABLES = (
    "audit_entries", "chain_seals", "chain_heads", "record_seals", "policy_seals", "policy_packs", "enforcements", "verifications",
    "facts", "homes", "stays", "areas", "look_seals", "looks",
)  # fmt: skip
"""Where what this station finds stands; `chain_heads` are the files."""
GROWING = ("audit_entries",)
AT_ONCE = 1000
LINKS, ROWS, LOOKS = 200_000, 200_000, 100_000
"""Of one part: links of the chain, and rows and looks that were sealed (about). It does not grow with the years: a link that is edited
is counted by PostgreSQL, and then all of them are looked at; the parts are for whoever turns its counters back."""
LATELY = 60
"""So many of the last seals are compared each minute with the seals of records, policies and looks that they cover."""
Covered = tuple[list[RecordSeal], list[PolicySeal], list[LookSeal]]
"""What is sealed with a seal of the chain, each in its order."""
log = structlog.get_logger(__name__)


@dataclass
class Looker:
    """The seals and looks of one process, one after the other; what it remembers only spreads the work."""

    link: int = 0
    mark: int = 0
    looked: int = 0
    counters: Counters | None = None
    lock: Lock = field(default_factory=Lock)

    def look(self) -> tuple[Found, ...]:
        """Seal what is new, and look at a part of the rest; returns what nobody had found."""
        with self.lock:
            fresh = record(seal())
            with transaction.atomic(using=JUDGE), connections[JUDGE].cursor() as cursor:
                _one_moment(cursor)
                part = marks.compare(cursor, after=self.mark, rows=ROWS)
                looked = looks.compare(cursor, after=self.looked, rows=LOOKS)
                covers = list(_uncovered(cursor, lately=True))
                upto = _upto(cursor)
                counters = counters_of(cursor, GROWING)
            if self.counters is None or is_rewritten(self.counters, counters, appended=GROWING):
                self.link, until = 0, upto
            else:
                until = self.link + LINKS
            found = [
                *_broken(self.link, min(until, upto)),
                *covers,
                *part.found,
                *looked.found,
                *policies.compare()[1],
                *policies.not_in_force_so(files=False),
            ]
            fresh += record(found)
            self.mark, self.looked, self.link = part.upto, looked.upto, 0 if until >= upto else until
            self.counters = counters
        return fresh


THIS_PROCESS = Looker()
"""That of the worker."""


def seal(*, everything: bool = False) -> list[Found]:
    """Seal what was added since the last seal, in the database and then in the file; returns what did not fit."""
    found: list[Found] = []
    while True:
        with transaction.atomic(using=JUDGE), connections[JUDGE].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('chain_seals'))")
            found += _seal(cursor, everything=everything)
            city = city_of(cursor)
            again = marks.are_waiting(cursor, everything=everything) or looks.are_waiting(cursor)
        _write_heads(city)
        if not again:
            return found


def record(found: list[Found]) -> tuple[Found, ...]:
    """Record what was found and neither stands already nor was accepted; returns what was never recorded before."""
    if not found:
        return ()
    over = discrepancies.settled({one.table for one in found})
    return discrepancies.record(one for one in found if one not in over)


def is_ours(one: Found | Discrepancy) -> bool:
    """Whether this station found it. Of edited records the judgements have discrepancies too, which two officials end (standstills.py)."""
    return one.table in TABLES and (one.table not in marks.KEYS or one.row is not None)


def look_at_everything() -> tuple[int, list[Found]]:
    """Every link, every seal and every line of the files: how many links, and what does not fit."""
    with connections[JUDGE].cursor() as cursor:
        city = city_of(cursor)
    # The file first: what is noted there was committed by then.
    last = heads.last(city)
    with transaction.atomic(using=JUDGE), connections[JUDGE].cursor() as cursor:
        _one_moment(cursor)
        upto = _upto(cursor)
        found = [*_seals(cursor, city), *_files(city, last)]
    found += _broken(0, upto)
    return upto, found[:MOST_NAMED]


def _seal(cursor: Any, *, everything: bool) -> list[Found]:
    city = city_of(cursor)
    before = ChainSeal.objects.using(JUDGE).order_by("-number").first()
    line = heads.last(city)
    found = list(_anchored(cursor, city, before, line))
    anchor = _standing(cursor)
    upto = _upto(cursor)
    marks.prepare(cursor)
    new, packs = marks.unsealed(cursor, everything=everything), list(policies.unsealed())
    looked = looks.unsealed(cursor)
    found += [*_broken(anchor, upto), *marks.without_entry(new)]
    if before and before.upto == upto and not new and not packs and not looked:
        return found
    head = line.head if line else None
    number = max(before.number if before else 0, head.seal if head and head.city == city and head.is_good else 0) + 1
    records = [marks.record_seal(one, number) for one in new]
    kept = [
        policies.policy_seal(pack.digest, sha256, number)
        for pack, sha256 in sorted(packs, key=lambda one: one[0].digest)
    ]
    covered: Covered = records, kept, looks.look_seals(looked, number)
    _write(cursor, city, number, upto, before.mac if before else "", covered)
    return found


def _write(cursor: Any, city: str, number: int, upto: int, previous: str, covered: Covered) -> None:
    records, kept, looked = covered
    cursor.execute("SELECT digest FROM audit_entries WHERE number = %s", [upto])
    link = (cursor.fetchone() or (FIRST_PREVIOUS,))[0]
    cursor.execute("SELECT clock_timestamp()")
    at: datetime = cursor.fetchone()[0]
    covers = _covers([one.mac for made in covered for one in made])
    RecordSeal.objects.using(JUDGE).bulk_create(records, batch_size=5_000)
    PolicySeal.objects.using(JUDGE).bulk_create(kept)
    LookSeal.objects.using(JUDGE).bulk_create(looked)
    mac = heads.mac_of(city, number, upto, link, covers, _iso(at), previous)
    ChainSeal.objects.using(JUDGE).create(
        number=number, upto=upto, digest=link, covers=covers, at=at, previous=previous, mac=mac
    )


def _write_heads(city: str) -> None:
    """Append to the file what the database has and the file has not: also what a kill or a full disk left out."""
    while True:
        line = heads.last(city)
        after = line.head.seal if line and line.head and line.head.city == city else 0
        rows = ChainSeal.objects.using(JUDGE).filter(number__gt=after).order_by("number")[:AT_ONCE]
        fresh = [_head(row, city) for row in rows]
        try:
            heads.append(city, fresh)
        except OSError as error:
            log.error("audit.heads_not_written", error=type(error).__name__, errno=error.errno, waiting=len(fresh))  # noqa: TRY400 -- its words name a path
            raise
        if len(fresh) < AT_ONCE:
            return


def _anchored(cursor: Any, city: str, before: ChainSeal | None, line: Line | None) -> Iterator[Found]:
    """Whether the last seal is ours, its link stands, and the file goes on where the database does."""
    if before:
        if not _head(before, city).is_good:
            yield Found(
                Kind.EDITED.value, "chain_seals", None, None, digest([before.number, before.mac]), before.number
            )
        yield from _link(cursor, before.number, before.upto, before.digest)
    yield from _line(cursor, city, before, line)


def _line(cursor: Any, city: str, before: ChainSeal | None, line: Line | None) -> Iterator[Found]:
    """What the last line of the file says against the database."""
    if line is None:
        # A first seal may not have come to the file yet.
        if before and before.number > 1:
            yield Found(Kind.MISSING.value, "chain_heads", None, None, digest([before.mac]), before.number)
        return
    head = line.head
    if head is None or head.city != city or not head.is_good:
        number = head.seal if head else line.number
        yield Found(Kind.EDITED.value, "chain_heads", None, None, digest([line.file, number, head]), number)
        return
    if not ChainSeal.objects.using(JUDGE).filter(number=head.seal, mac=head.mac).exists():
        yield Found(Kind.LEFT_OUT.value, "chain_seals", None, None, digest([head.seal, head.mac]), head.seal)
        yield from _link(cursor, head.seal, head.upto, head.digest)


def _link(cursor: Any, seal: int, upto: int, sealed_digest: str) -> Iterator[Found]:
    """A sealed link that is there no more, or is another."""
    if not upto:
        return
    cursor.execute("SELECT digest FROM audit_entries WHERE number = %s", [upto])
    row = cursor.fetchone()
    if row is None:
        yield Found(Kind.LEFT_OUT.value, "audit_entries", None, None, digest([upto, sealed_digest]), upto)
    elif row[0] != sealed_digest:
        yield Found(Kind.EDITED.value, "audit_entries", None, None, digest(["sealed", seal, upto, row[0]]), upto)


def _standing(cursor: Any) -> int:
    """The last sealed link that stands as it was sealed: from there on links are new."""
    cursor.execute(
        "SELECT s.upto FROM chain_seals s JOIN audit_entries e ON e.number = s.upto AND e.digest = s.digest"
        " ORDER BY s.number DESC LIMIT 1"
    )
    row = cursor.fetchone()
    return int(row[0]) if row else 0


def _broken(after: int, upto: int) -> list[Found]:
    found = []
    for link in broken_links(after, upto):
        kind = Kind.LEFT_OUT if link.wrong == "number" else Kind.EDITED
        found.append(Found(kind.value, "audit_entries", None, None, digest([link.number, link.wrong]), link.number))
        if len(found) == MOST_NAMED:
            break
    return found


def _seals(cursor: Any, city: str) -> Iterator[Found]:
    """Every seal: made by the key, after the one before, of a link that stands, and of what it covers."""
    yield from _uncovered(cursor)
    previous, number, told = "", 0, False
    for row in ChainSeal.objects.using(JUDGE).order_by("number").iterator(chunk_size=5_000):
        if not _head(row, city).is_good:
            yield Found(Kind.EDITED.value, "chain_seals", None, None, digest([row.number, row.mac]), row.number)
        if row.previous != previous:
            yield Found(Kind.LEFT_OUT.value, "chain_seals", None, None, digest([number, row.previous]), row.number)
        # One link that was rewritten moves all after it.
        if not told and (wrong := next(_link(cursor, row.number, row.upto, row.digest), None)):
            told = True
            yield wrong
        previous, number = row.mac, row.number


def _uncovered(cursor: Any, *, lately: bool = False) -> Iterator[Found]:
    """Seals of the chain, all or the last ones, that do not cover the seals of records, policies and looks which name them."""
    seals = ChainSeal.objects.using(JUDGE).order_by("-number").values_list("number", "covers")
    looked_at = dict(seals[:LATELY] if lately else seals)
    covered = _covered(cursor, min(looked_at, default=0))
    for number in sorted(looked_at):
        if covered.get(number, _covers([])) != looked_at[number]:
            stands = digest([number, looked_at[number]])
            yield Found(Kind.LEFT_OUT.value, "record_seals", None, None, stands, number)


def _covered(cursor: Any, since: int) -> dict[int, str]:
    """By seal the SHA-256 of the seals of records, policies and looks that were made with it, from one seal on."""
    cursor.execute(
        "SELECT seal, encode(sha256(convert_to(string_agg(mac, '' ORDER BY sort, mark, pack), 'UTF8')), 'hex') FROM ("
        "SELECT seal, mac, 1 AS sort, mark, '' AS pack FROM record_seals"
        " UNION ALL SELECT seal, mac, 2, 0, pack FROM policy_seals"
        " UNION ALL SELECT seal, mac, 3, number, '' FROM look_seals) made WHERE seal >= %s GROUP BY 1",
        [since],
    )
    return dict(cursor.fetchall())


def _files(city: str, before: Line | None) -> Iterator[Found]:
    """Every line of the files against the database; up to the line that was the last before the database was looked at."""
    known = dict(ChainSeal.objects.using(JUDGE).values_list("number", "mac"))
    if before is None and max(known, default=0) > 1:
        yield Found(Kind.MISSING.value, "chain_heads", None, None, digest(max(known)), max(known))
    last = before.head.seal if before and before.head else None
    whole: dict[str, list[int]] = {}
    for line in heads.lines(city):
        head = line.head
        if head is None or head.city != city or not head.is_good:
            number = head.seal if head else line.number
            yield Found(Kind.EDITED.value, "chain_heads", None, None, digest([line.file, number, head]), number)
            continue
        if last is not None and head.seal <= last and known.get(head.seal) != head.mac:
            yield Found(Kind.LEFT_OUT.value, "chain_seals", None, None, digest([head.seal, head.mac]), head.seal)
        whole.setdefault(line.file, []).append(head.seal)
    if whole:
        # Of months that are over the last line of each day is kept.
        numbers = whole[max(whole)]
        for one, following in pairwise(numbers):
            if following <= one or any(number in known for number in {one + 1, following - 1} - {one, following}):
                yield Found(Kind.MISSING.value, "chain_heads", None, None, digest([one, following]), one)


def _one_moment(cursor: Any) -> None:
    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    marks.prepare(cursor)


def _upto(cursor: Any) -> int:
    cursor.execute("SELECT coalesce(max(number), 0) FROM audit_entries")
    return int(cursor.fetchone()[0])


def _covers(macs: list[str]) -> str:
    return hashlib.sha256("".join(macs).encode()).hexdigest()


def _head(row: ChainSeal, city: str) -> Head:
    return Head(row.number, row.upto, row.digest, row.covers, _iso(row.at), row.previous, city, row.mac)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
