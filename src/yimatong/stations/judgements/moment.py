"""One moment of the records and of what is in force, asked for the rows of some people: what a judgement of the touched reads.

Every question is answered by an index over the people, places or stairwells that are named; nothing here reads a whole table of the city.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa

from yimatong.core.engine.plan.tables import MADE
from yimatong.core.engine.since import People
from yimatong.core.facts import COLUMNS
from yimatong.core.time import to_datetime
from yimatong.records.queries import DIGEST, snapshot_sql
from yimatong.stations.judgements.copying import TYPES
from yimatong.stations.judgements.inputs import IDENTITY_COLUMNS

IN_FORCE = {
    "verdicts": "current_verdicts",
    "reasons": "current_verdicts v JOIN verdict_reasons USING (person, run_id)",
}
OF_REASONS = "person, rule, verdict_reasons.colour, fact, verdict_reasons.since, verdict_reasons.until"


class Moment:
    """Records (core.engine.since) by SQL, over a cursor whose transaction sees one moment."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def people(self, people: People) -> pa.Table:
        # One person after the other, so that each is found by an index: the view sorts everybody's homes otherwise.
        return self._rows(
            "people",
            "unnest(%s::int[]) AS asked(number) CROSS JOIN LATERAL"
            " (SELECT * FROM engine_people WHERE engine_people.person = asked.number OFFSET 0) found",
            people,
        )

    def identities(self, people: People) -> pa.Table:
        self.cursor.execute(
            f"SELECT number, {DIGEST} FROM people WHERE number = ANY(%s::int[]) ORDER BY number", [list(people)]
        )
        rows = [(person, bytes(identity)) for person, identity in self.cursor.fetchall()]
        return table_of(rows, IDENTITY_COLUMNS)

    def facts(self, people: People) -> pa.Table:
        return self._rows("facts", "engine_facts WHERE person = ANY(%s::int[])", people)

    def homes(self, people: People) -> pa.Table:
        return self._rows("homes", "engine_homes WHERE person = ANY(%s::int[])", people)

    def stays(self, people: People) -> pa.Table:
        return self._rows("stays", "engine_stays WHERE person = ANY(%s::int[])", people)

    def areas(self) -> pa.Table:
        self.cursor.execute(snapshot_sql("areas"))
        return table_of(self.cursor.fetchall(), dict(COLUMNS["areas"]))

    def cases(self) -> pa.Table:
        return self._rows("facts", "engine_facts WHERE kind = 'case'")

    def sources(self, people: People) -> pa.Table:
        return self._rows("facts", "engine_facts WHERE person = ANY(%s::int[]) AND kind IN ('case', 'contact')", people)

    def homes_on(self, stairwells: Collection[int]) -> pa.Table:
        return self._rows("homes", "engine_homes WHERE stairwell = ANY(%s::int[])", stairwells)

    def stays_at(self, places: Collection[int]) -> pa.Table:
        return self._rows("stays", "engine_stays WHERE place = ANY(%s::int[])", places)

    def stays_within(self, areas: pa.Table) -> pa.Table:
        ranges = {(row["low"], row["high"]) for row in areas.to_pylist() if row["place"] is None}
        places = {row["place"] for row in areas.to_pylist()} - {None}
        lows, highs = zip(*ranges, strict=True) if ranges else ((), ())
        inside = (
            "EXISTS (SELECT FROM unnest(%s::int[], %s::int[]) AS named(low, high) WHERE division BETWEEN low AND high)"
        )
        return self._rows(
            "stays", f"engine_stays WHERE place = ANY(%s::int[]) OR {inside}", places, list(lows), list(highs)
        )

    def ever_cases(self, people: People) -> set[int]:
        return self._ever("person_id", "facts", people, " AND kind = 'case'")

    def ever_sources(self, people: People) -> set[int]:
        return self._ever("person_id", "facts", people, " AND kind IN ('case', 'contact')")

    def ever_stairwells(self, people: People) -> set[int]:
        return self._ever("stairwell_id", "homes", people)

    def ever_places(self, people: People) -> set[int]:
        return self._ever("place_id", "stays", people)

    def due(self, after: int, until: int) -> set[int]:
        verdicts = self._numbers(
            "SELECT person_id FROM verdicts v WHERE next_change > %s AND next_change <= %s"
            " AND NOT EXISTS (SELECT FROM verdicts later WHERE later.person_id = v.person_id AND later.run_id > v.run_id)",
            after,
            until,
        )
        return verdicts | set(self._contacts(after, until, limit=None)["person"].to_pylist())

    def arriving(self, after: int, until: int) -> set[int]:
        return self._numbers(
            "SELECT person_id FROM stays WHERE struck_at IS NULL AND arrive > %s AND arrive <= %s"
            " AND minute_up(arrive) > %s AND minute_up(arrive) <= %s",
            to_datetime(after),
            to_datetime(until),
            after,
            until,
        )

    def next_due(self, after: int, but: People) -> int | None:
        self.cursor.execute(
            "SELECT next_change FROM verdicts v WHERE next_change > %s AND person_id <> ALL(%s::int[])"
            " AND NOT EXISTS (SELECT FROM verdicts later WHERE later.person_id = v.person_id AND later.run_id > v.run_id)"
            " ORDER BY next_change LIMIT 1",
            [after, list(but)],
        )
        row = self.cursor.fetchone()
        return row[0] if row else None

    def contacts_ahead(self, after: int) -> pa.Table:
        return self._contacts(after, None, limit=1000)

    def stays_ahead(self, after: int) -> pa.Table:
        return self._rows(
            "stays",
            "stays s JOIN LATERAL (SELECT s.person_id AS person, s.place_id AS place, minute_up(s.arrive) AS arrives,"
            " minute_down(s.leave) AS leaves) named ON leaves >= arrives"
            " WHERE s.struck_at IS NULL AND s.arrive > %s AND arrives > %s",
            to_datetime(after),
            after,
            columns="person, place, division, arrives, leaves",
        )

    def in_force(self, table: str, people: People) -> pa.Table:
        return self._rows(
            table,
            f"{IN_FORCE.get(table, table)} WHERE person = ANY(%s::int[])",
            people,
            columns=OF_REASONS if table == "reasons" else None,
            types=MADE[table],
        )

    def exposed_at(self, places: Collection[int]) -> set[int]:
        return self._numbers("SELECT person FROM exposures WHERE place = ANY(%s::int[])", places)

    def districts(self, people: People) -> dict[int, int]:
        """In which district the people are counted who are counted elsewhere than the last run over everybody says."""
        self.cursor.execute(
            "SELECT person, district FROM counted_elsewhere WHERE person = ANY(%s::int[])", [list(people)]
        )
        return dict(self.cursor.fetchall())

    def _contacts(self, after: int, until: int | None, *, limit: int | None) -> pa.Table:
        """Facts of contacts with a confirmed case that end in (after, until], the first to end first."""
        # The end as the engine sees it is the full minute before, or that of the beginning: within a minute of the column.
        ends = 'greatest(minute_down("end"), minute_up(start))'
        last = None if until is None else to_datetime(until + 1)
        return self._rows(
            "facts",
            f"facts WHERE kind = 'contact' AND detail = 'confirmed' AND struck_at IS NULL AND \"end\" >= %s"
            f' AND (%s::timestamptz IS NULL OR "end" < %s) AND {ends} > %s AND (%s::int IS NULL OR {ends} <= %s)'
            ' ORDER BY "end" LIMIT %s',
            to_datetime(after),
            last,
            last,
            after,
            until,
            until,
            limit,
            columns=f"id, person_id, kind, detail, minute_up(start), {ends}, minute_up(onset)",
        )

    def _ever(self, column: str, table: str, people: People, further: str = "") -> set[int]:
        """A column of everything that was ever recorded of the people: one index knows what stands, one what was struck."""
        asked = f"SELECT {column} FROM {table} WHERE person_id = ANY(%s::int[]){further}"
        return self._numbers(f"{asked} AND struck_at IS NULL UNION {asked} AND struck_at IS NOT NULL", people, people)

    def _numbers(self, select: str, *given: Any) -> set[int]:
        self.cursor.execute(select, [_plain(value) for value in given])
        return {row[0] for row in self.cursor.fetchall()}

    def _rows(
        self, table: str, of: str, *given: Any, columns: str | None = None, types: Mapping[str, str] | None = None
    ) -> pa.Table:
        types = types or dict(COLUMNS[table])
        listed = columns or ", ".join(f'"{column}"' for column in types)
        self.cursor.execute(f"SELECT {listed} FROM {of}", [_plain(value) for value in given])
        return table_of(self.cursor.fetchall(), types)


def table_of(rows: Sequence[Sequence[Any]], types: Mapping[str, str]) -> pa.Table:
    """Rows as a table with the columns of an engine's table."""
    columns = list(zip(*rows, strict=True)) or [()] * len(types)
    arrays = [pa.array(column, TYPES[kind.rstrip("?")]) for column, kind in zip(columns, types.values(), strict=True)]
    return pa.table(arrays, names=list(types))


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, set | frozenset) else value
