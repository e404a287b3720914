"""Whether the records are those that were judged: compared before each judgement, a part each minute, and everything each night.

What differs is lawful where a statement that waits to be judged (`unjudged`) has written it: both rows bear the number of one
transaction, so neither clocks nor long transactions matter. Anything else was edited past the product. The verdict then stands still on
the rows that were judged (standstills.py), and two officials record them anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from yimatong.core.engine.duckdb import file_of
from yimatong.core.facts import COLUMNS
from yimatong.records.queries import ORDER
from yimatong.stations.judgements import discrepancies, inputs, multisets, sealing, standstills
from yimatong.stations.judgements.copying import Wanted, copy_out, write_rows
from yimatong.stations.judgements.discrepancies import Found
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.judged import JUDGED, TABLES, Judged, listed
from yimatong.stations.judgements.lifecycle import JUDGE, folder_of, in_force, log
from yimatong.stations.judgements.models import Run, Standstill
from yimatong.stations.judgements.moment import table_of
from yimatong.stations.judgements.seal_chain import cut_off
from yimatong.stations.judgements.sealing import Head
from yimatong.stations.judgements.standing import EVERYBODY, Who
from yimatong.stations.judgements.standstills import SUBJECT, Edit, Row, laid_over, put

PARTS, LEAST, TRIES = 9, 10_000, 3
"""Everybody's records in so many minutes, one part a minute, of so many people at least; how often a look begins anew."""
MOST_ASKED = 20_000
"""Of so many numbers the rows that a transaction wrote are asked for one by one; of more the whole table is gone through."""
ASKED = {
    "facts": ("fact", "id"),
    "homes": ("person", "person_id"),
    "stays": ("person", "person_id"),
    "areas": ("area", "number"),
}
"""The number by which the rows of a table are asked for: the column of the judgement, and that of the records."""
WRITTEN = {
    "facts": ("id", "person_id", "kind::text", "detail::text", "minute_up(start)", "minute_up(onset)"),
    "homes": ("person_id", "stairwell_id", "minute_up(start)"),
    "stays": ("person_id", "place_id", "division", "minute_up(arrive)", "minute_down(leave)"),
    "areas": ("number", "level::text", "low", "high", "minute_up(start)"),
}
CORE = {
    "facts": ("fact", "person", "kind", "detail", "start", "onset"),
    "homes": ("person", "stairwell", "start"),
    "stays": ("person", "place", "division", "arrive", "leave"),
    "areas": ("area", "level", "low", "high", "start"),
}
"""What of a row never changes as long as it is there: all but its end and its strike, and the places that lie inside an area's."""
NUMBER = {"facts": "fact", "areas": "area"}


