"""Who gets into the embedded server: three logins with passwords of their own, and nobody without one (H1)."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from bench.machine import CHECKOUT
from bench.product import PROGRAM, environment as product_environment
from tests.first_start import FirstStart
from yimatong.core.errors import EnvironmentProblem
from yimatong.site.connections import databases, login
from yimatong.site.environment import Environment
from yimatong.site.postgres import Server

ROLES = ("yimatong_app", "yimatong_judge")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server.at(tmp_path / "home")
    yield made
    if made.data.exists():
        made.stop()


def without_a_password(server: Server, user: str) -> str:
    """What somebody is told who has the rights of the server's own system user, stands at the socket, and knows no password."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        said = "in"
        try:
            os.chdir(server.sockets)
            if server.identity:
                os.setgroups([])
                os.setresgid(*[server.identity.gid] * 3)
                os.setresuid(*[server.identity.uid] * 3)
            psycopg.connect(
                host="/proc/self/cwd", port=5432, user=user, dbname="postgres", passfile="/dev/null", password=""
            ).close()
        except Exception as refusal:  # noqa: BLE001 -- whatever it is goes to the test
            said = str(refusal)
        os.write(writes, said.encode())
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as told:
        said = told.read()
    os.waitpid(child, 0)
    return said


@pytest.mark.parametrize("user", ["postgres", "yimatong", *ROLES])
def test_nobody_gets_in_without_a_password(server: Server, user: str) -> None:
    with server.running(fsync="off"):
        assert "no password supplied" in without_a_password(server, user)


