"""Publishing a run: what differs from what is in force, put into the database in one transaction."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import pyarrow.parquet as pq
from django.db import connections, transaction

from yimatong.core.engine.outcome import Progress
from yimatong.core.engine.plan.tables import MADE
from yimatong.core.engine.steps import DERIVED, OUTCOME
from yimatong.records.actions import audit
from yimatong.stations.judgements import counting, discrepancies, sealing
from yimatong.stations.judgements.copying import NULL, copy_in
from yimatong.stations.judgements.counting import Counts
from yimatong.stations.judgements.errors import mistake
from yimatong.stations.judgements.lifecycle import JUDGE, folder_of, move
from yimatong.stations.judgements.models import Discrepancy, Run
from yimatong.stations.judgements.standing import KEYS

VERDICT, REASON = tuple(MADE["verdicts"]), tuple(MADE["reasons"])


@dataclass(frozen=True, slots=True)
class Difference:
    """What a run changes, as CSV files ready to be copied: by table, what is added and (for derived tables) what goes.

    `gone_counts` and `came_counts` are those of the people judged, before and now.
    """

    changed: int
    added: dict[str, Path]
    gone: dict[str, Path]
    gone_counts: Counts
    came_counts: Counts


def publish(
    run: Run,
    *,
    before: Path | None,
    people: Path,
    unjudged: Sequence[int] = (),
    elsewhere: Mapping[int, int] | None = None,
    puts_right: Sequence[Discrepancy] = (),
    progress: Progress | None = None,
) -> None:
    """Put a judged run in force: all of it or nothing.

    `before` is what stands of the people judged (None: nothing does), in the form of an outcome; of a run over the touched it says in
    `districts.parquet` where each was counted, and `elsewhere` is who is counted in another district than the last run over everybody
    says. `people` is the file of the people judged. `unjudged` are the changes that the run saw; they wait no longer. `puts_right` is
    what was found to stand without a judgement, and is ended by this run. The run is sealed (sealing.py).

    `people-vanished` when somebody with a verdict is not among the judged. The database refuses it when another run was published
    since this one began.
    """
    outputs = folder_of(run.number) / "outputs"
    with tempfile.TemporaryDirectory(dir=folder_of(run.number), prefix=".publication-") as name:
        if progress:
            progress("difference", 1, 2)
        by_day = run.kind == Run.Kind.TOUCHED
        began = perf_counter()
        difference = _compare(
            run.number, outputs, before, people, Path(name), by_day=by_day, nobodies=discrepancies.nobodies()
        )
        timings = run.timings | {"comparison": round(perf_counter() - began, 3)}
        if progress:
            progress("publication", 2, 2)
        with transaction.atomic(using=JUDGE), connections[JUDGE].cursor() as cursor:
            stood = counting.in_force(cursor)
            after = counting.moved(stood, difference.gone_counts if by_day else stood, difference.came_counts)
            colours = counting.colours(after)
            # First the run, then its verdicts: the database takes them only from the transaction that publishes it.
            move(
                run,
                Run.State.PUBLISHED,
                timings=timings,
                changed=difference.changed,
                counts=colours,
                people=sum(colours.values()),
                shifts=counting.shifts(stood, after)._asdict(),
            )
            for table, rows in difference.gone.items():
                _remove(cursor, table, rows)
            copied = {table: copy_in(cursor, table, COPIED[table], rows) for table, rows in difference.added.items()}
            counting.publish(cursor, run, stood, after)
            counting.publish_districts(cursor, run.number, _listed_in(people) if by_day else None, elsewhere or {})
            _audit(run)
            seen(unjudged)
            discrepancies.end(puts_right, run.number)
            made, city = sealing.seal(cursor, run, copied), sealing.city_of(cursor)
    sealing.note_head(run, made, city)
    run.refresh_from_db(using=JUDGE)


def seen(unjudged: Sequence[int]) -> None:
    """Take away the changes that a run saw, inside the caller's transaction."""
    with connections[JUDGE].cursor() as cursor:
        cursor.execute("DELETE FROM unjudged WHERE number = ANY(%s)", [list(unjudged)])


