"""Spark on this machine: in this process, or a master and two workers; the tests are skipped where there is none."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from bench import cluster
from yimatong.core.engine import spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LIGHT = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java that starts quickly: the tests' data is small, and compiling for speed would cost more than it brings."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is about Spark, and runs in one worker: a second Java would only be in the way."""
    for item in items:
        if "spark" in item.path.parts:
            item.add_marker(pytest.mark.spark)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[SparkSession]:
    """Spark inside this process, on two cores."""
    with _prepared(monkeypatch), cluster.on_loopback(), _session("local[2]") as session:
        yield session


@pytest.fixture
def on_a_cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[SparkSession]:
    """Spark on a master and two workers that are processes of their own."""
    with _prepared(monkeypatch), cluster.cluster(workers=2, memory="1g") as master, _session(master) as session:
        yield session


@contextmanager
def _prepared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Skip where this machine has no Java for Spark; else have Java start lightly. pyspark itself is among the tests' packages."""
    try:
        cluster.java()
    except cluster.NoSpark as reason:
        pytest.skip(f"{reason}: as root apt-get install default-jre-headless, or JAVA_HOME=/path")
    cluster.spark_home()
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", LIGHT)
    # Its connections say goodbye when Python ends, and by then pytest has closed what they would say it to.
    logging.getLogger("py4j").setLevel(logging.ERROR)
    yield


@contextmanager
def _session(master: str) -> Iterator[SparkSession]:
    session = spark.open_session(master, memory="1g")
    try:
        yield session
    finally:
        session.stop()
