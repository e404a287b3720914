"""`make test`: every test, two at a time, and those that need the whole machine one after another.

Standard library only. Arguments go to pytest as they are and then choose the tests: `make test TESTS="tests/unit -k colour"`.
"""

import os
import subprocess
import sys
from pathlib import Path

import system

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
# Spark starts processes of its own and measures memory; two at once would swap places for nothing.
TOGETHER = ["-n", "2", "--dist", "loadgroup", "-m", "not spark"]
ALONE = ["-m", "spark"]
NO_TESTS = 5


def pytest(arguments: list[str]) -> int:
    """Run pytest and return its exit code; tests find the browser by YIMATONG_CHROMIUM."""
    environment = {**os.environ, "YIMATONG_CHROMIUM": system.chromium() or ""}
    return subprocess.run(
        [str(BIN / "python"), "-m", "pytest", *arguments], cwd=ROOT, env=environment, check=False
    ).returncode


def main(arguments: list[str]) -> int:
    if arguments:
        return pytest(arguments)
    codes = [pytest(TOGETHER), pytest(ALONE)]
    return max(code for code in codes if code != NO_TESTS) if set(codes) != {NO_TESTS} else NO_TESTS


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
