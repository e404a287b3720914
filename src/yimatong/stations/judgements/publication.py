"""Publishing a run: what differs from what is in force, put into the database in one transaction."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from django.db import connections, transaction

from yimatong.core.engine.outcome import Progress
from yimatong.core.engine.plan.tables import MADE
from yimatong.core.engine.steps import DERIVED, OUTCOME
from yimatong.stations.judgements.copying import NULL, copy_in, copy_out
from yimatong.stations.judgements.errors import mistake
from yimatong.stations.judgements.lifecycle import JUDGE, folder_of, move
from yimatong.stations.judgements.models import Run

VERDICT, REASON = tuple(MADE["verdicts"]), tuple(MADE["reasons"])
KEYS = {
    "visits": ("person", "level"),
    "travels": ("person",),
    "exposures": ("person",),
    "neighbours": ("person", "source"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """What a run changes, as CSV files ready to be copied: by table, what is added and (for derived tables) what goes."""

    people: int
    changed: int
    added: dict[str, Path]
    gone: dict[str, Path]


def publish(
    run: Run, *, before: Path | None, people: Path, unjudged: Sequence[int] = (), progress: Progress | None = None
) -> None:
    """Put a judged run in force: all of it or nothing. `before` is the outcome in force (None: nothing is).

    `unjudged` are the changes that the run saw; they wait no longer. `people-vanished` when somebody with a verdict is not
    among the judged. The database refuses it when another run was published since this one began.
    """
    outputs = folder_of(run.number) / "outputs"
    with tempfile.TemporaryDirectory(dir=folder_of(run.number), prefix=".publication-") as name:
        if progress:
            progress("difference", 1, 2)
        difference = _compare(run.number, outputs, before, people, Path(name))
        if progress:
            progress("publication", 2, 2)
        with transaction.atomic(using=JUDGE), connections[JUDGE].cursor() as cursor:
            # First the run, then its verdicts: the database takes them only from the transaction that publishes it.
            move(run, Run.State.PUBLISHED, changed=difference.changed)
            for table, rows in difference.gone.items():
                _remove(cursor, table, rows)
            for table, rows in difference.added.items():
                copy_in(cursor, table, COPIED[table], rows)
            _audit(cursor, run)
            seen(unjudged)
    run.refresh_from_db(using=JUDGE)


def seen(unjudged: Sequence[int]) -> None:
    """Take away the changes that a run saw, inside the caller's transaction."""
    with connections[JUDGE].cursor() as cursor:
        cursor.execute("DELETE FROM unjudged WHERE number = ANY(%s)", [list(unjudged)])


def restore_outcome(out: Path) -> Path:
    """Write the outcome in force from the database, where the folder of its run is no longer whole; returns `out`."""
    selects = {
        "verdicts": f"SELECT {', '.join(VERDICT)} FROM current_verdicts ORDER BY person",
        "reasons": f"SELECT {', '.join(f'r.{column}' for column in REASON)} FROM current_verdicts v"
        ' JOIN verdict_reasons r ON r.person = v.person AND r.run_id = v.run_id ORDER BY r.person, r.rule COLLATE "C"',
        **{name: f"SELECT {_listed(MADE[name])} FROM {name} ORDER BY {', '.join(KEYS[name])}" for name in DERIVED},
    }
    out.mkdir(parents=True, exist_ok=True)
    with connections[JUDGE].cursor() as cursor:
        for name, select in selects.items():
            copy_out(cursor, select, MADE[name], out / f"{name}.parquet")
    return out


