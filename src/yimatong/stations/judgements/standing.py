"""What stands in the tables of verdicts, as files in the form of an outcome; and what the runs said, from the files that they kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from django.db import connections

from yimatong.core.engine.duckdb import file_of
from yimatong.core.engine.plan.tables import MADE
from yimatong.core.engine.steps import DERIVED, OUTCOME
from yimatong.stations.judgements import multisets, outputs
from yimatong.stations.judgements.chain import TOUCHED
from yimatong.stations.judgements.copying import Wanted, copy_out
from yimatong.stations.judgements.discrepancies import MOST_NAMED, Found, Kind, digest
from yimatong.stations.judgements.lifecycle import JUDGE
from yimatong.stations.judgements.models import Run

KEYS = {
    "visits": ("person", "level"),
    "travels": ("person",),
    "exposures": ("person",),
    "neighbours": ("person", "source"),
}
TABLES = {"verdicts": "verdicts", "reasons": "verdict_reasons", **{name: name for name in DERIVED}}
"""The database's table for each of an outcome."""
OF_ROW = {**MADE["verdicts"], "run": "int32"}


@dataclass(frozen=True, slots=True)
class Who:
    """People by number: those above `low` up to `high` (None: without end), or those who are named."""

    low: int | None = None
    high: int | None = None
    named: tuple[int, ...] | None = None

    def sql(self, column: str = "person") -> str:
        """The condition on a column, for either database."""
        if self.named is not None:
            return f"{column} IN ({', '.join(map(str, self.named))})" if self.named else "false"
        bounds = [f"{column} > {self.low}"] if self.low is not None else []
        bounds += [f"{column} <= {self.high}"] if self.high is not None else []
        return " AND ".join(bounds) or "true"


EVERYBODY = Who()


def stood(out: Path, who: Who = EVERYBODY, *, upto: int | None = None, snapshot: str = "") -> Path:
    """Write what stands, from the database, into a folder; returns it. The verdicts have the further column `run`.

    Verdicts and reasons in force, or with `upto` those that were when that run was published. `snapshot` as for copy_out.
    """
    until = "" if upto is None else f" AND run_id <= {upto}"
    newest = (
        "SELECT DISTINCT ON (person_id) person_id AS person, * FROM verdicts"
        f" WHERE {who.sql('person_id')}{until} ORDER BY person_id, run_id DESC"
    )
    verdicts = f"SELECT {_listed(MADE['verdicts'])}, run_id FROM ({newest}) newest ORDER BY person"
    listed = ", ".join(f'r."{column}"' for column in MADE["reasons"])
    reasons = (
        f"SELECT {listed} FROM ({newest}) newest JOIN verdict_reasons r"
        ' ON r.person = newest.person AND r.run_id = newest.run_id ORDER BY r.person, r.rule COLLATE "C"'
    )
    selects = {"verdicts": verdicts, "reasons": reasons}
    if upto is None:
        for name in DERIVED:
            rows = f"SELECT {_listed(MADE[name])} FROM {name} WHERE {who.sql()}"
            selects[name] = f"{rows} ORDER BY {', '.join(KEYS[name])}"
    out.mkdir(parents=True, exist_ok=True)
    wanted = [
        Wanted(select, OF_ROW if name == "verdicts" else MADE[name], out / f"{name}.parquet")
        for name, select in selects.items()
    ]
    for _done in copy_out(connections[JUDGE], wanted, snapshot=snapshot):
        pass
    return out


