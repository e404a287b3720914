"""What a new pack changes is told by name, and a comment is no change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from yimatong.core.policy.comparing import Difference, compare
from yimatong.core.policy.load import digest_on_disk, load, texts_of

NINGBO = Path(__file__).resolve().parents[4] / "policies" / "cn-zj-ningbo"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in ("cn-zj", NINGBO.name):
        shutil.copytree(NINGBO.parent / name, tmp_path / name)
    return tmp_path / NINGBO.name


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def difference(folder: Path) -> Difference:
    return compare(load(NINGBO), texts_of(NINGBO), load(folder), texts_of(folder))


def test_a_rule_that_is_longer_and_one_that_is_gone_are_named(copied: Path) -> None:
    rules = copied.parent / "cn-zj" / "rules"
    edit(rules / "red.close_contact.yaml", "days: 14", "days: 13")
    assert difference(copied) == Difference(rules_changed=("red.close_contact",))


def test_parts_of_files_are_named_by_their_keys(copied: Path) -> None:
    edit(copied.parent / "cn-zj" / "operations.yaml", "lists_minutes: 3", "lists_minutes: 7")
    edit(copied / "policy.yaml", "version: 2020-02-15.1", "version: 2020-02-16.1")
    assert difference(copied).parts == ("cn-zj-ningbo/policy.yaml: version", "cn-zj/operations.yaml: lists_minutes")


def test_a_comment_is_another_digest_and_no_difference(copied: Path) -> None:
    file = copied / "policy.yaml"
    file.write_text("# a comment\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert load(copied).digest != load(NINGBO).digest
    assert not difference(copied)


def test_lines_of_the_matrix_are_named_and_so_is_their_order(copied: Path) -> None:
    own = [rule.id for rule in load(NINGBO).checkpoints.matrices[0].rules]  # type: ignore[union-attr]
    file = copied / "checkpoints.yaml"
    edit(file, f"id: {own[-1]}", "id: another_line")
    found = difference(copied)
    assert (found.lines_added, found.lines_removed) == (("another_line",), (own[-1],))
    assert "matrix: order" in found.parts


def test_the_digest_on_disk_is_that_of_the_policy_also_where_it_cannot_be_loaded(copied: Path, tmp_path: Path) -> None:
    assert digest_on_disk(copied) == load(copied).digest
    (copied / "messages.yaml").write_text("{{{", encoding="utf-8")
    assert digest_on_disk(copied) not in (None, load(NINGBO).digest)
    assert digest_on_disk(tmp_path / "nowhere") is None
