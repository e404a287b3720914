"""Taking messages out of the outbox to send them, and writing down what became of them, each many at once.

A claim is committed before a message is handed over: whoever claims next, after a sender was killed, knows that somebody may have it
already, and gives it to the same provider, under the same reference.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yimatong.stations.declarations.actions import providers
from yimatong.stations.declarations.actions.messages import AT_ONCE, MANY, URGENT
from yimatong.stations.declarations.actions.providers import Standing
from yimatong.stations.declarations.reaching import CHANNEL

LAPSES = timedelta(seconds=30)
"""After that a claim of which nothing was heard is taken up again; longer than any hand-over may take."""


@dataclass(slots=True)
class Claimed:
    """A message that this process alone hands over now. `tries` counts its claims, `begun` is when it was handed over (monotonic)."""

    number: int
    reference: UUID
    kind: str
    way: str
    phone: bytes | None = field(repr=False)
    text: bytes = field(repr=False)
    account: int | None
    provider: str
    in_doubt: bool
    tries: int
    refusals: int
    begun: float = 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """What a message becomes: `waiting` for any provider, `sending` by the same one again at `again_at`, `sent` or `failed`."""

    claimed: Claimed
    state: str
    again_at: datetime
    error: str = ""
    in_doubt: bool = False
    refusals: int = 0
    given_back: bool = False


COLUMNS = "id, reference, kind, way, phone_sealed, text_sealed, account_id, provider, in_doubt OR state = 'sending', tries, refusals, state"
DUE = "state IN ('waiting', 'sending') AND again_at <= %(at)s AND good_until >= %(at)s AND turn <= %(turn)s"
NEXT = f"""
    SELECT {COLUMNS} FROM messages
    WHERE {DUE} AND (
        (way = 'text' AND state = 'waiting' AND %(any)s) OR (way = 'text' AND state = 'sending' AND provider = ANY(%(open)s))
        OR (way = 'channel' AND provider <> ALL(%(closed)s))
    )
    ORDER BY turn, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""
IN_DOUBT = f"SELECT {COLUMNS} FROM messages WHERE {DUE} AND provider = %(name)s AND state = 'sending' LIMIT 1 FOR UPDATE SKIP LOCKED"
ANY_TEXT = f"""
    SELECT {COLUMNS} FROM messages WHERE {DUE} AND way = 'text' AND state = 'waiting'
    ORDER BY turn DESC, id DESC LIMIT 1 FOR UPDATE SKIP LOCKED
"""
OF_CHANNEL = f"SELECT {COLUMNS} FROM messages WHERE {DUE} AND provider = %(name)s AND way = 'channel' LIMIT 1 FOR UPDATE SKIP LOCKED"
CLAIM = """
    UPDATE messages m SET state = 'sending', provider = c.provider, in_doubt = m.in_doubt OR m.state = 'sending', tries = m.tries + 1,
        again_at = %(lapses)s
    FROM unnest(%(numbers)s::bigint[], %(providers)s::text[]) AS c (id, provider) WHERE m.id = c.id
"""


@transaction.atomic
def claim(
    *, at: datetime, most: int, urgent: bool, standing: Standing, busy: frozenset[str], chance: random.Random
) -> list[Claimed]:
    """Claim so many of those whose turn it is, each with the provider that gets it, and one for each provider that is to be tried.

    `busy` have as much as they can take from this process; `urgent`: only what somebody waits for.
    """
    open_ = {name: weight for name, weight in standing.weights.items() if name not in busy}
    words: dict[str, Any] = {
        "at": at, "turn": URGENT if urgent else MANY, "any": bool(open_), "open": list(open_), "closed": [*standing.failing, *busy],
        "most": most,
    }  # fmt: skip
    found = [_to(row, _chosen(row, open_, chance)) for row in _rows(NEXT, words)]
    taken = {one.number for one in found}
    for name in standing.to_try:
        one = _trial(name, words)
        if one is not None and one.number not in taken and providers.try_again(name, at):
            found.append(one)
            taken.add(one.number)
    _update(
        CLAIM,
        {"lapses": at + LAPSES, "numbers": [one.number for one in found], "providers": [one.provider for one in found]},
    )
    return found