@dataclass
class Said:
    """What the runs up to one said of everybody: the outcome of the last over everybody, and over it those by day that follow.

    Files are read only while they are what their runs wrote. Those by day are read once and kept in memory; follow() reads what is new.
    """

    session: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    whole: Run | None = None
    upto: int = 0

    def upto_of(self, whole: Run) -> int:
        """The last run by day over this one over everybody that was read; its own number where none was."""
        return self.upto if self.whole is not None and self.whole.number == whole.number else whole.number

    def follow(self, whole: Run, by_day: list[Run]) -> None:
        """Say what a run over everybody said and those by day after it, of which only those after upto_of() need be given.

        `snapshot-gone` or `snapshot-changed` names a run whose files are not what it wrote.
        """
        after = self.upto_of(whole)
        outputs.require_whole(whole)
        if self.whole is None or self.whole.number != whole.number:
            self._begin(whole)
        for link in by_day:
            if link.number > after:
                outputs.require_whole(link)
                self._lay_over(link)

    def select(self, name: str, who: Who) -> str:
        """The rows that were said of some people."""
        assert self.whole is not None
        columns, of_whole = _listed(MADE[name]), file_of(outputs.place(self.whole), name)
        return (
            f"SELECT {columns} FROM {of_whole} ANTI JOIN named USING (person) WHERE {who.sql()}"
            f" UNION ALL SELECT {columns} FROM later_{name} WHERE {who.sql()}"
        )

    def _begin(self, whole: Run) -> None:
        self.session.execute("CREATE OR REPLACE TABLE named (person INTEGER)")
        for name in OUTCOME:
            rows = f"SELECT {_listed(MADE[name])} FROM {file_of(outputs.place(whole), name)} LIMIT 0"
            self.session.execute(f"CREATE OR REPLACE TABLE later_{name} AS {rows}")
        self.whole, self.upto = whole, whole.number

    def _lay_over(self, link: Run) -> None:
        place = outputs.place(link)
        touched = f"SELECT person FROM {file_of(place, TOUCHED)}"
        self.session.execute("BEGIN")
        for name in OUTCOME:
            self.session.execute(f"DELETE FROM later_{name} WHERE person IN ({touched})")
            rows = f"SELECT {_listed(MADE[name])} FROM {file_of(place, name)}"
            self.session.execute(f"INSERT INTO later_{name} {rows} SEMI JOIN ({touched}) USING (person)")
        self.session.execute(f"INSERT INTO named {touched} ANTI JOIN named USING (person)")
        self.session.execute("COMMIT")
        self.upto = link.number


def differing(said: Said, stands: Path, who: Who, *, tables: Collection[str] = OUTCOME) -> Iterator[Found]:
    """Where what stands (files of stood()) is not what was said, of whom; at most MOST_NAMED people a table."""
    for name in tables:
        columns, file = _listed(MADE[name]), file_of(stands, name)
        here, there = f"SELECT {columns} FROM {file}", f"SELECT * FROM ({said.select(name, who)})"
        differ = multisets.difference(*multisets.narrowed(said.session, here, there, columns), columns)
        people = said.session.execute(
            f"SELECT person, bool_or(stands), bool_or(NOT stands) FROM ({differ})"
            f" GROUP BY person ORDER BY person LIMIT {MOST_NAMED}"
        ).fetchall()
        if not people:
            continue
        rows = _rows(said.session, stands, name, [person for person, *_which in people])
        runs = dict(said.session.execute(f"SELECT person, run FROM {file_of(stands, 'verdicts')}").fetchall())
        for person, stands_there, was_said in people:
            kind = Kind.CHANGED if stands_there and was_said else Kind.INSERTED if stands_there else Kind.MISSING
            yield Found(kind.value, TABLES[name], runs.get(person), person, digest(rows.get(person, [])))


def _rows(session: duckdb.DuckDBPyConnection, stands: Path, name: str, people: list[int]) -> dict[int, list[Any]]:
    """By person the rows that stand, each with every column of the file."""
    found: dict[int, list[Any]] = {}
    named = Who(named=tuple(people)).sql()
    for row in session.execute(f"SELECT * FROM {file_of(stands, name)} WHERE {named} ORDER BY ALL").fetchall():
        found.setdefault(row[0], []).append(row)
    return found


def _listed(columns: Any) -> str:
    return ", ".join(f'"{column}"' for column in columns)
