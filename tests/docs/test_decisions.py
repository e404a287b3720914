"""The index of the decisions names each once, by its own title."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"
TITLE = re.compile(r"# 0*(\d+)\.? (.+)")


def test_every_decision_stands_in_the_index_by_its_title() -> None:
    titles = {file.name: TITLE.match(file.read_text(encoding="utf-8")) for file in FOLDER.glob("0*.md")}
    assert [name for name, match in titles.items() if match is None] == []
    wanted = sorted((match[1], match[2], name) for name, match in titles.items() if match)
    listed = re.findall(
        r"^- (\d+)\. \[(.+)\]\((\S+)\)$", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(listed) == wanted
    assert len({number for number, _title, _name in wanted}) == len(wanted) > 70


def test_every_decision_that_the_code_names_is_there() -> None:
    numbers = {int(file.name[:4]) for file in FOLDER.glob("0*.md")}
    source = FOLDER.parents[1]
    named = {
        int(number)
        for folder, pattern in (("src", "*.py"), ("web/src", "*.ts*"))
        for file in (source / folder).rglob(pattern)
        for told in re.findall(r"decisions? (\d+(?: and \d+)*)\b|decisions/(\d{4})", file.read_text(encoding="utf-8"))
        for number in re.findall(r"\d+", " ".join(told))
    }
    assert named - numbers == set()
    assert len(named) > 30
