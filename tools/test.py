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
# Those of the browser share one running product a worker, and Spark starts processes of its own: each kind in a run of its own.
KINDS = (
    ["-n", "2", "--dist", "loadgroup", "-m", "not spark and not browser"],
    ["-n", "2", "-m", "browser"],
    ["-m", "spark and not browser"],
)
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
    browser_side = subprocess.run(["npm", "test", "--silent"], cwd=ROOT, env=with_node(), check=False).returncode
    codes = [code for code in map(pytest, KINDS) if code != NO_TESTS] or [NO_TESTS]
    return max(browser_side, *codes)


def with_node() -> dict[str, str]:
    """The environment with the set-up's own Node.js behind the machine's, for a machine that has none."""
    return {**os.environ, "PATH": f"{os.environ.get('PATH', '')}{os.pathsep}{BIN}"}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
