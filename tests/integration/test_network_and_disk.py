"""The network of the database goes and comes, and a disk is full and free again: everything waits, says why, and goes on (H1)."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.first_start import FirstStart
from tests.integration.network import Network, network_to
from tests.integration.products import PATIENCE, Product, product_in, within, works_again
from yimatong.site.postgres import Server

ROOM = 500
"""Megabytes of the small disk, on which a home with 500 people fits."""


@pytest.fixture(scope="module")
def far(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, Network]]:
    """A product whose database is somebody else's, behind a network."""
    home = first_start.copied(tmp_path_factory.mktemp("far") / "home")
    server = Server.at(home)
    with server.running(), network_to(server.sockets / ".s.PGSQL.5432") as network:
        # The server takes nobody by TCP, so the network ends at its socket.
        where = f"postgresql://yimatong@127.0.0.1:{network.port}/yimatong?passfile={server.passwords.file}"
        with product_in(home, DATABASE_URL=where) as product:
            yield product, network


@pytest.mark.parametrize("seconds", [8, pytest.param(60, marks=pytest.mark.soak)])
def test_a_network_that_is_cut_for_a_while(far: tuple[Product, Network], seconds: int) -> None:
    product, network = far
    returned = product.part("database")["returned"]
    network.cut()
    within(PATIENCE, lambda: product.status() == 503)
    within(PATIENCE, lambda: product.part("database")["state"] == "waiting")
    assert product.health()[0] == 1
    time.sleep(seconds)
    network.mend()
    works_again(product)
    assert product.part("database")["returned"] == returned + 1
    assert "waiting for it" in product.said()
    assert all(product.part(name)["returned"] == 0 for name in ("web", "worker")), "they waited, and did not die"


@pytest.mark.soak
def test_a_network_that_says_nothing_for_a_while(far: tuple[Product, Network]) -> None:
    """Nobody is told that anything is wrong, and everybody who asks waits."""
    product, network = far
    network.fall_silent()
    within(PATIENCE, lambda: product.part("database")["state"] == "waiting")
    network.cut()
    network.mend()
    works_again(product)
    assert all(product.part(name)["returned"] == 0 for name in ("web", "worker"))


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of its own that can be filled."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}m,mode=0755", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("a disk of its own needs the right to mount one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="a disk of its own needs root and mount")
@pytest.mark.parametrize("seconds", [5, pytest.param(150, marks=pytest.mark.soak)])
def test_a_disk_that_is_full_and_free_again(first_start: FirstStart, tmp_path: Path, seconds: int) -> None:
    with (
        small_disk(tmp_path / "disk") as disk,
        product_in(first_start.copied(disk / "home"), YIMATONG_DISK_LOW="0.02") as product,
    ):
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 20))
            except OSError:
                pass
        within(PATIENCE, lambda: "disk-low" in product.health()[1])
        with pytest.raises(psycopg.OperationalError):
            product.query("CREATE TABLE filler AS SELECT repeat('x', 900) FROM generate_series(1, 300000)")
        # So long everything that is done each minute finds no room, whatever comes of it.
        time.sleep(seconds)
        assert product.process.poll() is None
        filler.unlink()
        works_again(product)
        assert not [one for one in ("web", "worker", "channels") if product.part(one)["state"] == "down"]
