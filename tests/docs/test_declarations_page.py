"""The page about declarations is what the code says."""

from __future__ import annotations

from pathlib import Path

from yimatong.stations.declarations import form
from yimatong.stations.declarations.pages import page

FILE = Path(__file__).parents[2] / "docs" / "reference" / "declarations.md"


def test_the_page_is_fresh() -> None:
    assert FILE.read_text(encoding="utf-8") == page(), "run make docs"


def test_the_page_has_every_field_with_its_reason() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert len(form.FIELDS) > 20
    assert [name for name, one in form.FIELDS.items() if f"`{name}`" not in text or one.why.of("zh") not in text] == []
