"""Files that somebody names: a regular file, or an error at once."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from yimatong.core import given


def odd(folder: Path, kind: str) -> Path:
    """Something that is no regular file."""
    path = folder / "odd"
    if kind in ("/dev/zero", "/dev/tty", "/proc/self/mem", "/proc/self/maps"):
        return Path(kind)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        made = socket.socket(socket.AF_UNIX)
        here = Path.cwd()
        os.chdir(folder)
        try:
            made.bind("odd")
        finally:
            os.chdir(here)
            made.close()
    elif kind == "link to a device":
        path.symlink_to("/dev/zero")
    elif kind == "loop":
        path.symlink_to(path)
    return path


KINDS = {
    "/dev/zero": "file-not-regular", "/proc/self/mem": "file-not-regular", "/proc/self/maps": "file-not-regular", "pipe": "file-not-regular",
    "folder": "file-not-regular", "socket": "file-not-regular", "link to a device": "file-not-regular", "loop": "file-missing", "missing": "file-missing",
}  # fmt: skip


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_is_no_file_is_refused_at_once_in_both_languages(tmp_path: Path, kind: str):
    path, begun = odd(tmp_path, kind), time.monotonic()
    for way in (given.read, given.text, lambda path: given.check(path, 10), lambda path: given.opened(path, 10)):
        with pytest.raises(given.GivenError) as refused:
            way(path)
        assert refused.value.code == KINDS[kind]
        assert str(tmp_path) not in refused.value.tell("zh") + refused.value.tell("en")
    assert time.monotonic() - begun < 2


def test_a_file_has_its_bound_and_a_link_to_it_is_it(tmp_path: Path):
    file = tmp_path / "file"
    file.write_bytes(b"\xef\xbb\xbf0123456789")
    (tmp_path / "link").symlink_to(file)
    assert given.text(tmp_path / "link") == "0123456789"
    assert given.check(file, 13) == 13
    for wrong, most in (("file-too-large", 12), ("file-not-text", 100)):
        if wrong == "file-not-text":
            file.write_bytes(b"\xff\xfe")
        with pytest.raises(given.GivenError) as refused:
            given.text(file, most)
        assert refused.value.code == wrong


def test_nothing_is_written_in_the_place_of_what_is_no_file(tmp_path: Path):
    pipe = odd(tmp_path, "pipe")
    with pytest.raises(given.GivenError) as refused:
        given.writable(pipe)
    assert refused.value.code == "file-not-regular"
    given.writable(tmp_path / "new")
