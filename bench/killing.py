"""A worker that is killed again and again in the middle of its work, and another that is begun each time; nobody helps it.

python -m bench.killing HOME PEOPLE KILLS
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import aside, database
from bench.machine import CHECKOUT
from bench.product import PROGRAM, environment
from bench.unharmed import PHONE, Findings, are_published, found_after, let_phones_in

PHONES = 1_000
PATIENCE = 60.0
"""Seconds within which the work begins in whose middle the kill is to come."""
LONGEST = 600.0
"""Seconds after which a worker that does not go on by itself is given up."""
ORDERED = 20
"""People for whom an order is recorded before each kill; it ends by itself within half an hour."""


@dataclass
class Worker:
    """The worker of a home, as whatever keeps a server's processes begins it again."""

    home: Path
    night: str = ""
    process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Begin one; its night is at `night`, where that was set."""
        settings = environment(self.home) | ({"YIMATONG_NIGHT": self.night} if self.night else {})
        with (self.home / "worker.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, "worker"],
                cwd=CHECKOUT, env=settings, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def send(self, what: signal.Signals) -> None:
        """A signal to all its processes."""
        assert self.process is not None
        os.killpg(self.process.pid, what)

    def kill(self) -> None:
        """Kill -9 of all its processes."""
        if self.process:
            self.send(signal.SIGKILL)
            self.process.wait()
            self.process = None


@dataclass
class Trial:
    """What is done in one city: the worker, the chance, what was recorded, what was found."""

    worker: Worker
    chance: random.Random
    people: int
    facts: int = 0
    gaps: list[float] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    findings: Findings = field(default_factory=Findings)


def killed(home: str, people: str, kills: str) -> dict[str, Any]:
    """As many kills, each at a random moment of another work; after each one what is there is looked at."""
    with database.demo(Path(home), int(people)), _living():
        if not (Path(home) / PHONE).exists():
            let_phones_in(Path(home), PHONES)
        trial = Trial(Worker(Path(home)), random.Random(20200215), int(people))
        sign()
        trial.worker.begin()
        until(is_whole, LONGEST)
        try:
            for number in range(int(kills)):
                kind, work = KINDS[number % len(KINDS)]
                _kill_within(trial, kind, work)
                with _standing_still(trial.worker):
                    found_after(trial.worker.home, trial.findings, trial.chance, judged_anew=number % 10 == 9)
                print(
                    f"· kill {number + 1}: {kind}, {trial.gaps[-1]:.0f} s, {trial.findings}",
                    file=sys.stderr,
                    flush=True,
                )
        finally:
            trial.worker.kill()
        return _told(trial)


def sign() -> None:
    """Everybody's first credentials and strips."""
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.passes.actions import minting
    from yimatong.stations.passes.upkeep import keep_up

    keep_up(by=the_system(), now=_now(), everybody=True)
    minting.mint(now=_now())


def _told(trial: Trial) -> dict[str, Any]:
    from yimatong.stations.judgements.models import Run

    states = Counter(Run.objects.values_list("state", flat=True))
    found = trial.findings
    return {
        "kills": len(trial.gaps), "gaps": trial.gaps, "kinds": dict(trial.kinds), "lost": found.lost, "double": found.double,
        "half": found.half, "facts": trial.facts, "runs": states["published"], "abandoned": states["abandoned"],
        "strips": found.strips, "recalled": found.recalled,
    }  # fmt: skip


@contextmanager
def _living() -> Iterator[None]:
    """The demo city's time goes on."""
    from yimatong.site.commands.first_start import go_on_living

    go_on_living()
    yield


@contextmanager
def _standing_still(worker: Worker) -> Iterator[None]:
    """The worker stops where nothing waits, so that what is looked at belongs together, and goes on afterwards."""
    while True:
        worker.send(signal.SIGSTOP)
        if _is_quiet() and is_whole():
            break
        worker.send(signal.SIGCONT)
        until(is_whole, LONGEST)
    try:
        yield
    finally:
        worker.send(signal.SIGCONT)


def _kill_within(trial: Trial, kind: str, work: Callable[[Trial], float]) -> None:
    """Have some work begin, and kill the worker in its middle; then have another come, and wait until it has made everything good."""
    time.sleep(trial.chance.random() * work(trial))
    trial.worker.kill()
    began = time.monotonic()
    trial.worker.begin()
    until(lambda: is_whole() and (kind != "minting" or signed_by_thieves(_now()) == 0), LONGEST)
    trial.gaps.append(time.monotonic() - began)
    trial.kinds[kind] += 1


def _a_night(trial: Trial) -> float:
    """A worker whose night has just come."""
    from django.conf import settings

    from yimatong.core.time import SHANGHAI, minute_down, to_datetime
    from yimatong.records import clock
    from yimatong.stations.judgements.waiting import glance

    def due() -> bool:
        last = glance(clock.now()).night
        return last is None or last < to_datetime(minute_down(clock.now()))

    until(due, 2 * PATIENCE)
    trial.worker.kill()
    minute = minute_down(clock.now()) + SHANGHAI.offset
    settings.YIMATONG_NIGHT = trial.worker.night = f"{minute // 60 % 24:02d}:{minute % 60:02d}"
    before = _last_run()
    trial.worker.begin()
    until(lambda: _last_run() > before, PATIENCE)
    return 2.0


