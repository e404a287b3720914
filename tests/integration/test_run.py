"""`yimatong run` as a person uses it: from an empty folder to pages, Ctrl-C, once more, and after kill -9."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "from yimatong.site.program import main; main()"
FIRST_START, LATER_START = 400, 120
"""Seconds; a first start on a busy machine makes tables and a city."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> dict[str, str]:
    """The environment of a new machine: a home folder of its own and no setting but that."""
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("YIMATONG_", "DJANGO_", "DATABASE_"))
    }
    home = tmp_path_factory.mktemp("machine") / "home"
    return {
        **ours,
        "YIMATONG_HOME": str(home),
        "PYTHONPATH": str(ROOT / "src"),
        "LC_ALL": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
    }


def begin(settings: dict[str, str], port: int = 0, words: tuple[str, ...] = ()) -> subprocess.Popen:
    command = [*words, sys.executable, "-c", PROGRAM, "run", "--people", "500", "--port", str(port)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def said_until_served(process: subprocess.Popen, seconds: float) -> str:
    """What the command says up to the line with the address; the test fails when that line does not come in time."""
    said, until = [], time.monotonic() + seconds
    for line in process.stdout:
        said.append(line)
        if line.startswith("pages: "):
            return "".join(said)
        assert time.monotonic() < until, "".join(said)
    pytest.fail("it ended before it served:\n" + "".join(said))


@contextmanager
def running(
    settings: dict[str, str], seconds: float, port: int = 0, words: tuple[str, ...] = ()
) -> Iterator[tuple[subprocess.Popen, str]]:
    with begin(settings, port, words) as process:
        try:
            yield process, said_until_served(process, seconds)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
            process.stdout.close()


def port_of(said: str) -> int:
    """The port that it printed."""
    return int(re.search(r"^pages: http://127\.0\.0\.1:(\d+)/", said, re.MULTILINE).group(1))


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def counts(said: str) -> dict[str, int]:
    """The table of counts by colour."""
    return {
        colour: int(number.replace(",", ""))
        for colour, number in re.findall(r"^  (red|yellow|green|unknown) +([\d,]+)$", said, re.MULTILINE)
    }


def left_behind(home: str) -> list[str]:
    """Processes that still work for a home folder."""
    return [
        " ".join(process.info["cmdline"])
        for process in psutil.process_iter(["cmdline", "environ"])
        if process.info["cmdline"] and (process.info["environ"] or {}).get("YIMATONG_HOME") == home
    ]


def nothing_is_left(home: str, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while left_behind(home) and time.monotonic() < until:
        time.sleep(0.2)
    return left_behind(home) == []


@pytest.fixture(scope="module")
def first(settings) -> dict[str, object]:
    """A first start on a new machine, on any free port, looked at and ended by Ctrl-C."""
    with running(settings, FIRST_START) as (process, said):
        port = port_of(said)
        seen = {
            "said": said,
            "port": port,
            "health": get(port, "/health"),
            "page": get(port, "/"),
            "missing": get(port, "/no-such-page"),
        }
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        seen["code"] = process.returncode
    return seen


@pytest.mark.xdist_group("run")
class TestRun:
    def test_a_first_start_makes_the_city_judges_it_and_prints_the_counts(self, first):
        found = counts(first["said"])
        assert set(found) == {"red", "yellow", "green", "unknown"}
        assert sum(found.values()) >= 500
        assert min(found["red"], found["yellow"], found["green"]) > 0

    def test_the_pages_answer(self, first):
        assert first["health"] == (200, '{"status": "ok", "problems": []}')
        assert first["page"][0] == 200
        assert 'type="password"' in first["page"][1]
        assert first["missing"][0] == 404

    def test_the_demos_accounts_are_printed_and_named_on_the_sign_in_page(self, first):
        accounts = re.findall(r"^  (control|health|clerk|auditor) +([0-9a-f]{12}) ", first["said"], re.MULTILINE)
        assert len(accounts) == 4
        assert all(password in first["page"][1] for _, password in accounts)

    def test_ctrl_c_ends_everything_and_is_no_error(self, first, settings):
        assert first["code"] == 0
        assert nothing_is_left(settings["YIMATONG_HOME"])

    def test_a_second_start_keeps_the_data_and_does_no_step_again(self, first, settings):
        with running(settings, LATER_START, first["port"]) as (_, said):
            assert port_of(said) == first["port"], "a port on which connections of the first one fade away"
            assert counts(said) == counts(first["said"])
            assert "· " not in said

    def test_a_start_in_the_background_of_a_script_ends_on_the_same_signal(self, first, settings):
        # A shell starts what ends with `&` with the signal of Ctrl-C ignored.
        deaf = ("sh", "-c", "trap '' INT; exec \"$@\"", "sh")
        with running(settings, LATER_START, words=deaf) as (process, _):
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 0

    def test_a_second_run_beside_the_first_is_told_that_the_port_is_taken(self, first, settings):
        with running(settings, LATER_START) as (_, said), begin(settings, port_of(said)) as other:
            told, _ = other.communicate(timeout=60)
            assert other.returncode == 4
            assert "[port-cannot-be-used]" in told
            assert get(port_of(said), "/health")[0] == 200

    @pytest.mark.kill
    def test_after_kill_9_nothing_keeps_running_and_the_next_start_has_the_data(self, first, settings):
        with running(settings, LATER_START) as (process, _):
            process.kill()
        # The database server may stay for whoever comes next; the web server and the worker may not.
        until = time.monotonic() + 30
        while time.monotonic() < until and any(
            "postgres" not in line for line in left_behind(settings["YIMATONG_HOME"])
        ):
            time.sleep(0.2)
        assert [line for line in left_behind(settings["YIMATONG_HOME"]) if "postgres" not in line] == []
        with running(settings, LATER_START) as (_, said):
            assert counts(said) == counts(first["said"])
        assert nothing_is_left(settings["YIMATONG_HOME"])

    def test_everything_was_written_below_the_home_folder_for_its_owner_to_delete(self, first, settings):
        written = {path.name for path in Path(settings["YIMATONG_HOME"]).iterdir()}
        assert {"postgres", "log", "secret-key", "identity-key", "demo-accounts.json"} <= written
