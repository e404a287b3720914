"""Two stand-in gateways of texts, and what the tests of sending put into the outbox."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from django.db import connections

from bench.gateway import Gateway
from yimatong.records import identity
from yimatong.stations.declarations.actions import messages
from yimatong.stations.declarations.models import Message


def real() -> datetime:
    return datetime.now(UTC)


@contextmanager
def two_gateways() -> Iterator[tuple[Gateway, Gateway]]:
    """Two that run in processes of their own."""
    both = (Gateway(), Gateway())
    try:
        yield both
    finally:
        for one in both:
            one.kill()


def number(count: int) -> str:
    """A phone that is nobody's."""
    return f"1700{count:07d}"


def post(count: int, *, kind: str = "told", at: datetime | None = None, **rest: object) -> list[Message]:
    """So many texts, each to a phone of its own and with words of its own."""
    return [
        messages.post(kind=kind, phone=number(one), text=f"text {one}", at=at or real(), **rest)  # type: ignore[arg-type]
        for one in range(count)
    ]


def words(count: int) -> list[messages.Text]:
    """So many to be posted at once."""
    return [text_to(number(one), f"words {one}") for one in range(count)]


def text_to(phone: str, words: str) -> messages.Text:
    return messages.Text("told", identity.phone_key(phone), identity.seal(phone, "phone"), words)


def states() -> dict[str, int]:
    """How many messages are in each state."""
    found = list(Message.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in sorted(set(found))}


def now_due() -> None:
    """Let every message be taken up at once that is to be tried again later, also by whoever was killed."""
    Message.objects.filter(state__in=["waiting", "sending"]).update(again_at=real() - timedelta(seconds=1))


def environment(*gateways: Gateway) -> dict[str, str]:
    """The environment of a process that uses this test's database and these gateways."""
    where = connections["owner"].settings_dict
    user = quote(str(where["USER"])) + (f":{quote(str(where['PASSWORD']))}" if where["PASSWORD"] else "")
    host, port = str(where["HOST"]), str(where["PORT"] or "")
    location = f"@/{where['NAME']}?host={quote(host)}" + (f"&port={port}" if port else "")
    if not host.startswith("/"):
        location = f"@{host}{':' + port if port else ''}/{where['NAME']}"
    if passfile := where["OPTIONS"].get("passfile"):
        location += f"{'&' if '?' in location else '?'}passfile={quote(passfile)}"
    return {**os.environ, "DATABASE_URL": f"postgresql://{user}{location}", **settings_of(*gateways)}


def settings_of(*gateways: Gateway) -> dict[str, str]:
    return {"YIMATONG_SMS": "gateway", "YIMATONG_SMS_GATEWAY": ",".join(one.url for one in gateways)}
