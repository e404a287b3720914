"""Files that no careful person writes end with a clear problem, in a moment, and run nothing."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from yimatong.core.policy.document import LARGEST, read
from yimatong.core.policy.load import load
from yimatong.core.policy.packs import MOST_FILES
from yimatong.core.policy.problems import PolicyError, Problem

HERE = Path(__file__).parent
RULE = "rules/red.case.yaml"


@pytest.fixture
def province(tmp_path: Path) -> Path:
    shutil.copytree(HERE / "good", tmp_path / "policies")
    return tmp_path / "policies" / "zz-land"


def problems(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(PolicyError) as error:
        load(folder)
    return [(problem.place, problem.code) for problem in error.value.problems]


def problem_of(raw: bytes, folder: Path) -> Problem:
    file = folder / "any.yaml"
    file.write_bytes(raw)
    document, _raw, found = read(file, "any.yaml")
    assert document is None or found
    return found[0]


@pytest.mark.parametrize(("encoding", "named"), [("gb18030", "GBK"), ("utf-16", "UTF-16")])
def test_a_wrong_encoding_is_named_with_its_line(province: Path, encoding: str, named: str) -> None:
    text = (province / RULE).read_text(encoding="utf-8")
    (province / RULE).write_bytes(text.encode(encoding))
    with pytest.raises(PolicyError) as error:
        load(province)
    (problem,) = error.value.problems
    assert problem.code == "policy-not-utf-8"
    assert named in problem.sentence.of("zh")
    assert named in problem.sentence.of("en")
    line = 1 if encoding == "utf-16" else text.split("病")[0].count("\n") + 1
    assert problem.place == f"zz-land/{RULE}:{line}"


def test_a_byte_that_is_no_text_at_all(province: Path) -> None:
    (province / RULE).write_bytes(b"id: red.case\ntitle: \xff\xff\n")
    assert problems(province) == [(f"zz-land/{RULE}:2", "policy-not-utf-8")]


def test_a_byte_order_mark_and_windows_line_ends_are_read(province: Path) -> None:
    before = load(province)
    raw = (province / RULE).read_bytes()
    (province / RULE).write_bytes(b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n"))
    after = load(province)
    assert after.rules == before.rules
    assert after.digest != before.digest


def test_a_file_that_is_too_large(province: Path) -> None:
    (province / RULE).write_bytes(b"#" * (LARGEST + 1))
    assert problems(province) == [(f"zz-land/{RULE}:1", "policy-too-large")]


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    document, raw, found = read(tmp_path / "absent.yaml", "zz-land/absent.yaml")
    assert (document, raw) == (None, b"")
    assert [(problem.place, problem.code) for problem in found] == [("zz-land/absent.yaml:1", "policy-unreadable")]


def test_too_many_files(province: Path) -> None:
    rule = (province / RULE).read_text(encoding="utf-8")
    for number in range(MOST_FILES):
        (province / "rules" / f"red.case{number}.yaml").write_text(rule, encoding="utf-8")
    assert ("zz-land/policy.yaml:1", "policy-too-many-files") in problems(province)


@pytest.mark.parametrize(
    "path", ["rules/red.case.yml", "rule.yaml", "rules/more/red.more.yaml", "areas.json", "notes.txt"]
)
def test_a_file_that_would_be_overlooked_is_a_problem(province: Path, path: str) -> None:
    (province / path).parent.mkdir(exist_ok=True)
    (province / path).write_text("id: x\n")
    assert problems(province) == [(f"zz-land/{path}:1", "policy-unexpected-file")]


def test_a_link_and_a_pipe_are_not_opened(province: Path) -> None:
    (province / "rules" / "red.link.yaml").symlink_to("/dev/zero")
    os.mkfifo(province / "rules" / "red.pipe.yaml")
    assert problems(province) == [
        ("zz-land/rules/red.link.yaml:1", "policy-unexpected-file"),
        ("zz-land/rules/red.pipe.yaml:1", "policy-unexpected-file"),
    ]


def test_notes_beside_a_policy_are_welcome(province: Path) -> None:
    (province / "README.md").write_text("Why this policy is as it is.\n")
    (province / ".editorconfig").write_text("root = true\n")
    assert load(province).id == "zz-land"


def test_a_policy_without_rules(province: Path) -> None:
    shutil.rmtree(province / "rules")
    assert ("zz-land/policy.yaml:1", "policy-no-rules") in problems(province)


def test_a_folder_without_a_policy(tmp_path: Path) -> None:
    assert problems(tmp_path / "nothing") == [("nothing/policy.yaml:1", "policy-missing")]


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 200_000,
        b"- " * 100_000,
        b"{a: " * 50_000,
        b"a: [" + b"x, " * 120_000 + b"x]",
        b"&a [" * 1000,
        b"k: v\n" * 50_000,
        b"? " * 50_000,
        b'"' + b"a" * 400_000,
    ],
    ids=["brackets", "dashes", "braces", "long-list", "anchors", "one-key", "question-marks", "open-quote"],
)
def test_a_hostile_file_ends_in_a_moment(raw: bytes, tmp_path: Path) -> None:
    began = time.process_time()
    problem = problem_of(raw, tmp_path)
    assert time.process_time() - began < 30
    assert problem.place.startswith("any.yaml:")
    assert problem.remedy.of("zh")
    assert problem.remedy.of("en")


def test_words_of_old_yaml_stay_words(tmp_path: Path) -> None:
    file = tmp_path / "any.yaml"
    file.write_text("a: no\nb: on\nc: 09:30\nd: 1e3\ne: 0o17\nf: 2020-02-30\ng: 007\nh: -5\ni: true\nj:\n")
    document, _raw, found = read(file, "any.yaml")
    assert found == ()
    assert document is not None
    assert document.data == {
        "a": "no", "b": "on", "c": "09:30", "d": "1e3", "e": "0o17", "f": "2020-02-30", "g": "007", "h": -5, "i": True,
        "j": None,
    }  # fmt: skip
