"""What runs said of those whom they judged or changed, kept when their folders go, so that the verdict of any past minute can be explained.

    <home>/said/<last run>/verdicts.parquet reasons.parquet visits.parquet travels.parquet exposures.parquet neighbours.parquet
    <home>/said/<last run>/runs.json              the runs in it, and the SHA-256 of each file

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
from yimatong.stations.judgements import inputs, outputs
from yimatong.stations.judgements.chain import TOUCHED
from yimatong.stations.judgements.copying import Wanted, copy_out
from yimatong.stations.judgements.errors import JudgementError, mistake
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
        _write_down(parts, sorted(run.number for run in found))
        shutil.rmtree(target, ignore_errors=True)
        parts.rename(target)
    except BaseException:
        shutil.rmtree(parts, ignore_errors=True)
        raise


def holds(run: int) -> bool:
    """True where what a run said was put away."""
    try:
        return _place(run) is not None
    except JudgementError:
        log.exception("said.not_readable", run=run)
        return False


def derived_then(run: Run, person: int) -> dict[str, list[dict[str, Any]]]:
    """What a run derived of a person whom it judged or changed, by table; nothing where neither its folder nor the archive has it.

    `snapshot-changed` where a file of theirs is not what was written.
    """
    kept, filters = outputs.place(run), [("person", "=", person)]
    if all((kept / f"{name}.parquet").is_file() for name in DERIVED):
        outputs.require_whole(run)
    else:
        place = _place(run.number)
        if place is None:
            return {}
        _require_kept(place, run.number)
        kept, filters = place, [("person", "=", person), ("run", "=", run.number)]
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
    _require_kept(place, run.number)
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
    """The folder of the archive that has a run; `snapshot-changed` where none has it, and one does not say what it has."""
    if not folder().is_dir():
        return None
    numbers = sorted(int(path.name) for path in folder().iterdir() if path.name.isdigit() and int(path.name) >= run)
    places = (folder() / str(number) for number in numbers)
    cut: JudgementError | None = None
    for place in places:
        try:
            if run in _listed(place)["runs"]:
                return place
        except JudgementError as found:
            cut = found
    if cut:
        raise cut
    return None


def _write_down(place: Path, runs: list[int]) -> None:
    """Note which runs a folder has, and the SHA-256 of each of its files."""
    paths = [place / f"{name}.parquet" for name in OUTCOME]
    files = dict(zip((path.name for path in paths), inputs.sha256_of(paths), strict=True))
    (place / RUNS).write_text(json.dumps({"runs": runs, "files": files}, sort_keys=True) + "\n")


def _listed(place: Path) -> dict[str, Any]:
    """What a folder notes of itself; `snapshot-changed` where that was cut. One of before hashes were noted has a list of runs alone."""
    try:
        noted = json.loads((place / RUNS).read_bytes())
        return (
            {"runs": noted, "files": {}}
            if isinstance(noted, list)
            else {"runs": noted["runs"], "files": noted["files"]}
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise mistake("snapshot-changed", run=place.name, file=RUNS) from None


def _require_kept(place: Path, run: int) -> None:
    inputs.require_whole({place / name: digest for name, digest in _listed(place)["files"].items()}, run=run)


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
    if outputs.are_whole(run):
        return True
    log.error("run.not_put_away", run=run.number)
    return False
