"""The product as it runs in a home, looked at from outside: what it says, what answers, which processes it has."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from bench.machine import CHECKOUT
from bench.product import PROGRAM, begin, database_of, environment
from tests.first_start import LATER_START, PEOPLE, get, port_of
from yimatong.site.postgres import Server

PATIENCE = 60.0
"""Seconds within which something comes back on a machine that is busy with other tests."""


@dataclass
class Product:
    """A `yimatong run` of a home, and what it has said so far."""

    home: Path
    process: subprocess.Popen[str]
    log: Path
    port: int
    settings: dict[str, str]
    """What is set for it beside its home."""

    def said(self) -> str:
        return self.log.read_text()

    def status(self, path: str = "/me/points/") -> int:
        """The status of an address (one that asks the database); 0 where nobody answers."""
        try:
            return get(self.port, path)[0]
        except OSError:
            return 0

    def health(self) -> tuple[int, str]:
        """What `yimatong health` ends with and says."""
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, "health"],
            cwd=CHECKOUT, env=environment(self.home) | self.settings, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        return ran.returncode, ran.stdout

    def part(self, name: str) -> dict[str, Any]:
        """How a part stands, as it is noted."""
        found: list[dict[str, Any]] = json.loads((self.home / "parts.json").read_text())["parts"]
        return next(one for one in found if one["name"] == name)

    def main_of(self, word: str) -> psutil.Process:
        """The process of a part, by a word of its command line."""
        return next(one for one in psutil.Process(self.process.pid).children() if word in one.cmdline())

    def query(self, statement: str, *words: object) -> Any:
        """One value of the database."""
        with psycopg.connect(**database_of(self.home), autocommit=True) as connection:
            row = connection.execute(statement, words).fetchone()  # type: ignore[call-overload]
            return row and row[0]


def within(seconds: float, wanted: Callable[[], Any]) -> Any:
    """What is wanted, as soon as it is there."""
    until = time.monotonic() + seconds
    while not (found := wanted()):
        assert time.monotonic() < until, "it did not come within its time"
        time.sleep(0.1)
    return found


def works_again(product: Product, *, rounds: bool = True) -> None:
    """The pages answer, the worker does a round that it began after now (unless nothing happened to it), and all is well."""
    began = within(PATIENCE, lambda: still(lambda: product.query("SELECT now()")))
    within(PATIENCE, lambda: product.status() == 200)
    assert product.status("/code/") == 200
    round_done = "SELECT done_at > %s FROM works WHERE name = 'follow_and_cut'"
    if rounds:
        within(2 * PATIENCE, lambda: still(lambda: product.query(round_done, began)))
    until = time.monotonic() + PATIENCE
    while (said := product.health())[0]:
        assert time.monotonic() < until, said[1]
    assert product.process.poll() is None


def still(ask: Callable[[], Any]) -> Any:
    """An answer of the database, or nothing while it is away."""
    try:
        return ask()
    except psycopg.OperationalError:
        return None


@contextmanager
def product_in(home: Path, **settings: str) -> Iterator[Product]:
    """The product in a home, with these settings, from when its pages are told until Ctrl-C."""
    log = home.parent / "said.log"
    with log.open("w") as output:
        process = begin(environment(home) | settings, PEOPLE, output=output)
    try:
        within(LATER_START, lambda: "\npages: " in log.read_text() or process.poll() is not None)
        yield Product(home, process, log, port_of(log.read_text()), settings)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def postmaster(home: Path) -> int:
    """The number of the database server's first process."""
    return int((Server.at(home).data / "postmaster.pid").read_text().split()[0])


def of_home(home: Path) -> list[psutil.Process]:
    """What works for a home folder."""
    return [
        one
        for one in psutil.process_iter(["environ"])
        if (one.info["environ"] or {}).get("YIMATONG_HOME") == str(home) and one.status() != psutil.STATUS_ZOMBIE
    ]