def _trial(name: str, words: Mapping[str, Any]) -> Claimed | None:
    """A message with which a provider is tried again: one that it may have already, else one that it hurts least."""
    queries = (IN_DOUBT, OF_CHANNEL if name.startswith(CHANNEL) else ANY_TEXT)
    for query in queries:
        for row in _rows(query, {**words, "name": name}):
            return _to(row, name)
    return None


def _chosen(row: Sequence[Any], weights: Mapping[str, int], chance: random.Random) -> str:
    """The provider of a message: its own where it has one, else by preference, and not the one that refused it just now."""
    provider, way, in_doubt, refusals = str(row[7]), row[3], row[8], row[10]
    if way == "channel" or in_doubt:
        return provider
    others = {name: weight for name, weight in weights.items() if name != provider} if refusals else {}
    names = others or dict(weights)
    if not any(names.values()):
        names = dict.fromkeys(names, 1)
    return chance.choices(list(names), list(names.values()))[0]


def _to(row: Sequence[Any], provider: str) -> Claimed:
    number, reference, kind, way, phone, text, account, _provider, in_doubt, tries, refusals, _state = row
    return Claimed(
        number,
        reference,
        kind,
        way,
        None if phone is None else bytes(phone),
        bytes(text),
        account,
        provider,
        in_doubt,
        tries + 1,
        refusals,
    )


SETTLE = """
    UPDATE messages m SET state = r.state, error = r.error, in_doubt = r.in_doubt, again_at = r.again_at, refusals = r.refusals,
        tries = m.tries - r.given_back,
        sent_at = CASE WHEN r.state = 'sent' THEN %(at)s ELSE m.sent_at END,
        phone_sealed = CASE WHEN r.state IN ('sent', 'failed') THEN NULL ELSE m.phone_sealed END,
        text_sealed = CASE WHEN r.state IN ('sent', 'failed') THEN NULL ELSE m.text_sealed END
    FROM unnest(%(numbers)s::bigint[], %(tries)s::int[], %(states)s::text[], %(errors)s::text[], %(doubts)s::bool[],
        %(agains)s::timestamptz[], %(refusals)s::smallint[], %(given_back)s::int[])
        AS r (id, tries, state, error, in_doubt, again_at, refusals, given_back)
    WHERE m.id = r.id AND m.state = 'sending' AND (r.state = 'sent' OR m.tries = r.tries)
"""


def settle(results: Sequence[Result], at: datetime) -> None:
    """Write down what became of claimed messages. What was sent or failed keeps neither number nor text.

    A claim that lapsed meanwhile is another's, who will say what became of it; that it was sent is true in any case.
    """
    if not results:
        return
    _update(
        SETTLE,
        {
            "at": at,
            "numbers": [one.claimed.number for one in results],
            "tries": [one.claimed.tries for one in results],
            "states": [one.state for one in results],
            "errors": [one.error for one in results],
            "doubts": [one.in_doubt for one in results],
            "agains": [one.again_at for one in results],
            "refusals": [one.refusals for one in results],
            "given_back": [int(one.given_back) for one in results],
        },
    )


EXPIRE = """
    UPDATE messages SET state = 'failed', error = CASE WHEN error = '' THEN 'too-late' ELSE error END,
        phone_sealed = NULL, text_sealed = NULL
    WHERE id IN (
        SELECT id FROM messages WHERE state IN ('waiting', 'sending') AND good_until < %(at)s AND (state = 'waiting' OR again_at <= %(at)s)
        LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
"""


def expire(at: datetime) -> int:
    """Give up what is of no use any more, some thousands in a transaction; how many."""
    count = 0
    while True:
        gone = _update(EXPIRE, {"at": at, "most": AT_ONCE})
        count += gone
        if gone < AT_ONCE:
            return count


def is_waiting(at: datetime, *, closed: Iterable[str] = ()) -> bool:
    """Whether something could be sent now by somebody other than `closed`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM messages WHERE {DUE} AND provider <> ALL(%(closed)s))",
            {"at": at, "turn": MANY, "closed": list(closed)},
        )
        return bool(cursor.fetchone()[0])


def _rows(statement: str, words: Mapping[str, Any]) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, words)
        return list(cursor.fetchall())


def _update(statement: str, words: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, words)
        return int(cursor.rowcount)
