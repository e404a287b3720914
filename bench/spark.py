"""The same judgement on a cluster: a standalone master and two workers, its files against DuckDB's, byte for byte."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pyarrow.parquet as pq

from bench import cities
from bench.cluster import NoSpark, cluster
from bench.figures import Figure
from bench.run import Bench
from yimatong.core.engine import duckdb, spark
from yimatong.core.engine.steps import OUTCOME

NAME = "spark"


def measure(bench: Bench) -> Iterator[Figure]:
    """The rows that differ, and the times; or that this machine has no Spark."""
    people = bench.spark_people
    try:
        with cluster() as master:
            yield from _compared(bench, people, master)
    except NoSpark as reason:
        yield Figure(NAME, f"{people:,} people", "not measured", "the same rows as DuckDB's", None, str(reason))


def _compared(bench: Bench, people: int, master: str) -> Iterator[Figure]:
    city, policy = bench.city(people), cities.policy()
    ours, theirs = bench.out(people), bench.root / f"spark-{people}"
    began = time.perf_counter()
    duckdb.judge(city.sources, policy, cities.WHEN, ours)
    by_duckdb = time.perf_counter() - began
    bench.say(f"Spark judges {people:,} people on {master}, twice")
    session = spark.open_session(master, memory="2g")
    try:
        seconds = []
        for _round in range(2):
            began = time.perf_counter()
            outcome = spark.judge(session, city.sources, policy, cities.WHEN, theirs)
            seconds.append(time.perf_counter() - began)
    finally:
        session.stop()
    same = [
        name for name in OUTCOME if (ours / f"{name}.parquet").read_bytes() == (theirs / f"{name}.parquet").read_bytes()
    ]
    rows = sum(pq.read_metadata(ours / f"{name}.parquet").num_rows for name in OUTCOME)
    longest = sorted(outcome.seconds.items(), key=lambda step: -step[1])[:4]
    yield Figure(
        NAME,
        f"{people:,} people: files of the same bytes as DuckDB's",
        f"{len(same)} of {len(OUTCOME)}",
        "the same rows",
        len(same) == len(OUTCOME),
        f"{rows:,} rows of {', '.join(OUTCOME)}; two workers of one core each and a master, processes of their own on loopback",
    )
    yield Figure(
        NAME,
        f"{people:,} people: time",
        f"{seconds[1]:.1f} s, the first time {seconds[0]:.1f} s",
        note=f"DuckDB {by_duckdb:.1f} s; the longest steps: {', '.join(f'{name} {took:.1f} s' for name, took in longest)}",
    )
