"""The engines that the specimens are run through: a town, a policy and an instant in, everybody's judgement out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.generative.parquet import read_judgement, write_town
from yimatong.core.engine import duckdb, reference
from yimatong.core.engine.duckdb import Limits
from yimatong.core.facts import Town
from yimatong.core.judgement import Judgement
from yimatong.core.policy.model import Policy
from yimatong.core.policy.specimens import Judge


def judge_by_duckdb(town: Town, policy: Policy, as_of: int) -> Judgement:
    """Write the town as Parquet, let DuckDB judge it, read the outcome back."""
    with tempfile.TemporaryDirectory() as folder:
        sources = write_town(town, Path(folder) / "in")
        duckdb.judge(sources, policy, as_of, Path(folder) / "out", limits=Limits(threads=1))
        return read_judgement(Path(folder) / "out")


ENGINES: Mapping[str, Judge] = {"reference": reference.judge, "duckdb": judge_by_duckdb}
"""An engine that judges towns is entered here, and the specimens hold it."""
