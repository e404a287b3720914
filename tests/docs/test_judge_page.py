"""docs/reference/judge.md is true: its example is executed word for word, and its lists are those of the code."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from yimatong.core.engine.plan.tables import MADE
from yimatong.core.facts import COLUMNS, DETAILS, Level
from yimatong.edges.cli.main import GROUPS, program, run
from yimatong.edges.folders.problems import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "judge.md").read_text()
FENCE = re.compile(r"^```(\S+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fences(language: str) -> dict[str, str]:
    """The page's fenced blocks of a language by what they are called."""
    return {name: text for kind, name, text in FENCE.findall(PAGE) if kind == language}


def test_the_example_typed_by_hand_comes_out_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    files = fences("csv")
    given = {name: text for name, text in files.items() if name.startswith("town/")}
    wanted = {name: text for name, text in files.items() if name.startswith("outcome/")}
    assert len(given) == 3
    assert len(wanted) == 2
    for name, text in given.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "policies").symlink_to(ROOT / "policies")
    monkeypatch.chdir(tmp_path)
    (command,) = fences("console").values()
    words = shlex.split(command.removeprefix("$ yimatong "))

    assert run(program(GROUPS, database=lambda: pytest.fail("no database is needed")), words) == 0
    assert capsys.readouterr().out == fences("text")["stdout"]
    for name, text in wanted.items():
        assert (tmp_path / name).read_text() == text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outcome", "policies", "town"], "nothing else is left"


def test_every_column_is_described_with_its_type():
    for table, columns in COLUMNS.items():
        section = PAGE.split(f"### `{table}`")[1].split("\n### ")[0].split("\n## ")[0]
        described = dict(re.findall(r"^\| `(\w+)` \| ([\w?]+) \|", section, re.MULTILINE))
        instants = {"start", "end", "onset", "arrive", "leave"}
        for column, kind in columns:
            wanted = f"instant{'?' if kind.endswith('?') else ''}" if column in instants else kind
            assert described[column] == wanted, f"{table}.{column}"
        assert list(described)[: len(columns)] == [column for column, _kind in columns]


def test_every_column_of_the_outcome_is_described():
    for table in ("verdicts", "reasons"):
        section = PAGE.split(f"### `{table}`")[1].split("\n### ")[0]
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(MADE[table])
    for table in ("visits", "travels", "exposures", "neighbours"):
        (row,) = re.findall(rf"^\| `{table}` \|(.*)\|$", PAGE, re.MULTILINE)
        assert [name for name in re.findall(r"`(\w+)`", row) if name in MADE[table]] == list(MADE[table])


def test_the_closed_lists_are_those_of_the_code():
    for kind, details in DETAILS.items():
        (row,) = re.findall(rf"^\| `{kind.value}` \| (.*?) \|", PAGE, re.MULTILINE)
        assert tuple(re.findall(r"`(\w+)`", row)) == details
    (row,) = re.findall(r"^\| `level` \| string \|(.*)\|$", PAGE, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == {level.value for level in Level}


def test_every_problem_is_listed():
    section = PAGE.split("## When the input is bad")[1].split("\nA file in no known encoding")[0]
    listed = {
        code for row in re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE) for code in re.findall(r"`([\w-]+)`", row)
    }
    assert listed == set(SENTENCES)


def test_every_option_is_described():
    from yimatong.edges.cli.judge import command

    options = {name for parameter in command.params for name in parameter.opts if name.startswith("--")}
    described = set(re.findall(r"^\| `(--[\w-]+)", PAGE, re.MULTILINE))
    assert described == options
    assert CliRunner().invoke(command, ["--help"]).exit_code == 0
