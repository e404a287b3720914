"""Who looked at whom, sealed within the minute some thousands at a time, and compared with the seal for good.

No trigger and no mark: a city has a million looks a day. A seal lists the ids of its looks. Its digest is SHA-256, in hexadecimal digits,
over the looks as PostgreSQL writes a row (`ROW(...)::text`, in UTC and ISO dates), in the order of their ids, with a line feed between;
the first SHORT bytes of the SHA-256 of each tell which of them was changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, NamedTuple

from yimatong.stations.audits.models import LookSeal
from yimatong.stations.judgements.discrepancies import MOST_NAMED, Found, Kind, digest
from yimatong.stations.judgements.lifecycle import JUDGE
from yimatong.stations.judgements.sealing import sealed

TABLE, SEALS = "looks", "look_seals"
PIECE = 5_000
"""Looks of one seal, at most."""
AT_ONCE = 100_000
"""Looks that are sealed with one seal of the chain."""
BEHIND = 100_000
"""So many ids may be given before a look that was begun earlier is committed."""
LATE = timedelta(hours=1)
"""So long may the transaction of a look last. One that is older, and among looks that are sealed, was put in: it is not sealed."""
SHORT = 4
"""Bytes."""
EACH, BATCH = 25, 50
"""What it costs to compare a seal, in looks, and how many are compared with one statement."""
CHUNK = 1_000_000
"""Looks that are held against all seals at once."""
ROW = 'ROW(l.id, l.at, l.by_id, l.person_id, l.why, l."where", l.through)::text'
ONE = f"substr(sha256(convert_to({ROW}, 'UTF8')), 1, {SHORT})"
SUMS = (
    f"encode(sha256(convert_to(string_agg({ROW}, E'\\n' ORDER BY l.id), 'UTF8')), 'hex'),"
    f" string_agg({ONE}, ''::bytea ORDER BY l.id)"
)
# Not beyond what the sequence has given: a look put in far ahead would have all that follow taken for late ones.
FRESH = """
known AS MATERIALIZED (SELECT coalesce((SELECT max(high) FROM look_seals), %(nothing)s) AS high,
    (SELECT at FROM chain_seals ORDER BY number DESC LIMIT 1) - %(late)s AS since,
    coalesce(pg_sequence_last_value(pg_get_serial_sequence('public.looks', 'id')), 0) AS given),
