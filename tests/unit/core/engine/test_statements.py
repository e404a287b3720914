"""The SQL that Ibis compiles is pinned: a new version of Ibis or sqlglot that writes another text is seen and read first.

`YIMATONG_GOLDEN=write pytest tests/unit/core/engine/test_statements.py` writes the files anew.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from tests.unit.core.engine.a_policy import A_POLICY, LAST
from yimatong.core.engine import reference
from yimatong.core.engine.in_force import PolicyNotInForceError
from yimatong.core.engine.steps import SOME_INSTANT, _compiled, statements
from yimatong.core.facts import Person, Town
from yimatong.core.time import SHANGHAI, day_of

GOLDEN = Path(__file__).parent / "golden"
AS_OF = SHANGHAI.first_minute(day_of(date(2020, 2, 20))) + 480


def compiled(dialect: str) -> str:
    """Every statement of a judgement, one after the other."""
    found = statements(A_POLICY, AS_OF, dialect)
    return "".join(f"-- {part.name}\n{part.sql};\n\n" for part in (*found.deriving, *found.judging, found.deadline))


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
def test_the_compiled_text_is_the_one_that_was_read(dialect: str) -> None:
    file = GOLDEN / f"{dialect}.sql"
    if os.environ.get("YIMATONG_GOLDEN") == "write":
        file.write_text(compiled(dialect), encoding="utf-8")
    assert compiled(dialect) == file.read_text(encoding="utf-8")


def test_a_statement_is_compiled_once_for_a_policy_and_a_day() -> None:
    assert statements(A_POLICY, AS_OF, "duckdb") is statements(A_POLICY, AS_OF, "duckdb")


def test_two_instants_under_the_same_rules_differ_in_the_text_by_the_instant_alone() -> None:
    """Compiled once, as the time it takes would say; and no other number of the text is taken for the instant."""
    early, late = (statements(A_POLICY, at, "duckdb") for at in (AS_OF, AS_OF + 61))
    assert early.policy_rows == late.policy_rows
    for one, other in zip((*early.deriving, *early.judging), (*late.deriving, *late.judging), strict=True):
        assert one.sql.replace(str(AS_OF), str(AS_OF + 61)) == other.sql
        assert str(SOME_INSTANT) not in one.sql
    assert any(str(AS_OF) in part.sql for part in early.judging)
    before = _compiled.cache_info().misses
    statements(A_POLICY, AS_OF + 62, "duckdb")
    assert _compiled.cache_info().misses == before


def test_after_its_last_day_a_policy_judges_nobody() -> None:
    on_the_last_day = statements(A_POLICY, SHANGHAI.last_minute(day_of(LAST)), "duckdb")
    assert {row[2] for row in on_the_last_day.policy_rows.rules} == {"red.case", "red.visit", "yellow.travel"}
    after = SHANGHAI.first_minute(day_of(LAST) + 1)
    with pytest.raises(PolicyNotInForceError, match="not on 2020-04-01"):
        statements(A_POLICY, after, "duckdb")
    with pytest.raises(PolicyNotInForceError, match="not on 2020-04-01"):
        reference.judge(Town(people=(Person(1, 330203001),)), A_POLICY, after)