def test_a_password_of_the_environment_is_not_taken_for_the_servers(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.running(fsync="off"):
        monkeypatch.setenv("PGPASSWORD", "somebody else's")
        assert server.answers()


def test_each_login_is_its_own_and_can_become_nobody_else(server: Server) -> None:
    with server.running(fsync="off"):
        for user in ROLES:
            with server.connect(user=user, database="yimatong") as session:
                for statement in (
                    "SET ROLE yimatong", "SET ROLE postgres", "SET SESSION AUTHORIZATION yimatong",
                    "SET SESSION AUTHORIZATION postgres", "CREATE ROLE painter", "CREATE TABLE painted (person int)",
                    "ALTER ROLE yimatong PASSWORD 'known'", "GRANT yimatong TO CURRENT_USER", "CREATE DATABASE painted",
                    "SELECT pg_read_file('PG_VERSION')", "SELECT rolpassword FROM pg_authid",
                ):  # fmt: skip
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        session.execute(statement)
                session.execute("RESET ROLE; SET ROLE NONE; RESET SESSION AUTHORIZATION; RESET ALL")
                assert one(session, "SELECT current_user || ' ' || session_user") == f"{user} {user}"
                of = "SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole"
                assert one(session, of) == 0
                assert not one(session, "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication "
                    "FROM pg_roles WHERE rolname = current_user")  # fmt: skip


def test_a_page_of_the_product_that_runs_sql_of_its_own_choosing_stays_what_it_is(
    first_start: FirstStart, tmp_path: Path
) -> None:
    """With the options that the product itself connects by, in a city whose tables were made by the owner's own login."""
    home = first_start.copied(tmp_path / "home")
    environment = Environment(home=home)
    with Server.at(home).running(fsync="off"):
        with psycopg.connect(**login(databases(environment)["default"])) as page:
            assert one(page, "SELECT current_user || ' ' || session_user") == "yimatong_app yimatong_app"
            page.execute("RESET ROLE; RESET ALL; SET ROLE NONE")
            assert one(page, "SELECT current_user::text") == "yimatong_app"
            assert one(page, "SELECT count(*) FROM people") == 500
            for statement in ("INSERT INTO verdicts DEFAULT VALUES", "DELETE FROM audit_entries", "DROP TABLE people"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), page.transaction():
                    page.execute(statement)
        with psycopg.connect(**login(databases(environment)["judge"])) as judge:
            assert one(judge, "SELECT session_user::text") == "yimatong_judge"
        with psycopg.connect(**login(databases(environment)["owner"])) as owner:
            assert one(owner, "SELECT session_user::text") == "yimatong"
            owner.execute("CREATE TABLE later (row int); GRANT INSERT ON later TO yimatong_app")
            owner.execute("SET ROLE yimatong_judge")
        said = subprocess.run(
            [sys.executable, "-c", PROGRAM, "health"],
            cwd=CHECKOUT, env=product_environment(home), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert all(word not in said.stdout + said.stderr for word in passwords(home).values())
    assert "pages, judge and owner each have their own" in said.stdout


def one(session: psycopg.Connection[Any], query: str) -> Any:
    """The one value of a query."""
    row = session.execute(query).fetchone()  # type: ignore[call-overload]
    return row and row[0]


def passwords(home: Path) -> dict[str, str]:
    lines = (home / "database-passwords").read_text().splitlines()
    return {line.split(":")[3]: line.split(":")[4] for line in lines}


def test_passwords_lie_in_one_file_for_its_owner_alone_and_nowhere_else(server: Server) -> None:
    said = list[str]()
    with server.running(fsync="off"):
        words = passwords(server.folder.parent)
        said += [path.read_text(errors="replace") for path in server.folder.rglob("*.conf")]
        said.append((server.folder / "server.log").read_text())
        with server.connect() as administrator:
            said += [str(row) for row in administrator.execute("SELECT * FROM pg_authid, pg_settings").fetchall()]
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                said += [*process.cmdline(), *process.environ().values()]
    assert set(words) == {"postgres", "yimatong", *ROLES}
    assert len(set(words.values())) == 4
    assert all(len(word) >= 40 for word in words.values())
    assert not [login for login, word in words.items() if any(word in text for text in said)]
    file = (server.folder.parent / "database-passwords").stat()
    assert (stat.S_IMODE(file.st_mode), file.st_uid) == (0o600, os.geteuid())


def test_the_servers_own_processes_are_given_no_key_of_the_city(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("YIMATONG_IDENTITY_KEY", "YIMATONG_SECRET_KEY", "YIMATONG_SMS_KEY", "DATABASE_APP_URL", "PGPASSWORD"):
        monkeypatch.setenv(name, "not for the server")
    with server.running(fsync="off"):
        number = int((server.data / "postmaster.pid").read_text().split()[0])
        assert "not for the server" not in psutil.Process(number).environ().values()


class TestPasswordsThatAreGone:
    def test_a_file_that_is_lost_is_named_with_the_way_back(self, server: Server) -> None:
        with server.running(fsync="off"):
            write(server, "CREATE TABLE kept AS SELECT 1 AS row")
            before = passwords(server.folder.parent)
        file = server.folder.parent / "database-passwords"
        file.rename(file.with_name("elsewhere"))
        with pytest.raises(EnvironmentProblem) as told, server.running(fsync="off"):
            pass
        assert (told.value.code, told.value.place) == ("database-passwords-lost", str(file))
        assert all(
            str(server.data / "pg_hba.conf") in remedy
            for remedy in (told.value.remedy.of("zh"), told.value.remedy.of("en"))
        )
        assert not file.exists(), "none are drawn where the data has others"
        file.with_name("elsewhere").rename(file)
        with server.running(fsync="off"):
            assert count(server) == 1
        file.unlink()
        (server.data / "pg_hba.conf").unlink()
        with server.running(fsync="off"):
            assert count(server) == 1
            assert "no password supplied" in without_a_password(server, "postgres")
        assert not set(before.values()) & set(passwords(server.folder.parent).values())

    def test_a_file_of_another_time_is_named_too(self, server: Server) -> None:
        with server.running(fsync="off"):
            pass
        file = server.folder.parent / "database-passwords"
        other = {login: word[::-1] for login, word in passwords(server.folder.parent).items()}
        file.write_text("".join(f"*:*:*:{login}:{word}\n" for login, word in other.items()))
        with pytest.raises(EnvironmentProblem) as told, server.running(fsync="off"):
            pass
        assert (told.value.code, told.value.place) == ("database-passwords-refused", str(file))
        assert not (server.data / "postmaster.pid").exists(), "nothing is left running that nobody can use"
        (server.data / "pg_hba.conf").unlink()
        with server.running(fsync="off"):
            assert passwords(server.folder.parent) == other
            assert server.answers()

    def test_half_a_file_is_as_none(self, server: Server) -> None:
        with server.running(fsync="off"):
            pass
        file = server.folder.parent / "database-passwords"
        file.write_text(file.read_text()[:90])
        with pytest.raises(EnvironmentProblem, match="database-passwords-lost"), server.running(fsync="off"):
            pass


def write(server: Server, statement: str) -> None:
    with server.connect(user="yimatong", database="yimatong") as session:
        session.execute(statement)


def count(server: Server) -> int:
    with server.connect(user="yimatong", database="yimatong") as session:
        return int(one(session, "SELECT count(*) FROM kept"))
