"""How many people of each district have each colour, and for how many each rule holds: moved by a run, never counted anew by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import duckdb

from yimatong.core.colour import Colour
from yimatong.records import calendar
from yimatong.stations.judgements.models import Run

Cell = tuple[int, str, str]
"""District (6-digit code), colour, rule; the rule is empty for everybody of the colour."""
Counts = Mapping[Cell, int]


class Shifts(NamedTuple):
    """What a run moved, as it lies with the run: of each district in which anything moved every colour, and each rule that moved.

    `districts` are (district, colour, before, after), `rules` (rule, before, after) over the whole city, where that is another number.
    """

    districts: list[tuple[int, str, int, int]]
    rules: list[tuple[str, int, int]]


def cells(session: duckdb.DuckDBPyConnection, which: str) -> Counts:
    """The people of `<which>_verdicts` by district (`<which>_districts`: person, district), colour and rule (`<which>_reasons`)."""
    rows = session.execute(
        f"""WITH judged AS (SELECT person, colour, district FROM {which}_verdicts JOIN {which}_districts USING (person))
        SELECT district, colour, '' AS rule, count(*) FROM judged GROUP BY ALL
        UNION ALL
        SELECT district, judged.colour, rule, count(*) FROM judged JOIN {which}_reasons USING (person) GROUP BY ALL"""
    ).fetchall()
    return {(district, colour, rule): people for district, colour, rule, people in rows}


def moved(before: Counts, gone: Counts, came: Counts) -> Counts:
    """The counts after some people were counted out and in again."""
    after = Counter(before)
    after.subtract(gone)
    after.update(came)
    return {cell: people for cell, people in after.items() if people}


def shifts(before: Counts, after: Counts) -> Shifts:
    """What lies between two counts."""
    other = {cell for cell in (*before, *after) if before.get(cell, 0) != after.get(cell, 0)}
    districts = [
        (
            district,
            colour.value,
            before.get((district, colour.value, ""), 0),
            after.get((district, colour.value, ""), 0),
        )
        for district in sorted({district for district, _colour, rule in other if not rule})
        for colour in Colour
    ]
    rules = (
        (rule, _holds(rule, before), _holds(rule, after)) for rule in sorted({rule for *_cell, rule in other if rule})
    )
    return Shifts(districts, [moved for moved in rules if moved[1] != moved[2]])


def colours(counts: Counts) -> dict[str, int]:
    """People by colour over the whole city."""
    found: Counter[str] = Counter()
    for (_district, colour, rule), people in counts.items():
        if not rule:
            found[colour] += people
    return dict(sorted(found.items()))


def in_force(cursor: Any) -> Counts:
    """The counts as they are in force."""
    cursor.execute("SELECT district, colour, rule, people FROM current_counts")
    return {(district, colour, rule): people for district, colour, rule, people in cursor.fetchall()}


def publish(cursor: Any, run: Run, before: Counts, after: Counts) -> None:
    """Put counts in force, inside the transaction that publishes their run; those of its day are these from now on."""
    cells_moved = [cell for cell in {*before, *after} if before.get(cell) != after.get(cell)]
    _exchange(cursor, "current_counts", ("district", "colour", "rule"), cells_moved, after, run.number)
    day = calendar.day(run.as_of)
    of_city: Counter[tuple[str, str]] = Counter()
    for (_district, colour, rule), people in after.items():
        of_city[colour, rule] += people
    cursor.execute("DELETE FROM day_counts WHERE day = %s", [day])
    cursor.executemany(
        "INSERT INTO day_counts (day, colour, rule, people, run_id) VALUES (%s, %s, %s, %s, %s)",
        [(day, *key, people, run.number) for key, people in sorted(of_city.items())],
    )


def publish_districts(cursor: Any, run: int, people: Iterable[int] | None, elsewhere: Mapping[int, int]) -> None:
    """Note who is counted elsewhere than the last run over everybody says; of these people alone, or (None) of nobody any more."""
    if people is None:
        cursor.execute("DELETE FROM counted_elsewhere")
        return
    cursor.execute("DELETE FROM counted_elsewhere WHERE person = ANY(%s::int[])", [sorted(people)])
    cursor.executemany(
        "INSERT INTO counted_elsewhere (person, district, run_id) VALUES (%s, %s, %s)",
        [(person, district, run) for person, district in sorted(elsewhere.items())],
    )


def _exchange(
    cursor: Any, table: str, key: tuple[str, ...], cells_moved: Iterable[Cell], after: Counts, run: int
) -> None:
    same = " AND ".join(f"{column} = %s" for column in key)
    moved_cells = sorted(cells_moved)
    cursor.executemany(f"DELETE FROM {table} WHERE {same}", moved_cells)
    columns = ", ".join(key)
    cursor.executemany(
        f"INSERT INTO {table} ({columns}, people, run_id) VALUES (%s, %s, %s, %s, %s)",
        [(*cell, after[cell], run) for cell in moved_cells if cell in after],
    )


def _holds(rule: str, counts: Counts) -> int:
    return sum(people for (_district, _colour, held), people in counts.items() if held == rule)
