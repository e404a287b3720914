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
PLAIN = ["-n", "2", "--dist", "loadgroup", "-m", "not spark and not browser"]
BROWSER = ["-n", "2", "-m", "browser"]
SPARK = ["-m", "spark and not browser"]
FAILED = 1
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
    every = (pytest(PLAIN), in_the_browser(), pytest(SPARK))
    codes = [code for code in every if code != NO_TESTS] or [NO_TESTS]
    return max(browser_side, *codes)


def in_the_browser() -> int:
    """Run the browser tests; those that failed once more, one after another, and say so: a failure that stays is one.

    Two browsers and two products on two cores are now and then late for each other. What fails both times fails the run;
    what fails only in company is named on the screen, and is to be mended in the test or in the product.
    """
    code = pytest(BROWSER)
    if code != FAILED:
        return code
    print("· browser tests failed: those once more, one after another", flush=True)
    again = pytest(["-m", "browser", "--last-failed", "--last-failed-no-failures", "none", "-rA"])
    if again == 0:
        print("· they passed alone: they are late in company and want mending (named above)", flush=True)
    return again


def with_node() -> dict[str, str]:
    """The environment with the set-up's own Node.js behind the machine's, for a machine that has none."""
    return {**os.environ, "PATH": f"{os.environ.get('PATH', '')}{os.pathsep}{BIN}"}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
