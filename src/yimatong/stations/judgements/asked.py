"""One moment of the records as a judgement of the touched may read it: with what stands still, and compared with what was judged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from yimatong.core.engine.since import People
from yimatong.core.facts import COLUMNS
from yimatong.stations.judgements import sealing
from yimatong.stations.judgements.judged import Judged, listed
from yimatong.stations.judgements.models import Run, Standstill
from yimatong.stations.judgements.moment import Moment
from yimatong.stations.judgements.recorded import Comparison
from yimatong.stations.judgements.standstills import Edit, laid_over

SOURCES = "kind IN ('case', 'contact')"
CASES = "kind = 'case'"
AHEAD = "kind = 'contact' AND detail = 'confirmed' AND \"end\" > {after}"


class Asked(Moment):
    """A moment whose answers have judged rows in the place of edited ones. It remembers what it was asked, so that edits() can tell
    what of the answers was edited and does not stand still yet."""

    def __init__(self, cursor: Any, still: Sequence[Standstill]) -> None:
        super().__init__(cursor)
        self.still = still
        self.session = duckdb.connect()
        self.answers: dict[tuple[str, str, str], tuple[set[int], list[pa.Table]]] = {}

    def facts(self, people: People) -> pa.Table:
        return self._answer("facts", super().facts(people), "person", people)

    def homes(self, people: People) -> pa.Table:
        return self._answer("homes", super().homes(people), "person", people)

    def stays(self, people: People) -> pa.Table:
        return self._answer("stays", super().stays(people), "person", people)

    def areas(self) -> pa.Table:
        return self._answer("areas", super().areas())

    def cases(self) -> pa.Table:
        return self._answer("facts", super().cases(), further=CASES)

    def sources(self, people: People) -> pa.Table:
        return self._answer("facts", super().sources(people), "person", people, SOURCES)

    def homes_on(self, stairwells: Collection[int]) -> pa.Table:
        return self._answer("homes", super().homes_on(stairwells), "stairwell", stairwells)

    def stays_at(self, places: Collection[int]) -> pa.Table:
        return self._answer("stays", super().stays_at(places), "place", places)

    def stays_within(self, areas: pa.Table) -> pa.Table:
        rows = areas.to_pylist()
        places = ", ".join(sorted({str(row["place"]) for row in rows if row["place"] is not None})) or "NULL"
        ranges = {(row["low"], row["high"]) for row in rows if row["place"] is None}
        inside = " OR ".join(f"division BETWEEN {low} AND {high}" for low, high in sorted(ranges)) or "false"
        return self._answer("stays", super().stays_within(areas), further=f"(place IN ({places}) OR {inside}) IS TRUE")

    def ever_cases(self, people: People) -> set[int]:
        return super().ever_cases(people) | self._still("facts", CASES, people, "person")

    def ever_sources(self, people: People) -> set[int]:
        return super().ever_sources(people) | self._still("facts", SOURCES, people, "person")

    def ever_stairwells(self, people: People) -> set[int]:
        return super().ever_stairwells(people) | self._still("homes", "true", people, "stairwell")

    def ever_places(self, people: People) -> set[int]:
        return super().ever_places(people) | self._still("stays", "true", people, "place")

    def due(self, after: int, until: int) -> set[int]:
        ending = f'{AHEAD.format(after=after)} AND "end" <= {until}'
        return super().due(after, until) | self._still("facts", ending, None, "person")

    def arriving(self, after: int, until: int) -> set[int]:
        return super().arriving(after, until) | self._still(
            "stays", f"arrive > {after} AND arrive <= {until}", None, "person"
        )

    def contacts_ahead(self, after: int) -> pa.Table:
        return self._laid_over("facts", super().contacts_ahead(after), AHEAD.format(after=after))

    def stays_ahead(self, after: int) -> pa.Table:
        return self._laid_over("stays", super().stays_ahead(after), f"arrive > {after}")

    def edits(self, judged: Judged, run: Run) -> list[Edit]:
        """What of the answers is not what was judged, and was written by no statement that waits to be judged."""
        comparison, found, whose = (
            Comparison(self.cursor, judged, run, self.still, sealing.head()),
            list[Edit](),
            dict[str, set[int]](),
        )
        for (table, column, further), (values, answers) in self.answers.items():
            where = further or "true"
            if column:
                _put_numbers(judged.session, values)
                where = f"{where} AND {column} IN (SELECT number FROM asked_numbers)"
            for edit in comparison.compare(table, _answered(judged.session, table, pa.concat_tables(answers)), where):
                if table == "areas":
                    found.append(edit)
                else:
                    whose.setdefault(table, set()).add(edit.subject)
                    whose[table] |= self._who_has_now(edit)
        # Whoever was asked for by place has other rows too: all of them are one edit.
        for table, people in whose.items():
            rows = self._laid_over(table, getattr(super(), table)(people), f"person IN ({', '.join(map(str, people))})")
            _put_numbers(judged.session, people)
            found += comparison.compare(
                table, _answered(judged.session, table, rows), "person IN (SELECT number FROM asked_numbers)"
            )
        return found

    def _who_has_now(self, edit: Edit) -> set[int]:
        """Under whose name the facts stand now that were judged as somebody's."""
        if edit.table != "facts" or not edit.judged:
            return set()
        self.cursor.execute("SELECT person_id FROM facts WHERE id = ANY(%s)", [[row[0] for row in edit.judged]])
        return {person for (person,) in self.cursor.fetchall()}

    def _answer(
        self, table: str, rows: pa.Table, column: str = "", values: Collection[int] = (), further: str = ""
    ) -> pa.Table:
        asked, answers = self.answers.setdefault((table, column, further), (set(), []))
        fresh = set(values) - asked
        where = further or "true"
        if column:
            listing = ", ".join(map(str, values)) or "NULL"
            where = f"{where} AND {column} IN ({listing})" if self._has(table) else where
        rows = self._laid_over(table, rows, where)
        if column:
            if len(fresh) == len(values):
                answers.append(rows)
            elif fresh:
                answers.append(rows.filter(pc.is_in(rows[column], pa.array(sorted(fresh), pa.int32()))))
            asked |= fresh
            return rows
        if not answers:
            answers.append(rows)
        return rows

    def _has(self, table: str) -> bool:
        return any(row.table == table for row in self.still)

    def _laid_over(self, table: str, rows: pa.Table, where: str) -> pa.Table:
        if not self._has(table):
            return rows
        self.session.register("given_answer", rows)
        self.session.execute("CREATE OR REPLACE TEMP TABLE answer AS FROM given_answer")
        self.session.unregister("given_answer")
        select = laid_over(self.session, table, f"SELECT {listed(table)} FROM answer", self.still, where)
        return self.session.sql(select).to_arrow_table().cast(rows.schema)

    def _still(self, table: str, condition: str, people: People | None, column: str) -> set[int]:
        """A column of the rows that stand still, were judged, and fulfil a condition; of some people alone, or of everybody (None)."""
        if not self._has(table):
            return set()
        rows = [tuple(one) for row in self.still if row.table == table for one in row.judged]
        if not rows:
            return set()
        names = [name for name, _ in COLUMNS[table]]
        self.session.register(
            "given_still", pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
        )
        found = self.session.execute(f"SELECT person, {column} FROM given_still WHERE {condition}").fetchall()
        self.session.unregister("given_still")
        return {value for person, value in found if people is None or person in people}


def _put_numbers(session: duckdb.DuckDBPyConnection, numbers: Collection[int]) -> None:
    session.register("given_numbers", pa.table({"number": pa.array(sorted(numbers), pa.int32())}))
    session.execute("CREATE OR REPLACE TEMP TABLE asked_numbers AS FROM given_numbers")
    session.unregister("given_numbers")


def _answered(session: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> str:
    session.register("given_answers", rows)
    session.execute(f"CREATE OR REPLACE TEMP TABLE answered AS SELECT {listed(table)} FROM given_answers")
    session.unregister("given_answers")
    return "SELECT * FROM answered"
