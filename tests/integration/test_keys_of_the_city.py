"""A server whose keys or zone are not the city's does no work, and no key is made where people are recorded: one document stays one person (H5)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.machine import CHECKOUT
from bench.product import PROGRAM, environment
from tests.first_start import FirstStart
from tests.integration.products import PATIENCE, within
from yimatong.site.postgres import Server

WORDS = {
    "identity-key": "YIMATONG_IDENTITY_KEY",
    "secret-key": "YIMATONG_SECRET_KEY",
    "audit-key": "YIMATONG_AUDIT_KEY",
}
OTHER = "another key than the city's, long enough to be taken for one of its own keys"


@pytest.fixture(scope="module")
def city(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The home of a city's first server, and where its database is."""
    home = first_start.copied(tmp_path_factory.mktemp("city") / "home")
    server = Server.at(home)
    with server.running():
        yield home, f"postgresql://yimatong@/yimatong?host={server.sockets}&port=5432&passfile={server.passwords.file}"


def ran(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=CHECKOUT, env=environment(home) | settings, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


STARTS = [("run", "--port", "0"), ("worker",), ("strips", "follow"), ("manage", "check")]


@pytest.mark.parametrize("words", STARTS, ids=lambda words: words[0])
def test_a_second_server_with_a_home_of_its_own_makes_no_keys_and_does_not_start(
    city: tuple[Path, str], tmp_path: Path, words: tuple[str, ...]
) -> None:
    refused = ran(tmp_path / "second", *words, DATABASE_URL=city[1])
    assert refused.returncode == 4, refused.stdout + refused.stderr
    assert "no-identity-key" in refused.stderr
    assert "copy identity-key" in refused.stderr, "the remedy"
    assert not [name for name in WORDS if (tmp_path / "second" / name).exists()]


@pytest.mark.parametrize("name", WORDS)
def test_a_server_with_another_key_does_not_start(city: tuple[Path, str], name: str) -> None:
    refused = ran(city[0], "worker", DATABASE_URL=city[1], **{WORDS[name]: OTHER})
    assert (refused.returncode, f"[another-{name}]" in refused.stderr) == (4, True), refused.stderr
    assert OTHER not in refused.stderr
    said = ran(city[0], "health", DATABASE_URL=city[1], **{WORDS[name]: OTHER})
    assert (said.returncode, said.stdout.splitlines()[-1].split()[-1]) == (1, f"another-{name}")


@pytest.mark.parametrize("words", [("run", "--port", "0"), ("worker",)], ids=lambda words: words[0])
def test_a_server_in_another_zone_than_the_policy_does_not_start(
    city: tuple[Path, str], words: tuple[str, ...]
) -> None:
    refused = ran(city[0], *words, DATABASE_URL=city[1], YIMATONG_TIME_ZONE="Asia/Urumqi")
    assert (refused.returncode, "[policy-zone-differs]" in refused.stderr) == (4, True), refused.stderr
    assert "counts its days in Asia/Shanghai, and this installation in Asia/Urumqi" in refused.stderr, "both zones"
    assert "set YIMATONG_TIME_ZONE=Asia/Shanghai" in refused.stderr, "the remedy"
    said = ran(city[0], "health", DATABASE_URL=city[1], YIMATONG_TIME_ZONE="Asia/Urumqi")
    assert (said.returncode, "policy-zone-differs" in said.stdout.splitlines()[-1]) == (1, True), said.stdout


WRONG = [
    (WORDS["identity-key"], OTHER, "identity-key is not the one of this database"),
    ("YIMATONG_TIME_ZONE", "Asia/Urumqi", "in Asia/Shanghai, and this installation in Asia/Urumqi"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG, ids=["key", "zone"])
def test_the_web_server_of_another_city_serves_nothing(
    city: tuple[Path, str], name: str, value: str, sentence: str
) -> None:
    settings = {"DATABASE_URL": city[1], name: value}
    serves = ["-m", "granian", "--interface", "wsgi", "--port", "0", "yimatong.site.wsgi:application"]
    ended = subprocess.run(
        [sys.executable, *serves],
        cwd=CHECKOUT, env=environment(city[0]) | settings, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode != 0
    assert sentence in ended.stderr


def test_a_second_server_with_the_citys_keys_starts(city: tuple[Path, str], tmp_path: Path) -> None:
    second = tmp_path / "second"
    second.mkdir()
    for name in WORDS:
        shutil.copy(city[0] / name, second / name)
    assert ran(second, "manage", "check", DATABASE_URL=city[1]).returncode == 0


def test_a_city_of_before_there_were_fingerprints_tells_by_its_records(city: tuple[Path, str]) -> None:
    home, where = city
    with Server.at(home).connect(user="yimatong", database="yimatong") as connection:
        connection.execute("DELETE FROM key_fingerprints")
    refused = ran(home, "worker", DATABASE_URL=where, YIMATONG_IDENTITY_KEY=OTHER)
    assert (refused.returncode, "[identity-key-wrong]" in refused.stderr) == (4, True), refused.stderr
    assert ran(home, "manage", "check", DATABASE_URL=where).returncode == 0
    refused = ran(home, "worker", DATABASE_URL=where, YIMATONG_IDENTITY_KEY=OTHER)
    assert "[another-identity-key]" in refused.stderr


def test_a_city_of_before_there_was_an_audit_key_makes_one_and_never_another(
    city: tuple[Path, str], tmp_path: Path
) -> None:
    home, where = city
    kept = home / "audit-key"
    before = kept.read_text()
    with Server.at(home).connect(user="yimatong", database="yimatong") as connection:
        connection.execute("DELETE FROM key_fingerprints WHERE name = 'audit-key'")
    kept.rename(tmp_path / "audit-key")
    assert ran(home, "manage", "check", DATABASE_URL=where).returncode == 0
    assert (kept.read_text() != before, oct(kept.stat().st_mode)[-3:]) == (True, "600")
    kept.unlink()
    refused = ran(home, "worker", DATABASE_URL=where)
    assert (refused.returncode, "[no-audit-key]" in refused.stderr, kept.exists()) == (4, True, False), refused.stderr
    with Server.at(home).connect(user="yimatong", database="yimatong") as connection:
        connection.execute("DELETE FROM key_fingerprints WHERE name = 'audit-key'")
    (tmp_path / "audit-key").rename(kept)
    assert ran(home, "manage", "check", DATABASE_URL=where).returncode == 0


def test_a_lost_secret_key_is_replaced_on_purpose_alone_and_the_identity_key_never(city: tuple[Path, str]) -> None:
    home, where = city
    other = {"DATABASE_URL": where, "YIMATONG_SECRET_KEY": OTHER}
    assert ran(home, "manage", "check", **other).returncode == 4
    wrong = ran(home, "accept-secret-key", "--why", "lost", **other, YIMATONG_IDENTITY_KEY=OTHER)
    assert (wrong.returncode, "[another-identity-key]" in wrong.stderr) == (4, True)
    accepted = ran(home, "accept-secret-key", "--why", "the disk of the first server", **other)
    assert accepted.returncode == 0, accepted.stderr
    assert ran(home, "manage", "check", **other).returncode == 0
    assert ran(home, "manage", "check", DATABASE_URL=where).returncode == 4, "the former one is the other one now"
    with Server.at(home).connect(user="yimatong", database="yimatong") as connection:
        last = connection.execute("SELECT action, subject FROM audit_entries ORDER BY number DESC LIMIT 1").fetchone()
    assert last == ("keys.accept", "secret-key")
    assert ran(home, "accept-secret-key", "--why", "back", DATABASE_URL=where).returncode == 0


def test_the_pass_secret_is_compared_and_never_made_anew(city: tuple[Path, str], tmp_path: Path) -> None:
    """A second machine that signs, whose keys folder was not copied: it would give everybody another place in the recall lists."""
    home, where = city
    assert ran(home, "strips", "follow", DATABASE_URL=where).returncode == 0
    assert (home / "keys" / "pass-secret").exists()
    kept = tmp_path / "keys"
    (home / "keys").rename(kept)
    try:
        refused = ran(home, "strips", "follow", DATABASE_URL=where)
        assert (refused.returncode, "[no-pass-secret]" in refused.stderr) == (4, True), refused.stderr
        assert not (home / "keys" / "pass-secret").exists()
        (home / "keys").mkdir(exist_ok=True)
        (home / "keys" / "pass-secret").write_text("00" * 32)
        refused = ran(home, "strips", "follow", DATABASE_URL=where)
        assert (refused.returncode, "[another-pass-secret]" in refused.stderr) == (4, True), refused.stderr
    finally:
        shutil.rmtree(home / "keys")
        kept.rename(home / "keys")


def test_the_application_cannot_change_what_was_noted(city: tuple[Path, str]) -> None:
    with Server.at(city[0]).connect(user="yimatong", database="yimatong") as connection:
        connection.execute("SET ROLE yimatong_app")
        for statement in ("UPDATE key_fingerprints SET fingerprint = ''", "DELETE FROM key_fingerprints"):
            with pytest.raises(Exception, match="permission denied"):
                connection.execute(statement)
    assert within(PATIENCE, lambda: ran(city[0], "manage", "check", DATABASE_URL=city[1]).returncode == 0)
