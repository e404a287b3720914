"""The product as a person starts it: `yimatong run` in a home of its own, for the desk's measurement and for the tests."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import IO, Any

from bench.machine import CHECKOUT

PROGRAM = "from yimatong.site.program import main; main()"
FIRST_START = 900
"""Seconds; a first start makes tables and a city, on a machine that is busy."""
OURS = ("YIMATONG_", "DJANGO_", "DATABASE_")
"""Settings of whoever starts it, which the product in its own home must not see."""


class DidNotComeUp(RuntimeError):
    """The command ended, or took too long; its last words."""


def environment(home: Path) -> dict[str, str]:
    """The environment of a machine with a home folder and no setting but that."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    ours = {"YIMATONG_HOME": str(home), "PYTHONPATH": str(CHECKOUT / "src")}
    return {**others, **ours, "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}


def begin(
    settings: dict[str, str], people: int, port: int = 0, words: tuple[str, ...] = (), output: IO[str] | int = PIPE
) -> subprocess.Popen[str]:
    """Start the command behind these words of a shell, on a port that it chooses where none is given."""
    run = ["run", "--people", str(people), "--port", str(port)]
    return subprocess.Popen(
        [*words, sys.executable, "-c", PROGRAM, *run],
        cwd=CHECKOUT,
        env=settings,
        stdout=output,
        stderr=STDOUT,
        text=True,
        start_new_session=True,
    )


@contextmanager
def running(home: Path, people: int) -> Iterator[str]:
    """The address of the product's pages, in a home folder with so many people; it is stopped afterwards. DidNotComeUp."""
    home.mkdir(parents=True, exist_ok=True)
    log = home.parent / "run.log"
    with log.open("w") as output:
        process = begin(environment(home), people, output=output)
    try:
        yield _address(process, log)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def database_of(home: Path) -> dict[str, Any]:
    """How its database is reached, as psycopg takes it."""
    from yimatong.site.connections import login
    from yimatong.site.postgres import Server

    return login(Server.at(home).location())


def _address(process: subprocess.Popen[str], log: Path) -> str:
    """The address that it prints once its pages answer, on a port that it chose."""
    until = time.monotonic() + FIRST_START
    while not (said := re.search(r"^pages: (http://127\.0\.0\.1:\d+)/", log.read_text(), re.MULTILINE)):
        if process.poll() is not None or time.monotonic() > until:
            raise DidNotComeUp(f"yimatong run did not come up:\n{log.read_text()[-4000:]}")
        time.sleep(0.2)
    return said.group(1)
