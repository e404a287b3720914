"""`yimatong policy`: what it prints, and with which exit code it ends."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from yimatong.core.errors import Exit, YimatongError
from yimatong.edges.cli.policy import command

ROOT = Path(__file__).resolve().parents[4]
GOOD = ROOT / "tests" / "unit" / "core" / "policy" / "good"


@pytest.fixture
def policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(GOOD, tmp_path / "policies")
    monkeypatch.setenv("YIMATONG_POLICIES", str(tmp_path / "policies"))
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    return tmp_path / "policies"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), standalone_mode=False)


def test_check_without_a_name_examines_every_policy(policies: Path) -> None:
    result = run("check")
    assert result.return_value == Exit.OK
    lines = result.stdout.splitlines()
    assert result.stderr.startswith("zz-land: judging"), "half a minute is not silent"
    assert [line.split(":")[0] for line in lines] == ["✓ zz-land", "  checkpoints", "✓ zz-land-town"]
    assert (
        "4 lines; each of 35640 situations is decided, keeps the province's 2 promises and is shown by one of 6"
        in lines[1]
    )
    assert "2 rules; 2 scenes with 10 moments come out as expected; each of 18 changes" in lines[0]


def test_check_tells_file_line_and_remedy_and_ends_with_found(policies: Path) -> None:
    rule = policies / "zz-land" / "rules" / "red.case.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("    last: 2020-03-31\n", ""), encoding="utf-8")
    result = run("check", "zz-land")
    assert result.return_value == Exit.FOUND
    assert "zz-land/rules/red.case.yaml:9: The last day (`last`) is missing" in result.output
    assert "[policy-without-last-day]" in result.output
    assert "What to do: Add `last: YYYY-MM-DD`" in result.output


def test_check_speaks_chinese_where_the_locale_does(policies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "2 幕样例的 10 个时刻都相符" in run("check", "zz-land").output


def test_explain_prints_plain_markdown_where_nobody_looks(policies: Path) -> None:
    result = run("explain", "zz-land", "--lang", "zh")
    assert result.return_value == Exit.OK
    assert result.output.startswith("# 某省\n")
    assert "\x1b" not in result.output


def test_explain_prints_what_is_done_at_checkpoints(policies: Path) -> None:
    result = run("explain", "zz-land", "--lang", "zh", "--checkpoints")
    assert result.return_value == Exit.OK
    assert result.output.startswith("# 卡点处置：某省\n")
    assert "| 1. 发热 `fever` A1 | 体温：发热 | **移交**，卫健部门 | 发热。 |" in result.output


def test_check_tells_the_cell_in_which_a_promise_is_broken(policies: Path) -> None:
    file = policies / "zz-land" / "checkpoints.yaml"
    text = file.read_text(encoding="utf-8").replace("to: health\n        because", "to: township\n        because")
    file.write_text(text, encoding="utf-8")
    result = run("check", "zz-land")
    assert result.return_value == Exit.FOUND
    assert (
        "`fever` breaks the province's promise “Fever is handed over” in 11880 situations, such as: green, e-code"
        in result.output
    )
    assert "[policy-promise-broken]" in result.output


def test_pages_are_written_and_then_fresh_until_the_policy_changes(policies: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "pages")
    assert run("explain", "--check", "--out", out).return_value == Exit.FOUND
    assert run("explain", "--write", "--out", out).return_value == Exit.OK
    assert len(list((tmp_path / "pages").iterdir())) == 12
    assert run("explain", "--check", "--out", out).return_value == Exit.OK
    rule = policies / "zz-land" / "rules" / "yellow.fever.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("发热。", "高热。"), encoding="utf-8")
    result = run("explain", "--check", "--out", out)
    assert result.return_value == Exit.FOUND
    assert "zz-land.zh.md is not what the policy says" in result.output
    assert "zz-land-town.zh.md" in result.output


def test_specimens_name_the_scene_and_the_difference(policies: Path) -> None:
    people = policies / "zz-land" / "people" / "all.yaml"
    text = people.read_text(encoding="utf-8").replace("until: 2020-03-01 23:59", "until: 2020-03-01 23:58")
    people.write_text(text, encoding="utf-8")
    result = run("specimens", "zz-land")
    assert result.return_value == Exit.FOUND
    assert "✗ case  Case" in result.output
    assert "zz-land/people/all.yaml:9: until: expected 2020-03-01 23:58, got 2020-03-01 23:59" in result.output
    assert "✓ fever  Fever" in result.output


def test_only_some_scenes_every_moment(policies: Path) -> None:
    result = run("specimens", "zz-land", "--only", "case", "--all")
    assert result.return_value == Exit.OK
    assert "fever" not in result.output
    assert result.output.count("2020-") == 4


def test_a_policy_that_is_not_there(policies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("check", "nowhere").return_value == Exit.FOUND
    monkeypatch.setenv("YIMATONG_POLICIES", str(policies / "zz-land" / "rules"))
    result = run("check")
    assert isinstance(result.exception, YimatongError)
    assert result.exception.code == "no-policies"


def test_a_folder_without_a_policy_is_an_error_and_stands_for_no_other_of_its_name(
    policies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "elsewhere" / "zz-land"
    empty.mkdir(parents=True)
    monkeypatch.chdir(empty.parent)
    for named in (str(empty), "./zz-land", "zz-land", "../elsewhere/zz-land"):
        result = run("check", named)
        assert result.return_value == Exit.FOUND, named
        assert "zz-land/policy.yaml:1: There is no policy here" in result.output
        for told in (run("explain", named), run("specimens", named)):
            assert isinstance(told.exception, YimatongError)
            assert "[policy-missing]" in told.exception.tell("en")
    monkeypatch.chdir(tmp_path)
    assert run("check", "zz-land").return_value == Exit.OK, (
        "a bare word that names nothing here is looked for under the policies"
    )


def test_a_city_is_checked_with_its_province(policies: Path) -> None:
    people = policies / "zz-land" / "people" / "all.yaml"
    people.write_text(
        people.read_text(encoding="utf-8").replace("until: 2020-03-01 23:59", "until: 2020-03-01 23:58"),
        encoding="utf-8",
    )
    result = run("check", "zz-land-town")
    assert result.return_value == Exit.FOUND
    assert "✗ zz-land/people/all.yaml:9: `case`" in result.output
