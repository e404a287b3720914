"""The home folder is for whoever runs the product alone: everything of a city lies in it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077


def write_for_ourselves() -> None:
    """Let what this process makes, and what those make that it starts, be read by its own user alone."""
    os.umask(OTHERS)


def keep_private(home: Path) -> None:
    """Close a home folder that is open to others, and what lies directly in it: nobody else passes, however much lies below.

    A folder of the whole machine (`/tmp`) is left as it is. Group passage alone stays: where root lacks a capability, the database server's
    user goes by it (site/server_user.py).
    """
    write_for_ourselves()
    try:
        mode = home.stat().st_mode
    except OSError:
        return
    if not mode & (OTHERS & ~stat.S_IXGRP) or mode & stat.S_ISVTX:
        return
    # Only its owner may; what another user set up so is theirs to close.
    with suppress(PermissionError), os.scandir(home) as entries:
        for entry in entries:
            if not entry.is_symlink():
                Path(entry.path).chmod(stat.S_IMODE(entry.stat().st_mode) & ~OTHERS)
        home.chmod(0o700)
