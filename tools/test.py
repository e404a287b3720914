"""`make test` and `make soak`: one pytest over everything, and nothing of it left behind, however it ends.

    python tools/test.py                 everything that `make test` runs, a worker a core
    python tools/test.py soak            what takes long: planted errors, kills, long searches; its table is docs/reference/soak.md
    python tools/test.py tests/unit -k colour      arguments go to pytest as they are

What runs the tests is pytest; this only keeps it: orphans come to this process and not to the machine's first (PostgreSQL and the
product detach themselves), and whatever is left when pytest has ended, by itself or by a signal, is ended too.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import system

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
MOST_WORKERS = 4
"""Each has a browser, a database and a product of its own."""
TRIED_AGAIN = ["-p", "tests.tried_again", "--reruns", "1"]
LONGEST = ["--durations", "30", "--durations-min", "1"]
MODES = {
    # A file to a worker, in the order of tests/conftest.py, so that what is made once in a file is made once.
    "": ["--dist", "loadfile", "--no-loadscope-reorder", "-m", "not soak", *TRIED_AGAIN],
    # A test to a worker: long ones stand in one file, and share nothing.
    "soak": [
        *("--dist", "load", "-m", "soak or search or kill or planted"),
        *("-p", "tests.soaked", "--hypothesis-profile", "soak"),
    ],
}
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
PATIENCE = 20.0
"""Seconds that pytest, and then what it left, have to end by themselves."""


def main(arguments: list[str]) -> int:
    """Run pytest and return its exit code, or 130 when somebody ended the run."""
    on_this_process(PR_SET_CHILD_SUBREAPER, 1)
    # Where whoever started us is killed, we end as well.
    on_this_process(PR_SET_PDEATHSIG, signal.SIGTERM)
    home = tempfile.mkdtemp(prefix="yimatong-test-")
    environment = {
        **os.environ,
        "YIMATONG_CHROMIUM": system.chromium() or "",
        "YIMATONG_TEST_HOME": home,
        # The set-up's own Node.js stands behind the machine's, for a machine that has none.
        "PATH": f"{os.environ.get('PATH', '')}{os.pathsep}{BIN}",
    }
    command = [sys.executable, "-m", "pytest", f"--basetemp={home}/pytest", *words(arguments)]
    pytest = subprocess.Popen(
        command, cwd=ROOT, env=environment, preexec_fn=lambda: on_this_process(PR_SET_PDEATHSIG, signal.SIGTERM)
    )
    try:
        return ended(pytest)
    finally:
        end_what_is_left()
        shutil.rmtree(home, ignore_errors=True)


def words(arguments: list[str]) -> list[str]:
    """Pytest's arguments: those given, or those of a mode, spread over the cores."""
    mode = "".join(arguments[:1])
    if mode not in MODES:
        return arguments
    workers = min(MOST_WORKERS, len(os.sched_getaffinity(0)))
    return ["-n", str(workers), *LONGEST, *MODES[mode], *arguments[1:]]


def ended(pytest: subprocess.Popen) -> int:
    """Wait for pytest; a signal to us is passed on as Ctrl-C, which a terminal sends to both by itself."""
    told = []

    def pass_on(number: int, _frame: object) -> None:
        told.append(number)
        if number != signal.SIGINT or not sys.stdin or not sys.stdin.isatty():
            with contextlib.suppress(ProcessLookupError):
                pytest.send_signal(signal.SIGINT)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    while not told:
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = pytest.wait(timeout=0.5)
            return code if code >= 0 else 128 - code
        bury_orphans(pytest.pid)
    with contextlib.suppress(subprocess.TimeoutExpired):
        pytest.wait(timeout=PATIENCE)
    pytest.kill()
    pytest.wait()
    return 128 + told[0]


def bury_orphans(ours: int) -> None:
    """Take note of orphans that have ended, but for `ours`, as the machine's first process would: a dead server must not seem alive."""
    look = os.WEXITED | os.WNOHANG | os.WNOWAIT
    with contextlib.suppress(ChildProcessError):
        while (dead := os.waitid(os.P_ALL, 0, look)) and dead.si_pid != ours:
            os.waitpid(dead.si_pid, 0)


def end_what_is_left() -> None:
    """End every process that came from the run and outlived it, and say which: after a run that was not cut short there is none."""
    until = time.monotonic() + 2
    while (left := psutil.Process().children(recursive=True)) and time.monotonic() < until:
        psutil.wait_procs(left, timeout=0.2)
    if not left:
        return
    print(f"· ended what the run had left: {', '.join(sorted({named(one) for one in left}))}", flush=True)
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _gone, alive = psutil.wait_procs(left, timeout=5)
    for process in [*alive, *psutil.Process().children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(psutil.Process().children(recursive=True), timeout=5)


def named(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.Error:
        return "one that has just ended"


def on_this_process(option: int, value: int) -> None:
    """Ask the kernel for something (prctl); other systems than Linux have no such thing, and the run goes without."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
