"""The pages' scripts hold English alone: what else they say comes from the catalogues (tools/messages.py), so that a language needs no code."""

from __future__ import annotations

import re
from pathlib import Path

SOURCES = Path("web/src")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LANGUAGE = re.compile(r"""===\s*"(?:zh|en)"|"zh"\s*\|\s*"en\"""")
DRAWN = re.compile(
    r""">([^<>{}=;()]*[A-Za-z]{3,}[^<>{}=;()]*)</|\b(?:title|aria-label|placeholder|alt|label)="([^"]*[A-Za-z]{3,}[^"]*)\""""
)
# File: what Chinese stands in it.
SPELT = {"web/src/desk/engine/judging.ts": "a masked name, as an example"}
# File: why it asks which of two languages it is.
ASKING = {
    "web/src/credential/words.ts": "the rotating word is a pair: part of the code's format",
}


def scripts(texts) -> dict[str, str]:
    found = {
        str(file): text for file, text in texts.items() if file.suffix in {".ts", ".tsx"} and SOURCES in file.parents
    }
    assert len(found) > 150
    return found


def test_no_script_of_a_page_has_chinese_words(texts):
    found = {file for file, text in scripts(texts).items() if CHINESE.search(text)}
    assert found == SPELT.keys()


def test_no_script_chooses_between_two_languages(texts):
    found = {file for file, text in scripts(texts).items() if LANGUAGE.search(text)}
    assert found == ASKING.keys()


def test_nothing_that_is_drawn_is_written_where_it_is_drawn(texts):
    drawn = {file: text for file, text in scripts(texts).items() if file.endswith(".tsx")}
    assert len(drawn) > 20
    assert [(file, found) for file, text in drawn.items() for found in DRAWN.findall(text)] == []
