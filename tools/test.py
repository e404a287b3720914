"""`make test`, `make soak` and `make attack`: one pytest over everything, and nothing of it left behind, however it ends.

    python tools/test.py                 everything that `make test` runs, a worker a core
    python tools/test.py soak            what takes long: planted errors, kills, long searches; its table is docs/reference/soak.md
    python tools/test.py attack          every try of an attack, with its guard and without; its table is docs/reference/attacks.md
    python tools/test.py tests/unit -k colour      arguments go to pytest as they are

What runs the tests is pytest; this only has it kept (tools/keep.py), and outlives its keeper.
"""

import os
import sys
import tempfile
from pathlib import Path

import keep
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
    # The city that is attacked is made once in a file; the slow file's tests share nothing, and go side by side.
    "attack": ["--dist", "loadgroup", "-m", "attack", "-p", "tests.attack.told", "tests/attack"],
}


def main(arguments: list[str]) -> int:
    """Run pytest and return its exit code, or 128 and the number of the signal by which somebody ended the run."""
    home = tempfile.mkdtemp(prefix="yimatong-test-")
    # Browsers, Spark and servers with a deep home leave folders where others leave theirs; those of a run go with it.
    passing = Path(home) / "tmp"
    passing.mkdir()
    environment = {
        **os.environ,
        "TMPDIR": str(passing),
        "YIMATONG_CHROMIUM": system.chromium() or "",
        "YIMATONG_TEST_HOME": home,
        # The set-up's own Node.js stands behind the machine's, for a machine that has none.
        "PATH": f"{os.environ.get('PATH', '')}{os.pathsep}{BIN}",
    }
    pytest = [sys.executable, "-m", "pytest", f"--basetemp={home}/pytest", *words(arguments)]
    keeper = [sys.executable, str(ROOT / "tools" / "keep.py"), home]
    return keep.kept([*keeper, *pytest], home, keep.MORE_PATIENCE, cwd=ROOT, env=environment)


def words(arguments: list[str]) -> list[str]:
    """Pytest's arguments: those given, or those of a mode, spread over the cores."""
    mode = "".join(arguments[:1])
    if mode not in MODES:
        return arguments
    workers = min(MOST_WORKERS, len(os.sched_getaffinity(0)))
    return ["-n", str(workers), *LONGEST, *MODES[mode], *arguments[1:]]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
