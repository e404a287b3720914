"""Small cities, built once a session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from yimatong.city.build import build
from yimatong.city.model import Days
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy
from yimatong.core.time import SHANGHAI, day_of

POLICIES = Path(__file__).parents[3] / "policies"
AS_OF = SHANGHAI.first_minute(day_of(date(2020, 2, 20))) + 480
DAYS = Days(SHANGHAI, AS_OF, 14)


@pytest.fixture(scope="session")
def ningbo() -> Policy:
    return load(POLICIES / "cn-zj-ningbo")


@pytest.fixture(scope="session")
def hangzhou() -> Policy:
    return load(POLICIES / "cn-zj-hangzhou")


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory, ningbo: Policy) -> Path:
    """A city of 2,000 people."""
    out = tmp_path_factory.mktemp("city") / "city"
    build(out, people=2_000, seed=1, days=DAYS, policy=ningbo)
    return out


@pytest.fixture(scope="session")
def ask(city: Path) -> Callable[[str], list[tuple]]:
    """Ask the city of 2,000 people in SQL; its tables go by their names."""
    connection = duckdb.connect()
    for path in city.glob("*.parquet"):
        connection.execute(f"create view {path.stem} as from '{path}'")
    connection.execute(f"create view stays as from '{city}/stays/*.parquet'")
    return lambda query: connection.execute(query).fetchall()
