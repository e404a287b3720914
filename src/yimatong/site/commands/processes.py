"""The processes of `yimatong run`, kept together: they start together, and when one ends they all do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

PATIENCE = 10.0
"""Seconds that a process has to end by itself."""


class Stopped(BaseException):
    """Somebody asked this process to end; told as an exception so that every block on the way closes what it opened."""


BOUND = """
import ctypes, os, signal, sys
PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
if os.getppid() == int(sys.argv[1]):
    os.execvp(sys.argv[2], sys.argv[2:])
"""
"""A Python that asks the kernel for it and becomes the command; whoever was killed in between starts nothing any more."""


def bound_to_us(command: Sequence[str]) -> list[str]:
    """Return the command so that the kernel ends it when we are killed; no program of the machine's is needed for it."""
    return [sys.executable, "-S", "-c", BOUND, str(os.getpid()), *command]


@contextmanager
def kept(
    commands: Mapping[str, Sequence[str]], changes: Mapping[str, str], logs: Path
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Run the commands inside the block and end them after it; `changes` are made to their environment.

    What a process says goes to `logs/<name>.log`, after what the one before said. Each has a process group of its own:
    a terminal's Ctrl-C reaches us alone, and we pass it on.
    """
    logs.mkdir(parents=True, exist_ok=True)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            with (logs / f"{name}.log").open("ab") as log:
                processes[name] = subprocess.Popen(  # noqa: S603 -- our own commands, no shell
                    bound_to_us(command),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    process_group=0,
                    env={**os.environ, **changes},
                )
        yield processes
    finally:
        end(processes.values())


def end(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    """Ask every process to end, and kill those that have not after ten seconds."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        process.terminate()
    until = time.monotonic() + PATIENCE
    for process in running:
        try:
            process.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def first_to_end(processes: Mapping[str, subprocess.Popen[bytes]]) -> tuple[str, int]:
    """Wait until one of the processes ends, and return its name and exit code."""
    while True:
        for name, process in processes.items():
            code = process.poll()
            if code is not None:
                return name, code
        time.sleep(0.3)


@contextmanager
def told_to_stop() -> Iterator[None]:
    """Turn SIGINT (Ctrl-C), SIGTERM and SIGHUP into Stopped inside the block, also where a shell told us to ignore them."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        # Ending takes seconds; a second Ctrl-C in the middle of it would leave something running.
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ourselves(*words: str) -> list[str]:
    """Return the command line of this very program with other words."""
    return [sys.executable, "-c", "from yimatong.site.program import main; main()", *words]
