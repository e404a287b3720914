"""Every language is whole: every message of the product is translated, with the same gaps to fill, and said by something."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

import yimatong.edges.web
from tools import catalogue as tool

FOLDER = Path(yimatong.edges.web.__file__).parent
GAP = re.compile(r"%\((\w+)\)[sd]|\{(\w+)")


def sentences() -> set[tuple[str | None, str]]:
    """Every message of the code and the templates, with its context."""
    return {(one.context, one.id if isinstance(one.id, str) else one.id[0]) for one in tool.said() if one.id}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return tool.known(tool.LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po")


def test_every_message_has_its_chinese(catalogue):
    found = sentences()
    assert len(found) > 2000
    missing = [
        message for context, message in found if not (known := catalogue.get(message, context)) or not known.string
    ]
    assert missing == []


def test_the_catalogue_has_no_message_that_nothing_says(catalogue):
    found = sentences()
    keys = [(entry.context, entry.id if isinstance(entry.id, str) else entry.id[0]) for entry in catalogue if entry.id]
    assert [key for key in keys if key not in found] == []


def test_no_sentence_hides_inside_another_string_where_nobody_would_find_it():
    sources = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*.py"))]
    assert len(sources) > 20
    assert [found for source in sources for found in re.findall(r"\{_\(.*", source)] == []


def test_a_translation_fills_the_same_gaps(catalogue):
    wrong = []
    for entry in catalogue:
        if not entry.id:
            continue
        source = entry.id if isinstance(entry.id, str) else entry.id[-1]
        said = entry.string if isinstance(entry.string, str) else entry.string[0]
        if set(GAP.findall(source)) != set(GAP.findall(said)):
            wrong.append(source)
    assert wrong == []
