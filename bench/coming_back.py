"""A product whose parts are killed one after the other under load, and whose database is restarted; nobody helps it.

python -m bench.coming_back HOME PEOPLE KILLS RESTARTS
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from bench import aside, killing
from bench.gates import Uploader, record, scanners
from bench.product import running
from bench.unharmed import Findings, found_after, let_phones_in

GATES, BATCH, PAUSE = 8, 10, 0.5
"""Scanners that send so many records at once, with so many seconds between two batches."""
PHONES = 300
PAGES = ("/code/", "/me/points/", "/e/signed/index.json", "/login/")
LONGEST = 180.0
"""Seconds after which a product that does not come back by itself is given up."""
APART = 31.0
"""Seconds between two kills of one part at least: who dies three times within a minute stays down, as it should."""


SENDING = "SELECT count(*) FROM messages WHERE state = 'sending'"
UNSENT = "SELECT count(*) FROM messages WHERE state IN ('waiting', 'sending')"
TEXTED = "SELECT count(*) FROM messages WHERE kind = 'told' AND state = 'sent'"
UNDELIVERED = "SELECT count(*) FROM messages WHERE kind = 'told' AND state = 'failed'"
TEXTED_TWICE = "SELECT count(*) - count(DISTINCT (carries, way, account_id)) FROM messages WHERE kind = 'told'"
UNTOLD = """
SELECT count(*) FROM (
    SELECT person_id, run_id, colour, lag(colour) OVER (PARTITION BY person_id ORDER BY run_id) AS before FROM verdicts
) v JOIN runs r ON r.number = v.run_id
WHERE v.before <> v.colour AND v.colour <> 'unknown'
    AND r.number > (SELECT coalesce(min(substr(about, 5)::int), 0) FROM notifications WHERE about LIKE 'run/%')
    AND NOT EXISTS (SELECT FROM notifications n WHERE n.person_id = v.person_id AND n.about = 'run/' || v.run_id)
"""
"""Changed colours that nobody was told of, since the first run that was told."""
FIRST_PHONE = 17_000_000_000


def give_phones(people: int) -> None:
    """Give everybody a phone, so that each changed colour is texted."""
    from yimatong.records.actions import statements
    from yimatong.records.actions.officials import the_system

    for person in range(1, people + 1):
        statements.move(by=the_system(), person=person, phone=str(FIRST_PHONE + person), division=None)


def _count(statement: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


class Gate(Uploader):
    """A scanner whose people never end; `sent` is the last number that the server has taken."""

    def __init__(self, number: int, device: Any, key: Any, port: int, over: threading.Event) -> None:
        super().__init__(number, device, key, 0, port)
        self.over, self.sent, self.taken_at = over, 0, 0.0

    def run(self) -> None:
        """Send until told to stop, again and again where the connection broke."""
        while not self.over.wait(PAUSE):
            batch = [record(n, self.number) for n in range(self.sent + 1, self.sent + BATCH + 1)]
            self.tries += 1
            with suppress(OSError, http.client.HTTPException, ValueError):
                if set(self._ask(batch)) == {one["n"] for one in batch}:
                    self.sent, self.taken_at = self.sent + BATCH, time.monotonic()


class Reader(threading.Thread):
    """Somebody who opens pages; what is neither the page nor "come again in a moment" is an error that a reload would not mend."""

    def __init__(self, port: int, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.over = port, over
        self.good_at: dict[str, float] = {}
        self.answers: Counter[int] = Counter()

    def run(self) -> None:
        """Open one after the other."""
        turn = 0
        while not self.over.wait(0.1):
            path = PAGES[turn % len(PAGES)]
            turn += 1
            status = self.status(path)
            self.answers[status] += 1
            if status == 200:
                self.good_at[path] = time.monotonic()

    def status(self, path: str) -> int:
        """The status of an address; 0 where the connection broke."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        return answer.status


@dataclass
class Trial:
    """The product, who asks it, and what was seen."""

    home: Path
    main: psutil.Process
    gates: list[Gate]
    reader: Reader
    chance: random.Random
    people: int
    facts: int = 0
    gaps: list[float] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    at: dict[str, float] = field(default_factory=dict)

    def part(self, word: str) -> psutil.Process:
        """The first process of a part."""
        return next(one for one in self.main.children() if word in one.cmdline())

    def standing(self) -> list[dict[str, Any]]:
        """How the parts are, as they are noted."""
        found: list[dict[str, Any]] = json.loads((self.home / "parts.json").read_text())["parts"]
        return found


def killed(home: str, people: str, kills: str, restarts: str) -> dict[str, Any]:
    """So many kills and restarts, each while everybody works; then everything that is there is looked at."""
    os.environ["YIMATONG_HOME"] = home
    from yimatong.site.commands.first_start import go_on_living
    from yimatong.site.program import log_aside, server

    with running(Path(home), int(people)) as address, server(), log_aside():
        go_on_living()
        port, over = urlsplit(address).port or 0, threading.Event()
        let_phones_in(Path(home), PHONES)
        give_phones(int(people))
        killing.sign()
        reader, gates = Reader(port, over), [Gate(*one, port, over) for one in scanners(GATES)]
        # Several start nothing of another kind: the product of this home is the one that keeps its parts.
        main = psutil.Process(json.loads((Path(home) / "parts.json").read_text())["keeper"][0])
        trial = Trial(Path(home), main, gates, reader, random.Random(20200216), int(people))
        for one in (reader, *gates):
            one.start()
        plan = _plan(trial.chance, int(kills), int(restarts))
        for number, (kind, doing) in enumerate(plan):
            _one(trial, kind, doing)
            print(f"· {number + 1}: {kind}, {trial.gaps[-1]:.1f} s", file=sys.stderr, flush=True)
        over.set()
        for one in (reader, *gates):
            one.join()
        return _looked_at(trial)


