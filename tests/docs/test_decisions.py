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
    assert len({number for number, _title, _name in wanted}) == len(wanted) > 80
