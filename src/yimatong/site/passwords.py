"""The passwords of the embedded server's logins: drawn once, and kept in one file for whoever runs the product alone.

The file has the form of libpq's own (`.pgpass`) and whoever connects names it (`passfile`). So no password stands in a command line, in
an environment, in a setting or in an error. The server is given verifiers alone, with which nobody can log in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from yimatong.core.errors import EnvironmentProblem
from yimatong.core.text import Text, message as _

ADMINISTRATOR, OWNER, APP, JUDGE = "postgres", "yimatong", "yimatong_app", "yimatong_judge"
LOGINS = (ADMINISTRATOR, OWNER, APP, JUDGE)
FILE = "database-passwords"
ITERATIONS = 4096
"""PostgreSQL's own number; a password is of 256 random bits and is not guessed at any."""


@dataclass(frozen=True)
class Passwords:
    """The file, and what is in it."""

    file: Path

    def draw(self) -> None:
        """Draw them where there is no file; it takes its name when it is whole. Only one process at a time may do it."""
        if self.file.exists():
            return
        fresh = self.file.with_name(f".{self.file.name}.new")
        try:
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
                handle.writelines(f"*:*:*:{login}:{secrets.token_urlsafe(32)}\n" for login in LOGINS)
                handle.flush()
                os.fsync(handle.fileno())
            fresh.rename(self.file)
            _on_the_disk(self.file.parent)
        except OSError as problem:
            raise self._cannot(problem) from problem

    def of(self, login: str) -> str:
        """The password of a login; EnvironmentProblem `database-passwords-lost` where it is not there."""
        try:
            lines = self.file.read_text().splitlines()
        except FileNotFoundError:
            lines = []
        except (OSError, UnicodeDecodeError) as problem:
            raise self._cannot(problem) from None
        for words in (line.split(":") for line in lines):
            if len(words) == 5 and words[3] == login and words[4]:
                return words[4]
        raise self.lost()

    def lost(self) -> EnvironmentProblem:
        """What is said where the data is there and its passwords are not."""
        return EnvironmentProblem(
            "database-passwords-lost",
            _("the database is there, and this file with its passwords is not, or not whole."),
            place=str(self.file),
            remedy=_("put the file back from the backup; where there is none, {anew}", anew=self._anew()),
        )

    def refused(self) -> EnvironmentProblem:
        """What is said where the server does not take them: file and data are not of the same time."""
        return EnvironmentProblem(
            "database-passwords-refused",
            _("the database does not take the passwords of this file: file and data are of different times."),
            place=str(self.file),
            remedy=_(
                "put back the file of the same backup as the data; where there is none, {anew}", anew=self._anew()
            ),
        )

    def _anew(self) -> Text:
        return _(
            "stop every yimatong, remove this file and {rules}, and start: new ones are drawn, the data stays.",
            rules=self.file.parent / "postgres" / "data" / "pg_hba.conf",
        )

    def _cannot(self, problem: OSError | UnicodeDecodeError) -> EnvironmentProblem:
        why = problem.strerror if isinstance(problem, OSError) else "UTF-8"
        return EnvironmentProblem(
            "home-not-writable",
            _("the file with the database's passwords cannot be read or written ({why}).", why=why),
            place=str(self.file),
            remedy=_("run yimatong as the user who ran it first, or name another folder with YIMATONG_HOME."),
        )


def verifier(password: str, salt: bytes | None = None) -> str:
    """What PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5803)."""
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    words = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${ITERATIONS}:{words[0]}${words[1]}:{words[2]}"


def is_verified_by(password: str, kept: str | None) -> bool:
    """Say whether what PostgreSQL keeps is of this password, and of our making."""
    try:
        salt = base64.b64decode((kept or "").split("$")[1].split(":")[1])
    except (IndexError, ValueError):
        return False
    return bool(salt) and hmac.compare_digest(verifier(password, salt), kept or "")


def _on_the_disk(folder: Path) -> None:
    """Have a name that was given in this folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
