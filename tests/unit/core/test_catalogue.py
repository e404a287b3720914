"""The one catalogue is whole: every message of the product is translated, with the same gaps to fill, and is said by something."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tools import catalogue as tool

WAYS = {"_": 1, "message": 1, "message_in": 2, "gettext": 1, "pgettext": 2}
GAP = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w+)[^{}]*\}")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
ROOMS = ("core", "records", "stations")
DATA = {
    "core/name_matching.py": "how names are written",
    "core/paper/numbers.py": "hyphens that people type",
    "core/policy/check_messages.py": "words that no text may have",
    "core/policy/document.py": "a blank that may stand in a policy",
    "stations/checkpoints/drills.py": "the name of a checkpoint of a drill",
    "stations/declarations/actions/effects.py": "the place that is recorded where none is given",
    "stations/declarations/actions/wrong_numbers.py": "what people answer to a text",
    "stations/declarations/wording.py": "brackets that carriers want",
    "stations/issuing/actions/rosters.py": "the number of a document",
    "stations/judgements/names.py": "endings of names of divisions",
    "stations/passes/actions/permits.py": "the title of a document",
    "stations/passes/drills.py": "the name of somebody of a drill",
}
"""Chinese that is no message, and why."""


def parsed(room: str = "") -> list[tuple[Path, ast.Module]]:
    paths = sorted((tool.SOURCE / room).rglob("*.py"))
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths if "migrations" not in path.parts]


@pytest.fixture(scope="module")
def said() -> set[tuple[str | None, str]]:
    return {(one.context, one.id if isinstance(one.id, str) else one.id[0]) for one in tool.said() if one.id}


@pytest.fixture(
    scope="module", params=sorted(tool.LOCALE.glob("*/LC_MESSAGES/django.po")), ids=lambda path: path.parts[-3]
)
def catalogue(request):
    return [one for one in tool.known(request.param) if one.id]


def test_every_message_has_its_chinese_and_nothing_else_is_in_a_catalogue(catalogue, said):
    assert len(said) > 2000
    known = {(one.context, one.id if isinstance(one.id, str) else one.id[0]): one.string for one in catalogue}
    assert known.keys() == said
    whole = {one.id: one.string for one in tool.known(tool.LOCALE / tool.WHOLE / "LC_MESSAGES" / "django.po") if one.id}
    assert [message for message, words in whole.items() if not words] == []


def test_a_translation_fills_the_same_gaps(catalogue):
    wrong = []
    for one in catalogue:
        source, words = ((text,) if isinstance(text, str) else text for text in (one.id, one.string))
        if words[0] and set(GAP.findall(source[-1])) != set(GAP.findall(words[0])):
            wrong.append(source[-1])
    assert wrong == []


def test_no_message_hides_where_nobody_would_find_it(said):
    """In another message's gap, in another string, or behind a name."""
    hidden = []
    for path, tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WAYS:
                words = [one.value for one in node.args if isinstance(one, ast.Constant)][: WAYS[node.func.id]]
                key = (None, *words) if len(words) == 1 else tuple(words)
                if key not in said and path != tool.SOURCE / "core" / "text.py":
                    hidden.append(f"{path.relative_to(tool.SOURCE)}:{node.lineno} {words}")
    assert hidden == []


@pytest.mark.parametrize("room", ROOMS)
def test_what_people_read_is_written_in_english_where_it_is_used(room):
    """Docstrings are for us; labels of models stand in migrations and are shown to nobody; DATA says the rest."""
    found = set()
    for path, tree in parsed(room):
        notes = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in notes)
        if any(isinstance(node.value, str) and CHINESE.search(node.value) for node in texts):
            found.add(path.relative_to(tool.SOURCE).as_posix())
    labels = {one for one in found if "/models" in one or one.endswith("/apps.py")}
    assert found - labels == {one for one in DATA if one.startswith(f"{room}/")}


def test_a_language_is_begun_with_every_message_and_its_own_plurals(tmp_path, monkeypatch, said):
    monkeypatch.setattr(tool, "LOCALE", tmp_path)
    assert tool.main(["--new", "ug"]) == 0
    begun = tool.known(tmp_path / "ug" / "LC_MESSAGES" / "django.po")
    assert {(one.context, one.id if isinstance(one.id, str) else one.id[0]) for one in begun if one.id} == said
    assert begun.num_plurals == 2
    assert tool.main(["--check"]) == 0, "what it lacks is told in Chinese"
