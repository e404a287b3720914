"""The set-up: a step is done once, again when what it read has changed, and by one process at a time."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[3] / "tools"


def load(name: str):
    spec = importlib.util.spec_from_file_location(f"tools_{name}", TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def setup(tmp_path, monkeypatch):
    """The set-up of an empty checkout."""
    module = load("setup")
    for name, value in {"ROOT": tmp_path, "VENV": tmp_path / ".venv", "VAR": tmp_path / "var"}.items():
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(module, "LOG", tmp_path / "var" / "log" / "setup.log")
    monkeypatch.setattr(module, "NPM_LOG", tmp_path / "var" / "log" / "setup-npm.log")
    (tmp_path / "var" / "log").mkdir(parents=True)
    return module


def test_a_step_is_done_until_what_it_read_changes(setup, tmp_path):
    source = tmp_path / "lock.txt"
    source.write_text("one==1\n")
    setup.mark_done("packages", setup.digest(source))
    assert setup.is_done("packages", setup.digest(source))
    source.write_text("one==2\n")
    assert not setup.is_done("packages", setup.digest(source))


def test_a_folder_counts_with_every_file_below_it(setup, tmp_path):
    folder = tmp_path / "web" / "src"
    folder.mkdir(parents=True)
    (folder / "a.ts").write_text("1")
    before = setup.digest(tmp_path / "web")
    (folder / "b.ts").write_text("")
    assert setup.digest(tmp_path / "web") != before


def test_a_failing_step_tells_the_end_of_what_it_said(setup, capsys):
    with pytest.raises(setup.CannotGoOn) as told:
        setup.run("a step", [sys.executable, "-c", "print('no such index'); raise SystemExit(3)"])
    assert "a step" in capsys.readouterr().out
    assert "no such index" in str(told.value)
    assert "exit code 3" in str(told.value)


def test_a_long_step_shows_that_it_lives(setup, capsys):
    setup.run("a step", [sys.executable, "-c", "import time; time.sleep(0.5)"], every=0.1)
    assert "still at it" in capsys.readouterr().out


def test_of_two_steps_at_once_the_one_that_fails_tells_what_it_said_itself(setup, tmp_path, monkeypatch):
    """Packages of Python and of the browser side are fetched beside each other."""
    lock = tmp_path / "requirements" / "run.txt"
    lock.parent.mkdir()
    lock.write_text("")
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for name, does in {
        "node": "echo v22.0.0",
        "npm": "echo no such registry; exit 1",
        "uv": "sleep 0.5; echo fetched",
    }.items():
        (bin_ / name).write_text(f"#!/bin/sh\n{does}\n")
        (bin_ / name).chmod(0o755)
    monkeypatch.setattr(setup, "BIN", bin_)
    monkeypatch.setattr(setup, "uv_environment", dict)
    for name in ("install_uv", "install_house"):
        monkeypatch.setattr(setup, name, lambda: None)
    monkeypatch.setenv("PATH", str(bin_), prepend=os.pathsep)
    with pytest.raises(setup.CannotGoOn) as told:
        setup.install_packages("run")
    assert "no such registry" in str(told.value)
    assert "fetched" not in str(told.value)
    assert "fetched" in setup.LOG.read_text(), "what went beside it was let finish"
    assert not setup.stamp("npm").exists()
    assert setup.stamp("run.txt").exists()


def test_a_second_set_up_waits_for_the_first(setup, tmp_path):
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import setup; from pathlib import Path\n"
        "setup.VAR = Path(sys.argv[2]); setup.LOG = setup.VAR / 'log' / 'setup.log'\n"
        "with setup.alone(): print('in', flush=True)\n"
    )
    command = [sys.executable, "-c", script, str(TOOLS), str(setup.VAR)]
    with setup.alone():
        other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert "waiting" in other.stdout.readline()
        time.sleep(0.2)
        assert other.poll() is None
    assert other.communicate(timeout=20)[0] == "in\n"


def test_wrong_usage_says_how(capsys):
    assert load("setup").main(["sing"]) == 2
    assert "setup.py run" in capsys.readouterr().err


def test_an_old_python_names_the_remedy(setup, monkeypatch):
    monkeypatch.setattr(setup.sys, "version_info", (3, 9, 0))
    monkeypatch.setattr(setup.shutil, "which", lambda _: None)
    with pytest.raises(setup.CannotGoOn, match="make run PYTHON="):
        setup.find_python()


@pytest.mark.parametrize(
    ("said", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_292"', 1),
        ('openjdk version "21" 2023', 21),
        ("", 0),
    ],
)
def test_the_version_of_java_is_read(said, major, monkeypatch):
    system = load("system")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(system.shutil, "which", lambda *_, **__: "/usr/bin/java")
    monkeypatch.setattr(system.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, "", said))
    assert system.java_version() == major


def test_nobody_but_root_uses_apt(monkeypatch):
    system, told = load("system"), []
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    assert system.apt_install(["chromium"], "Chromium", None, told.append) is False
    assert told == ["not on this machine: Chromium (as root: apt-get install chromium)"]


@pytest.mark.parametrize("name", [".venv", "node_modules"])
def test_what_another_checkout_has_built_is_not_cleared_through_a_link(setup, tmp_path, name):
    other = tmp_path / "other"
    other.mkdir()
    (other / "kept").write_text("")
    (tmp_path / name).symlink_to(other)
    with pytest.raises(setup.CannotGoOn, match="is a link"):
        setup.make_venv()
    assert (other / "kept").exists()


@pytest.fixture
def fetched(setup, tmp_path, monkeypatch):
    """A set-up whose browser side is built, with empty locks; what it says that it installs."""
    said: list[str] = []
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    for name in ("run.txt", "embedded.txt", "test.txt", "bench.txt"):
        (requirements / name).write_text(name)
    for name in ("install_uv", "install_house", "compile_catalogues"):
        monkeypatch.setattr(setup, name, lambda: None)
    monkeypatch.setattr(setup, "uv_environment", dict)
    monkeypatch.setattr(setup, "run", lambda _, command, **__: said.append(Path(command[-1]).name))
    monkeypatch.setattr(setup, "install_npm", lambda *_: None)
    (setup.VAR / "static").mkdir()
    setup.mark_done("web", setup.web_state())
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return said


def test_a_server_as_a_package_comes_where_the_city_names_none(setup, fetched, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/yimatong")
    setup.install_packages("run")
    assert fetched == ["run.txt"]
    monkeypatch.delenv("DATABASE_URL")
    setup.install_packages("run")
    assert fetched == ["run.txt", "embedded.txt"]


def test_locks_of_everything_hold_the_product_and_take_each_others_place(setup, fetched):
    for purpose in ("test", "check", "run", "bench", "run", "bench", "test", "test"):
        setup.install_packages(purpose)
    assert fetched == ["test.txt", "bench.txt", "test.txt"]


def test_what_tests_the_browser_side_comes_with_the_tests(setup, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(setup, "run", lambda _, command, **__: said.append(command[-1]))
    (tmp_path / "node_modules").mkdir()
    for purpose in ("run", "run", "test", "check", "run"):
        setup.install_npm({}, "v22.0.0", purpose)
    assert said == ["--omit=dev", "--include=dev"]
    setup.install_npm({}, "v24.0.0", "run")
    assert said[2:] == ["--omit=dev"]
