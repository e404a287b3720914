"""A fact has one name: no table outside yimatong.core.names says in words what a kind, a detail, a level or a table of the records is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from yimatong.core.facts import COLUMNS, DERIVED_DETAILS, DETAILS, Derived, Kind, Level

HOME = Path("src/yimatong/core/names.py")
CLOSED = (
    frozenset({*map(str, Kind), *map(str, Derived)}),
    frozenset(map(str, Level)),
    frozenset(COLUMNS) - {"people"},
    frozenset(name.removesuffix("s") for name in COLUMNS) - {"people"},
    *(frozenset(details) for details in (*DETAILS.values(), *DERIVED_DETAILS.values())),
)
"""Each closed list by itself: two of its values as keys make a table of it. People are no fact."""
SAYING = {"Text", "_", "gettext", "gettext_lazy", "pgettext", "pgettext_lazy"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
OTHERWISE: dict[str, str] = {
    "src/yimatong/edges/feeds/words.py": "what deliverers write in their files: it is read, never said",
    "src/yimatong/edges/cli/city.py": "the steps in which the demo city is made",
    "src/yimatong/edges/cli/city_records.py": "who tells each kind of the demo city's facts",
    "src/yimatong/stations/passes/models/permits.py": "Django's labels, which stand in a migration and on no page",
    "src/yimatong/stations/declarations/models/cases.py": "the earlier systems themselves, labels that stand in a migration",
}
"""Tables with such keys that name something else."""


def tables(tree: ast.Module) -> Iterator[tuple[int, list[str], list[ast.expr]]]:
    """Every table of a module: its line, its keys, its values. A dict, a list of pairs, the members of an enumeration with labels."""
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr, ast.expr]] = []
        if isinstance(node, ast.Dict):
            pairs = [
                (key, value) for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.expr)
            ]
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            pairs = [
                (one.elts[0], one.elts[1]) for one in node.elts if isinstance(one, ast.Tuple) and len(one.elts) == 2
            ]
        elif isinstance(node, ast.ClassDef):
            members = [one.value for one in node.body if isinstance(one, ast.Assign)]
            pairs = [(one.elts[0], one.elts[1]) for one in members if isinstance(one, ast.Tuple) and len(one.elts) == 2]
        if pairs:
            yield pairs[0][0].lineno, [key_of(key) for key, _value in pairs], [value for _key, value in pairs]


def key_of(key: ast.expr) -> str:
    """`case` of "case" and of Kind.CASE; `case/confirmed` of a pair."""
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return key.value
    if isinstance(key, ast.Attribute):
        return key.attr.lower()
    if isinstance(key, ast.Tuple):
        return "/".join(key_of(part) for part in key.elts)
    return ""


def says(value: ast.expr) -> bool:
    """Whether a value is words for people."""
    return any(
        (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value))
        for node in ast.walk(value)
    )


def names_facts(keys: list[str]) -> bool:
    """Whether the keys are two of one closed list, or a kind with its detail."""
    pairs = {f"{kind}/{detail}" for kind, details in (*DETAILS.items(), *DERIVED_DETAILS.items()) for detail in details}
    return any(len(closed & set(keys)) > 1 for closed in CLOSED) or bool(pairs & set(keys))


def found_in(tree: ast.Module) -> list[int]:
    """The lines where a module has such a table."""
    return [line for line, keys, values in tables(tree) if names_facts(keys) and any(map(says, values))]


@pytest.mark.parametrize(
    "source",
    [
        'NAMES = {"case": Text("病例", "case"), "order": Text("决定", "order")}',
        'NAMES = {Level.KEY: "重点地区", Level.LOW: "低风险"}',
        'NAMES = {("case", "confirmed"): _("confirmed")}',
        'NAMES = {"visit/key": Text("去过", "stay")}',
        'NAMES = [("negative", _("negative")), ("positive", _("positive"))]',
        'NAMES = {"facts": pgettext_lazy("a", "fact"), "homes": pgettext_lazy("a", "home")}',
        'class Sort(TextChoices):\n    GOODS = "goods_driver", "货车司机"\n    COMMUTER = "commuter", "通勤"',
    ],
)
def test_a_second_table_is_found(source):
    assert found_in(ast.parse(source)) == [1] or found_in(ast.parse(source)) == [2]


def test_a_table_that_says_nothing_or_of_something_else_is_none():
    harmless = (
        'A = {"case": 1, "order": 2}\nB = {"fever": _("fever"), "other": _("something else")}\nC = {"test": _("x")}'
    )
    assert found_in(ast.parse(harmless)) == []


def test_a_fact_is_named_in_one_place(product):
    found = {
        str(file): lines
        for file, tree in product.items()
        if "migrations" not in file.parts and (lines := found_in(tree))
    }
    assert set(found) - set(OTHERWISE) == {str(HOME)}, found
    assert set(OTHERWISE) <= set(found), "a reason goes when its table is gone"
