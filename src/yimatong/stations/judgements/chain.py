"""The runs by day that build on a run over everybody: what the whole city's inputs and outcome were after one of them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from yimatong.core.engine.duckdb import file_of
from yimatong.core.engine.plan.tables import MADE
from yimatong.core.engine.sources import Sources
from yimatong.core.engine.steps import OUTCOME
from yimatong.core.facts import COLUMNS
from yimatong.stations.judgements import inputs, outputs
from yimatong.stations.judgements.lifecycle import JUDGE, folder_of
from yimatong.stations.judgements.models import Run

OF_PEOPLE = ("people", "facts", "homes", "stays")
"""The tables of a judgement that are about people."""
CHANGED, TOUCHED = "changed", "touched"
"""The files that say whose rows a run by day has among its inputs, and whom it judged."""


def last_over_everybody(run: Run) -> Run | None:
    """The last run over everybody that was published, up to a run."""
    whole = Run.objects.using(JUDGE).filter(state=Run.State.PUBLISHED, kind=Run.Kind.FULL, number__lte=run.number)
    return whole.order_by("-number").first()


def rebuilt(run: Run, folder: Path) -> Sources:
    """The inputs of the whole city of a run by day, put together in a folder and checked against their hashes on the way.

    `snapshot-gone` or `snapshot-changed` where a file of the run, or of one of those that it builds on, is not what it was.
    """
    links = links_of(run)
    for link in links:
        # The lake is that of the run itself.
        lake = link.lake if link == run else None
        inputs.verify(folder_of(link.number) / "inputs", run=link.number, tables=link.inputs, lake_digest=lake)
    _put_together(links, "inputs", CHANGED, OF_PEOPLE, folder)
    own = folder_of(run.number) / "inputs"
    lake_files = tuple(own / file["path"] for file in inputs.lake_of(own))
    whole = {name: (folder / f"{name}.parquet",) for name in OF_PEOPLE}
    return Sources(**{**whole, "areas": (own / "areas.parquet",), "stays": (*whole["stays"], *lake_files)})


def said(run: Run, folder: Path) -> Path:
    """What was in force of the whole city after a run by day, put together from what the runs it builds on have kept."""
    links = links_of(run)
    try:
        _put_together(links, "outputs", TOUCHED, OUTCOME, folder)
    except duckdb.Error:
        # A file that is no table any more, or is gone: the first is named.
        for link in links:
            outputs.require_whole(link)
        raise
    return folder


def _put_together(links: list[Run], of: str, whose: str, tables: tuple[str, ...], folder: Path) -> None:
    """Write tables of the whole city: of each person the rows of the last run of the chain that has the person's rows."""
    folder.mkdir(parents=True)
    paths = {link.number: folder_of(link.number) / of for link in links}
    whole, *by_day = paths
    with duckdb.connect() as session:
        session.execute("CREATE TABLE named (person INTEGER, run INTEGER)")
        for number in by_day:
            session.execute(f"INSERT INTO named SELECT person, {number} FROM {file_of(paths[number], whose)}")
        session.execute("CREATE TABLE newest AS SELECT person, max(run) AS run FROM named GROUP BY person")
        for name in tables:
            columns = ", ".join(f'"{column}"' for column in (MADE.get(name) or dict(COLUMNS[name])))
            session.execute(
                f"CREATE OR REPLACE TABLE rows AS SELECT {columns} FROM {file_of(paths[whole], name)} ANTI JOIN newest USING (person)"
            )
            for number in by_day:
                theirs = f"SEMI JOIN (SELECT person FROM newest WHERE run = {number}) USING (person)"
                session.execute(f"INSERT INTO rows SELECT {columns} FROM {file_of(paths[number], name)} {theirs}")
            session.execute(f"COPY rows TO {file_of(folder, name)} (FORMAT parquet)")


def links_of(run: Run) -> list[Run]:
    """The last run over everybody and those by day that follow it, up to a run."""
    whole = last_over_everybody(run)
    assert whole is not None
    between = Run.objects.using(JUDGE).filter(state=Run.State.PUBLISHED, number__gte=whole.number)
    return list(between.filter(number__lte=run.number).order_by("number"))
