"""A process that sends what waits in the outbox, round after round, until it is killed; it says `begun`, and each round's figures.

python -m bench.sender      the database and the gateways are those of its environment
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

from bench.machine import CHECKOUT

PAUSE = 0.2
"""Seconds between two rounds, when nothing waited."""


def send() -> None:
    """Send for ever."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimatong.site.settings")
    import django

    django.setup()
    from yimatong.stations.declarations.actions import sending

    print("begun", flush=True)
    while True:
        done = sending.send_waiting(at=datetime.now(UTC))
        print(f"sent {done.sent} failed {done.failed} again {done.again}", flush=True)
        if not done.sent:
            time.sleep(PAUSE)


def begin(environment: dict[str, str], **how: Any) -> subprocess.Popen[str]:
    """Begin one, and come back when it sends."""
    settings = environment | {"PYTHONPATH": os.pathsep.join([str(CHECKOUT / "src"), str(CHECKOUT)])}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sender"], cwd=CHECKOUT, env=settings, stdout=subprocess.PIPE, text=True, **how
    )
    assert process.stdout is not None
    while (line := process.stdout.readline()) != "begun\n":
        if not line:
            raise RuntimeError("the sender did not begin")
    return process


def kill(process: subprocess.Popen[str]) -> None:
    """Kill -9."""
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


if __name__ == "__main__":
    send()
