"""Files that somebody names: opened here and nowhere else, so that no device, pipe, socket or folder is ever read, and none without end.

    opened(path, most) -> an open binary file of at most `most` bytes
    read(path, most) -> its bytes        text(path, most) -> its text, UTF-8 with or without mark
    check(path, most) -> its size, for readers that take a path alone
    writable(path): a place for a file of ours: nothing lies there, or a file does; its folder is there
    folder(path): a place for a folder of ours: one is there, or can be made

A link to a file is that file. Opening waits for nobody (a pipe would wait for its other end). What the system makes up as it is read
(/proc, /sys) says that it has no bytes, or more than there are, and is refused: a file has the bytes that it says it has.
"""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path

from yimatong.core.errors import Mistakes, Sentences, YimatongError
from yimatong.core.text import message as _

MEBIBYTE = 1 << 20
SMALL = MEBIBYTE
"""Bytes of a file of settings: keys, secrets, a trust list's head."""
LIST = 64 * MEBIBYTE
"""Bytes of a signed list; one of a whole city has a few hundred KiB."""
PICTURE = 32 * MEBIBYTE
ENDLESS = 2**63 - 1
"""For whoever bounds what is read."""
SENTENCES: Sentences = {
    "file-missing": (
        _("there is no such file, or it can't be read."),
        _("check the path and the permissions."),
    ),
    "file-not-regular": (
        _("this is no regular file, but a folder, a device, a pipe or a socket."),
        _("name a regular file; save what comes through a pipe to a file first."),
    ),
    "not-a-folder": (
        _("this is no folder, or its way leads through what is none."),
        _("name a place in a folder."),
    ),
    "file-too-large": (_("the file is larger than {most}."), _("split it and try again.")),
    "file-not-text": (
        _("the file is no text in UTF-8."),
        _("save it as text in UTF-8 and try again."),
    ),
}  # fmt: skip


class GivenError(YimatongError):
    """A file that is not even opened, or not read to its end."""


mistake = Mistakes(GivenError, SENTENCES)


def wrong(code: str, place: str, most: int = 0) -> GivenError:
    """The error of a code at a file."""
    return mistake(code, place, most=f"{most // MEBIBYTE:,} MiB" if most >= MEBIBYTE else f"{most // 1024:,} KiB")


def opened(path: Path, most: int) -> BufferedReader:
    """The file, open; `file-missing`, `file-not-regular` or `file-too-large`. Close it."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except (OSError, ValueError) as problem:
        code = "file-not-regular" if _is_odd(path) else "file-missing"
        raise wrong(code, path.name) from problem
    about = os.fstat(handle)
    odd = not stat.S_ISREG(about.st_mode) or (about.st_size == 0 and _has_more(handle))
    if odd or about.st_size > most:
        os.close(handle)
        raise wrong("file-not-regular" if odd else "file-too-large", path.name, most)
    return os.fdopen(handle, "rb")


def check(path: Path, most: int) -> int:
    """The size of a file that may be opened; else as `opened`."""
    with opened(path, most) as file:
        return os.fstat(file.fileno()).st_size


def read(path: Path, most: int = SMALL) -> bytes:
    """All bytes of a file, never more than `most`, whatever it grows to meanwhile."""
    with opened(path, most) as file:
        try:
            data = file.read(most + 1)
        except OSError as problem:
            raise wrong("file-missing", path.name) from problem
    if len(data) > most:
        raise wrong("file-too-large", path.name, most)
    return data


def text(path: Path, most: int = SMALL) -> str:
    """The text of a file; `file-not-text` where it is none."""
    try:
        return read(path, most).decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise wrong("file-not-text", path.name) from problem


def writable(path: Path) -> None:
    """Refuse to write where something lies that is no file (`file-not-regular`): a rename would put a file in a device's place.
    `not-a-folder` where there is no folder to hold it."""
    if _is_odd(path) or _is_loop(path):
        raise wrong("file-not-regular", path.name)
    folder(path.parent)
    if not path.parent.is_dir():
        raise wrong("not-a-folder", path.parent.name)


def folder(path: Path) -> None:
    """Refuse a place where no folder is and none can be made (`not-a-folder`)."""
    there = next((one for one in (path, *path.parents) if os.path.lexists(one)), None)
    if there is not None and not there.is_dir():
        raise wrong("not-a-folder", there.name)


def _is_odd(path: Path) -> bool:
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _is_loop(path: Path) -> bool:
    """Whether a link leads to itself, or through what is no folder."""
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return os.path.lexists(path)
    return False


def _has_more(handle: int) -> bool:
    """Whether a file that says it is empty gives bytes, or fails to."""
    try:
        return bool(os.pread(handle, 1, 0))
    except OSError:
        return True
