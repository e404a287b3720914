"""`make test`: what passes only when tried again is counted and named last, and a run leaves nothing behind, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[3]
RUNNER = [sys.executable, str(ROOT / "tools" / "test.py")]
BARE = ["-c", "/dev/null", "-p", "no:django", "-p", "no:cacheprovider"]
"""A pytest without this house's own settings and conftest."""
UNSTEADY = """
import pathlib
import pytest

@pytest.mark.parametrize("n", range({count}))
def test_of_the_weather(n):
    mark = pathlib.Path({folder!r}) / f"seen-{{n}}"
    if not mark.exists():
        mark.touch()
        raise AssertionError("it rained")
"""


def unsteady(folder: Path, count: int) -> subprocess.CompletedProcess[str]:
    """A run of so many tests that fail at first and pass when tried again."""
    (folder / "test_weather.py").write_text(UNSTEADY.format(count=count, folder=str(folder)))
    again = ["-p", "tests.tried_again", "--reruns", "1"]
    command = [*RUNNER, *BARE, *again, str(folder / "test_weather.py")]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_what_passes_when_tried_again_is_counted_and_named_in_the_last_line_with_its_cause_above(
    tmp_path: Path,
) -> None:
    done = unsteady(tmp_path, 2)
    last = done.stdout.splitlines()[-1]
    assert done.returncode == 0, done.stdout
    assert last.startswith("2 tests passed only when tried again: ")
    assert all(f"test_of_the_weather[{n}]" in last for n in range(2))
    assert done.stdout.count("AssertionError: it rained") >= 2


def test_more_than_three_such_tests_fail_the_run(tmp_path: Path) -> None:
    assert unsteady(tmp_path, 3).returncode == 0
    for mark in tmp_path.glob("seen-*"):
        mark.unlink()
    done = unsteady(tmp_path, 4)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("4 tests passed only when tried again; more than 3 fail the run")


def test_a_test_that_fails_twice_fails_the_run_and_is_not_called_unsteady(tmp_path: Path) -> None:
    (tmp_path / "test_wrong.py").write_text("def test_wrong():\n    assert 1 == 2\n")
    again = ["-p", "tests.tried_again", "--reruns", "1"]
    command = [*RUNNER, *BARE, *again, str(tmp_path / "test_wrong.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "0 tests passed only when tried again"
    assert "failed at first: " in done.stdout, "what it failed of first may be another thing"


LONG = """
import pathlib
import subprocess
import tempfile
import time

def test_that_takes_long():
    tempfile.mkdtemp(prefix="yimatong-test-own-")
    sleeper = subprocess.Popen(["sleep", "600"], start_new_session=True)
    (pathlib.Path({folder!r}) / "pid.new").write_text(str(sleeper.pid))
    (pathlib.Path({folder!r}) / "pid.new").rename(pathlib.Path({folder!r}) / "pid")
    time.sleep(600)
"""


@pytest.fixture
def long(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], psutil.Process]]:
    """A run in the middle of a test that has started a process of its own session, and that process."""
    (tmp_path / "test_long.py").write_text(LONG.format(folder=str(tmp_path)))
    homes = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [*RUNNER, *BARE, str(tmp_path / "test_long.py")]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=homes,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        until = time.monotonic() + 60
        while not (tmp_path / "pid").exists():
            assert run.poll() is None, "the run ended before its test began"
            assert time.monotonic() < until, "the test never began"
            time.sleep(0.05)
        yield run, psutil.Process(int((tmp_path / "pid").read_text()))
        run.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_run_that_is_ended_leaves_no_process_and_no_folder(
    long: tuple[subprocess.Popen[str], psutil.Process], tmp_path: Path, number: signal.Signals
) -> None:
    run, sleeper = long
    run.send_signal(number)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 128 + number
    assert not sleeper.is_running()
    assert "ended what the run had left: sleep" in said
    assert list(tmp_path.glob("yimatong-test-*")) == []


def pytest_of(run: subprocess.Popen[str]) -> psutil.Process:
    """The process of pytest in a run."""
    below = psutil.Process(run.pid).children(recursive=True)
    (found,) = (one for one in below if one.cmdline()[1:3] == ["-m", "pytest"])
    return found


@pytest.mark.parametrize("killed", ["pytest", "its keeper"])
def test_what_a_killed_pytest_or_keeper_leaves_is_ended_too(
    long: tuple[subprocess.Popen[str], psutil.Process], tmp_path: Path, killed: str
) -> None:
    run, sleeper = long
    tests = pytest_of(run)
    (tests if killed == "pytest" else tests.parent()).kill()
    run.communicate(timeout=60)
    assert run.returncode == 128 + signal.SIGKILL
    assert not sleeper.is_running()
    assert not tests.is_running()
    assert list(tmp_path.glob("yimatong-test-*")) == []


def test_a_run_that_is_killed_itself_leaves_no_process_and_no_folder_either(
    long: tuple[subprocess.Popen[str], psutil.Process], tmp_path: Path
) -> None:
    run, sleeper = long
    tests = pytest_of(run)
    keeper = tests.parent()
    run.kill()
    run.communicate(timeout=60)
    assert psutil.wait_procs([keeper], timeout=60)[1] == [], "the keeper ends by itself"
    assert not sleeper.is_running()
    assert not tests.is_running()
    assert list(tmp_path.glob("yimatong-test-*")) == []
