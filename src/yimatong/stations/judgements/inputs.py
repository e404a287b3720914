"""The inputs of a run: the engine's five tables as files with their hashes, so that it can be judged again.

    <home>/runs/<run>/inputs/people.parquet facts.parquet homes.parquet areas.parquet stays.parquet
    <home>/runs/<run>/inputs/identities.parquet               whose identity was which, by digest (identities.py)
    <home>/runs/<run>/inputs/lake/stays/2020-02-15.parquet ...      hard links to the lake's files
    <home>/runs/<run>/inputs/manifest.json                    every file with its SHA-256

A file of the lake is only ever replaced whole, so a hard link keeps what the run saw. Where a link is impossible (another
file system), the manifest names the file in the lake, and its hash tells whether it is still the same.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from yimatong.core import lake
from yimatong.core.engine.outcome import Progress
from yimatong.core.engine.sources import Sources
from yimatong.core.facts import COLUMNS
from yimatong.records.queries import identities_sql, snapshot_sql
from yimatong.stations.judgements.copying import Wanted, copy_out
from yimatong.stations.judgements.errors import JudgementError, lake_restless, mistake

KEPT_LAKE = "lake/stays"
IDENTITIES = "identities"
IDENTITY_COLUMNS = {"person": "int32", "identity": "binary8"}
"""Beside the engine's tables: nothing is judged by them, and a run has them among its inputs so that it can be told whom it judged."""
LONGEST = ("facts", "people", "homes", "stays", "areas")
Amend = Callable[[Any, dict[str, dict[str, Any]]], None]
Identity = tuple[int, int, int]
"""Inode, size and modification time (ns) of a file."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a run judges. `tables` maps a table, `identities` too, to {"sha256", "rows"}; `lake` is the SHA-256 of the lake's list of files.

    `unjudged` are the numbers of the changes that lay in this snapshot and waited for a judgement.
    """

    known_at: datetime
    tables: dict[str, dict[str, Any]]
    lake: str
    sources: Sources
    unjudged: tuple[int, ...] = ()


def take(
    connection: BaseDatabaseWrapper,
    folder: Path,
    *,
    lake_folder: Path,
    known_at: datetime | None,
    earlier: Path | None = None,
    progress: Progress | None = None,
    amend: Amend | None = None,
) -> Inputs:
    """Write the inputs as known at an instant (None: now) into a new folder, all of one moment of the database.

    `earlier` is the inputs of an earlier run: a file of the lake that is the same file as then is not hashed again. `amend` may
    exchange files before they are the inputs, inside the transaction that saw them; it is given its cursor.
    """
    folder.mkdir(parents=True)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT coalesce(%s, now())", [known_at])
        moment: datetime = cursor.fetchone()[0]
        cursor.execute("SELECT number FROM unjudged ORDER BY number")
        unjudged = tuple(row[0] for row in cursor.fetchall())
        tables = _take_tables(connection, known_at, folder, progress)
        if amend:
            amend(cursor, tables)
    if progress:
        progress("snapshot.lake", len(COLUMNS) + 2, len(COLUMNS) + 2)
    files = take_lake(lake_folder, folder / KEPT_LAKE, earlier)
    write_manifest(folder, moment, tables, files)
    return replace(opened(folder), unjudged=unjudged)


def write_manifest(
    folder: Path, known_at: datetime, tables: dict[str, dict[str, Any]], lake_files: list[dict[str, Any]]
) -> None:
    """Write down what a folder holds: it is whole from then on."""
    manifest = {"format": 1, "known_at": known_at.isoformat(), "tables": tables, "lake": lake_files}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")


def lake_of(folder: Path) -> list[dict[str, Any]]:
    """The files of the lake that a folder of inputs lists, with their `path` below it or, where they could not be linked, as it is."""
    files: list[dict[str, Any]] = manifest_of(folder)["lake"]
    return files


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a run's inputs; `snapshot-gone` where there is none, `snapshot-changed` where it was cut or is none."""
    run = folder.parent.name
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        if isinstance(manifest["lake"], list) and isinstance(manifest["tables"], dict):
            datetime.fromisoformat(manifest["known_at"])
            return dict(manifest)
    except FileNotFoundError:
        raise mistake("snapshot-gone", run=run, file="manifest.json") from None
    except (ValueError, KeyError, TypeError):
        pass
    raise mistake("snapshot-changed", run=run, file="manifest.json")


def opened(folder: Path) -> Inputs:
    """The inputs in a folder, as its manifest lists them; nothing is checked (see `verify`)."""
    manifest = manifest_of(folder)
    names = {name: (folder / f"{name}.parquet",) for name in COLUMNS}
    stays = names.pop("stays") + tuple(Path(file["path"]) for file in _absolute(manifest["lake"], folder))
    return Inputs(
        known_at=datetime.fromisoformat(manifest["known_at"]),
        tables=manifest["tables"],
        lake=digest_of_lake(manifest["lake"]),
        sources=Sources(stays=stays, **names),
    )


