"""`yimatong run` as a person starts it, and one first start for a whole run of the tests: whoever needs a demo city works on a copy.

A first start makes tables, 500 people and seven judgements: half a minute of a core. Whoever needs it first makes it, under a lock,
and for the other worker too.
"""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.product import begin, environment

PEOPLE = 500
FIRST_START, LATER_START = 400, 120
"""Seconds; a first start on a busy machine makes tables and a city."""


@dataclass(frozen=True)
class FirstStart:
    """What a first start said and served until Ctrl-C ended it, and the home that it left, which nobody writes into any more."""

    home: Path
    said: str
    served: dict[str, tuple[int, str]]
    """Status and text of some addresses."""
    code: int
    """What it ended with."""

    def copied(self, to: Path) -> Path:
        """A copy of the home, with owners and modes: the database's folder belongs to whoever runs its server."""
        subprocess.run(["cp", "-a", str(self.home), str(to)], check=True)
        return to


def first_start(session: Path) -> FirstStart:
    """The first start of this run of the tests: made now, or by whoever came before; `session` is the home of the test session."""
    folder = session / "first-start"
    folder.mkdir(parents=True, exist_ok=True)
    home, told = folder / "home", folder / "told.json"
    with (folder / "being-made.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.is_file():
            # Whoever was killed in the middle of it has left half a city.
            shutil.rmtree(home, ignore_errors=True)
            fresh = told.with_suffix(".new")
            fresh.write_text(json.dumps(_made(home)))
            fresh.replace(told)
    kept = json.loads(told.read_text())
    served = {path: (status, text) for path, (status, text) in kept["served"].items()}
    return FirstStart(home, kept["said"], served, kept["code"])


def _made(home: Path) -> dict[str, Any]:
    """Start in an empty folder, look at some pages, and press Ctrl-C."""
    with running(environment(home), FIRST_START) as (process, said):
        served = {path: get(port_of(said), path) for path in ("/health", "/", "/no-such-page")}
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=60)
    return {"said": said, "served": served, "code": code}


def port_of(said: str) -> int:
    """The port that it printed."""
    found = re.search(r"^pages: http://127\.0\.0\.1:(\d+)/", said, re.MULTILINE)
    assert found, said
    return int(found.group(1))


def said_until_served(process: subprocess.Popen[str], seconds: float) -> str:
    """What the command says up to the line with the address; a mistake when that line does not come in time."""
    assert process.stdout is not None
    said, until = list[str](), time.monotonic() + seconds
    for line in process.stdout:
        said.append(line)
        if line.startswith("pages: "):
            return "".join(said)
        assert time.monotonic() < until, "".join(said)
    raise AssertionError("it ended before it served:\n" + "".join(said))


@contextmanager
def running(
    settings: dict[str, str], seconds: float, port: int = 0, words: tuple[str, ...] = ()
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command and what it said until it served; it is stopped afterwards."""
    with begin(settings, PEOPLE, port, words) as process:
        try:
            yield process, said_until_served(process, seconds)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
            assert process.stdout is not None
            process.stdout.close()


def get(port: int, path: str) -> tuple[int, str]:
    """Status and text of an address of the product."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()
