"""The outbox: texts to phones and service messages to accounts of channels, put there with the work that causes them.

actions/sending.py sends them soon after. What the city sends by itself does not go to a number whose owner said "this is not me": it
is put there as failed, so that whoever has something told finds what did not arrive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import connection

from yimatong.records import identity
from yimatong.stations.declarations import reaching
from yimatong.stations.declarations.models import Account, Message

GOOD_FOR: Mapping[str, timedelta] = {
    "code": timedelta(minutes=10), "receipt": timedelta(days=1), "answer": timedelta(minutes=30),
    "reminder": timedelta(hours=6), "hearing": timedelta(days=2), "told": timedelta(days=2),
}  # fmt: skip
URGENT, USUAL, MANY = 0, 1, 2
TURNS: Mapping[str, int] = {
    "code": URGENT,
    "answer": URGENT,
    "receipt": USUAL,
    "hearing": USUAL,
    "reminder": MANY,
    "told": MANY,
}
"""Who is waiting for it comes first."""
BY_ITSELF = ("receipt", "reminder", "hearing", "told")
"""Kinds that the city sends without being asked at that moment."""
AT_ONCE = 2_000
"""Rows that are written in one statement."""
WRONG_NUMBER, NONE_OFFERED = "wrong-number", "channel-offers-none"


@dataclass(frozen=True, slots=True)
class Post:
    """One message to be put into the outbox: to a `phone`, or to an `account` (with its channel), never both."""

    kind: str
    text: str
    phone: str = ""
    account: Account | None = None
    carries: int | None = None
    good_until: datetime | None = None


def post(
    *, kind: str, phone: str, text: str, at: datetime, carries: int | None = None, good_until: datetime | None = None
) -> Message:
    """Put a text into the outbox, in the caller's transaction. To a wrong number it is put there as failed (`wrong-number`)."""
    made = _made([Post(kind, text, phone=phone, carries=carries, good_until=good_until)], at)[0]
    made.save(force_insert=True)
    return made


def post_to_channel(
    *,
    kind: str,
    account: Account,
    text: str,
    at: datetime,
    carries: int | None = None,
    good_until: datetime | None = None,
) -> Message:
    """Put a service message into the outbox, in the caller's transaction; as failed where its channel is stopped or offers none."""
    made = _made([Post(kind, text, account=account, carries=carries, good_until=good_until)], at)[0]
    made.save(force_insert=True)
    return made


def post_many(rows: Iterable[Post], *, at: datetime) -> int:
    """Put many into the outbox by the same rules, in the caller's transaction, without holding all of them; how many."""
    given, count = iter(rows), 0
    while part := list(islice(given, AT_ONCE)):
        Message.objects.bulk_create(_made(part, at))
        count += len(part)
    return count


def forget(*, before: datetime) -> int:
    """Delete what was sent or failed and was made before, some thousands in a transaction; how many."""
    statement = (
        "DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE made_at < %s AND state IN ('sent', 'failed')"
        " ORDER BY made_at LIMIT %s)"
    )
    count = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [before, AT_ONCE])
            gone = int(cursor.rowcount)
        count += gone
        if gone < AT_ONCE:
            return count


def _made(rows: Sequence[Post], at: datetime) -> list[Message]:
    """The messages, not written yet, all texts sealed in one go."""
    texts = identity.seals([row.text.encode() for row in rows], "message")
    keys = [identity.phone_key(row.phone) if row.account is None else None for row in rows]
    asked = {key for row, key in zip(rows, keys, strict=True) if key is not None and row.kind in BY_ITSELF}
    wrong = reaching.wrong_phones(asked)
    return [_one(row, key, sealed, at, key in wrong) for row, key, sealed in zip(rows, keys, texts, strict=True)]


def _one(row: Post, key: UUID | None, sealed: bytes, at: datetime, wrong: bool) -> Message:  # noqa: FBT001 -- private
    made = Message(
        kind=row.kind, turn=TURNS[row.kind], carries=row.carries, text_sealed=sealed, again_at=at,
        good_until=row.good_until or at + GOOD_FOR[row.kind],
    )  # fmt: skip
    if row.account is not None:
        made.way, made.account = Message.Way.CHANNEL, row.account
        made.provider = reaching.provider_of(row.account.channel)
        if not reaching.offers(row.account.channel):
            _never(made, NONE_OFFERED)
    else:
        made.phone_key, made.phone_sealed = key, identity.seal(row.phone, "phone")
        if wrong and row.kind in BY_ITSELF:
            _never(made, WRONG_NUMBER)
    return made


def _never(made: Message, why: str) -> None:
    made.state, made.error, made.text_sealed, made.phone_sealed = Message.State.FAILED, why, None, None
