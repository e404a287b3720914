"""`make test`: what fails once is tried alone, what fails twice fails the run, and the last lines say what it was."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[3] / "tools"
REPORT = """<testsuites><testsuite><testcase classname="tests.unit.test_gate" name="test_opens">{inside}</testcase></testsuite></testsuites>"""
FAILED = REPORT.format(inside="<failure message='no'>assert 1 == 2\nE   it stayed shut</failure>")
PASSED = REPORT.format(inside="")


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch):
    """tools/test.py, with pytest and vitest played: `runner.answers` holds what each call exits with, and its report."""
    monkeypatch.syspath_prepend(str(TOOLS))
    spec = importlib.util.spec_from_file_location("tools_test", TOOLS / "test.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.delitem(sys.modules, "system", raising=False)
    module.answers, module.asked = [], []

    def pytest_run(arguments: list[str]) -> int:
        module.asked.append(arguments)
        code, report = module.answers.pop(0)
        named = next(one for one in arguments if one.startswith("--junit-xml="))
        Path(named.partition("=")[2]).write_text(report)
        return code

    monkeypatch.setattr(module, "pytest", pytest_run)
    monkeypatch.setattr(module, "scripts", lambda report: 0)
    return module


def test_what_failed_in_company_and_passed_alone_is_named_and_fails_nothing(runner, capsys):
    runner.answers = [(1, FAILED), (0, PASSED), (0, PASSED), (0, PASSED)]
    assert runner.main([]) == 0
    assert "--last-failed" in runner.asked[1]
    told = capsys.readouterr().out
    assert "FAILED (plain, in company): tests.unit.test_gate::test_opens" in told
    assert told.rstrip().endswith("it stayed shut")


def test_what_failed_twice_fails_the_run_and_is_said_last(runner, capsys):
    runner.answers = [(0, PASSED), (1, FAILED), (1, FAILED), (0, PASSED)]
    assert runner.main([]) == 1
    assert "FAILED (browser): tests.unit.test_gate::test_opens" in capsys.readouterr().out


def test_a_failure_that_pytest_does_not_find_again_stays_one(runner):
    runner.answers = [(1, FAILED), (runner.NO_TESTS, PASSED), (0, PASSED), (0, PASSED)]
    assert runner.main([]) == 1


def test_a_run_that_broke_off_is_not_tried_again(runner):
    runner.answers = [(0, PASSED), (0, PASSED), (3, PASSED)]
    assert runner.main([]) == 3


def test_no_tests_of_a_kind_are_no_failure(runner):
    runner.answers = [(0, PASSED), (runner.NO_TESTS, PASSED), (runner.NO_TESTS, PASSED)]
    assert runner.main([]) == 0


def test_the_scripts_of_the_browser_are_tried_once_more(runner, monkeypatch):
    codes = [1, 0]
    monkeypatch.setattr(runner, "scripts", lambda report: codes.pop(0))
    runner.answers = [(0, PASSED)] * 3
    assert (runner.main([]), codes) == (0, [])