def _compare(number: int, outputs: Path, before: Path | None, people: Path, folder: Path) -> Difference:
    with _session() as session:
        for name in OUTCOME:
            session.execute(f"CREATE VIEW new_{name} AS FROM {_literal(outputs / f'{name}.parquet')}")
            old = _literal(before / f"{name}.parquet") if before else f"new_{name} LIMIT 0"
            session.execute(f"CREATE VIEW old_{name} AS FROM {old}")
        session.execute(f"CREATE VIEW people AS FROM {_literal(people)}")
        vanished = _one(session, "SELECT count(*) FROM old_verdicts ANTI JOIN new_verdicts USING (person)")
        if vanished:
            raise mistake("people-vanished", count=vanished)
        _find_changed(session)
        added = {
            "verdicts": f"SELECT person, {number}, {', '.join(VERDICT[1:])} FROM new_verdicts SEMI JOIN changed USING (person)",
            "verdict_reasons": f"SELECT person, {number}, {', '.join(REASON[1:])} FROM new_reasons"
            " SEMI JOIN changed USING (person)",
            "run_counts": _count(number),
        }
        gone = {}
        for name in DERIVED:
            columns = _listed(MADE[name])
            added[name] = f"SELECT {columns}, {number} FROM (FROM new_{name} EXCEPT FROM old_{name})"
            gone[name] = f"SELECT {_listed(KEYS[name])} FROM (FROM old_{name} EXCEPT FROM new_{name})"
        return Difference(
            people=_one(session, "SELECT count(*) FROM new_verdicts"),
            changed=_one(session, "SELECT count(*) FROM changed"),
            added={name: _write(session, select, folder / f"{name}.csv") for name, select in added.items()},
            gone={name: _write(session, select, folder / f"{name}.gone.csv") for name, select in gone.items()},
        )


def _find_changed(session: duckdb.DuckDBPyConnection) -> None:
    """Whose verdict or reasons differ in anything."""
    session.execute(
        """CREATE TEMP TABLE changed AS
        SELECT DISTINCT person FROM (
            SELECT person FROM (FROM new_verdicts EXCEPT FROM old_verdicts)
            UNION ALL SELECT person FROM (FROM new_reasons EXCEPT FROM old_reasons)
            UNION ALL SELECT person FROM (FROM old_reasons EXCEPT FROM new_reasons)
        ) ORDER BY person"""
    )


def _count(number: int) -> str:
    """People by district, colour and rule; an empty rule is everybody of the colour."""
    return f"""
    WITH judged AS (
        SELECT person, v.colour, p.division // 1000 AS district FROM new_verdicts v JOIN people p USING (person)
    )
    SELECT {number}, district, colour, '' AS rule, count(*) FROM judged GROUP BY ALL
    UNION ALL
    SELECT {number}, district, judged.colour, rule, count(*) FROM judged JOIN new_reasons r USING (person) GROUP BY ALL
    ORDER BY 2, 3, 4"""


COPIED = {
    "verdicts": ("person_id", "run_id", *VERDICT[1:]),
    "verdict_reasons": ("person", "run_id", *REASON[1:]),
    "run_counts": ("run_id", "district", "colour", "rule", "people"),
    **{name: (*MADE[name], "run_id") for name in DERIVED},
}


def _remove(cursor: Any, table: str, rows: Path) -> None:
    """Delete derived rows by their key."""
    keys = KEYS[table]
    cursor.execute(f"CREATE TEMP TABLE gone ON COMMIT DROP AS SELECT {', '.join(keys)} FROM {table} WHERE false")
    copy_in(cursor, "gone", keys, rows)
    same = " AND ".join(f"{table}.{key} = gone.{key}" for key in keys)
    cursor.execute(f"DELETE FROM {table} USING gone WHERE {same}")
    cursor.execute("DROP TABLE gone")


def _audit(cursor: Any, run: Run) -> None:
    """The publication's link in the audit chain, in the same transaction."""
    details = {"kind": run.kind, "as_of": run.as_of.isoformat(), "policy": run.policy_id, "changed": run.changed}
    cursor.execute(
        "INSERT INTO audit_entries (number, by_id, action, subject, details, previous, digest)"
        " VALUES (0, %s, 'run.publish', %s, %s, '', '')",
        [run.by_id, f"run/{run.number}", json.dumps(details, sort_keys=True, separators=(",", ":"))],
    )


def _write(session: duckdb.DuckDBPyConnection, select: str, path: Path) -> Path:
    session.execute(f"COPY ({select}) TO {_literal(path)} (FORMAT csv, HEADER false, NULLSTR '{NULL}')")
    return path


def _listed(columns: Any) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _one(session: duckdb.DuckDBPyConnection, select: str) -> int:
    return int(session.execute(select).fetchall()[0][0])


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


@contextmanager
def _session() -> Iterator[duckdb.DuckDBPyConnection]:
    session = duckdb.connect()
    try:
        yield session
    finally:
        session.close()
