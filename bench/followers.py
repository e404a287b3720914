"""Many phones whose page stands open before a running product, and people whose colour changes.

python -m bench.followers HOME ADDRESS CHANGES SECONDS

The phones are the page's own program in Node.js (web/test/many.ts). Half of the people are confined by an order, half are released from
one; each is judged by the product's worker as whatever an official records is.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from bench import aside

PATIENCE = 300
QUIET = 125
"""Seconds without a change, in which what is asked of an unchanged display is counted."""


class Phones:
    """The process of the phones: what each shows, and since when."""

    def __init__(self, program: Path, address: str, sessions: Sequence[str]) -> None:
        self.shown: dict[int, list[tuple[str, float]]] = {}
        self.said: dict[str, Any] = {}
        self.process = subprocess.Popen(["node", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._tell(json.dumps({"address": address, "sessions": sessions}))
        assert self.process.stdout is not None
        threading.Thread(target=self._hear, args=(self.process.stdout,), daemon=True).start()
        self._await("ready")

    def counted(self) -> dict[str, int]:
        """What was asked since the last time: of the application, of the signed files, and the bytes of those."""
        self.said.pop("counted", None)
        self._tell("count")
        return dict(self._await("counted"))

    def since(self, phone: int, colour: str, after: float) -> float | None:
        """When a phone began to show a colour, after some moment; None where it does not yet."""
        return next((at for shows, at in self.shown.get(phone, []) if shows == colour and at > after), None)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()

    def _tell(self, line: str) -> None:
        assert self.process.stdin is not None
        print(line, file=self.process.stdin, flush=True)

    def _await(self, word: str) -> Any:
        until = time.monotonic() + PATIENCE
        while word not in self.said:
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the phones do not say {word}")
            time.sleep(0.05)
        return self.said[word]

    def _hear(self, output: IO[str]) -> None:
        for line in output:
            said = json.loads(line)
            if "phone" in said:
                self.shown.setdefault(said["phone"], []).append((said["shows"], said["at"] / 1000))
            else:
                self.said.update(said)


def following(home: str, address: str, changes: str, seconds: str) -> dict[str, Any]:
    """Seconds from each verdict to the phone, and what an unchanged display asks."""
    os.environ["YIMATONG_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "yimatong.site.settings"
    import django

    django.setup()
    people = _green(int(changes))
    confined = people[: len(people) // 2]
    orders = {person: _confine(person) for person in confined}
    _judged()
    _wait_for(lambda: _colours(confined) == {"red"})
    phones = Phones(Path(home).parent / "many.mjs", address, [_session(person) for person in people])
    try:
        turns = list(enumerate(people))
        random.Random(20200215).shuffle(turns)
        began = time.time()
        for number, (_phone, person) in enumerate(turns):
            time.sleep(max(0.0, began + number * float(seconds) / len(turns) - time.time()))
            if person in orders:
                _release(orders[person])
            else:
                _confine(person)
            _judged()
        wanted = {person: "green" if person in orders else "red" for person in people}
        _wait_for(lambda: all(phones.since(phone, wanted[person], began) for phone, person in enumerate(people)))
        published = _published(people)
        late = [
            (phones.since(phone, wanted[person], began) or 0) - published[person] for phone, person in enumerate(people)
        ]
        last_shown = max(shown[-1][1] for shown in phones.shown.values())
        wrong = sum(shown[-1][0] != wanted[people[phone]] for phone, shown in phones.shown.items())
        time.sleep(max(0.0, last_shown + 5 - time.time()))
        phones.counted()
        served, quiet = _served(home), time.monotonic()
        time.sleep(QUIET)
        counted = phones.counted()
        asked = {**counted, "served": _served(home) - served, "seconds": time.monotonic() - quiet}
    finally:
        phones.end()
    return {"late": sorted(late), "wrong": wrong, "asked": asked, "cuts": _cuts(published.values())}


def _green(count: int) -> list[int]:
    from yimatong.stations.judgements.models import CurrentVerdict

    taken = CurrentVerdict.objects.filter(colour="green").order_by("person").values_list("person", flat=True)
    return list(taken[:count])


def _session(person: int) -> str:
    from django.contrib.sessions.backends.db import SessionStore

    from yimatong.stations.declarations.models import Account, Channel

    channel, _ = Channel.objects.get_or_create(
        slug="browser", defaults={"kind": "browser", "title_zh": "浏览器", "title_en": "Browser"}
    )
    account = Account.objects.create(channel=channel, subject_key=uuid4(), subject_sealed=b"-", person_id=person)
    session = SessionStore()
    session["account"] = account.pk
    session.create()
    return str(session.session_key)


def _confine(person: int) -> int:
    from yimatong.records import clock
    from yimatong.records.actions import facts
    from yimatong.records.actions.officials import the_system

    now = clock.now()
    order = facts.record(
        by=the_system(), person=person, kind="order", detail="home", start=now - timedelta(hours=1),
        end=now + timedelta(days=14), source="bench", legal_basis="bench",
    )  # fmt: skip
    return int(order.pk)


def _release(order: int) -> None:
    from yimatong.records.actions import facts
    from yimatong.records.actions.officials import the_system

    facts.strike(by=the_system(), fact=order, why="bench", now=datetime.now(UTC))


def _judged() -> None:
    from yimatong.stations.judgements.tasks import judge_soon

    judge_soon()


def _colours(people: Sequence[int]) -> set[str]:
    from yimatong.stations.judgements.models import CurrentVerdict

    return set(CurrentVerdict.objects.filter(person__in=people).values_list("colour", flat=True))


def _published(people: Sequence[int]) -> dict[int, float]:
    """When the verdict in force of each was published (real time)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.person, extract(epoch FROM r.finished_at)::float8 FROM current_verdicts v"
            " JOIN runs r ON r.number = v.run_id WHERE v.person = ANY(%s)",
            [list(people)],
        )
        return dict(cursor.fetchall())


def _cuts(published: Any) -> list[float]:
    """Seconds from each publication to the first list that was issued after it."""
    from yimatong.records import clock
    from yimatong.stations.passes.models import RecallCut

    shift = clock.shift().total_seconds()
    issued = sorted(set(RecallCut.objects.filter(whole=False).values_list("issued", flat=True)))
    found = [(at, next((one + shift for one in issued if one + shift >= int(at)), None)) for at in set(published)]
    return sorted(max(0.0, cut - at) for at, cut in found if cut is not None)


def _served(home: str) -> int:
    """Requests that the application has answered, as its own log says."""
    return (Path(home) / "log" / "web.log").read_text(encoding="utf-8").count('"request"')


def _wait_for(found: Any) -> None:
    until = time.monotonic() + PATIENCE
    while not found():
        if time.monotonic() > until:
            raise RuntimeError("the colours did not come")
        time.sleep(0.2)


if __name__ == "__main__":
    aside.answer(following)