def _compare(
    number: int,
    outputs: Path,
    before: Path | None,
    people: Path,
    folder: Path,
    *,
    by_day: bool,
    nobodies: Collection[int],
) -> Difference:
    with _session() as session:
        for name in OUTCOME:
            columns = _listed(MADE[name])
            session.execute(f"CREATE VIEW new_{name} AS SELECT {columns} FROM {_literal(outputs / f'{name}.parquet')}")
            old = _literal(before / f"{name}.parquet") if before else f"new_{name} LIMIT 0"
            session.execute(f"CREATE VIEW old_{name} AS SELECT {columns} FROM {old}")
        districts = f"SELECT person, division // 1000 AS district FROM {_literal(people)}"
        session.execute(f"CREATE VIEW new_districts AS {districts}")
        but = ", ".join(map(str, sorted(nobodies))) or "NULL"
        gone_from = f"old_verdicts ANTI JOIN new_verdicts USING (person) WHERE person IN ({but}) IS NOT TRUE"
        if vanished := _one(session, f"SELECT count(*) FROM {gone_from}"):
            raise mistake("people-vanished", count=vanished)
        if by_day and before:
            session.execute(f"CREATE VIEW old_districts AS FROM {_literal(before / 'districts.parquet')}")
        _find_changed(session)
        added = {
            "verdicts": f"SELECT person, {number}, {', '.join(VERDICT[1:])} FROM new_verdicts SEMI JOIN changed USING (person)"
            " ORDER BY person",
            "verdict_reasons": f"SELECT person, {number}, {', '.join(REASON[1:])} FROM new_reasons"
            " SEMI JOIN changed USING (person) ORDER BY person, rule",
        }
        gone = {}
        for name in DERIVED:
            columns = _listed(MADE[name])
            added[name] = f"SELECT {columns}, {number} FROM (FROM new_{name} EXCEPT FROM old_{name})"
            # Also where the other has the key: a row may stand there that nobody has said.
            keys = f"SELECT {_listed(KEYS[name])} FROM"
            gone[name] = (
                f"{keys} (FROM old_{name} EXCEPT FROM new_{name}) UNION {keys} (FROM new_{name} EXCEPT FROM old_{name})"
            )
        return Difference(
            changed=_one(session, "SELECT count(*) FROM changed"),
            added={name: _write(session, select, folder / f"{name}.csv") for name, select in added.items()},
            gone={name: _write(session, select, folder / f"{name}.gone.csv") for name, select in gone.items()},
            gone_counts=counting.cells(session, "old") if by_day and before else {},
            came_counts=counting.cells(session, "new"),
        )


def _find_changed(session: duckdb.DuckDBPyConnection) -> None:
    """Whose verdict or reasons differ in anything."""
    session.execute(
        """CREATE TEMP TABLE changed AS
        SELECT DISTINCT person FROM (
            SELECT person FROM (FROM new_verdicts EXCEPT FROM old_verdicts)
            UNION ALL SELECT person FROM (FROM new_reasons EXCEPT FROM old_reasons)
            UNION ALL SELECT person FROM (FROM old_reasons EXCEPT FROM new_reasons)
        ) SEMI JOIN new_verdicts USING (person) ORDER BY person"""
    )


COPIED = {
    **sealing.COLUMNS,
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


def _audit(run: Run) -> None:
    """The publication's link in the audit chain, in the same transaction."""
    details: dict[str, audit.Detail] = {
        "kind": run.kind, "as_of": run.as_of.isoformat(), "policy": run.policy_id, "changed": run.changed,
    }  # fmt: skip
    audit.record(by=run.by, action="run.publish", subject=f"run/{run.number}", details=details, using=JUDGE)


def _listed_in(people: Path) -> list[int]:
    """The people of a file."""
    return [
        int(person) for person in pq.read_table(people, columns=["person"], partitioning=None)["person"].to_pylist()
    ]


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
