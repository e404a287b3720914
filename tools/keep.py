"""Run a command and leave nothing of it, however it ends: `python tools/keep.py FOLDER COMMAND...`.

Orphans of the command come to this process and not to the machine's first (PostgreSQL and the product detach themselves); whatever is
left when the command has ended, by itself or by a signal, is ended too, and FOLDER is removed. Whoever started this process does
the same (tools/test.py): of the two one is left when the other is killed.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time

import psutil

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
PATIENCE = 20.0
"""Seconds that a command has to end by itself when it was told to."""
MORE_PATIENCE = 2 * PATIENCE
"""Seconds that a keeper has for the same, who waits for a command and then ends what that left."""


def main(arguments):
    """Keep a command, and return its exit code, or 128 and the number of the signal that ended it."""
    folder, *command = arguments
    return kept(command, folder, PATIENCE)


def kept(command, folder, patience, **options):
    """Run `command`, which ends when we do, and afterwards end what it left and remove `folder`; its exit code."""
    on_this_process(PR_SET_CHILD_SUBREAPER, 1)
    # Where whoever started us is killed, we end as well.
    on_this_process(PR_SET_PDEATHSIG, signal.SIGTERM)
    process = subprocess.Popen(command, preexec_fn=lambda: on_this_process(PR_SET_PDEATHSIG, signal.SIGTERM), **options)
    try:
        return ended(process, patience)
    finally:
        end_what_is_left()
        shutil.rmtree(folder, ignore_errors=True)


def ended(process, patience):
    """Wait for a process; a signal to us is passed on as Ctrl-C, which a terminal sends to both by itself."""
    told = []

    def pass_on(number, _frame):
        told.append(number)
        if number != signal.SIGINT or not sys.stdin or not sys.stdin.isatty():
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    while not told:
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = process.wait(timeout=0.5)
            return code if code >= 0 else 128 - code
        bury_orphans(process.pid)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=patience)
    process.kill()
    process.wait()
    return 128 + told[0]


def bury_orphans(ours):
    """Take note of orphans that have ended, but for `ours`, as the machine's first process would: a dead server must not seem alive."""
    look = os.WEXITED | os.WNOHANG | os.WNOWAIT
    with contextlib.suppress(ChildProcessError):
        while (dead := os.waitid(os.P_ALL, 0, look)) and dead.si_pid != ours:
            os.waitpid(dead.si_pid, 0)


def end_what_is_left():
    """End every process that came from the command and outlived it, and say which: after one that was not cut short there is none."""
    until = time.monotonic() + 2
    while (left := psutil.Process().children(recursive=True)) and time.monotonic() < until:
        psutil.wait_procs(left, timeout=0.2)
    if not left:
        return
    # Whoever read what we say may be gone.
    with contextlib.suppress(OSError):
        print(f"· ended what the run had left: {', '.join(sorted({named(one) for one in left}))}", flush=True)
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _gone, alive = psutil.wait_procs(left, timeout=5)
    for process in [*alive, *psutil.Process().children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(psutil.Process().children(recursive=True), timeout=5)


def named(process):
    try:
        return process.name()
    except psutil.Error:
        return "one that has just ended"


def on_this_process(option, value):
    """Ask the kernel for something (prctl); other systems than Linux have no such thing, and the run goes without."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
