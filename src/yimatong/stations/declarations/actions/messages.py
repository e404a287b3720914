"""The outbox: texts to phones and service messages to accounts of channels, put there with the work that causes them.

actions/sending.py sends them soon after. What the city sends by itself does not go to a number whose owner said "this is not me": it
is put there as failed, so that whoever has something told finds what did not arrive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from yimatong.records import identity
from yimatong.stations.declarations import reaching
from yimatong.stations.declarations.models import Account, Message

GOOD_FOR: Mapping[str, timedelta] = {
    "code": timedelta(minutes=10), "receipt": timedelta(days=1), "answer": timedelta(minutes=30),
    "reminder": timedelta(hours=6), "hearing": timedelta(days=2), "told": timedelta(days=1),
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
"""Rows that are deleted or given up in one statement."""
COLUMNS = {
    "kind": "text", "way": "text", "turn": "int2", "phone_key": "uuid", "phone_sealed": "bytea", "account_id": "int8",
    "text_sealed": "bytea", "carries": "int8", "state": "text", "provider": "text", "in_doubt": "bool", "tries": "int4",
    "refusals": "int2", "error": "text", "again_at": "timestamptz", "good_until": "timestamptz",
}  # fmt: skip
COPY = f"COPY messages ({', '.join(COLUMNS)}) FROM STDIN (FORMAT binary)"
WRONG_NUMBER, NONE_OFFERED = "wrong-number", "channel-offers-none"


@dataclass(frozen=True, slots=True)
class Text:
    """A text to a phone, whose number is sealed already."""

    kind: str
    phone_key: UUID
    phone_sealed: bytes = field(repr=False)
    text: str = field(repr=False)
    carries: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A service message to an account (with its channel)."""

    kind: str
    account: Account
    text: str = field(repr=False)
    carries: int | None = None


def post(
    *, kind: str, phone: str, text: str, at: datetime, carries: int | None = None, good_until: datetime | None = None
) -> Message:
    """Put a text into the outbox, in the caller's transaction. To a wrong number it is put there as failed (`wrong-number`)."""
    given = Text(kind, identity.phone_key(phone), identity.seal(phone, "phone"), text, carries)
    (made,) = _made([given], at, good_until)
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
    (made,) = _made([Service(kind, account, text, carries)], at, good_until)
    made.save(force_insert=True)
    return made


def post_many(
    *, texts: Sequence[Text] = (), services: Sequence[Service] = (), at: datetime, good_until: datetime | None = None
) -> None:
    """Put many into the outbox by the same rules, in the caller's transaction."""
    for made in (_made(texts, at, good_until), _made(services, at, good_until)):
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.set_types(list(COLUMNS.values()))
            for one in made:
                copy.write_row([getattr(one, column) for column in COLUMNS])


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


def _made(rows: Sequence[Text | Service], at: datetime, good_until: datetime | None) -> list[Message]:
    """The messages, not written yet."""
    sealed = identity.seals([row.text.encode() for row in rows], "message")
    wrong = reaching.wrong_phones({row.phone_key for row in rows if isinstance(row, Text) and row.kind in BY_ITSELF})
    made = []
    for row, text in zip(rows, sealed, strict=True):
        one = Message(kind=row.kind, turn=TURNS[row.kind], carries=row.carries, text_sealed=text, again_at=at)
        one.good_until = good_until or at + GOOD_FOR[row.kind]
        if isinstance(row, Text):
            one.phone_key, one.phone_sealed = row.phone_key, row.phone_sealed
            if row.kind in BY_ITSELF and row.phone_key in wrong:
                _never(one, WRONG_NUMBER)
        else:
            one.way, one.account, one.provider = (
                Message.Way.CHANNEL,
                row.account,
                reaching.provider_of(row.account.channel),
            )
            if not reaching.offers(row.account.channel):
                _never(one, NONE_OFFERED)
        made.append(one)
    return made


def _never(made: Message, why: str) -> None:
    made.state, made.error, made.text_sealed, made.phone_sealed = Message.State.FAILED, why, None, None
