"""The glossary has every word of the city, of the tree and of the tables, once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| ([^|]+?) \| ([^|]+?) \| ([^|]+?) \|$", re.MULTILINE)
# Folders that are named for their shape in Django or on disk and not for a subject.
SHAPES = {
    "migrations", "models", "actions", "queries", "templatetags", "templates", "locale", "views", "data", "schema", "commands",
}  # fmt: skip
OURS = ("records", "declarations", "judgements", "passes")


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, str, str]]:
    text = (ROOT / "GLOSSARY.md").read_text()
    return [row for row in ROW.findall(text) if row[0] != "word" and not row[0].startswith("-")]


@pytest.fixture(scope="module")
def words(rows) -> list[str]:
    return [word.strip().lower() for left, _, _ in rows for word in left.split(",")]


def known(name: str, words: list[str]) -> bool:
    """A name, or each part of it, stands in the glossary as it is, as one of many, or as a part of a word of several."""
    standing = {part for word in words for part in word.split()}
    return all({part, re.sub(r"ies$", "y", part), part.removesuffix("s")} & standing for part in name.split("_"))


def test_every_row_says_what_its_word_means_in_a_sentence(rows):
    assert len(rows) > 60
    assert [left for left, _, meaning in rows if len(meaning) < 15 or meaning[-1] != "."] == []


def test_no_word_stands_twice(words):
    assert sorted(word for word in set(words) if words.count(word) > 1) == []


def test_every_word_of_the_citys_announcement_is_there(shared, rows):
    chinese = {term for _, zh, _ in rows for term in zh.split("、")}
    text = (shared / "mission" / "requirements.md").read_text()
    asked = re.findall(r"^\| ([^|]+?) \|", text.split("## Words")[1].split("## A")[0], re.MULTILINE)
    asked = [term for term in asked if term not in {"term", "---"}]
    assert len(asked) > 10
    missing = [term for term in asked if not any(term in there or there in term for there in chinese)]
    assert missing == []


def test_every_folder_of_the_product_is_a_word(words):
    folders = {path.name for path in (ROOT / "src" / "yimatong").rglob("*/") if (path / "__init__.py").is_file()}
    assert len(folders - SHAPES) > 8
    assert sorted(name for name in folders - SHAPES if not known(name, words)) == []


def test_every_table_is_a_word(words):
    models = {model.__name__ for label in OURS for model in apps.get_app_config(label).get_models()}
    parts = {name: [part.lower() for part in re.findall(r"[A-Z][a-z]+", name)] for name in models}
    assert len(parts) > 8
    assert sorted(name for name, found in parts.items() if not any(known(part, words) for part in found)) == []
