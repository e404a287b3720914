"""What runs said of those whom they judged or changed, kept when their folders go, so that the verdict of any past minute can be explained.

    <home>/said/<last run>/verdicts.parquet reasons.parquet visits.parquet travels.parquet exposures.parquet neighbours.parquet
    <home>/said/<last run>/runs.json              the runs in it

One folder each time that runs are folded: once a night. The tables are those of an outcome with the column `run`. Of a run by day it has
all that was said, so that the hashes in `runs.outputs` can be made again from it (`digests`); of one over everybody those whom it changed.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import structlog
from django.conf import settings
from django.db import connections

from yimatong.core.engine.duckdb import file_of, quoted, write_part
from yimatong.core.engine.plan.tables import MADE
from yimatong.core.engine.steps import DERIVED, OUTCOME
from yimatong.stations.judgements import inputs
from yimatong.stations.judgements.chain import TOUCHED
from yimatong.stations.judgements.copying import Wanted, copy_out
from yimatong.stations.judgements.lifecycle import JUDGE, folder_of
from yimatong.stations.judgements.models import Run

log = structlog.get_logger(__name__)
RUNS = "runs.json"


def folder() -> Path:
    """Where what was said is kept."""
    return Path(settings.YIMATONG_HOME) / "said"


def put_away(runs: Iterable[Run]) -> None:
    """Keep what published runs said, all of them or none; one whose files are not what it wrote is left out, and the log says so."""
    found = [run for run in runs if run.state == Run.State.PUBLISHED and not holds(run.number) and _is_whole(run)]
    if not found:
        return
    target = folder() / str(max(run.number for run in found))
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    parts = Path(tempfile.mkdtemp(prefix=".said-", dir=folder()))
    try:
        with duckdb.connect() as session:
            for name in OUTCOME:
                columns = ", ".join(f'"{column}"' for column in MADE[name])
                session.execute(
                    f"CREATE TEMP TABLE {name} AS SELECT {columns}, 0 AS run FROM {_of(found[0], name)} LIMIT 0"
                )
            for run in found:
                who = _whose(run, parts)
                for name in OUTCOME:
                    columns = ", ".join(f'"{column}"' for column in MADE[name])
                    session.execute(
                        f"INSERT INTO {name} SELECT {columns}, {run.number} FROM {_of(run, name)} SEMI JOIN {who} USING (person)"
                    )
            for name in OUTCOME:
                session.execute(
                    f"COPY (FROM {name} ORDER BY ALL) TO {file_of(parts, name)} (FORMAT parquet, COMPRESSION zstd)"
                )
        for left in parts.glob("whose-*"):
            left.unlink()
        (parts / RUNS).write_text(json.dumps(sorted(run.number for run in found)) + "\n")
        shutil.rmtree(target, ignore_errors=True)
        parts.rename(target)
    except BaseException:
        shutil.rmtree(parts, ignore_errors=True)
        raise


def holds(run: int) -> bool:
    """True where what a run said was put away."""
    return _place(run) is not None


def derived_then(run: int, person: int) -> dict[str, list[dict[str, Any]]]:
    """What a run derived of a person whom it judged or changed, by table; nothing where neither its folder nor the archive has it."""
    kept, filters = folder_of(run) / "outputs", [("person", "=", person)]
    if not all((kept / f"{name}.parquet").is_file() for name in DERIVED):
        place = _place(run)
        if place is None:
            return {}
        kept, filters = place, [("person", "=", person), ("run", "=", run)]
    return {
        name: pq.read_table(
            kept / f"{name}.parquet", columns=list(MADE[name]), filters=filters, partitioning=None
        ).to_pylist()
        for name in DERIVED
    }


def digests(run: Run) -> dict[str, str]:
    """The hashes of what a run by day said, made again from the archive; equal to `runs.outputs` by the same version of DuckDB."""
    place = _place(run.number)
    if place is None:
        return {}
    with tempfile.TemporaryDirectory() as name:
        rows, whose, out = Path(name) / "rows", Path(name) / "whose.parquet", Path(name) / "out"
        rows.mkdir()
        with duckdb.connect() as session:
            for table in OUTCOME:
                columns = ", ".join(f'"{column}"' for column in MADE[table])
                of_run = f"SELECT {columns} FROM {file_of(place, table)} WHERE run = {run.number}"
                session.execute(f"COPY ({of_run}) TO {file_of(rows, table)} (FORMAT parquet)")
            everybody = " UNION ".join(f"SELECT person FROM {file_of(rows, table)}" for table in OUTCOME)
            session.execute(f"COPY ({everybody}) TO '{quoted(whose)}' (FORMAT parquet)")
        write_part(rows, whose, out)
        made = inputs.sha256_of(out / f"{table}.parquet" for table in OUTCOME)
        return dict(zip(OUTCOME, made, strict=True))


def _place(run: int) -> Path | None:
    """The folder of the archive that has a run."""
    if not folder().is_dir():
        return None
    numbers = sorted(int(path.name) for path in folder().iterdir() if path.name.isdigit() and int(path.name) >= run)
    places = (folder() / str(number) for number in numbers)
    return next((place for place in places if run in json.loads((place / RUNS).read_text())), None)


def _of(run: Run, name: str) -> str:
    return file_of(folder_of(run.number) / "outputs", name)


def _whose(run: Run, parts: Path) -> str:
    """The file of the people whose rows are kept of a run."""
    if run.kind == Run.Kind.TOUCHED:
        return _of(run, TOUCHED)
    path = parts / f"whose-{run.number}.parquet"
    changed = f"SELECT person_id AS person FROM verdicts WHERE run_id = {run.number} ORDER BY 1"
    for _done in copy_out(connections[JUDGE], [Wanted(changed, {"person": "int32"}, path)]):
        pass
    return f"'{quoted(path)}'"


def _is_whole(run: Run) -> bool:
    paths = [folder_of(run.number) / "outputs" / f"{name}.parquet" for name in run.outputs]
    if all(path.is_file() for path in paths) and inputs.sha256_of(paths) == list(run.outputs.values()):
        return True
    log.error("run.not_put_away", run=run.number)
    return False