@dataclass
class Comparison:
    """What stands beside what was judged, in one moment of the database: the cursor's transaction has a snapshot of its own.

    `head` is the last seal that this home had seen before that moment. Where that run is there no more, nothing waits any longer of what
    it had judged; then what was recorded, struck or ended since the run in force is lawful by its time.
    """

    cursor: Any
    judged: Judged
    run: Run
    still: Sequence[Standstill] = ()
    head: Head | None = None

    def compare(self, table: str, stands: str, where: str = "true", *, many: bool = False) -> list[Edit]:
        """What was edited, of the rows of a SELECT and those that were judged and fulfil the same condition; `many`: of many people."""
        session, columns = self.judged.session, listed(table)
        here = f"SELECT {columns} FROM ({stands})"
        there = f"SELECT {columns} FROM ({self.judged.select(table, where)})"
        sides = multisets.narrowed(session, here, there, columns) if many and table != "areas" else (here, there)
        session.execute(f"CREATE OR REPLACE TEMP TABLE differing AS {multisets.difference(*sides, columns)}")
        if not session.execute("SELECT count(*) FROM differing").fetchall()[0][0]:
            return []
        self._leave_lawful(table)
        edits = self._edits(table)
        return [self._whole_area(edit, here) for edit in edits] if table == "areas" else edits

    def _whole_area(self, edit: Edit, stands: str) -> Edit:
        """All rows of an area, which is recorded in one: for the judgement it has one for each place inside its own."""
        session, of_area = self.judged.session, f"area = {edit.subject}"
        judged = session.execute(f"{self.judged.select('areas', of_area)} ORDER BY ALL").fetchall()
        found = session.execute(f"SELECT * FROM ({stands}) WHERE {of_area} ORDER BY ALL").fetchall()
        return Edit(edit.table, edit.subject, tuple(judged), tuple(found))

    def _leave_lawful(self, table: str) -> None:
        """Take away what a statement wrote that waits to be judged, and what two officials have recorded anew since."""
        session, core = self.judged.session, CORE[table]
        self._written(table)
        same = " AND ".join(f'w."{column}" IS NOT DISTINCT FROM d."{column}"' for column in core)
        lawful = f"EXISTS (SELECT 1 FROM written w WHERE {same})"
        if number := NUMBER.get(table):
            # Under the number of a row that was judged there stands another: no statement of the product does that.
            other = " OR ".join(f'o."{column}" IS DISTINCT FROM d."{column}"' for column in core)
            another = f'o."{number}" = d."{number}" AND o.stands <> d.stands AND ({other})'
            lawful += f" AND NOT EXISTS (SELECT 1 FROM differing o WHERE {another})"
        if table == "areas":
            lawful = f"({lawful}) OR {self._inside()}"
        listing = listed(table)
        session.execute(f"CREATE OR REPLACE TEMP TABLE edited AS SELECT * FROM differing d WHERE NOT ({lawful})")
        over = [row.ends for row in standstills.ends() if (row.run or 0) >= self.run.number and row.ends]
        gone = [tuple(one) for row in over if row.table == table and standstills.is_genuine(row) for one in row.judged]
        if gone:
            put(session, "restated", table, gone)
            session.execute(
                f"CREATE OR REPLACE TEMP TABLE edited AS SELECT *, true AS stands FROM (SELECT {listing} FROM edited WHERE stands)"
                f" UNION ALL SELECT *, false FROM (SELECT {listing} FROM edited WHERE NOT stands EXCEPT ALL SELECT {listing} FROM restated)"
            )

    def _written(self, table: str) -> None:
        """The rows, as far as they never change, that a statement wrote which waits to be judged; of those that differ at least."""
        session, columns = self.judged.session, dict(COLUMNS[table])
        types = {column: columns[column] for column in CORE[table]}
        listing = ", ".join(f"{source} AS {column}" for source, column in zip(WRITTEN[table], types, strict=True))
        waits = f"xmin = ANY(ARRAY(SELECT xmin FROM unjudged WHERE what = '{table}'))"
        if any(cut_off(self.cursor, self.head)) and self.run.known_at:
            since = ", ".join(["recorded_at", "struck_at", *(["end_recorded_at"] if table != "stays" else [])])
            waits = f"({waits} OR greatest({since}) > '{self.run.known_at.isoformat()}'::timestamptz)"
        select = f"SELECT {listing} FROM {table} WHERE {waits}"
        of, asked = ASKED[table]
        numbers = session.execute(f"SELECT DISTINCT {of} FROM differing LIMIT {MOST_ASKED + 1}").fetchall()
        if len(numbers) <= MOST_ASKED:
            self.cursor.execute(f"{select} AND {asked} = ANY(%s::bigint[])", [[number for (number,) in numbers]])
            session.register("given_rows", table_of(self.cursor.fetchall(), types))
            session.execute("CREATE OR REPLACE TEMP TABLE written AS FROM given_rows")
            session.unregister("given_rows")
            return
        self.cursor.execute("SELECT pg_export_snapshot()")
        snapshot = self.cursor.fetchone()[0]
        with tempfile.TemporaryDirectory(dir=_home(), prefix=".look-") as name:
            for _done in copy_out(
                connections[JUDGE], [Wanted(select, types, Path(name) / "written.parquet")], snapshot=snapshot
            ):
                pass
            session.execute(f"CREATE OR REPLACE TEMP TABLE written AS FROM {file_of(Path(name), 'written')}")

    def _inside(self) -> str:
        """The condition that a row of an area is there or not by what lies inside the area's place: nobody edited the area."""
        self.cursor.execute("SELECT number, place_id FROM areas WHERE place_id IS NOT NULL")
        roots = self.cursor.fetchall()
        self.cursor.execute("SELECT EXISTS (SELECT FROM unjudged WHERE what = 'places')")
        (moved,) = self.cursor.fetchone()
        session = self.judged.session
        session.execute("CREATE OR REPLACE TEMP TABLE roots (area INTEGER, place INTEGER)")
        if roots:
            session.executemany("INSERT INTO roots VALUES (?, ?)", roots)
        like = " AND ".join(f'j."{column}" IS NOT DISTINCT FROM d."{column}"' for column in (*CORE["areas"], "end"))
        judged = f"({self.judged.select('areas')}) j ON j.area = r.area AND j.place = r.place"
        root = f"EXISTS (SELECT 1 FROM roots r JOIN {judged} WHERE {like})"
        return f"(d.place IS NOT NULL AND {'true' if moved else 'd.stands'} AND {root})"

    def _edits(self, table: str) -> list[Edit]:
        session, subject = self.judged.session, SUBJECT[table]
        place = [column for column, _ in COLUMNS[table]].index(subject)
        sides: dict[int, tuple[list[Row], list[Row]]] = {}
        for *row, stands in session.execute(f"SELECT {listed(table)}, stands FROM edited ORDER BY ALL").fetchall():
            sides.setdefault(row[place], ([], []))[bool(stands)].append(tuple(row))
        return [Edit(table, whose, tuple(judged), tuple(found)) for whose, (judged, found) in sides.items()]


