"""The reference of the format is true: its example is a policy without a problem, and it names every key."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from yimatong.core.engine.in_memory import ENGINES
from yimatong.core.policy.check_rules import ALLOWED, details_of
from yimatong.core.policy.examine import examine
from yimatong.core.policy.explain import explain
from yimatong.core.policy.load import load

PAGES = Path(__file__).resolve().parents[4] / "docs" / "reference"
NAMES = ["policy-format.md", "policy-format.zh.md"]


def keys_of(schema: Any) -> set[str]:
    """Every key that a schema lets somebody write."""
    if isinstance(schema, list):
        return {key for part in schema for key in keys_of(part)}
    if not isinstance(schema, dict):
        return set()
    own = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
    return own | {key for part in schema.values() for key in keys_of(part)}


def written(name: str, where: Path, headings: int) -> int:
    """Do what the page says under its first headings: write its files, add to them; how often it says so."""
    text = "".join(re.split(r"(?m)^(?=## )", (PAGES / name).read_text(encoding="utf-8"))[: headings + 1])
    steps = re.findall(r"```yaml\n(# (file|add to): (\S+)\n.*?)```", text, re.DOTALL)
    for body, what, path in steps:
        (where / path).parent.mkdir(parents=True, exist_ok=True)
        before = (where / path).read_text(encoding="utf-8") if what == "add to" else ""
        (where / path).write_text(before + body, encoding="utf-8")
    return len(steps)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("headings", "files"), [(2, 5), (3, 9)], ids=["whole", "a rule for named counties"])
def test_the_example_is_a_policy_without_a_problem(name: str, headings: int, files: int, tmp_path: Path) -> None:
    assert written(name, tmp_path, headings) == files
    examination = examine(tmp_path / "cn-demo", ENGINES)
    assert examination.problems == ()
    assert examination.changed > 10


@pytest.mark.parametrize("name", NAMES)
def test_the_page_names_every_key_and_every_fact(name: str) -> None:
    text = (PAGES / name).read_text(encoding="utf-8")
    folder = resources.files("yimatong.core.policy") / "schema"
    keys = {key for file in folder.iterdir() for key in keys_of(json.loads(file.read_text(encoding="utf-8")))}
    assert len(keys) > 50
    facts = set(ALLOWED)
    details = {detail for kind in facts for detail in details_of(())[kind]}
    assert {word for word in keys | facts | details if not re.search(rf"\b{word}\b", text)} == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_rule_for_named_counties_is_explained_in_words(name: str, tmp_path: Path) -> None:
    assert written(name, tmp_path, 3) == 9
    policy = load(tmp_path / "cn-demo")
    zh, en = explain(policy, "zh"), explain(policy, "en")
    assert "- **依据的事实**：去过点名的县（市、区）" in zh
    assert "- **Rests on**: stay in a named county" in en
    assert "| 点名的县（市、区） | 浙江省台州市温岭市 |" in zh
    assert "| named county | Wenling, Taizhou, Zhejiang |" in en
