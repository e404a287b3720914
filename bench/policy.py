"""The rules read aloud: `yimatong policy explain` prints all of them, in the announcement's order."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

from bench import cities
from bench.figures import Figure
from bench.run import Bench

NAME = "policy"
SECTIONS = [f"B{number}" for number in range(1, 9)]


def measure(_bench: Bench) -> Iterator[Figure]:
    """For each language: how many rules are printed, each with its clause, under B1 to B8 in that order."""
    rules = cities.policy().rules
    for language, clause in (("zh", "**条文**"), ("en", "**Clause**")):
        page = _explained(language)
        sections = re.findall(r"^## (B\d)\b", page, re.MULTILINE)
        printed = re.findall(r"^`((?:red|yellow)\.\w+)`$", page, re.MULTILINE)
        clauses = page.count(clause)
        whole = sections == SECTIONS and printed == _in_order() and set(printed) == {rule.id for rule in rules}
        yield Figure(
            NAME,
            f"rules printed by `yimatong policy explain --lang {language}`",
            f"{len(printed)} of {len(rules)}, {clauses} clauses",
            "all, B1 to B8 in order, each with its clause",
            whole and clauses >= len(rules),
            f"sections {' '.join(sections)}",
        )


def _in_order() -> list[str]:
    """The rules by the order that the policy gives them inside each section, sections in the announcement's order."""
    by_section = {
        section: [rule for rule in cities.policy().rules if rule.requirement == section] for section in SECTIONS
    }
    return [rule.id for section in SECTIONS for rule in sorted(by_section[section], key=lambda rule: rule.order)]


def _explained(language: str) -> str:
    program = "from yimatong.site.program import main; main()"
    arguments = ["policy", "explain", cities.POLICY, "--lang", language]
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return done.stdout
