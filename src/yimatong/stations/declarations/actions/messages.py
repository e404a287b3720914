"""Texts to phones: put into the outbox with the work that causes them, sent by a provider soon after.

When no provider answers, messages wait and are tried again until they are of no use any more; nothing else waits for them.
"""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction

from yimatong.records import identity
from yimatong.records.jobs import Tally, code_of
from yimatong.stations.declarations.models import Account, Channel, Message

GOOD_FOR: Mapping[str, timedelta] = {
    "code": timedelta(minutes=10), "receipt": timedelta(days=1), "answer": timedelta(minutes=30),
    "reminder": timedelta(hours=6), "hearing": timedelta(days=2), "told": timedelta(days=1),
}  # fmt: skip
MOST_AT_ONCE = 500
SECONDS = 10


class Provider(Protocol):
    """Hands one text over; OSError when it could not."""

    def __call__(self, *, number: str, text: str, kind: str, at: datetime) -> None:
        """Send."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How many were sent, how many will be tried again or were given up."""

    sent: int
    failed: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text to a phone, whose number is sealed already."""

    kind: str
    phone_key: UUID
    phone_sealed: bytes
    text: str
    carries: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A message of the account's channel."""

    kind: str
    account: Account
    text: str
    carries: int | None = None


def offers(channel: Channel) -> bool:
    """Whether a channel has messages of its own."""
    return False


def wrong_numbers(people: Iterable[int]) -> frozenset[int]:
    """Whose number on record is not theirs."""
    return frozenset()


def post_many(*, texts: Sequence[Text], services: Sequence[Service], at: datetime, good_until: datetime) -> None:
    """Put many into the outbox."""
    Message.objects.bulk_create(
        [
            Message(
                kind=text.kind, phone_key=text.phone_key, phone_sealed=text.phone_sealed,
                text_sealed=identity.seal(text.text, "message"), good_until=good_until,
            )
            for text in texts
        ]
    )  # fmt: skip


def post(*, kind: str, phone: str, text: str, at: datetime) -> Message:
    """Put a text into the outbox, in the caller's transaction."""
    return Message.objects.create(
        kind=kind,
        phone_key=identity.phone_key(phone),
        phone_sealed=identity.seal(phone, "phone"),
        text_sealed=identity.seal(text, "message"),
        good_until=at + GOOD_FOR[kind],
    )


def send_waiting(*, at: datetime) -> Sent:
    """Send what waits. What was sent, or is of no use any more, keeps neither number nor text."""
    provider = PROVIDERS[settings.YIMATONG_SMS]
    sent = failed = 0
    for _ in range(MOST_AT_ONCE):
        done = _send_next(provider, at)
        if done is None:
            break
        sent, failed = sent + done, failed + (not done)
    return Sent(sent, failed)


@transaction.atomic
def _send_next(provider: Provider, at: datetime) -> bool | None:
    """Send one, locked against other senders; None when nothing waits that was not tried just now."""
    waiting = Message.objects.select_for_update(skip_locked=True).filter(state=Message.State.WAITING)
    message = waiting.exclude(sent_at__gte=at).order_by("id").first()
    if message is None or message.phone_sealed is None or message.text_sealed is None:
        return None
    message.tries, message.sent_at, message.provider = message.tries + 1, at, settings.YIMATONG_SMS
    if message.good_until < at:
        message.state, message.error = Message.State.FAILED, message.error or "too-late"
    else:
        _give(message, provider, at)
    if message.state != Message.State.WAITING:
        message.phone_sealed = message.text_sealed = None
    message.save()
    return message.state == Message.State.SENT


def _give(message: Message, provider: Provider, at: datetime) -> None:
    """Give a text to the provider. One that cannot be opened fails; one that the provider did not take is tried again till it is too late.

    Whatever happens stays with this text: those behind it are sent.
    """
    assert message.phone_sealed is not None
    assert message.text_sealed is not None
    try:
        number, text = identity.unseal(message.phone_sealed, "phone"), identity.unseal(message.text_sealed, "message")
    except Exception as problem:  # noqa: BLE001 -- a text that can't be opened can't be sent another time either
        message.state, message.error = Message.State.FAILED, type(problem).__name__[:64]
        Tally("texts").leave(message.pk, code_of(problem))
        return
    try:
        provider(number=number, text=text, kind=message.kind, at=at)
        message.state, message.error = Message.State.SENT, ""
    except Exception as problem:  # noqa: BLE001 -- a gateway fails in many ways, and each may be over in a minute
        message.error = type(problem).__name__[:64]


def to_file(*, number: str, text: str, kind: str, at: datetime) -> None:
    """Append to the day's file below `outbox` of the home folder, readable by its owner alone. For trials and tests."""
    folder = Path(settings.YIMATONG_HOME) / "outbox"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{at.date().isoformat()}.jsonl"
    line = json.dumps({"at": at.isoformat(), "kind": kind, "to": number, "text": text}, ensure_ascii=False)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
        file.write(line + "\n")


def to_gateway(*, number: str, text: str, kind: str, at: datetime) -> None:
    """Post {"to", "text", "kind", "at"} as JSON to the gateway of the settings; anything but a 2xx is an OSError."""
    body = json.dumps({"to": number, "text": text, "kind": kind, "at": at.isoformat()}, ensure_ascii=False).encode()
    address = settings.YIMATONG_SMS_GATEWAY
    if not address.startswith(("https://", "http://")):
        raise OSError("no gateway is set")
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 -- checked above
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 -- checked above
        answer.read(1)


PROVIDERS: dict[str, Provider] = {"file": to_file, "gateway": to_gateway}