def hold_back(cursor: Any, folder: Path, tables: dict[str, dict[str, Any]], base: Run | None) -> list[Edit]:
    """Keep what was edited out of the inputs of a run over everybody that were just written: what was judged takes its place.

    `tables` gets the hashes of the files that are written anew. Returns the edits that nobody had found.
    """
    still = standstills.open_ones()
    edits: list[Edit] = []
    with JUDGED.lock:
        if base:
            try:
                JUDGED.follow(base)
            except JudgementError as gone:
                log.error("recorded.files_gone", run=base.number, error_code=gone.code)
            else:
                comparison = Comparison(cursor, JUDGED, base, still, sealing.head())
                for table in TABLES:
                    where = JUDGED.differs_from(table, tables[table]["sha256"])
                    rows = f"SELECT {listed(table)} FROM {file_of(folder, table)} WHERE {where}"
                    stands = laid_over(JUDGED.session, table, rows, still, where)
                    edits += comparison.compare(table, stands, where, many=True)
        _exchange(JUDGED.session, folder, tables, [*still, *(_as_standstill(edit) for edit in edits)])
    return edits


def _exchange(session: Any, folder: Path, tables: dict[str, dict[str, Any]], still: list[Standstill]) -> None:
    for table in sorted({row.table for row in still}):
        path, fresh = folder / f"{table}.parquet", folder / f".{table}.parquet"
        rows = laid_over(session, table, f"SELECT {listed(table)} FROM {file_of(folder, table)}", still)
        ordered = session.sql(f"SELECT {listed(table)} FROM ({rows}) ORDER BY {ORDER[table]}")
        count = write_rows(ordered.to_arrow_reader(100_000), dict(COLUMNS[table]), fresh)
        fresh.replace(path)
        tables[table] = {"sha256": inputs.sha256_of([path])[0], "rows": count}


def _as_standstill(edit: Edit) -> Standstill:
    whose = {"area" if edit.table == "areas" else "person": edit.subject}
    return Standstill(table=edit.table, judged=edit.judged, found=edit.found, **whose)


