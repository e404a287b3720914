"""Keys that are given by the environment, or made once and kept under the home folder for its owner alone."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from yimatong.core.errors import EnvironmentProblem


def kept_key(given: str, file: Path) -> str:
    """Return the given key, else the one kept in `file`, made of 64 random bytes when it is not there yet (mode 0600)."""
    if given:
        return given
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
                handle.write(secrets.token_urlsafe(64))
            # A link fails when another process was first, so both end up with the same key.
            with suppress(FileExistsError):
                os.link(fresh, file)
            fresh.unlink()
        return file.read_text().strip()
    except OSError as problem:
        raise EnvironmentProblem(
            "home-not-writable",
            place=str(file),
            zh=f"无法读写密钥文件（{problem.strerror}）。",
            en=f"the key file cannot be read or written ({problem.strerror}).",
            remedy_zh="给当前用户该目录的写权限，或用 YIMATONG_HOME 指定另一个目录。",
            remedy_en="let this user write there, or name another folder with YIMATONG_HOME.",
        ) from problem
