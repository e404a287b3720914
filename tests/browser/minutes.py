"""The product's processes one by one, so that one can be killed and another come; and what a resident's minute looks like from outside.

Asked aside (tests/browser/aside.py), `paper PERSON` says the text of a new paper pass's code, `order PERSON MINUTES` records an order of
quarantine at home that ends after so many full minutes and says the minute (UTC, since 1970) in which it is over, `phone PERSON NUMBER` gives
somebody a phone, `confine PERSON` records one for two weeks, judged at
once, and says its number, `release FACT` strikes it, `shift` says by how many seconds the city's time lies behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.machine import CHECKOUT
from bench.product import PROGRAM, database_of, environment
from tests.browser import aside
from tests.browser.awaiting import awaited
from tests.browser.conftest import City
from tests.browser.phones import trust_of
from tests.browser.showing import published_lists
from tests.first_start import get
from yimatong.core.credential import Accepted, Refused, verify
from yimatong.site.commands.ports import held_or_any
from yimatong.site.commands.run import web_server
from yimatong.site.postgres import Server

PATIENCE = 150
"""Seconds until something is judged in its minute, and its recall cut, on a machine that is busy with other tests."""


@dataclass
class Parts:
    """The product's processes, and the commands that begin them."""

    city: City
    web: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes]

    def kill_the_worker(self) -> None:
        """Kill -9, and begin another as whatever keeps a server's processes would."""
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()
        self.worker = begun(self.city.home, "worker", [sys.executable, "-c", PROGRAM, "worker"])


def begun(home: Path, name: str, command: list[str]) -> subprocess.Popen[bytes]:
    """A process of the product in a home, in a group of its own."""
    with (home / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=CHECKOUT, env=environment(home), stdout=log, stderr=log, start_new_session=True
        )


@contextmanager
def parts_of(home: Path) -> Iterator[Parts]:
    """Pages and worker in a home that a first start left, and their end."""
    with Server.at(home).running(fsync="off", synchronous_commit="off"), ExitStack() as until_the_end:
        port = until_the_end.enter_context(held_or_any("127.0.0.1", 0))
        web = begun(home, "web", web_server("127.0.0.1", port, 2, 2))
        worker = begun(home, "worker", [sys.executable, "-c", PROGRAM, "worker"])
        parts = Parts(City(f"http://127.0.0.1:{port}", database_of(home), {}, home), web, worker)
        try:
            awaited(lambda: answers(port), within=PATIENCE)
            yield parts
        finally:
            aside.end(home)
            for process in (parts.web, parts.worker):
                os.killpg(process.pid, signal.SIGTERM)
            for process in (parts.web, parts.worker):
                try:
                    process.wait(timeout=30)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()


def answers(port: int) -> bool:
    try:
        return get(port, "/health")[0] == 200
    except OSError:
        return False


def colour(city: City, person: int) -> str:
    return str(city.value("select colour from current_verdicts where person = %s", person))


def gate_answers(city: City, text: str) -> Accepted | Refused:
    """What a gate says of a code by the lists that are published now."""
    now = int(city.value("select extract(epoch from now())::bigint")) - shift(city)
    trust = trust_of(city.home, now)
    return verify(text, now=now, trust=trust, recall=published_lists(city.home, trust, now), city=trust.city)


def new_paper(city: City, person: int) -> str:
    """The text of a new paper pass of a person who is green."""
    return str(aside.asked(city.home, __name__, "paper", str(person)))


def an_order(city: City, person: int, *, minutes: int = 1) -> int:
    """Record an order that ends after so many full minutes; the minute in which it is over."""
    return int(aside.asked(city.home, __name__, "order", str(person), str(minutes)))


def a_phone_of(city: City, person: int, number: str) -> None:
    """Give somebody a phone, as a declaration would."""
    aside.asked(city.home, __name__, "phone", str(person), number)


def confine(city: City, person: int) -> int:
    """Record an order of two weeks, and have it judged now; its number."""
    return int(aside.asked(city.home, __name__, "confine", str(person)))


def release(city: City, order: int) -> None:
    """Strike an order, and have that judged now."""
    aside.asked(city.home, __name__, "release", str(order))


def shift(city: City) -> int:
    """Seconds by which the city's time lies behind."""
    return int(aside.asked(city.home, __name__, "shift"))


def seconds_late(city: City, person: int) -> tuple[float, int]:
    """How long after its minute the verdict in force was published, and the minute that it was judged for."""
    ((late, minute),) = city.rows(
        "select extract(epoch from r.finished_at)::float8 - %s - extract(epoch from r.as_of)::float8,"
        " extract(epoch from r.as_of)::bigint / 60 from current_verdicts v join runs r on r.number = v.run_id where v.person = %s",
        shift(city),
        person,
    )
    return late, minute


def recalled(city: City, text: str) -> Refused | None:
    answer = gate_answers(city, text)
    return answer if isinstance(answer, Refused) else None


def answer(what: str, *given: str) -> Any:
    """The commands of the module's docstring."""
    commands = {
        "paper": _paper,
        "order": _order,
        "phone": _phone,
        "confine": _confine,
        "release": _release,
        "shift": _shift,
    }
    return commands[what](*given)


def _phone(person: str, number: str) -> None:
    from yimatong.records.actions import statements
    from yimatong.records.actions.officials import the_system

    statements.move(by=the_system(), person=int(person), phone=number, division=None)


def _paper(person: str) -> str:
    from datetime import timedelta

    from django.db import transaction

    from yimatong.records import clock
    from yimatong.stations.passes.actions import papers

    now = clock.now()
    with transaction.atomic():
        papers.hold(int(person))
        credential = papers.grant(person=int(person), issued_at=now, until=now + timedelta(days=2), longest=14)
    return papers.signed_text(credential=credential, number="00000000", name="某人", document="", now=now)


def _order(person: str, minutes: str) -> int:
    from datetime import timedelta

    from yimatong.core.time import minute_down, to_datetime
    from yimatong.records import clock
    from yimatong.records.actions import facts
    from yimatong.records.actions.officials import the_system

    while clock.now().second > 45:
        time.sleep(0.5)
    now = clock.now()
    over = minute_down(now) + 1 + int(minutes)
    facts.record(
        by=the_system(), person=int(person), kind="order", detail="home", start=now - timedelta(hours=1),
        end=to_datetime(over) - timedelta(seconds=1), source="test", legal_basis="test",
    )  # fmt: skip
    return over


def _confine(person: str) -> int:
    from datetime import timedelta

    from django.db import transaction

    from yimatong.records import clock
    from yimatong.records.actions import facts
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements.tasks import judge_soon

    now = clock.now()
    with transaction.atomic():
        order = facts.record(
            by=the_system(), person=int(person), kind="order", detail="home", start=now - timedelta(hours=1),
            end=now + timedelta(days=14), source="test", legal_basis="test",
        )  # fmt: skip
        judge_soon()
    return int(order.pk)


def _release(order: str) -> None:
    from datetime import UTC, datetime

    from django.db import transaction

    from yimatong.records.actions import facts
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements.tasks import judge_soon

    with transaction.atomic():
        facts.strike(by=the_system(), fact=int(order), why="test", now=datetime.now(UTC))
        judge_soon()


def _shift() -> int:
    from yimatong.records import clock

    return int(clock.shift().total_seconds())
