"""A city of before its server asked for passwords: it asks from the next start on, whatever happens in the middle of that start (H1)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.integration.test_logins import count, passwords, without_a_password
from yimatong.site.postgres import Server, programs, works_in

SOURCES = Path(__file__).resolve().parents[2] / "src"
BEFORE = """
CREATE ROLE yimatong LOGIN CREATEROLE CREATEDB;
ALTER ROLE yimatong SET createrole_self_grant = 'set, inherit';
CREATE DATABASE yimatong OWNER yimatong
"""
TABLES = """
CREATE ROLE yimatong_app NOLOGIN; CREATE ROLE yimatong_judge NOLOGIN;
CREATE TABLE kept AS SELECT 1 AS row;
GRANT SELECT ON kept TO yimatong_app, yimatong_judge
"""
HOLD = """
import os, signal, subprocess, sys
from pathlib import Path
import psycopg
from yimatong.site.postgres import Server

left = [int(sys.argv[2])]

def dies_before(place, name):
    does = getattr(place, name)
    def counted(*words, **named):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return does(*words, **named)
    setattr(place, name, counted)

for place, name in ((subprocess, "run"), (Path, "rename"), (os, "fsync"), (psycopg.Connection, "execute")):
    dies_before(place, name)
with Server.at(Path(sys.argv[1])).running(fsync="off"):
    print("up", flush=True)
    sys.stdin.readline()
"""
"""Uses the server until its standard input closes, or is killed just before its so-manieth step."""


@pytest.fixture(scope="module")
def made_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as it was made before, its server stopped: everybody at the socket is let in as whomever they like."""
    home = tmp_path_factory.mktemp("before") / "home"
    server = Server.at(home)
    server._make_folders()
    options = ["--username=postgres", "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"]
    server._program("initdb", "-D", str(server.data), *options, "--locale=C", code="test")
    begin_as_before(server)
    socket = {"host": str(server.sockets), "autocommit": True}
    with psycopg.connect(**socket, user="postgres", dbname="postgres") as administrator:
        for statement in BEFORE.split(";"):
            administrator.execute(statement)
    with psycopg.connect(**socket, user="yimatong", dbname="yimatong") as owner:
        owner.execute(TABLES)
    server.stop()
    return home


def begin_as_before(server: Server) -> None:
    server._make_folders()
    server._configure({"listen_addresses": "", "fsync": "off"})
    server._program(
        "pg_ctl", "start", "-D", str(server.data), "-w", "-l", str(server.folder / "server.log"), code="test"
    )


def copied(home: Path, to: Path) -> Server:
    subprocess.run(["cp", "-a", str(home), str(to)], check=True)
    return Server.at(to)


def begin(server: Server, dies_before: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(server.folder.parent), str(dies_before)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )  # fmt: skip


def is_closed(server: Server) -> None:
    """Nobody gets in without a password, each of the three does with theirs, and the data is there."""
    for user in ("postgres", "yimatong", "yimatong_app", "yimatong_judge"):
        assert "no password supplied" in without_a_password(server, user)
    assert count(server) == 1
    for user in ("yimatong_app", "yimatong_judge"):
        with server.connect(user=user, database="yimatong") as session:
            assert session.execute("SELECT count(*) FROM kept").fetchone() == (1,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute("SET ROLE yimatong")


def test_a_city_of_before_asks_for_passwords_after_the_next_start(made_before: Path, tmp_path: Path) -> None:
    server = copied(made_before, tmp_path / "home")
    begin_as_before(server)
    assert without_a_password(server, "postgres") == "in"
    with server.running(fsync="off"):
        is_closed(server)


def test_a_server_of_before_that_still_runs_is_begun_anew(made_before: Path, tmp_path: Path) -> None:
    server = copied(made_before, tmp_path / "home")
    begin_as_before(server)
    before = int((server.data / "postmaster.pid").read_text().split()[0])
    with psycopg.connect(host=str(server.sockets), user="postgres", dbname="postgres"), server.running(fsync="off"):
        assert not psutil.pid_exists(before) or psutil.Process(before).status() == psutil.STATUS_ZOMBIE
        is_closed(server)


def test_two_starts_at_once_draw_the_passwords_once(made_before: Path, tmp_path: Path) -> None:
    server = copied(made_before, tmp_path / "home")
    with begin(server) as one, begin(server) as other:
        assert one.stdout is not None
        assert other.stdout is not None
        assert [one.stdout.readline(), other.stdout.readline()] == ["up\n", "up\n"]
        is_closed(server)
        one.communicate("\n")
        assert count(server) == 1
        other.communicate("\n")
    assert not server.answers()


STEPS = 24
"""More than a start has: the last of them finds that nobody was killed any more."""
OFTEN = {1, 4, 6, 7, 9, 11, 13}


@pytest.mark.kill
@pytest.mark.parametrize("new", [False, True], ids=["of before", "new"])
@pytest.mark.parametrize(
    "step", [pytest.param(n, marks=() if n in OFTEN else pytest.mark.soak) for n in range(1, STEPS + 1)]
)
def test_a_start_that_is_killed_at_any_step_is_finished_by_the_next(
    made_before: Path, tmp_path: Path, step: int, new: bool
) -> None:
    server = Server.at(tmp_path / "home") if new else copied(made_before, tmp_path / "home")
    try:
        with begin(server, step) as killed:
            assert killed.stdout is not None
            said = killed.stdout.readline()
            killed.communicate("\n")
            # The last steps are those of its end, and of the last of all nobody dies.
            assert killed.returncode in ({0} if step == STEPS else {0, -signal.SIGKILL} if said else {-signal.SIGKILL})
        if (server.sockets / ".s.PGSQL.5432").exists():
            assert without_a_password(server, "postgres") != "in", "no open door was left behind"
        with server.running(fsync="off"):
            if new:
                with server.connect(user="yimatong", database="yimatong") as owner:
                    owner.execute(
                        "CREATE TABLE kept AS SELECT 1 AS row; GRANT SELECT ON kept TO yimatong_app, yimatong_judge"
                    )
            is_closed(server)
            assert len(passwords(server.folder.parent)) == 4
    finally:
        server.stop()
    left = [number for number in psutil.pids() if works_in(number, server.data)]
    assert not left
    assert sorted(path.name for path in server.data.parent.parent.iterdir()) == ["database-passwords", "postgres"]


@pytest.mark.kill
def test_a_start_whose_single_user_server_was_left_behind_is_finished_by_the_next(
    made_before: Path, tmp_path: Path
) -> None:
    """A server for one, begun by somebody who was killed, holds the data with a number below nothing in its file."""
    server = copied(made_before, tmp_path / "home")
    words = [*server._as_identity(), str(programs() / "postgres"), "--single", "-D", str(server.data), "postgres"]
    left = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    try:
        while not (server.data / "postmaster.pid").exists() or not works_in(left.pid, server.data):
            assert left.poll() is None
        with server.running(fsync="off"):
            is_closed(server)
    finally:
        left.kill()
        left.communicate()
