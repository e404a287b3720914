"""A port is ours from the moment it is chosen: nobody takes it before our server listens, and no second start of ours shares it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from yimatong.core.errors import EnvironmentProblem
from yimatong.site.commands.ports import held, held_or_any

HERE = "127.0.0.1"


@contextmanager
def listening(port: int, *options: int) -> Iterator[socket.socket]:
    """A server of somebody's."""
    with socket.socket() as server:
        for option in options:
            server.setsockopt(socket.SOL_SOCKET, option, 1)
        server.bind((HERE, port))
        server.listen()
        yield server


@pytest.mark.parametrize("options", [(), (socket.SO_REUSEADDR,)])
def test_nobody_takes_a_port_that_is_held(options: tuple[int, ...]) -> None:
    with held(HERE, 0) as port, pytest.raises(OSError, match="in use"), listening(port, *options):
        pass


def test_a_server_that_shares_ports_listens_on_it_and_every_connection_is_its_own() -> None:
    with held(HERE, 0) as port, listening(port, socket.SO_REUSEPORT) as server:
        server.settimeout(5)
        for _ in range(20):
            with closing(socket.create_connection((HERE, port), timeout=5)) as asking:
                answering, whose = server.accept()
                answering.close()
                assert whose == asking.getsockname()


def test_a_second_start_is_told_before_and_while_the_first_one_serves() -> None:
    with held(HERE, 0) as port:
        with pytest.raises(EnvironmentProblem, match="cannot be used"), held(HERE, port):
            pass
        with (
            listening(port, socket.SO_REUSEADDR, socket.SO_REUSEPORT),
            pytest.raises(EnvironmentProblem, match="cannot be used"),
            held(HERE, port),
        ):
            pass


def test_a_port_on_which_connections_fade_away_is_had_again() -> None:
    with (
        held(HERE, 0) as port,
        listening(port, socket.SO_REUSEADDR, socket.SO_REUSEPORT) as server,
        closing(socket.create_connection((HERE, port), timeout=5)) as asking,
    ):
        answering, _ = server.accept()
        answering.close()
        assert asking.recv(1) == b""
    with held(HERE, port) as again:
        assert again == port


def test_a_taken_port_is_left_to_whoever_has_it() -> None:
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with held_or_any(HERE, port) as other:
            assert other not in {0, port}
    with held_or_any(HERE, 65_536) as other:
        assert 0 < other < 65_536


def test_a_program_that_is_started_does_not_inherit_the_holding() -> None:
    with held(HERE, 0) as port:
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with held(HERE, port) as again:
            assert again == port
    finally:
        child.communicate(b"\n")
