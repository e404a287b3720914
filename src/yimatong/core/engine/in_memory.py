"""A small town out of memory, judged by the plan that judges the city: what a policy's specimens are held against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, fields

import pyarrow as pa
from duckdb import DuckDBPyConnection

from yimatong.core.colour import Colour
from yimatong.core.engine import reference
from yimatong.core.engine.duckdb import Limits, Work, open_session, put, typed
from yimatong.core.facts import COLUMNS, Town
from yimatong.core.judgement import Judgement, Reason, Verdict
from yimatong.core.policy.examine import Engines
from yimatong.core.policy.model import Policy
from yimatong.core.policy.specimens import Judge

SMALL = Limits(threads=1)


@contextmanager
def city() -> Iterator[Judge]:
    """What judges town after town, each by itself, in one DuckDB: opening one takes as long as judging a small town."""
    with open_session(SMALL) as session:

        def judge(town: Town, policy: Policy, as_of: int) -> Judgement:
            # Temporary tables are a connection's own, and go with it.
            with session.cursor() as own:
                return _judged(own, town, policy, as_of)

        yield judge


def _judged(session: DuckDBPyConnection, town: Town, policy: Policy, as_of: int) -> Judgement:
    """Everybody's verdict and reasons at an instant, as engine.reference.judge gives them, and as DuckDB finds them."""
    work = Work(session, policy, as_of, None)
    for name in COLUMNS:
        put(session, "given_areas" if name == "areas" else name, _rows(town, name), typed(name))
    work.name_policy("given_areas")
    work.make([*work.statements.deriving, *work.statements.judging])
    verdicts = session.execute(f"SELECT {_listed(Verdict)} FROM verdicts ORDER BY person").fetchall()
    reasons = session.execute(f"SELECT {_listed(Reason)} FROM reasons ORDER BY person, rule").fetchall()
    return Judgement(
        tuple(
            Verdict(person, Colour(colour), _split(rules), _split(facts), *instants)
            for person, colour, rules, facts, *instants in verdicts
        ),
        tuple(Reason(*row) for row in reasons),
    )


ENGINES = Engines(reference.judge, city)
"""What a policy is examined by."""


def _rows(town: Town, name: str) -> pa.Table:
    rows = [astuple(row) for row in getattr(town, name)]
    columns = {column: pa.string() if kind == "string" else pa.int64() for column, kind in typed(name).items()}
    return pa.table(
        [pa.array([row[n] for row in rows], kind) for n, kind in enumerate(columns.values())], list(columns)
    )


def _listed(row: type[Verdict | Reason]) -> str:
    return ", ".join(field.name for field in fields(row))


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split(",")) if words else ()
