"""What the browser's pages say: every language has a file a page, and a folder of further catalogues is looked at too."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

TOOL = Path(__file__).resolve().parents[3] / "tools" / "messages.py"


def catalogue(folder: Path, language: str, words: dict[tuple[str | None, str], str]) -> None:
    file = folder / language / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    made = Catalog()
    for (context, message), translation in words.items():
        made.add(message, translation, context=context)
    with file.open("wb") as out:
        write_po(out, made)


@pytest.fixture
def written(tmp_path, monkeypatch):
    """The pages' files with a Tibetan catalogue beside the product's own, which has another word for "Back" in Chinese as well."""
    further = tmp_path / "locales"
    catalogue(further, "bo", {(None, "Back"): "ཕྱིར་ལོག", ("scan", "PIN"): "གསང་ཨང", (None, "Nobody says this"): "མིན"})
    catalogue(further, "zh_Hans", {(None, "Back"): "回去"})
    monkeypatch.setenv("YIMATONG_LOCALES", str(further))
    spec = importlib.util.spec_from_file_location("tools_messages", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "OUT", tmp_path / "generated")
    module.main()
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in module.OUT.iterdir()}


def test_every_language_is_there_by_its_own_name(written):
    assert written.keys() == {"messages", "code", "desk", "scan"}
    assert [*written["scan"]["names"].items()] == [("zh", "中文"), ("en", "English"), ("bo", "བོད་སྐད་")]


def test_a_further_catalogue_tells_what_the_pages_say_and_goes_before(written):
    assert written["messages"]["messages"]["bo"] == {"Back": "ཕྱིར་ལོག", "scan\x04PIN": "གསང་ཨང"}
    assert written["desk"]["messages"]["bo"] == {"Back": "ཕྱིར་ལོག"}
    assert written["desk"]["messages"]["zh"]["Back"] == "回去"


def test_a_page_has_its_own_messages_and_those_of_every_page(written):
    code, scan = (written[page]["messages"]["zh"] for page in ("code", "scan"))
    assert "The server cannot be reached." in code.keys() & scan.keys()
    assert code["brand\x04e-code"] == "一码通|电子码"
    assert "brand\x04e-code" not in scan
    assert code.keys() | scan.keys() < written["messages"]["messages"]["zh"].keys()
