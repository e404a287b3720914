"""What a policy says about papers, and a pack that was kept before a line of it existed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from yimatong.core.policy.load import load, part_of, texts_of
from yimatong.stations.issuing.terms import FILE, OBJECTION_HOURS, terms_of

POLICIES = Path(__file__).resolve().parents[4] / "policies"


@pytest.mark.parametrize(("line", "hours"), [("objection_hours: 12\n", 12), ("", OBJECTION_HOURS)])
def test_a_pack_without_the_line_of_objections_stays_readable(tmp_path: Path, line: str, hours: int) -> None:
    for name in ("cn-zj", "cn-zj-ningbo"):
        shutil.copytree(POLICIES / name, tmp_path / name)
        file = tmp_path / name / "papers.yaml"
        text = file.read_text(encoding="utf-8")
        assert "objection_hours: 48\n" in text
        file.write_text(text.replace("objection_hours: 48\n", line), encoding="utf-8")
    city = tmp_path / "cn-zj-ningbo"
    assert terms_of(part_of(texts_of(city), city.name, FILE, "papers")).objection_hours == hours
    assert load(tmp_path / "cn-zj-ningbo").id == "cn-zj-ningbo"
