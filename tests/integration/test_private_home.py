"""The home folder, in which everything of a city lies, is for whoever runs the product alone (H1)."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bench.machine import CHECKOUT
from bench.product import PROGRAM, environment
from tests.first_start import FirstStart
from yimatong.site.home import keep_private
from yimatong.site.postgres import Server
from yimatong.site.server_user import can_reach

NOBODY = 65534


def found_by_somebody_else(folder: Path) -> list[str]:
    """What another user can list or read in a folder to whose own door they come: by trying where we are root, else by the mode bits."""
    if os.geteuid():
        return [
            str(path) for path in (folder, *folder.rglob("*")) if path.lstat().st_mode & 0o077 and not path.is_symlink()
        ]
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        os.chdir(folder.parent)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        with os.fdopen(writes, "w") as told:
            told.writelines(f"{path}\n" for path in _readable(folder.name))
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as told:
        found = told.read().splitlines()
    os.waitpid(child, 0)
    return found


def _readable(top: str) -> Iterator[str]:
    for name in (
        top,
        *(f"{top}/{name}" for name in ("secret-key", "identity-key", "database-passwords", "log", "lake", "runs")),
    ):
        if os.access(name, os.R_OK):
            yield name
    for folder, _folders, files in os.walk(top):
        yield from (f"{folder}/{name}" for name in files if os.access(f"{folder}/{name}", os.R_OK))


def test_nobody_else_reads_anything_of_a_city(first_start: FirstStart, tmp_path: Path) -> None:
    home = first_start.copied(tmp_path / "home")
    tmp_path.chmod(0o755)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert found_by_somebody_else(home) == []
    open_ = [
        str(path.relative_to(home))
        for path in home.rglob("*")
        if path.lstat().st_mode & 0o077 and not path.is_symlink() and not path.is_socket()
    ]
    assert open_ == [], "and it would be so if the folder itself were opened"
    assert {"city", "lake", "secret-key", "postgres"} <= {path.name for path in home.iterdir()}
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (home, home / "city", home / "lake")}
    files = {
        stat.S_IMODE(path.stat().st_mode) for name in ("city", "lake") for path in (home / name).rglob("*.parquet")
    }
    assert (modes, files) == ({0o700}, {0o600})


def test_a_city_that_is_built_anywhere_is_for_its_builder_alone(tmp_path: Path) -> None:
    out = tmp_path / "var" / "city"
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, "city", "build", "--people", "500", "--days", "10", "--out", str(out)],
        cwd=CHECKOUT, env=environment(tmp_path), capture_output=True, text=True, check=False, umask=0,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert {stat.S_IMODE(path.stat().st_mode) for path in (out, *out.rglob("*"))} == {0o700, 0o600}


def test_a_home_of_before_is_closed_by_the_next_process(first_start: FirstStart, tmp_path: Path) -> None:
    home = first_start.copied(tmp_path / "home")
    for folder in (tmp_path, home, home / "lake", home / "log"):
        folder.chmod(0o755)
    (home / "lake" / "people.txt").write_text("a list")
    (home / "lake" / "people.txt").chmod(0o644)
    assert found_by_somebody_else(home)
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, "manage", "check"],
        cwd=CHECKOUT, env=environment(home), capture_output=True, text=True, check=False, umask=0,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert found_by_somebody_else(home) == []
    assert stat.S_IMODE((home / "lake").stat().st_mode) == 0o700
    assert all(not path.stat().st_mode & 0o077 for path in (home / "log").rglob("*"))


def test_the_web_server_by_itself_writes_for_its_own_user_alone(tmp_path: Path) -> None:
    """What `granian ... yimatong.site.wsgi:application` begins with, without `yimatong run`."""
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    says = "import os, yimatong.site.settings; print(oct(os.umask(0)))"
    ran = subprocess.run(
        [sys.executable, "-c", says], cwd=CHECKOUT, env=environment(home), capture_output=True, text=True, check=True, umask=0
    )  # fmt: skip
    assert ran.stdout.strip() == "0o77"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_folder_of_the_whole_machine_stays_open(tmp_path: Path) -> None:
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    before = os.umask(0o022)
    try:
        keep_private(shared)
        keep_private(tmp_path / "not there")
    finally:
        os.umask(before)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    assert not (tmp_path / "not there").exists()


HOLD = """
import sys
from pathlib import Path
from yimatong.site.home import keep_private
from yimatong.site.postgres import Server
keep_private(Path(sys.argv[1]))
with Server.at(Path(sys.argv[1])).running(fsync="off"):
    print("up", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_root_without_the_capability_lets_the_servers_user_pass_and_see_nothing() -> None:
    """As in most containers, where root may not hand on the right to pass through every folder."""
    # Beside the folder of the tests, which nobody else may enter.
    folder = Path(tempfile.mkdtemp(prefix="yimatong-passage-", dir="/tmp"))
    folder.chmod(0o755)
    home = folder / "home"
    home.mkdir(mode=0o755)
    (home / "people.txt").write_text("a list")
    server = Server.at(home)
    words = ["setpriv", "--bounding-set=-dac_read_search", "--inh-caps=-dac_read_search"]
    try:
        for _again in range(2):
            with subprocess.Popen(
                [*words, sys.executable, "-c", HOLD, str(home)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(home),
            ) as holds:  # fmt: skip
                assert holds.stdout is not None
                assert holds.stdout.readline() == "up\n"
                assert server.identity is not None
                number = int((server.data / "postmaster.pid").read_text().split()[0])
                assert psutil.Process(number).uids().effective == server.identity.uid
                assert can_reach(server.folder, server.identity)
                assert stat.S_IMODE(home.stat().st_mode) == 0o710
                assert [name for name in found_by_somebody_else(home) if "/postgres/" not in name] == []
                holds.communicate("\n")
    finally:
        if server.data.exists():
            server.stop()
        shutil.rmtree(folder)