@dataclass
class Looker:
    """The looks of one process, one after the other; what it remembers only spares work."""

    upto: int = 0
    judged: Judged = field(default_factory=Judged)
    lock: Lock = field(default_factory=Lock)

    def look(self, *, everything: bool = False) -> tuple[Found, ...]:
        """Look at the next part, or at everything; returns what nobody had found. What is as judged again ends."""
        with self.lock:
            for _again in range(TRIES):
                run = in_force()
                who = EVERYBODY if everything else self._next()
                try:
                    edits, mended = self._look(run, who, fresh=everything) if run else ([], [])
                    break
                except JudgementError as gone:
                    self.judged = Judged()
                    # Where another run was published meanwhile, the files of the one before may have been folded.
                    if in_force() == run:
                        _tell_of_files(run, gone)
                        return discrepancies.record(standstills.forged())
            else:
                return ()
            found = (*standstills.hold(edits), *discrepancies.record(standstills.forged()))
            standstills.end(mended)
            self.upto = who.high or 0
        return found

    def _next(self) -> Who:
        with connections[JUDGE].cursor() as cursor:
            cursor.execute("SELECT coalesce(max(number), 0) FROM people")
            last = int(cursor.fetchone()[0])
        high = self.upto + max(LEAST, -(-last // PARTS))
        return Who(low=self.upto, high=None if high >= last else high)

    def _look(self, run: Run, who: Who, *, fresh: bool) -> tuple[list[Edit], list[Standstill]]:
        if fresh:
            # Every file is read anew.
            self.judged = Judged()
        # Before the moment that is looked at: what is noted here was committed by then.
        head = sealing.head()
        with (
            tempfile.TemporaryDirectory(dir=_home(), prefix=".look-") as name,
            transaction.atomic(using=JUDGE),
            connections[JUDGE].cursor() as cursor,
        ):
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            seen = in_force()
            assert seen is not None
            self.judged.follow(seen)
            still = standstills.open_ones()
            files = self._stands(Path(name), who, snapshot)
            comparison = Comparison(cursor, self.judged, seen, still, head)
            edits: list[Edit] = []
            for table, rows in files.items():
                where = "true" if table == "areas" else who.sql()
                stands = laid_over(self.judged.session, table, rows, still, where)
                edits += comparison.compare(table, stands, where, many=True)
            mended = [row for row in still if row.table == "areas" or _is_of(row, who)]
            return edits, [row for row in mended if self._is_mended(row, files[row.table])]

    def _stands(self, folder: Path, who: Who, snapshot: str) -> Mapping[str, str]:
        wanted = []
        for table in TABLES:
            where = "true" if table == "areas" else who.sql()
            select = f"SELECT {listed(table)} FROM engine_{table} WHERE {where}"
            wanted.append(Wanted(select, dict(COLUMNS[table]), folder / f"{table}.parquet"))
        for _done in copy_out(connections[JUDGE], wanted, snapshot=snapshot):
            pass
        return {table: f"SELECT {listed(table)} FROM {file_of(folder, table)}" for table in TABLES}

    def _is_mended(self, row: Standstill, stands: str) -> bool:
        """Whether the records say again what was judged."""
        session, columns = self.judged.session, listed(row.table)
        for side, there in (("judged", False), ("found", True)):
            rows = [tuple(one) for one in getattr(row, side) if not (there and one in row.judged)]
            put(session, "asked_rows", row.table, rows)
            how = "SEMI" if there else "ANTI"
            same = " AND ".join(f's."{column}" IS NOT DISTINCT FROM a."{column}"' for column, _ in COLUMNS[row.table])
            left = session.execute(
                f"SELECT count(*) FROM asked_rows a {how} JOIN (SELECT {columns} FROM ({stands})) s ON {same}"
            )
            if left.fetchall()[0][0]:
                return False
        return True


THIS_PROCESS = Looker()
"""That of the worker."""


def _is_of(row: Standstill, who: Who) -> bool:
    person = row.person or 0
    return person > (who.low or 0) and (who.high is None or person <= who.high)


def _tell_of_files(run: Run | None, gone: JudgementError) -> None:
    """Without the files of the run in force nothing can be said; that they were edited, the look at the verdicts tells."""
    number = run.number if run else 0
    if folder_of(number).exists():
        log.error("recorded.files_gone", run=number, error_code=gone.code)
    else:
        log.warning("recorded.files_of_another_home", run=number)


def _home() -> Path:
    folder = Path(settings.YIMATONG_HOME) / "runs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
