"""The page of the way names modules that are there, and every station that a colour passes."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "the-way.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([\w/.]+\.(?:py|ts))`")


def named() -> list[Path]:
    """The modules of the page's tables: a bare name lies beside the one that is named before it."""
    found: list[Path] = []
    for line in PAGE.splitlines():
        beside = None
        for name in NAMED.findall(line):
            path = ROOT / name if "/" in name else None if beside is None else beside / name
            assert path is not None, f"{name} has no folder before it: {line}"
            beside = path.parent
            found.append(path)
    return found


def test_every_module_of_the_way_is_there() -> None:
    found = named()
    assert len(found) > 60
    assert [str(path.relative_to(ROOT)) for path in found if not path.is_file()] == []


def test_the_way_leads_through_every_station() -> None:
    stations = {
        path.name
        for path in (ROOT / "src" / "yimatong" / "stations").iterdir()
        if (path / "models").is_dir() or (path / "models.py").is_file()
    }
    passed = {path.relative_to(ROOT).parts[3] for path in named() if "stations" in path.parts}
    assert passed == stations
