"""The processes that `yimatong run` starts: each in a group of its own, ended with all that it started, never outliving us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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


def begin(command: Sequence[str], changes: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Begin a command; `changes` are made to its environment, and what it says goes to the log, after what the one before said.

    It has a process group of its own: a terminal's Ctrl-C reaches us alone, and we pass it on.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stream:
        return subprocess.Popen(  # noqa: S603 -- our own commands, no shell
            bound_to_us(command),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            process_group=0,
            env={**os.environ, **changes},
        )


def end(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    """Ask every process to end, and kill those that have not after ten seconds, with whatever they have started."""
    all_of_them = list(processes)
    for process in all_of_them:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + PATIENCE
    for process in all_of_them:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.1, until - time.monotonic()))
        end_group(process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a process's group: whoever leads it may be dead while what it started goes on, on the same port."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def told_to_stop() -> Iterator[None]:
    """Turn SIGINT (Ctrl-C), SIGTERM and SIGHUP into Stopped inside the block, also where a shell told us to ignore them."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        # Ending takes seconds; a second Ctrl-C in the middle of it would leave something running.
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        if _asked["put_off"]:
            _asked["came"] = True
        else:
            raise Stopped

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def not_in_here() -> Iterator[None]:
    """Raise Stopped at the end of the block instead of in its middle: a process that it begins is known to whoever ends it."""
    _asked["put_off"] = True
    try:
        yield
    finally:
        _asked["put_off"] = False
    if _asked["came"]:
        _asked["came"] = False
        raise Stopped


_asked = {"put_off": False, "came": False}
"""Whether somebody who asks us to end waits for the end of a block, and whether somebody did. Signals reach the main thread alone."""


def ourselves(*words: str) -> list[str]:
    """Return the command line of this very program with other words."""
    return [sys.executable, "-c", "from yimatong.site.program import main; main()", *words]
