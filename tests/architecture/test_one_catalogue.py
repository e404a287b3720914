"""Every word that the edges and the site say is in the catalogue: no text in Chinese stands in their code, but for data."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import yimatong

SOURCE = Path(yimatong.__file__).parent
CHINESE = re.compile("[\u3400-\u9fff]")
DATA = {
    "edges/cli/city_records.py": "sources of the demo city's facts",
    "edges/cli/feeds.py": "the law that a delivery names as its basis",
    "edges/cli/main.py": "the product's name",
    "edges/feeds/": "headers and words of files that are read, examples of them, place names",
    "edges/printing/joining.py": "the name of the paper",
    "edges/web/desk/issuing.py": "an example of a name",
    "edges/web/office/fraud.py": "an example of an office",
    "edges/web/office/point_forms.py": "an example of a holiday",
    "site/commands/demo_channels.py": "names of the demo's channels",
    "site/demo_outreach.py": "sources of the demo's orders",
    "site/demo_points.py": "names of the demo's issuing points",
}
"""What may say something in Chinese, and what that is."""


def in_chinese(path: Path) -> list[str]:
    """The strings of a file that hold Chinese; what documents the code is none of them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documents = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    strings = (one for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str))
    return [one.value for one in strings if id(one) not in documents and CHINESE.search(one.value)]


@pytest.mark.parametrize("room", ["edges", "site"])
def test_what_is_said_in_chinese_stands_in_the_catalogue(room: str) -> None:
    files = sorted((SOURCE / room).rglob("*.py"))
    assert len(files) > 20
    named = {str(path.relative_to(SOURCE)): in_chinese(path) for path in files}
    assert {name: said for name, said in named.items() if said and not name.startswith(tuple(DATA))} == {}


def test_the_list_of_exceptions_is_no_longer_than_it_must_be() -> None:
    said = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if in_chinese(path)}
    assert [name for name in DATA if not any(one.startswith(name) for one in said)] == []
