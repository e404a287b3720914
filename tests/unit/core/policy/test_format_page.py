"""The reference of the format is true: its example is a policy without a problem, and it names every key."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from yimatong.core.engine import reference
from yimatong.core.policy.check_rules import KNOWN, NEVER_A_REASON
from yimatong.core.policy.examine import examine

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


@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_a_policy_without_a_problem(name: str, tmp_path: Path) -> None:
    text = (PAGES / name).read_text(encoding="utf-8")
    files = re.findall(r"```yaml\n(# file: (\S+)\n.*?)```", text, re.DOTALL)
    assert len(files) == 5
    for body, path in files:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(body, encoding="utf-8")
    examination = examine(tmp_path / "cn-demo", reference.judge)
    assert examination.problems == ()
    assert examination.changed > 10


@pytest.mark.parametrize("name", NAMES)
def test_the_page_names_every_key_and_every_fact(name: str) -> None:
    text = (PAGES / name).read_text(encoding="utf-8")
    folder = resources.files("yimatong.core.policy") / "schema"
    keys = {key for file in folder.iterdir() for key in keys_of(json.loads(file.read_text(encoding="utf-8")))}
    assert len(keys) > 50
    facts = {kind for kind in KNOWN if kind not in NEVER_A_REASON}
    details = {detail for kind in facts for detail in KNOWN[kind]}
    assert {word for word in keys | facts | details if not re.search(rf"\b{word}\b", text)} == set()
