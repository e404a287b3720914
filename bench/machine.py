"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
PACKAGES = ("duckdb", "ibis-framework", "sqlglot", "pyarrow", "numpy", "psycopg", "django", "pyspark", "zen-engine")
QUIET = 0.7
"""The load up to which this machine counts as quiet."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def load() -> float:
    """How many processes wanted to run during the last minute, on average."""
    return os.getloadavg()[0]


def run() -> str:
    """The day, the checkout, the processor and the load right now: what a section of figures was measured under, in a sentence."""
    busy = "quiet" if load() <= QUIET else "others were at work: times are too long, ratios less certain"
    commit = _said("git", "-C", str(CHECKOUT), "rev-parse", "--short", "HEAD")
    return f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on commit {commit}, {_processor()}, load {load():.2f} at the start ({busy})"


def described() -> dict[str, str]:
    """The machine and the versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "Machine": f"{_processor()}, {cores()} cores, {memory:.0f} GiB memory",
        "System": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "Versions": ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
        "Node.js": _said("node", "--version"),
    }


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process, and those it starts, on one core inside the block."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def with_our_programs() -> dict[str, str]:
    """The environment, with the programs beside this Python (node, where it came as a wheel) after the machine's own."""
    return os.environ | {"PATH": f"{os.environ.get('PATH', '')}{os.pathsep}{Path(sys.executable).parent}"}


def peak() -> int:
    """The most memory that this process ever had, in bytes (VmHWM: of this program alone, not of the one before exec)."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _said(*command: str) -> str:
    try:
        return subprocess.run(
            command, env=with_our_programs(), capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "absent"
