"""The database server that comes as a wheel: shared, found again, and whole after kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from yimatong.core.errors import EnvironmentProblem
from yimatong.site.postgres import Server, shared_buffers, works_in
from yimatong.site.server_user import Identity, can_reach

SOURCES = Path(__file__).resolve().parents[2] / "src"
HOLD = """
import sys
from pathlib import Path
from yimatong.site.postgres import Server
with Server.at(Path(sys.argv[1])).running(fsync="off"):
    print("up", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def server(tmp_path):
    made = Server.at(tmp_path)
    yield made
    if made.data.exists():
        made.stop()


def begin(home: Path) -> subprocess.Popen:
    """Begin another process that uses the server until its standard input closes."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )


@contextmanager
def held(home: Path) -> Iterator[subprocess.Popen]:
    """Another process that uses the server inside the block, and leaves at its end."""
    with begin(home) as process:
        assert process.stdout.readline() == "up\n"
        yield process
        process.stdin.close()


def postmaster(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def write(server: Server, statement: str) -> None:
    with server.connect(user="yimatong", database="yimatong") as connection:
        connection.execute(statement)


def count(server: Server) -> int:
    with server.connect(user="yimatong", database="yimatong") as connection:
        return connection.execute("select count(*) from kept").fetchone()[0]


def test_the_last_to_leave_stops_the_server(server, tmp_path):
    with server.running():
        with held(tmp_path):
            assert server.answers()
        assert server.answers()
    assert not server.answers()
    assert not (server.data / "postmaster.pid").exists()


def test_a_second_start_finds_the_same_data(server):
    with server.running(fsync="off"):
        write(server, "create table kept as select 1 as row")
    with server.running(fsync="off"):
        assert count(server) == 1


def test_a_killed_user_leaves_the_server_to_the_next_one_who_then_stops_it(server, tmp_path):
    with held(tmp_path) as killed:
        before = postmaster(server)
        killed.kill()
    assert server.answers()
    with server.running():
        assert postmaster(server) == before
    assert not server.answers()


def test_a_killed_server_starts_again_with_everything_committed(server):
    with server.running():
        write(server, "create table kept as select 1 as row")
        number = postmaster(server)
        os.kill(number, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(number)] if psutil.pid_exists(number) else [], timeout=10)
        server.start()
        assert postmaster(server) != number
        assert count(server) == 1


def test_a_stale_process_number_that_belongs_to_somebody_else_does_not_keep_the_server_down(server):
    with server.running(fsync="off"):
        write(server, "create table kept as select 1 as row")
        file = (server.data / "postmaster.pid").read_text()
    sleeper = subprocess.Popen(["sleep", "60"], **({"user": server.identity.uid} if server.identity else {}))
    try:
        (server.data / "postmaster.pid").write_text("\n".join([str(sleeper.pid), *file.splitlines()[1:], ""]))
        with server.running(fsync="off"):
            assert count(server) == 1
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_first_start_that_was_killed_halfway_is_begun_anew(server):
    half = server.folder / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with server.running(fsync="off"):
        write(server, "create table kept as select 1 as row")
        assert count(server) == 1
    assert not half.exists()


def test_two_first_starts_at_once_make_one_server(server, tmp_path):
    with begin(tmp_path) as one, begin(tmp_path) as other:
        assert [one.stdout.readline(), other.stdout.readline()] == ["up\n", "up\n"]
        assert works_in(postmaster(server), server.data)
        one.stdin.close()
        other.stdin.close()
    assert [one.returncode, other.returncode] == [0, 0]
    assert not server.answers()


def test_data_of_another_major_version_is_refused_with_a_remedy(server):
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(EnvironmentProblem) as told, server.running():
        pass
    assert told.value.code == "database-of-another-version"
    assert told.value.remedy.of("zh")
    assert told.value.remedy.of("en")


def test_only_its_owner_can_reach_the_socket_and_no_network_address_is_open(server):
    with server.running(fsync="off"):
        assert server.sockets.stat().st_mode & 0o077 == 0
        listening = [
            c for c in psutil.Process(postmaster(server)).net_connections("inet") if c.status == psutil.CONN_LISTEN
        ]
        assert listening == []


def test_the_login_is_no_superuser(server):
    with server.running(fsync="off"), server.connect(user="yimatong", database="yimatong") as connection:
        assert connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (False,)


def test_the_server_log_repeats_no_row(server):
    with server.running(fsync="off"), server.connect(user="yimatong", database="yimatong") as connection:
        connection.execute("create table kept (identity text primary key)")
        connection.execute("insert into kept values ('secret-row')")
        for _ in range(2):
            with pytest.raises(Exception, match="duplicate key"):
                connection.execute("insert into kept values (%s)", ["secret-row"])
    # It has ended, and whatever it had to say is written.
    log = (server.folder / "server.log").read_text()
    assert "duplicate key" in log
    assert "secret-row" not in log


def test_a_deep_home_gets_a_socket_with_a_short_path(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    assert len(str(Server.at(deep).sockets)) < 100
    with Server.at(deep).running(fsync="off") as server:
        assert server.answers()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_as_root_the_server_runs_below_a_private_folder_and_no_permission_changes(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with Server.at(private / "home").running(fsync="off") as server:
        assert psutil.Process(postmaster(server)).uids().effective == server.identity.uid != 0
    assert private.stat().st_mode & 0o777 == 0o700
    assert not can_reach(private / "home", Identity(server.identity.uid, server.identity.gid))


@pytest.mark.parametrize(("gigabytes", "told"), [(1, "128MB"), (4, "256MB"), (24, "1024MB"), (512, "1024MB")])
def test_pages_in_memory_follow_the_machine(gigabytes: int, told: str):
    assert shared_buffers(gigabytes << 30) == told