def _a_run_by_day(trial: Trial) -> float:
    before = _last_run()
    record(trial)
    until(lambda: _last_run() > before, PATIENCE)
    return 0.6


def _a_publication(trial: Trial) -> float:
    """A run that was judged, and writes."""
    from yimatong.stations.judgements.models import Run

    before = _last_run()
    record(trial)
    published = Run.objects.filter(number__gt=before, state__in=("judged", "published"))
    until(published.exists, PATIENCE)
    return 0.05


def _following(trial: Trial) -> float:
    from yimatong.stations.passes import locks

    before = _last_run()
    record(trial)
    until(lambda: _last_run() > before and _is_held(locks.FOLLOWING), PATIENCE)
    return 0.3


def _minting(_trial: Trial) -> float:
    """Everybody's strips, because the key that signed them was stolen."""
    from django.db import transaction

    from yimatong.records import clock
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.passes import keyring, locks
    from yimatong.stations.passes.actions import keys
    from yimatong.stations.passes.actions.publishing import publish
    from yimatong.stations.passes.days import seconds

    signs = keyring.signing_row("pass", seconds(clock.now()))
    assert signs is not None
    # Nothing is signed by a key that gates do not know yet: as the command does it, in one transaction for whoever signs meanwhile.
    with transaction.atomic():
        keys.compromised(by=the_system(), kid=signs.kid, now=clock.now(), why="bench")
        keys.cut_trust(now=clock.now())
        publish(now=clock.now())
    until(lambda: _is_held(locks.MINTING), 2 * PATIENCE)
    return 2.0


KINDS: tuple[tuple[str, Callable[[Trial], float]], ...] = (
    ("nights", _a_night),
    ("runs by day", _a_run_by_day),
    ("publications", _a_publication),
    ("following", _following),
    ("minting", _minting),
)
"""Each begins some work and gives the seconds within which the kill comes."""


def record(trial: Trial) -> None:
    """Orders for some people, who are to be judged at once; each ends by itself."""
    from django.db import transaction

    from yimatong.records import clock
    from yimatong.records.actions import facts
    from yimatong.records.actions.officials import the_system
    from yimatong.records.models import Person
    from yimatong.stations.judgements.tasks import judge_soon

    now = clock.now()
    with transaction.atomic():
        for person in trial.chance.sample(list(Person.objects.values_list("number", flat=True)), ORDERED):
            facts.record(
                by=the_system(), person=person, kind="order", detail="home", start=now - timedelta(minutes=1),
                end=now + timedelta(minutes=trial.chance.randint(2, 30)), source="bench", legal_basis="bench",
            )  # fmt: skip
            trial.facts += 1
        judge_soon()


def _now() -> datetime:
    from yimatong.records import clock

    return clock.now()


def _last_run() -> int:
    from yimatong.stations.judgements.models import Run

    return Run.objects.order_by("-number").values_list("number", flat=True).first() or 0


def _is_held(lock: int) -> bool:
    from django.db import connection

    from yimatong.stations.passes import locks

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s)",
            [locks.CLASS, lock],
        )
        return bool(cursor.fetchone()[0])


def _is_quiet() -> bool:
    """Nobody else has begun a transaction that is not over."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND state <> 'idle')"
        )
        return bool(cursor.fetchone()[0])


def is_whole() -> bool:
    """Nothing waits: all that was recorded or is due is judged, followed, listed. Who changed gets a strip at night, or asks for it."""
    from django.conf import settings

    from yimatong.records import clock
    from yimatong.stations.judgements import waiting
    from yimatong.stations.passes.upkeep import is_behind

    if waiting.reason(waiting.glance(clock.now(), using="default")) or is_behind(clock.now()):
        return False
    return are_published(Path(settings.YIMATONG_HOME))


def signed_by_thieves(now: datetime) -> int:
    """How many strips of today and the days to come, of credentials that are good, a key signed that is dead."""
    from django.db import connection

    from yimatong.stations.passes.days import day_of
    from yimatong.stations.passes.rules import rules

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM strips s JOIN credentials c ON c.serial = s.credential_id AND c.recalled_at IS NULL"
            " WHERE s.day >= %s AND s.kid = ANY(%s)",
            [day_of(now), list(rules(now).dead)],
        )
        return int(cursor.fetchone()[0])


def until(said: Callable[[], bool], within: float) -> None:
    """Ask again and again; RuntimeError when it is not so in time."""
    over = time.monotonic() + within
    while not said():
        if time.monotonic() > over:
            raise RuntimeError(f"it did not come within {within:.0f} s ({datetime.now(UTC):%H:%M:%S})")
        time.sleep(0.005 if within <= 2 * PATIENCE else 0.2)


if __name__ == "__main__":
    aside.answer(killed)
