"""`yimatong run` as a person uses it: from an empty folder to pages, Ctrl-C, once more, and after kill -9."""

from __future__ import annotations

import re
import signal
import time
from dataclasses import dataclass

import psutil
import pytest

from bench.product import begin, environment
from tests.first_start import LATER_START, PEOPLE, FirstStart, get, port_of, running


@pytest.fixture(scope="module")
def settings(first_start: FirstStart, tmp_path_factory) -> dict[str, str]:
    """The environment of a machine with no setting but its home folder, which is as a first start left it."""
    return environment(first_start.copied(tmp_path_factory.mktemp("machine") / "home"))


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


@dataclass(frozen=True)
class Second:
    """A second start: what it says, what a run beside it is told, whether it still serves then, and what its kill -9 leaves."""

    said: str
    beside: tuple[int, str]
    health: int
    left: list[str]


@pytest.fixture(scope="module")
def second(settings) -> Second:
    """A second start, another beside it, and its sudden end."""
    with running(settings, LATER_START) as (process, said):
        with begin(settings, PEOPLE, port_of(said)) as other:
            told, _ = other.communicate(timeout=60)
        health, _ = get(port_of(said), "/health")
        process.kill()
    until = time.monotonic() + 30
    while (left := of_the_product(settings["YIMATONG_HOME"])) and time.monotonic() < until:
        time.sleep(0.2)
    return Second(said, (other.returncode, told), health, left)


def of_the_product(home: str) -> list[str]:
    """What works for a home folder but its database server, which may stay for whoever comes next."""
    return [line for line in left_behind(home) if "postgres" not in line]


@pytest.fixture(scope="module")
def third(second, settings) -> tuple[str, int]:
    """What a start after the kill -9 says, in the background of a script, and what Ctrl-C's signal ends it with."""
    # A shell starts what ends with `&` with the signal of Ctrl-C ignored.
    deaf = ("sh", "-c", "trap '' INT; exec \"$@\"", "sh")
    # The port is one on which connections of an earlier start fade away.
    with running(settings, LATER_START, port_of(second.said), words=deaf) as (process, said):
        process.send_signal(signal.SIGINT)
        return said, process.wait(timeout=60)


class TestRun:
    def test_a_first_start_makes_the_city_judges_it_and_prints_the_counts(self, first_start):
        found = counts(first_start.said)
        assert set(found) == {"red", "yellow", "green", "unknown"}
        assert sum(found.values()) >= 500
        assert min(found["red"], found["yellow"], found["green"]) > 0

    def test_the_pages_answer(self, first_start):
        assert first_start.served["/health"] == (200, '{"status": "ok", "problems": []}')
        assert first_start.served["/"][0] == 200
        assert 'type="password"' in first_start.served["/"][1]
        assert first_start.served["/no-such-page"][0] == 404

    def test_the_demos_accounts_are_printed_and_named_on_the_sign_in_page(self, first_start):
        accounts = re.findall(r"^  (control|health|clerk|auditor) +([0-9a-f]{12}) ", first_start.said, re.MULTILINE)
        assert len(accounts) == 4
        assert all(password in first_start.served["/"][1] for _, password in accounts)

    def test_ctrl_c_ends_everything_and_is_no_error(self, first_start):
        assert first_start.code == 0
        assert nothing_is_left(str(first_start.home))

    def test_a_second_start_keeps_the_data_and_does_no_step_again(self, first_start, second):
        assert sum(counts(second.said).values()) == sum(counts(first_start.said).values()), (
            "the same people; what fell due meanwhile may have changed a colour"
        )
        assert "· " not in second.said

    def test_a_second_run_beside_the_first_is_told_that_the_port_is_taken(self, second):
        code, told = second.beside
        assert code == 4
        assert "[port-cannot-be-used]" in told
        assert second.health == 200

    @pytest.mark.kill
    def test_after_kill_9_nothing_keeps_running_and_the_next_start_has_the_data(self, first_start, second, third):
        assert second.left == []
        said, _ = third
        assert sum(counts(said).values()) == sum(counts(first_start.said).values())

    def test_a_start_in_the_background_of_a_script_ends_on_the_same_signal(self, second, third, settings):
        said, code = third
        assert port_of(said) == port_of(second.said)
        assert code == 0
        assert nothing_is_left(settings["YIMATONG_HOME"])

    def test_everything_was_written_below_the_home_folder_for_its_owner_to_delete(self, first_start):
        written = {path.name for path in first_start.home.iterdir()}
        assert {"postgres", "log", "secret-key", "identity-key", "demo-accounts.json"} <= written
