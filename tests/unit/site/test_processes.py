"""What we start does not outlive us, also where we are killed, and on a machine that has nothing but Python."""

from __future__ import annotations

import subprocess
import sys

import psutil

STARTS = """
import subprocess, sys
from yimatong.site.commands.processes import bound_to_us
child = subprocess.Popen(bound_to_us([sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"]), stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""


def test_the_kernel_ends_what_we_started_when_we_are_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", STARTS], stdout=subprocess.PIPE, env={"PATH": ""}) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    psutil.wait_procs([child], timeout=30)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
