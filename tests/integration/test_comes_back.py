"""The product comes back by itself: its database, worker and web server are killed, restarted and begun again, and nobody helps (H1)."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bench.product import begin, environment
from tests.first_start import LATER_START, PEOPLE, FirstStart, get
from tests.integration.products import PATIENCE, Product, of_home, postmaster, product_in, within, works_again
from yimatong.site.postgres import Server, programs


@pytest.fixture(scope="module")
def product(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with product_in(first_start.copied(tmp_path_factory.mktemp("back") / "home")) as found:
        yield found


def test_the_database_is_killed_and_the_product_comes_back(product: Product) -> None:
    before = product.part("database")["returned"]
    os.kill(postmaster(product.home), signal.SIGKILL)
    within(PATIENCE, lambda: product.part("database")["returned"] == before + 1)
    works_again(product)
    assert "the database does not answer" in product.said(), "it says what is the matter"
    assert f"the database answers again (time {before + 1}" in product.said()
    assert "part database" in product.health()[1], "and the morning after it is still told"
    assert product.part("worker") == product.part("worker") | {"returned": 0, "state": "up"}, (
        "it waited and did not die"
    )


def test_while_the_database_is_away_pages_say_so_and_health_does_not_start_it(product: Product) -> None:
    stopped = psutil.Process(product.process.pid)
    stopped.suspend()
    # Whoever keeps the database stands still, so that it stays away for a while.
    try:
        product.main_of("worker").suspend()
        os.kill(postmaster(product.home), signal.SIGKILL)
        within(PATIENCE, lambda: product.status("/health") == 503)
        for path in ("/login/", "/code/", "/e/time", "/e/signed/index.json"):
            assert product.status(path) == 200, f"{path} needs no database and goes on"
        status, text = get(product.port, "/me/points/")
        assert status == 503
        assert "系统正在恢复" in text
        assert 'http-equiv="refresh"' in text
        code, said = product.health()
        assert code == 1
        assert said.splitlines()[-1].endswith("database-does-not-answer")
        assert product.status("/health") == 503, "health has looked, and started nothing"
    finally:
        product.main_of("worker").resume()
        stopped.resume()
    works_again(product)


def test_the_database_is_restarted_and_the_product_comes_back(product: Product) -> None:
    server = Server.at(product.home)
    command = [*server._as_identity(), str(programs() / "pg_ctl"), "-D", str(server.data), "restart", "-m", "fast"]
    subprocess.run([*command, "-l", str(server.folder / "server.log")], check=False, cwd="/", stdout=subprocess.DEVNULL)
    works_again(product)
    assert all(product.part(name)["state"] == "up" for name in ("database", "web", "worker", "channels"))


def test_one_process_of_the_web_server_is_killed_and_the_port_never_closes(product: Product) -> None:
    processes = within(PATIENCE, lambda: serving(product) if len(serving(product)) == 2 else None)
    processes[0].kill()
    for _ in range(40):
        # A connection that the dead one had taken may break; another is taken at once.
        assert any(product.status() == 200 for _ in range(3))
        time.sleep(0.05)
    within(PATIENCE, lambda: len(serving(product)) == 2)
    assert product.part("web")["returned"] == 0


def serving(product: Product) -> list[psutil.Process]:
    """The processes of the web server that answer."""
    return [one for one in product.main_of("granian").children() if one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("name", ["worker", "granian"])
def test_a_part_is_killed_and_begun_again(product: Product, name: str) -> None:
    part = {"granian": "web"}.get(name, name)
    before = product.part(part)["returned"]
    old = product.main_of(name).children(recursive=True)
    product.main_of(name).kill()
    within(PATIENCE, lambda: product.part(part)["returned"] == before + 1)
    works_again(product, rounds=name == "worker")
    assert f"{part} ended unexpectedly (SIGKILL)" in product.said()
    assert f"{part} was started again (time {before + 1})" in product.said()
    assert not [one for one in old if one.is_running() and one.status() != psutil.STATUS_ZOMBIE], "nobody is left of it"


def test_a_part_that_dies_three_times_in_a_minute_stays_down_and_the_others_go_on(product: Product) -> None:
    while product.part("worker")["state"] != "down":
        within(PATIENCE, lambda: product.part("worker")["state"] in ("up", "down"))
        if product.part("worker")["state"] == "up":
            product.main_of("worker").kill()
            within(PATIENCE, lambda: product.part("worker")["state"] != "up")
    within(PATIENCE, lambda: "worker ended 3 times within a minute" in product.said())
    assert product.status() == 200
    code, said = product.health()
    assert code == 1
    assert said.splitlines()[-1] == "part-down-worker"
    assert get(product.port, "/health")[0] == 200


@pytest.mark.kill
@pytest.mark.parametrize(
    "after", [0.0, 0.9, *(pytest.param(after, marks=pytest.mark.soak) for after in (0.2, 0.4, 1.5, 3.0))]
)
def test_a_start_that_is_ended_in_its_middle_leaves_nothing_running(
    first_start: FirstStart, tmp_path: Path, after: float
) -> None:
    """SIGTERM while the processes of the web server begin: such a one was left, and answered 503 for ever."""
    home = first_start.copied(tmp_path / "home")
    log = tmp_path / "said.log"
    with log.open("w") as output:
        process = begin(environment(home), PEOPLE, output=output)
    within(LATER_START, lambda: (home / "parts.json").exists() and '"web"' in (home / "parts.json").read_text())
    time.sleep(after)
    process.terminate()
    assert process.wait(timeout=60) == 0
    assert within(20, lambda: not of_home(home))
    assert not (home / "parts.json").exists()