def _plan(chance: random.Random, kills: int, restarts: int) -> list[tuple[str, Callable[[Trial], None]]]:
    """Each part once in a random order, and again, so that none waits for APART; a restart among them as long as there are some."""
    plan = []
    for number in range(max(restarts, -(-kills // len(KINDS)))):
        turn = list(KINDS[: max(0, kills - number * len(KINDS))]) + [("restarts", restart)] * (number < restarts)
        chance.shuffle(turn)
        plan += turn
    return plan


def _one(trial: Trial, kind: str, doing: Callable[[Trial], None]) -> None:
    """One fault at a random moment, and how long it takes until everything goes on."""
    part = PART.get(kind, kind)
    time.sleep(max(0.0, trial.at.get(part, 0.0) + APART - time.monotonic()) + trial.chance.uniform(0.0, 3.0))
    _again(lambda: killing.record(trial))  # type: ignore[arg-type]
    began = trial.at[part] = time.monotonic()
    doing(trial)
    killing.until(lambda: _goes_on(trial, began), LONGEST)
    if part in ("worker", "database", "restarts"):
        # What was recorded before the fault is judged, followed, listed and published.
        killing.until(lambda: _again(killing.is_whole), LONGEST)
    trial.gaps.append(time.monotonic() - began)
    trial.kinds[kind] += 1


def _goes_on(trial: Trial, since: float) -> bool:
    """Whether every page was shown and every gate was heard since then, and every part is up."""
    heard = all(one.taken_at > since for one in trial.gates)
    shown = all(trial.reader.good_at.get(path, 0.0) > since for path in PAGES)
    return heard and shown and all(one["state"] == "up" for one in trial.standing())


def _again(ask: Callable[[], Any]) -> Any:
    """Ask the database, again and again while it is away."""
    from django.db import InterfaceError, OperationalError, connections

    while True:
        try:
            return ask()
        except (OperationalError, InterfaceError):
            connections.close_all()
            time.sleep(0.2)


def _database(trial: Trial) -> None:
    file = trial.home / "postgres" / "data" / "postmaster.pid"
    os.kill(int(file.read_text().split()[0]), signal.SIGKILL)


def restart(trial: Trial) -> None:
    """What an operator does: `pg_ctl restart -m fast`."""
    from yimatong.site.postgres import Server, programs

    server = Server.at(trial.home)
    command = [*server._as_identity(), str(programs() / "pg_ctl"), "-D", str(server.data), "restart", "-m", "fast"]
    with (trial.home / "restarts.log").open("ab") as log:
        subprocess.run(
            [*command, "-l", str(server.folder / "server.log")], check=False, cwd="/", stdout=log, stderr=log
        )


def _a_web_process(trial: Trial) -> None:
    trial.chance.choice(trial.part("granian").children()).kill()


def _while_sending(trial: Trial) -> None:
    """The worker, as soon as a message is on its way to a gateway; after some seconds in any case."""
    until = time.monotonic() + 15
    while time.monotonic() < until and not _again(lambda: _count(SENDING)):
        time.sleep(0.02)
    trial.part("worker").kill()


PART = {"message sending": "worker"}
"""What dies where the name says what it was at."""
KINDS: tuple[tuple[str, Callable[[Trial], None]], ...] = (
    ("database", _database),
    ("web process", _a_web_process),
    ("web server", lambda trial: trial.part("granian").kill()),
    ("worker", lambda trial: trial.part("worker").kill()),
    ("message sending", _while_sending),
    ("channels", lambda trial: trial.part("yimatong.counterparts.channel").kill()),
)


def _stands_still(worker: psutil.Process) -> bool:
    """Suspend the worker where everything is judged and no run is going on; where one began meanwhile, it goes on."""
    from yimatong.stations.judgements.lifecycle import is_alive

    if not _again(killing.is_whole):
        return False
    worker.suspend()
    if not is_alive(0):
        return True
    worker.resume()
    return False


def _looked_at(trial: Trial) -> dict[str, Any]:
    """What is there when everything is quiet: records of gates, verdicts, credentials, lists."""
    from django.db import connection

    killing.until(lambda: _again(lambda: not _count(UNSENT)), LONGEST)
    findings = Findings(lost=_count(UNTOLD) + _count(UNDELIVERED), double=_count(TEXTED_TWICE))
    worker = trial.part("worker")
    killing.until(lambda: _stands_still(worker), LONGEST)
    try:
        found_after(trial.home, findings, trial.chance, judged_anew=True)
    finally:
        worker.resume()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT device_id, count(*), count(DISTINCT n) FROM passages WHERE device_id = ANY(%s) GROUP BY 1",
            [[one.number for one in trial.gates]],
        )
        there = {row[0]: row[1:] for row in cursor.fetchall()}
    lost = sum(max(0, one.sent - there.get(one.number, (0, 0))[1]) for one in trial.gates)
    double = sum(count - distinct for count, distinct in there.values())
    return {
        "faults": len(trial.gaps), "kinds": dict(trial.kinds), "gaps": trial.gaps, "facts": trial.facts,
        "messages": _count(TEXTED),
        "records": sum(one.sent for one in trial.gates), "lost": findings.lost + lost, "double": findings.double + double,
        "half": findings.half, "answers": {str(status): count for status, count in trial.reader.answers.items()},
        "returned": {one["name"]: one["returned"] for one in trial.standing()},
    }  # fmt: skip


if __name__ == "__main__":
    aside.answer(killed)