covered AS MATERIALIZED (SELECT unnest(ids) AS id FROM look_seals WHERE high > (SELECT k.high FROM known k) - %(behind)s),
fresh AS MATERIALIZED (SELECT id FROM (
    SELECT l.id FROM looks l, known k WHERE l.id > k.high - %(behind)s AND l.id <= k.high AND (k.since IS NULL OR l.at >= k.since)
        AND NOT EXISTS (SELECT FROM covered c WHERE c.id = l.id)
    UNION ALL
    (SELECT l.id FROM looks l WHERE l.id > (SELECT k.high FROM known k) AND l.id <= (SELECT k.given FROM known k)
        ORDER BY l.id LIMIT %(most)s)
) both_of_them ORDER BY id LIMIT %(most)s)
"""


class New(NamedTuple):
    """Looks that have no seal yet, in the order of their ids, with their digest and the short ones of each."""

    ids: list[int]
    sha256: str
    shorts: bytes


def are_waiting(cursor: Any) -> bool:
    """Whether there are looks to be sealed."""
    cursor.execute(f"WITH {FRESH} SELECT EXISTS (SELECT FROM fresh)", _asked(1))
    return bool(cursor.fetchone()[0])


def unsealed(cursor: Any) -> list[New]:
    """The looks that have no seal yet, at most AT_ONCE, the lowest ids first: new ones, and those whose transaction has lasted."""
    cursor.execute(
        f"""
        WITH {FRESH} SELECT array_agg(l.id ORDER BY l.id), {SUMS}
        FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(piece)s AS piece FROM fresh) f JOIN looks l ON l.id = f.id
        GROUP BY f.piece ORDER BY f.piece""",
        _asked(AT_ONCE),
    )
    return [New(ids, sha256, bytes(shorts)) for ids, sha256, shorts in cursor.fetchall()]


def look_seals(new: list[New], seal: int) -> list[LookSeal]:
    """Their seals, to be written with a seal of the chain."""
    last = LookSeal.objects.using(JUDGE).order_by("-number").values_list("number", flat=True).first() or 0
    return [_signed(number, seal, one) for number, one in zip(count(last + 1), new, strict=False)]


@dataclass
class Compared:
    """How many looks were compared with their seals, how many lay unsealed for long, what differs, and up to which seal."""

    rows: int
    trusted: int
    found: list[Found]
    upto: int = 0


def compare(cursor: Any, *, after: int = 0, rows: int | None = None) -> Compared:
    """Compare the seals after one with what stands: all of them, or as many as have about so many looks."""
    seen, cost = Compared(0, 0, [], after), 0
    while True:
        seals = list(LookSeal.objects.using(JUDGE).filter(number__gt=seen.upto).order_by("number")[:BATCH])
        if not seals:
            seen.upto = 0
            return seen
        now = _sums(cursor, [one.number for one in seals if one.mac == _mac(one)])
        for one in seals:
            seen.upto = one.number
            cost += len(one.ids) + EACH
            if one.number not in now:
                seen.found.append(
                    Found(Kind.EDITED.value, SEALS, None, None, digest([one.number, one.mac]), one.number)
                )
                continue
            seen.rows += len(one.ids)
            seen.trusted += now[one.number][1]
            if now[one.number][0] != one.sha256 and len(seen.found) < MOST_NAMED:
                seen.found += _differing(cursor, one, now[one.number][0])
        if rows is not None and cost >= rows:
            return seen


def put_in(cursor: Any) -> Iterator[Found]:
    """Looks of more than LATE ago that are under no seal, by their ids."""
    after, named = -(2**63), 0
    while named < MOST_NAMED:
        cursor.execute(
            "SELECT min(id), max(id) FROM (SELECT id FROM looks WHERE id > %(after)s ORDER BY id LIMIT %(chunk)s) l",
            {"after": after, "chunk": CHUNK},
        )
        low, high = cursor.fetchone()
        if low is None:
            return
        cursor.execute(
            f"""
            WITH covered AS MATERIALIZED (SELECT unnest(ids) AS id FROM look_seals WHERE low <= %(high)s AND high >= %(low)s)
            SELECT l.id, encode({ONE}, 'hex') FROM looks l WHERE l.id BETWEEN %(low)s AND %(high)s
                AND l.at < clock_timestamp() - %(late)s AND NOT EXISTS (SELECT FROM covered c WHERE c.id = l.id)
            ORDER BY 1 LIMIT {MOST_NAMED}""",
            {"low": low, "high": high, "late": LATE},
        )
        for row, short in cursor.fetchall():
            named += 1
            yield Found(Kind.INSERTED.value, TABLE, None, None, digest(["put in", row, short]), row)
        after = high


def _asked(most: int) -> dict[str, object]:
    return {"most": most, "behind": BEHIND, "late": LATE, "piece": PIECE, "nothing": -(2**62)}


def _sums(cursor: Any, numbers: list[int]) -> dict[int, tuple[str, int]]:
    """By seal the digest of what stands, and how many of it were sealed later than LATE after they were made."""
    cursor.execute(
        f"""
        SELECT s.number, coalesce(d.sha256, ''), d.trusted FROM look_seals s LEFT JOIN chain_seals c ON c.number = s.seal, LATERAL (
            SELECT encode(sha256(convert_to(string_agg({ROW}, E'\\n' ORDER BY l.id), 'UTF8')), 'hex') AS sha256,
                count(*) FILTER (WHERE l.at < c.at - %s) AS trusted
            FROM looks l WHERE l.id = ANY(s.ids)) d
        WHERE s.number = ANY(%s)""",
        [LATE, numbers],
    )
    return {number: (sha256, trusted) for number, sha256, trusted in cursor.fetchall()}


def _differing(cursor: Any, seal: LookSeal, now: str) -> Iterator[Found]:
    """Each look of a seal that is gone, or is not as it was sealed."""
    cursor.execute(
        f"SELECT s.id, l.id, {ONE} FROM unnest(%s::bigint[]) AS s (id) LEFT JOIN looks l ON l.id = s.id ORDER BY s.id",
        [seal.ids],
    )
    shorts, told = bytes(seal.shorts), False
    for place, (row, there, short) in enumerate(cursor.fetchall()):
        if there is None:
            yield Found(Kind.MISSING.value, TABLE, None, None, digest(["look", row]), row)
        elif bytes(short) != shorts[place * SHORT : (place + 1) * SHORT]:
            yield Found(Kind.CHANGED.value, TABLE, None, None, digest(["look", row, bytes(short).hex()]), row)
        else:
            continue
        told = True
    if not told:
        # Two rows with the same short digest: the first of the seal stands for all.
        yield Found(Kind.CHANGED.value, TABLE, None, None, digest(["looks", seal.number, now]), seal.low)


def _signed(number: int, seal: int, new: New) -> LookSeal:
    ids = new.ids
    made = LookSeal(number=number, seal=seal, low=ids[0], high=ids[-1], ids=ids, sha256=new.sha256, shorts=new.shorts)
    made.mac = _mac(made)
    return made


def _mac(seal: LookSeal) -> str:
    said = (seal.number, seal.seal, seal.low, seal.high, seal.ids, seal.sha256, bytes(seal.shorts).hex())
    return sealed(["looks", *said])