def verify(folder: Path, *, run: int, tables: dict[str, dict[str, Any]], lake_digest: str | None) -> Inputs:
    """The inputs of a run, every file still the one that was judged; `snapshot-gone` or `snapshot-changed` where not.

    Without `lake_digest` the lake's files are not looked at.
    """
    manifest = manifest_of(folder)
    if lake_digest and digest_of_lake(manifest["lake"]) != lake_digest:
        raise mistake("snapshot-changed", run=run, file="manifest.json")
    expected = {folder / f"{name}.parquet": table["sha256"] for name, table in tables.items()}
    if lake_digest:
        expected |= {Path(file["path"]): file["sha256"] for file in _absolute(manifest["lake"], folder)}
    require_whole(expected, run=run)
    return opened(folder)


def require_whole(expected: Mapping[Path, str], *, run: int) -> None:
    """Every file has the SHA-256 that was written down; `snapshot-gone` or `snapshot-changed` names the first that has not."""
    for path in expected:
        if not path.is_file():
            raise mistake("snapshot-gone", run=run, file=path.name)
    for path, digest in zip(expected, sha256_of(expected), strict=True):
        if digest != expected[path]:
            raise mistake("snapshot-changed", run=run, file=path.name)


def sha256_of(paths: Iterable[Path]) -> list[str]:
    """The SHA-256 of each file, two at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(_sha256, paths))


def digest_of_lake(files: list[dict[str, Any]]) -> str:
    """The SHA-256 of the list of the lake's files: name and SHA-256 a line."""
    lines = "".join(f"{file['name']} {file['sha256']}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def _take_tables(
    connection: BaseDatabaseWrapper,
    known_at: datetime | None,
    folder: Path,
    progress: Progress | None = None,
) -> dict[str, dict[str, Any]]:
    """Write the five tables of the whole city, and its identities, as the connection's transaction sees them; by table its hash and
    number of rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
    # The longest first, so that nobody waits for it alone at the end.
    wanted = [Wanted(snapshot_sql(name, known_at), dict(COLUMNS[name]), folder / f"{name}.parquet") for name in LONGEST]
    wanted.insert(2, Wanted(identities_sql(known_at), IDENTITY_COLUMNS, folder / f"{IDENTITIES}.parquet"))
    tables = {}
    for number, (one, rows) in enumerate(copy_out(connection, wanted, snapshot=snapshot), start=1):
        name = one.path.stem
        if progress:
            progress(f"snapshot.{name}", number, len(wanted) + 1)
        tables[name] = {"sha256": _sha256(one.path), "rows": rows}
    return {name: tables[name] for name in (*COLUMNS, IDENTITIES)}


def take_lake(lake_folder: Path, folder: Path, earlier: Path | None) -> list[dict[str, Any]]:
    """Link the lake's files; several days that change together are taken all before or all after.

    `earlier` is the inputs of an earlier run: a file that is the same as then is not hashed again. One entry a file: name, sha256,
    identity, path.
    """
    folder.mkdir(parents=True)
    hashed = _hashed(earlier)
    for _attempt in range(5):
        taken = _link_all(_identities(lake_folder), folder)
        if taken.keys() == _identities(lake_folder).keys():
            fresh = {identity: path for identity, path in taken.items() if identity not in hashed}
            digests = hashed | dict(zip(fresh, sha256_of(fresh.values()), strict=True))
            return [_listed(path, folder, identity, digests[identity]) for identity, path in taken.items()]
    raise lake_restless(str(lake_folder))


def _listed(path: Path, folder: Path, identity: Identity, digest: str) -> dict[str, Any]:
    where = f"{KEPT_LAKE}/{path.name}" if path.parent == folder else str(path)
    return {"name": path.name, "sha256": digest, "identity": list(identity), "path": where}


def _hashed(earlier: Path | None) -> dict[Identity, str]:
    """The hashes that an earlier run recorded, by the identity of the file."""
    if earlier is None:
        return {}
    try:
        files = lake_of(earlier)
    except JudgementError:
        return {}
    return {(file["identity"][0], file["identity"][1], file["identity"][2]): file["sha256"] for file in files}


def _identities(lake_folder: Path) -> dict[Identity, Path]:
    """Every file of the lake by what tells it from one that replaced it."""
    found = ((path, path.stat()) for path in lake.files(lake_folder))
    return {(status.st_ino, status.st_size, status.st_mtime_ns): path for path, status in found}


def _link_all(found: dict[Identity, Path], folder: Path) -> dict[Identity, Path]:
    """Link every file; one that was replaced meanwhile is left out, and so the caller sees that it must look again."""
    for path in folder.iterdir():
        path.unlink()
    taken = {}
    for identity, path in found.items():
        try:
            taken[identity] = _link(path, folder)
        except FileNotFoundError:
            continue
    return taken


def _link(path: Path, folder: Path) -> Path:
    link = folder / path.name
    try:
        os.link(path, link)
    except FileNotFoundError:
        raise
    except OSError:
        return path
    return link


def _absolute(files: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    return [{**file, "path": str(folder / file["path"])} for file in files]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
