"""A storm of texts: put into the outbox of a city, sent by a process of its own to two stand-in gateways, and that process killed.

python -m bench.outbox HOME PEOPLE TEXTS KILLS
"""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import aside, database, sender
from bench.gateway import Gateway
from bench.product import environment

LONGEST = 1800.0
"""Seconds after which what does not end is given up."""
AT_ONCE = 1_000
"""Texts that are put into the outbox at once."""
EVERY = 2.0
"""Seconds between two codes in the middle of the storm."""


def stormed(home: str, people: str, texts: str, kills: str) -> dict[str, Any]:
    """Post and send so many texts; then as many again while the sender is killed so many times."""
    with database.demo(Path(home), int(people)), gateways() as both:
        settings = environment(Path(home)) | {
            "YIMATONG_SMS": "gateway",
            "YIMATONG_SMS_GATEWAY": ",".join(one.url for one in both),
        }
        posted = post(int(texts), "first")
        process = sender.begin(settings, stderr=subprocess.DEVNULL)
        try:
            seconds, codes = until_sent()
        finally:
            sender.kill(process)
        shares = [len(one.taken()) for one in both]
        for one in both:
            one.forget()
        found = {
            "texts": int(texts),
            "posted": posted,
            "seconds": seconds,
            "sent": int(texts) / seconds,
            "codes": codes,
            "shares": shares,
        }
        return found | {"killed": killed(settings, both, int(texts), int(kills))}


@contextmanager
def gateways() -> Iterator[tuple[Gateway, Gateway]]:
    """Two, each in a process of its own."""
    both = (Gateway(), Gateway())
    try:
        yield both
    finally:
        for one in both:
            one.kill()


def post(count: int, words: str) -> float:
    """Put so many into the outbox, each to another phone and with words of its own; how many a second."""
    from yimatong.records import identity
    from yimatong.stations.declarations.actions import messages

    def text(one: int) -> messages.Text:
        phone = f"1700{one:07d}"
        return messages.Text("told", identity.phone_key(phone), identity.seal(phone, "phone"), f"{words} {one}")

    began = time.monotonic()
    for first in range(0, count, AT_ONCE):
        texts = [text(one) for one in range(first, min(count, first + AT_ONCE))]
        messages.post_many(texts=texts, at=datetime.now(UTC))
    return count / (time.monotonic() - began)


def until_sent() -> tuple[float, list[float]]:
    """Seconds until nothing waits, and how long each code took that was asked for meanwhile."""
    from yimatong.stations.declarations.actions import messages
    from yimatong.stations.declarations.models import Message

    began, codes = time.monotonic(), []
    while Message.objects.filter(state__in=["waiting", "sending"]).exists():
        if time.monotonic() - began > LONGEST:
            raise RuntimeError("the storm does not end")
        code = messages.post(kind="code", phone="17009999999", text=f"code {len(codes)}", at=datetime.now(UTC))
        asked = time.monotonic()
        while not Message.objects.filter(pk=code.pk, state="sent").exists() and time.monotonic() - asked < 60:
            time.sleep(0.05)
        codes.append(time.monotonic() - asked)
        time.sleep(EVERY)
    return time.monotonic() - began - EVERY, codes


def killed(settings: dict[str, str], both: tuple[Gateway, Gateway], texts: int, kills: int) -> dict[str, Any]:
    """Send as many again; kill the sender so many times at a random moment, begin another, and count at the gateways."""
    chance, done = random.Random(20200215), 0
    post(texts, "second")
    for _ in range(kills):
        process = sender.begin(settings, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while not is_sending() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 1.0))
        sender.kill(process)
        done += is_sending()
    process = sender.begin(settings, stderr=subprocess.DEVNULL)
    try:
        until_sent()
    finally:
        sender.kill(process)
    return {"texts": texts, "kills": done, **counted(both, texts)}


def is_sending() -> bool:
    """Whether a sender is, or was, in the middle of it."""
    from yimatong.stations.declarations.models import Message

    return Message.objects.filter(state="sending").exists()


def counted(both: tuple[Gateway, Gateway], texts: int) -> dict[str, int]:
    """What was lost, and what was taken twice: an id by both, or the same words under two ids; and what was handed over again."""
    taken = [said for one in both for said in one.taken() if said["kind"] == "told"]
    ids, words = Counter(said["id"] for said in taken), Counter(said["text"] for said in taken)
    twice = sum(count - 1 for count in ids.values()) + sum(count - 1 for count in words.values())
    again = sum(one.handed() for one in both) - sum(len(one.taken()) for one in both)
    return {"lost": texts - len(words), "twice": twice, "again": again}


if __name__ == "__main__":
    aside.answer(stormed)
