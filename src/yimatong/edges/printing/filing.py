"""A print job's file: whole in its place, or not there at all; what was there before stays until then."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from yimatong.core import given
from yimatong.core.errors import EnvironmentProblem
from yimatong.core.text import message as _


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file for its owner's eyes alone that takes its place when the block ends well. `file-not-written` where it can't be.

    A job that was killed leaves `.NAME.PROCESS.part` behind; the next one to the same file removes it.
    """
    given.writable(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _sweep(path)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as problem:
        raise _not_written(path, problem) from None
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except OSError as problem:
        raise _not_written(path, problem) from None
    finally:
        part.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove what killed jobs left: names stand in it."""
    for left in path.parent.glob(f".{path.name}.*.part"):
        process = left.name.removesuffix(".part").rpartition(".")[2]
        if process.isdecimal() and not Path("/proc", process).exists():
            with suppress(FileNotFoundError):
                left.unlink()


def _not_written(path: Path, problem: OSError) -> EnvironmentProblem:
    return EnvironmentProblem(
        "file-not-written",
        _("the file can't be written ({strerror}).", strerror=problem.strerror),
        place=str(path),
        remedy=_(
            "see that the folder is there and can be written to, and that the disk has room; a file that was "
            "there is as it was."
        ),
    )
