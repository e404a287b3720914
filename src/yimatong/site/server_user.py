"""Who runs the embedded server: ourselves, or another user when we are root, since PostgreSQL refuses root."""

from __future__ import annotations

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from yimatong.core.errors import EnvironmentProblem
from yimatong.core.text import message as _

DAC_READ_SEARCH = 1 << 2
"""The capability to pass through every folder, as a bit of the kernel's."""


@dataclass(frozen=True)
class Identity:
    """The user that the server runs as when we are root."""

    uid: int
    gid: int

    def words(self, *paths: Path) -> list[str]:
        """Return the words before a command that run it as this user.

        Where a folder above one of the paths is closed to that user (the home folder is, and so may be what is above a checkout), the
        server gets the one capability to pass through it, so that no permission of the machine is changed.
        """
        tool = shutil.which("setpriv")
        if tool is None:
            raise EnvironmentProblem(
                "database-as-root",
                _("PostgreSQL does not run as root, and this machine has no setpriv (util-linux)."),
                remedy=_("run as an ordinary user, or name a server of your own with DATABASE_URL."),
            )
        words = [tool, f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        if not all(can_reach(path, self) for path in paths):
            words += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        return words

    def let_through(self, home: Path) -> None:
        """Let this user pass through the home folder, and see nothing of it, where root lacks that capability (as in many containers)."""
        if not may_pass_everywhere() and not can_reach(home, self):
            os.chown(home, -1, self.gid)
            home.chmod(0o710)


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
            _("the system user who shall run the database does not exist."),
            place="YIMATONG_POSTGRES_USER",
            remedy=_("name an existing ordinary user in YIMATONG_POSTGRES_USER."),
        ) from None
    return Identity(entry.pw_uid, entry.pw_gid)


def can_reach(path: Path, identity: Identity) -> bool:
    """Say whether a user may pass through every folder down to this one, by the permission bits."""
    for folder in (path, *path.parents):
        status = folder.stat()
        shift = 6 if status.st_uid == identity.uid else 3 if status.st_gid == identity.gid else 0
        if not (status.st_mode >> shift) & 1:
            return False
    return True


def may_pass_everywhere() -> bool:
    """Say whether we have the capability that the server would be given."""
    lines = Path("/proc/self/status").read_text().splitlines()
    held = next((int(line.split()[1], 16) for line in lines if line.startswith("CapPrm:")), 0)
    return bool(held & DAC_READ_SEARCH)
