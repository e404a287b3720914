"""The touched alone, said as a judgement of everybody would say it, on top of what is in force.

Touched are those whose records changed since, whose minute has come, whose stays changed or lie in a list that changed, whom an
ill person's places touch, and who live on the stairwell of a case or contact that changed. Everybody else's verdict stands: a
verdict rests on nothing but the person's own records, the cases of the town, and the homes on the stairwell.

Derived rows are made anew by the plan's own steps for those whom a change can reach, from their stays and those of the cases; of
everybody else they are taken as they are in force.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from yimatong.core.engine.duckdb import (
    Limits,
    Work,
    file_of,
    noted_divisions,
    open_session,
    open_table,
    put,
    typed,
    whole,
)
from yimatong.core.engine.outcome import Outcome, Progress
from yimatong.core.engine.plan.tables import MADE
from yimatong.core.engine.since import People, Records, Since, TooManyTouched
from yimatong.core.engine.steps import DERIVED
from yimatong.core.lake.form import day_number
from yimatong.core.policy.model import Policy
from yimatong.core.time import LAST_INSTANT

MOST = 50_000
"""Where more people are touched than this, judging everybody is no dearer and a good deal simpler."""

FROM_STAYS = ("visits", "travels", "exposures")
_ARROW = {"int32": pa.int32(), "int64": pa.int64(), "string": pa.string()}


@dataclass(frozen=True, slots=True)
class Touched:
    """What a judgement of the touched found: the outcome of these people, who they are, and when the town is due again."""

    outcome: Outcome
    people: frozenset[int]
    next_change: int | None


def judge_touched(
    records: Records,
    lake: Sequence[Path],
    policy: Policy,
    as_of: int,
    out: Path,
    *,
    since: Since,
    most: int = MOST,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Touched:
    """Judge whom anything has touched since the run in force, and write their rows of steps.OUTCOME into `out`.

    The run before was judged by the same rules. `lake` are the files of the lake now. TooManyTouched where more than `most` are.
    """
    with open_session(limits) as session, whole(out) as folder:
        work = Work(session, policy, as_of, progress)
        put(session, "given_areas", records.areas(), typed("areas"))
        work.name_policy("given_areas")
        open_table(session, "lake", lake, typed("stays"))
        town = _Town(work, records, lake, since, most)
        town.find()
        people = frozenset(town.touched)
        put(session, "people", records.people(people), typed("people"))
        put(session, "facts", records.facts(people), typed("facts"))
        for name in DERIVED:
            put(session, name, town.derived(name), MADE[name])
        work.make(work.statements.judging)
        work.write(folder)
        return Touched(work.outcome(folder, touched=len(people)), people, town.deadline(folder))


@dataclass
class _Town:
    """Who is touched, and what is derived of whom anew."""

    work: Work
    records: Records
    lake: Sequence[Path]
    since: Since
    most: int

    def __post_init__(self) -> None:
        self.session, self.as_of = self.work.session, self.work.as_of
        self.touched: set[int] = set()
        self.moved: set[int] = set()
        """Whose visits, travels and exposures are made anew."""
        self.neighbours: set[int] = set()
        """Whose neighbours are made anew."""
        self.anew: dict[str, pa.Table] = {}
        self.steps = {step.name: step for step in self.work.statements.deriving}
        self.cases: pa.Table | None = None

    def find(self) -> None:
        """Find the touched, and derive anew what a change can reach."""
        records, since, changed = self.records, self.since, self.since.changed
        due = records.due(since.as_of, self.as_of)
        told = changed["facts"] | due
        self.moved |= changed["stays"] | self._of_changed_days() | self._in_changed_areas()
        self.moved |= records.arriving(since.as_of, self.as_of) | self._arriving_in_lake()
        self._few(self.moved | told)
        ill = records.ever_cases(told | self.moved)
        if ill:
            self.moved |= ill | self._met_by(ill)
            self._few(self.moved)
        if self.moved:
            self._derive_from_stays()
        homes = changed["homes"]
        sources = records.ever_sources(told | homes) | self._exposed_otherwise() | self._exposed(homes)
        self.neighbours |= homes
        if sources:
            self.neighbours |= _people(records.homes_on(records.ever_stairwells(sources)))
            self._few(self.neighbours)
        if self.neighbours:
            self._derive_neighbours()
        self.touched = set(told) | changed["people"] | self.moved | self.neighbours
        self._few(self.touched)

    def derived(self, name: str) -> pa.Table:
        """The derived rows of the touched: made anew, or as they are in force."""
        made = self.moved if name in FROM_STAYS else self.neighbours
        kept = self.records.in_force(name, self.touched - made)
        return _together(name, kept, self.anew.get(name))

    def deadline(self, outcome: Path) -> int | None:
        """When the town is due again: by the verdicts of the touched as they were written, and by those of everybody else in force."""
        records, today = self.records, self.work.policy.zone.day(self.as_of)
        others = records.next_due(self.as_of, self.touched)
        self.session.execute("DROP VIEW verdicts")
        self.session.execute(
            f"CREATE TEMP TABLE verdicts AS SELECT person, next_change FROM {file_of(outcome, 'verdicts')}"
            " UNION ALL SELECT 0, ?::INTEGER",
            [others],
        )
        put(self.session, "facts", records.contacts_ahead(self.as_of), typed("facts"))
        ahead = [path for path in self.lake if day_number(path) >= today]
        open_table(self.session, "lake_ahead", ahead, typed("stays"))
        put(self.session, "stays", records.stays_ahead(self.as_of), typed("stays"))
        columns = _listed(typed("stays"))
        self.session.execute(f"INSERT INTO stays SELECT {columns} FROM lake_ahead WHERE arrive > {self.as_of}")
        return self.work.deadline()

    def _few(self, people: People) -> None:
        if len(people) > self.most:
            raise TooManyTouched

    def _of_changed_days(self) -> set[int]:
        """Whose stays in the lake are not the same, and where those were; the rows that differ stay in `changed_stays`."""
        columns = _listed(typed("stays"))
        self.session.execute(f"CREATE TEMP TABLE changed_stays AS SELECT {columns} FROM lake LIMIT 0")
        for before, now in self.since.days:
            for name, path in (("day_before", before), ("day_now", now)):
                open_table(self.session, name, [path] if path else [], typed("stays"))
            self.session.execute(
                f"INSERT INTO changed_stays FROM (SELECT {columns} FROM day_before EXCEPT ALL SELECT {columns} FROM day_now)"
                f" UNION ALL FROM (SELECT {columns} FROM day_now EXCEPT ALL SELECT {columns} FROM day_before)"
            )
            for name in ("day_before", "day_now"):
                self.session.execute(f"DROP VIEW {name}")
                self.session.execute(f"DROP TABLE IF EXISTS no_{name}")
        return self._ask("SELECT DISTINCT person FROM changed_stays")

    def _arriving_in_lake(self) -> set[int]:
        """Whose stay in the lake begins since the run before: it lay ahead of that one."""
        first = self.work.policy.zone.day(self.since.as_of)
        files = [path for path in self.lake if day_number(path) >= first]
        if not files or self.since.as_of == self.as_of:
            return set()
        open_table(self.session, "lake_since", files, typed("stays"))
        return self._ask(
            f"SELECT DISTINCT person FROM lake_since WHERE arrive > {self.since.as_of} AND arrive <= {self.as_of}"
        )

    def _in_changed_areas(self) -> set[int]:
        """Who was inside an area that came, went or was changed since, or that begins only now, at a time at which it holds."""
        listed, watched = _listed(typed("areas")), ", ".join(f"'{level}'" for level in self.work.policy.watched)
        open_table(self.session, "areas_before", [self.since.areas], typed("areas"))
        self.session.execute(
            f"""CREATE TEMP TABLE changed_areas AS SELECT DISTINCT low, high, place, start, coalesce("end", {LAST_INSTANT}) AS till FROM (
                (SELECT {listed} FROM areas_before EXCEPT SELECT {listed} FROM given_areas)
                UNION ALL (SELECT {listed} FROM given_areas EXCEPT SELECT {listed} FROM areas_before)
                UNION ALL SELECT {listed} FROM areas WHERE start > {self.since.as_of}
            ) WHERE level IN ({watched}) AND start <= {self.as_of}"""
        )
        changed: pa.Table = self.session.sql("FROM changed_areas").to_arrow_table()
        if not len(changed):
            return set()
        divisions = noted_divisions(self.session, self.lake)
        noted = (
            f"SELECT unnest({divisions}::INTEGER[]) AS division" if divisions else "SELECT DISTINCT division FROM lake"
        )
        self.session.execute(
            f"CREATE TEMP TABLE changed_zones AS SELECT division, start, till FROM ({noted})"
            " JOIN changed_areas ON place IS NULL AND division BETWEEN low AND high"
        )
        put(self.session, "declared_there", self.records.stays_within(changed), typed("stays"))
        holds = "greatest(arrive, start) <= least(leave, till)"
        inside = "place IS NULL AND division BETWEEN low AND high"
        return self._ask(
            f"SELECT person FROM lake JOIN changed_zones USING (division) WHERE {holds}"
            f" UNION SELECT person FROM lake JOIN changed_areas USING (place) WHERE {holds}"
            f" UNION SELECT person FROM declared_there stay JOIN changed_areas area ON {holds}"
            f" AND (stay.place = area.place OR area.{inside})"
        )

    def _met_by(self, ill: set[int]) -> set[int]:
        """Whose exposure a change of these cases can move: who is exposed where they were, by what is in force or by their stays now."""
        stays = self._stays_of(ill)
        places = set(stays["place"].to_pylist()) | self.records.ever_places(ill)
        put(self.session, "ill", _numbers(ill), {"person": "int32"})
        places |= self._ask("SELECT place FROM changed_stays SEMI JOIN ill USING (person)")
        met = self.records.exposed_at(places)
        put(self.session, "facts", self._all_cases(), typed("facts"))
        self.session.execute("DELETE FROM facts WHERE person NOT IN (SELECT person FROM ill)")
        put(self.session, "stays", stays, typed("stays"))
        self._make("cases", "islands")
        found = self._ask("SELECT place FROM islands")
        put(self.session, "declared_there", self.records.stays_at(found), typed("stays"))
        columns = _listed(typed("stays"))
        self.work.drop("stays")
        self.session.execute(
            f"CREATE TEMP TABLE stays AS SELECT {columns} FROM lake SEMI JOIN islands USING (place)"
            f" UNION ALL SELECT {columns} FROM declared_there"
        )
        self._make("exposures")
        met |= self._ask("SELECT person FROM exposures")
        for name in ("cases", "islands", "exposures"):
            self.work.drop(name)
        return met

    def _derive_from_stays(self) -> None:
        """Make visits, travels and exposures of the moved, from their stays and those of every case."""
        cases = self._all_cases()
        put(self.session, "facts", cases, typed("facts"))
        put(self.session, "stays", self._stays_of(self.moved | _people(cases)), typed("stays"))
        self._make(*(name for name in self.steps if name != "neighbours"))
        put(self.session, "moved", _numbers(self.moved), {"person": "int32"})
        for name in FROM_STAYS:
            rows = self.session.sql(f"SELECT {_listed(MADE[name])} FROM {name} SEMI JOIN moved USING (person)")
            self.anew[name] = rows.to_arrow_table()

    def _exposed_otherwise(self) -> set[int]:
        """Whose exposure is not what it was."""
        if not self.moved:
            return set()
        before = {tuple(row.values()) for row in self.records.in_force("exposures", self.moved).to_pylist()}
        now = {tuple(row.values()) for row in self.anew["exposures"].to_pylist()}
        return {row[0] for row in before ^ now}

    def _exposed(self, people: People) -> set[int]:
        """Which of them are exposed now."""
        if not people:
            return set()
        kept = self.records.in_force("exposures", set(people) - self.moved)
        return _people(_together("exposures", kept, self.anew.get("exposures"))) & set(people)

    def _derive_neighbours(self) -> None:
        """Make the neighbours of whoever is to have them anew, from everybody's homes on their stairwells."""
        theirs = self.records.homes(self.neighbours)
        homes = self.records.homes_on(set(theirs["stairwell"].to_pylist()))
        around = _people(homes)
        kept = self.records.in_force("exposures", around - self.moved)
        for name, rows, columns in (
            ("facts", self.records.sources(around), typed("facts")),
            ("homes", homes, typed("homes")),
            ("exposures", _together("exposures", kept, self.anew.get("exposures")), MADE["exposures"]),
        ):
            put(self.session, name, rows, columns)
        self._make("neighbours")
        put(self.session, "anew", _numbers(self.neighbours), {"person": "int32"})
        listed = _listed(MADE["neighbours"])
        rows = self.session.sql(f"SELECT {listed} FROM neighbours SEMI JOIN anew USING (person)")
        self.anew["neighbours"] = rows.to_arrow_table()

    def _all_cases(self) -> pa.Table:
        if self.cases is None:
            self.cases = self.records.cases()
        return self.cases

    def _stays_of(self, people: set[int]) -> pa.Table:
        """Their stays, in the lake and recorded one by one: one look through the lake."""
        put(self.session, "declared", self.records.stays(people), typed("stays"))
        put(self.session, "wanted", _numbers(people), {"person": "int32"})
        columns = _listed(typed("stays"))
        return self.session.sql(
            f"SELECT {columns} FROM lake SEMI JOIN wanted USING (person) UNION ALL SELECT {columns} FROM declared"
        ).to_arrow_table()

    def _make(self, *names: str) -> None:
        for name in names:
            self.work.drop(name)
        self.work.make([self.steps[name] for name in names])

    def _ask(self, select: str) -> set[int]:
        """The numbers that a SELECT finds; TooManyTouched where they are too many to be of use."""
        found = self.session.execute(f"SELECT * FROM ({select}) LIMIT {self.most + 1}").fetchall()
        numbers = {row[0] for row in found}
        self._few(numbers)
        return numbers


def _together(name: str, kept: pa.Table, anew: pa.Table | None) -> pa.Table:
    """Rows of a derived table, those in force and those made anew."""
    schema = pa.schema([(column, _ARROW[kind]) for column, kind in MADE[name].items()])
    parts = [kept] if anew is None else [kept, anew]
    return pa.concat_tables([part.select(schema.names).cast(schema) for part in parts])


def _people(rows: pa.Table) -> set[int]:
    return set(rows["person"].to_pylist())


def _numbers(people: People) -> pa.Table:
    return pa.table({"person": pa.array(sorted(people), pa.int32())})


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
