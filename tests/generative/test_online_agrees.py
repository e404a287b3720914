"""One person judged by what lies in PostgreSQL about them, as a desk and a gate ask it, is told what the whole town's judgement says."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from hypothesis import given, strategies as st

from tests.generative.towns import AS_OF, make_town
from tests.searching import sought
from yimatong.core.engine import reference
from yimatong.core.engine.plan.tables import MADE
from yimatong.core.engine.steps import DERIVED
from yimatong.core.facts import COLUMNS, Town
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.online import judged

POLICIES = Path(__file__).parents[2] / "policies"
TYPES = {"int32": "integer", "int64": "bigint", "string": "text"}
TABLES = {name: {column: kind.rstrip("?") for column, kind in columns} for name, columns in COLUMNS.items()}
TABLES |= {name: MADE[name] for name in DERIVED}
OF_OTHERS = ("exposures", "neighbours")
"""What only others' stays tell; what follows from one's own is found at once."""

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(scope="module", params=["cn-zj-ningbo", "cn-zj-hangzhou"])
def policy(request: pytest.FixtureRequest) -> Policy:
    return load(POLICIES / request.param)


@pytest.fixture
def inputs(db: None) -> psycopg.Connection[Any]:
    """The connection of the pages, where temporary tables stand before the views of the same names."""
    connection.ensure_connection()
    for name, columns in TABLES.items():
        listed = ", ".join(f'"{column}" {TYPES[kind]}' for column, kind in columns.items())
        connection.connection.execute(f"CREATE TEMP TABLE engine_{name} ({listed}) ON COMMIT DROP")
    return connection.connection


@sought(12)
@given(seed=st.integers(0, 2**32 - 1), people=st.integers(1, 12), derived=st.sampled_from([DERIVED, OF_OTHERS]))
def test_one_person_online_gets_what_the_judgement_of_the_town_says(
    inputs: psycopg.Connection[Any], policy: Policy, seed: int, people: int, derived: tuple[str, ...]
) -> None:
    town = make_town(seed, people)
    _fill(inputs, town, policy, derived)
    expected = reference.judge(town, policy, AS_OF)
    for verdict in expected.verdicts:
        found, reasons, rows = judged(verdict.person, policy, AS_OF)
        assert found == verdict
        assert reasons == tuple(reason for reason in expected.reasons if reason.person == verdict.person)
        assert {reason.fact for reason in reasons if reason.fact.split("/")[0] in KINDS} <= rows.keys()


KINDS = {"visit", "travel", "exposure", "neighbour"}


def test_a_person_who_is_not_there_gets_no_colour(inputs: psycopg.Connection[Any], policy: Policy) -> None:
    _fill(inputs, Town(), policy, DERIVED)
    with pytest.raises(JudgementError) as unknown:
        judged(1, policy, AS_OF)
    assert unknown.value.code == "person-unknown"


def _fill(session: psycopg.Connection[Any], town: Town, policy: Policy, derived: Collection[str]) -> None:
    """Put a town's rows, and what the reference derives, where a judgement of one person looks."""
    made = reference.derive(town, policy, AS_OF)
    for name, columns in TABLES.items():
        rows = getattr(town, name) if name in COLUMNS else getattr(made, name) if name in derived else ()
        listed = ", ".join(f'"{column}"' for column in columns)
        session.execute(f"TRUNCATE engine_{name}")
        with session.cursor() as cursor, cursor.copy(f"COPY engine_{name} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([_plain(getattr(row, column)) for column in columns])


def _plain(value: object) -> object:
    return getattr(value, "value", value)
