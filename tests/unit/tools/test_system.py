"""A Chromium that is too old for the browser tests, or does not run, is named with the remedy before they begin."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.unit.tools.test_setup import load


def a_chromium(folder: Path, says: str) -> Path:
    """A program that answers --version, and complains beside it as Debian's does."""
    program = folder / "chromium"
    program.write_text(f"#!/bin/sh\necho 'mkdir: 1.2.3: cannot create' >&2\n{says}\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch):
    """The module, on a machine that has Java and a font, for somebody who is not root."""
    module = load("system")
    monkeypatch.setattr(module, "java_version", lambda: 17)
    monkeypatch.setattr(module, "has_chinese_font", lambda: True)
    monkeypatch.setattr(module, "may_use_apt", lambda: False)
    monkeypatch.delenv("YIMATONG_CHROMIUM", raising=False)
    return module


@pytest.mark.parametrize(
    ("says", "major"),
    [
        ("echo 'Chromium 156.0.8078.108 built on Debian GNU/Linux 12 (bookworm)'", 156),
        ("echo 'Chromium 150.0.7871.100 '", 150),
        ("echo 'Google Chrome 149.0.1.2'", 149),
        ("echo nothing", 0),
        ("exit 127", 0),
    ],
)
def test_the_version_is_read_from_what_it_prints_and_not_from_its_complaints(system, tmp_path, says, major):
    assert system.chromium_version(str(a_chromium(tmp_path, says))) == major


def test_one_that_is_too_old_is_named_with_its_version_the_oldest_and_the_remedy(system, tmp_path, monkeypatch):
    program = a_chromium(tmp_path, "echo 'Chromium 149.0.7000.1 built on Debian'")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    told = []
    said = system.see_to_browser_and_java(None, told.append)
    assert told == ["not on this machine: Chromium 150 or later (as root: apt-get install chromium)"]
    for part in (str(program), "Chromium 149", "is 150", "apt-get install chromium", "YIMATONG_CHROMIUM="):
        assert part in said
    assert "\n" not in said


def test_root_has_a_newer_one_installed_first(system, tmp_path, monkeypatch):
    a_chromium(tmp_path, "echo 'Chromium 149.0.7000.1'")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(system, "may_use_apt", lambda: True)
    done = []

    def run(_title, command, **_more):
        done.append(command)
        if "install" in command:
            a_chromium(tmp_path, "echo 'Chromium 156.0.8078.108'")

    assert system.see_to_browser_and_java(run, lambda _: None) == ""
    assert [command[:2] for command in done] == [["apt-get", "update"], ["apt-get", "install"]]
    assert "chromium" in done[1]


def test_one_that_is_named_is_not_replaced_by_the_machines_own(system, tmp_path, monkeypatch):
    monkeypatch.setattr(system, "apt_install", lambda *_: pytest.fail("nothing of Debian's mends this"))
    program = a_chromium(tmp_path, "echo 'Chromium 149.0.7000.1'")
    monkeypatch.setenv("YIMATONG_CHROMIUM", str(program))
    assert "Chromium 149" in system.see_to_browser_and_java(None, lambda _: None)
    program.unlink()
    assert "cannot be run" in system.see_to_browser_and_java(None, lambda _: None)


def test_without_any_the_tests_begin_and_skip(system, tmp_path, monkeypatch):
    monkeypatch.setattr(system, "chromium", lambda: None)
    told = []
    assert system.see_to_browser_and_java(None, told.append) == ""
    assert "no Chromium: the browser tests are skipped" in told


def test_a_set_up_that_finds_one_too_old_ends_with_4_and_says_it_last(system, tmp_path, monkeypatch, capsys):
    setup = load("setup")
    for step in ("make_venv", "install_packages"):
        monkeypatch.setattr(setup, step, lambda *_: None)
    monkeypatch.setattr(setup, "LOG", tmp_path / "log" / "setup.log")
    monkeypatch.setattr(setup, "VAR", tmp_path)
    monkeypatch.setitem(sys.modules, "system", system)
    monkeypatch.setenv("YIMATONG_CHROMIUM", str(a_chromium(tmp_path, "echo 'Chromium 149.0.7000.1'")))
    assert setup.main(["test"]) == 4
    assert "Chromium 149" in capsys.readouterr().err.splitlines()[-1]
