"""Whether those whom a run judged are still who they were: the identities that it kept by digest, beside those on record now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from django.db import connections

from yimatong.core.engine.duckdb import file_of
from yimatong.records.queries import DIGEST, identities_sql
from yimatong.stations.judgements.chain import links_of
from yimatong.stations.judgements.copying import Wanted, copy_out
from yimatong.stations.judgements.inputs import IDENTITIES, IDENTITY_COLUMNS
from yimatong.stations.judgements.lifecycle import JUDGE, folder_of
from yimatong.stations.judgements.models import Run


def identity_then(run: Run, person: int) -> bytes | None:
    """The first 8 bytes of the digest of somebody's identity as a run knew it; None where its files say nothing of the person."""
    for folder in reversed(_folders(run)):
        with duckdb.connect() as session:
            rows = session.execute(
                f"SELECT identity FROM {file_of(folder, IDENTITIES)} WHERE person = ?", [person]
            ).fetchall()
        if rows:
            return bytes(rows[0][0])
    return None


def is_still(run: Run, person: int) -> bool | None:
    """Whether somebody's identity is the one that a run judged; None where the run does not tell: of before it was kept, or gone."""
    then = identity_then(run, person)
    with connections[JUDGE].cursor() as cursor:
        cursor.execute(f"SELECT {DIGEST} FROM people WHERE number = %s", [person])
        row = cursor.fetchone()
    return None if then is None or row is None else then == bytes(row[0])


def others_now(run: Run) -> Iterator[int]:
    """The people whose identity is another now than when a run judged them, by number; nobody where the run does not tell."""
    folders = _folders(run)
    if not folders:
        return
    with TemporaryDirectory(dir=folder_of(run.number).parent) as beside, duckdb.connect() as session:
        now = Wanted(identities_sql(), IDENTITY_COLUMNS, Path(beside) / f"{IDENTITIES}.parquet")
        for _done in copy_out(connections[JUDGE], [now]):
            pass
        files = " UNION ALL ".join(
            f"SELECT person, identity, {turn} AS turn FROM {file_of(folder, IDENTITIES)}"
            for turn, folder in enumerate(folders)
        )
        found = session.execute(
            f"SELECT person FROM (SELECT person, arg_max(identity, turn) AS identity FROM ({files}) GROUP BY person) judged"
            f" JOIN {file_of(Path(beside), IDENTITIES)} now USING (person) WHERE judged.identity <> now.identity ORDER BY person"
        )
        while rows := found.fetchmany(10_000):
            yield from (row[0] for row in rows)


def _folders(run: Run) -> list[Path]:
    """The inputs that have identities of what a run judged, the oldest first: its own, or of those that it builds on too."""
    links = links_of(run) if run.kind == Run.Kind.TOUCHED else [run]
    folders = [folder_of(link.number) / "inputs" for link in links]
    return [folder for folder in folders if (folder / f"{IDENTITIES}.parquet").is_file()]
