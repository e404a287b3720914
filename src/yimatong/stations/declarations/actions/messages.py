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
COLUMNS = {
    "kind": "text", "way": "text", "turn": "int2", "phone_key": "uuid", "phone_sealed": "bytea", "account_id": "int8",
    "text_sealed": "bytea", "carries": "int8", "state": "text", "provider": "text", "in_doubt": "bool", "tries": "int4",
    "refusals": "int2", "error": "text", "again_at": "timestamptz", "good_until": "timestamptz",
}  # fmt: skip
COPY = f"COPY messages ({', '.join(COLUMNS)}) FROM STDIN (FORMAT binary)"
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
        messages = _made(part, at)
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.set_types(list(COLUMNS.values()))
            for made in messages:
                copy.write_row([getattr(made, column) for column in COLUMNS])
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
    """The messages, not written yet, all texts and phones sealed in one go."""
    texts = identity.seals([row.text.encode() for row in rows], "message")
    phones = identity.seals([row.phone.encode() for row in rows], "phone")
    numbers = [identity.normalised(row.phone).encode() for row in rows]
    keys = [UUID(bytes=digest) for digest in identity.digests("phone:", numbers)]
    asked = {key for row, key in zip(rows, keys, strict=True) if row.account is None and row.kind in BY_ITSELF}
    wrong = reaching.wrong_phones(asked)
    return [
        _one(row, key, phone, text, at, key in wrong)
        for row, key, phone, text in zip(rows, keys, phones, texts, strict=True)
    ]


def _one(row: Post, key: UUID, phone: bytes, text: bytes, at: datetime, wrong: bool) -> Message:  # noqa: FBT001 -- private
    made = Message(
        kind=row.kind, turn=TURNS[row.kind], carries=row.carries, text_sealed=text, again_at=at,
        good_until=row.good_until or at + GOOD_FOR[row.kind],
    )  # fmt: skip
    if row.account is not None:
        made.way, made.account = Message.Way.CHANNEL, row.account
        made.provider = reaching.provider_of(row.account.channel)
        if not reaching.offers(row.account.channel):
            _never(made, NONE_OFFERED)
    else:
        made.phone_key, made.phone_sealed = key, phone
        if wrong and row.kind in BY_ITSELF:
            _never(made, WRONG_NUMBER)
    return made


def _never(made: Message, why: str) -> None:
    made.state, made.error, made.text_sealed, made.phone_sealed = Message.State.FAILED, why, None, None
