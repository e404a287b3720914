"""The command `yimatong`: mistakes are told in the reader's language, with their exit code and without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import nullcontext

import click
import pytest

from yimatong.core.errors import EnvironmentProblem, Exit, YimatongError
from yimatong.core.text import given, same
from yimatong.edges.cli import main as edges
from yimatong.edges.cli.exit_codes import BUG, INTERRUPTED, MEANINGS, exit_codes_page
from yimatong.edges.cli.main import Entry, program, run
from yimatong.edges.cli.starting import language, needs_database, spoken
from yimatong.site.program import COMMANDS

SYNTHETIC_ID = "330299198801011232"


def failing(error: BaseException) -> click.Command:
    @click.command()
    def command() -> None:
        raise error

    return command


BAD_INPUT = YimatongError(
    "row-without-date",
    given({"zh": "缺少日期", "en": "the date is missing"}),
    place="tests.csv:3",
    remedy=given({"zh": "补上", "en": "add it"}),
)
NO_SERVER = EnvironmentProblem("no-server", given({"zh": "没有服务", "en": "no server"}))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BAD_INPUT, Exit.INPUT),
        (NO_SERVER, Exit.ENVIRONMENT),
        (click.UsageError("what?"), Exit.USAGE),
        (KeyboardInterrupt(), INTERRUPTED),
        (ValueError("a mistake of ours"), BUG),
    ],
)
def test_every_mistake_has_its_exit_code_and_no_traceback(error, code, capsys, monkeypatch):
    monkeypatch.delenv("YIMATONG_DEBUG", raising=False)
    assert run(failing(error), []) == int(code)
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "locale", "said"),
    [
        (["--lang", "zh"], "en_US.UTF-8", "tests.csv:3: 缺少日期 [row-without-date]\n处理办法：补上\n"),
        (["--lang=en"], "zh_CN.UTF-8", "tests.csv:3: the date is missing [row-without-date]\nWhat to do: add it\n"),
        ([], "zh_CN.UTF-8", "tests.csv:3: 缺少日期 [row-without-date]\n处理办法：补上\n"),
        ([], "C", "tests.csv:3: the date is missing [row-without-date]\nWhat to do: add it\n"),
    ],
)
def test_a_mistake_is_told_in_the_language_asked_for_or_of_the_locale(words, locale, said, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setattr(edges.importlib, "import_module", lambda _: type("group", (), {"command": failing(BAD_INPUT)}))
    whole = program({"fail": Entry("anywhere", same("fail"))}, nullcontext)
    assert run(whole, [*words, "fail"]) == int(Exit.INPUT)
    assert capsys.readouterr().err == said


def test_a_mistake_of_ours_says_where_and_repeats_no_data(capsys, monkeypatch):
    monkeypatch.delenv("YIMATONG_DEBUG", raising=False)
    run(failing(ValueError(f"cannot parse {SYNTHETIC_ID}")), [])
    told = capsys.readouterr().err
    assert "test_main.py" in told
    assert SYNTHETIC_ID not in told


def test_a_command_may_return_its_exit_code():
    @click.command()
    def command() -> int:
        return int(Exit.FOUND)

    assert run(command, []) == 1


@pytest.mark.parametrize(
    ("asked", "environment", "expected"),
    [
        ("en", {"LANG": "zh_CN"}, "en"),
        (None, {"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LC_ALL": "en_US", "LANG": "zh_CN"}, "en"),
        (None, {}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_locales_or_english(asked, environment, expected):
    assert spoken(asked, environment) == expected


def test_a_command_that_needs_the_database_has_it_around_its_body():
    seen = []

    class Database:
        def __enter__(self):
            seen.append("up")

        def __exit__(self, *_):
            seen.append("down")

    @click.command()
    @needs_database
    def command() -> None:
        seen.append(language())

    whole = program({}, Database)
    whole.add_command(command, "work")
    whole.get_command = lambda ctx, name: command
    assert run(whole, ["--lang", "zh", "work"]) == 0
    assert seen == ["up", "zh", "down"]


def test_help_imports_neither_django_nor_an_engine():
    script = (
        "import sys; from yimatong.site.program import main\n"
        "try: main()\n"
        "except SystemExit as end: print([name for name in ('django', 'duckdb', 'ibis', 'psycopg') if name in sys.modules], end.code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, "--help"],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == "[] 0"
    assert all(name in ran.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_is_there_and_explains_itself(name):
    whole = program(COMMANDS, nullcontext)
    command = whole.get_command(click.Context(whole), name)
    assert command is not None
    assert command.help


def test_the_page_of_exit_codes_has_every_code():
    page = exit_codes_page()
    assert {*Exit} <= {*MEANINGS}
    assert all(f"| {int(code)} |" in page for code in MEANINGS)
