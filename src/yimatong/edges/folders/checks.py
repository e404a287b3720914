"""What the values of the five tables must be, said once for CSV and Parquet as conditions that find the wrong rows."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from yimatong.core.facts import COLUMNS, DETAILS, Level
from yimatong.edges.folders.problems import MOST_KEPT

FIRST_INSTANT, LAST_INSTANT = 15_778_080, 68_374_080
"""2000-01-01T00:00Z and 2100-01-01T00:00Z. Seconds given for minutes fall outside, and so they are found."""
DIVISION = "NOT BETWEEN 100000000 AND 999999999"
POSITIVE = "NOT BETWEEN 1 AND 2147483647"
INSTANTS = {"start", "end", "onset", "arrive", "leave"}

Check = tuple[str, str, str]
"""Column, code, and the condition under which a row is wrong."""


def wrong_rows(session: duckdb.DuckDBPyConnection, table: str) -> Iterator[tuple[str, int, str, str]]:
    """(file, line, column, code) of every wrong row of a view `table` with columns `file` and `line`.

    At most 100,000 a check. `people` must be there as a view for the tables that name people.
    """
    for column, code, condition in checks(table):
        rows = session.execute(
            f"SELECT file, line FROM {table} WHERE {condition} ORDER BY file, line LIMIT {MOST_KEPT}"
        )
        yield from ((file, line, column, code) for file, line in rows.fetchall())
    for column in {"people": ["person"], "facts": ["fact"]}.get(table, []):
        yield from _twice(session, table, column)
    if table in ("facts", "homes", "stays"):
        rows = session.execute(f"SELECT file, line FROM {table} ANTI JOIN people USING (person) LIMIT {MOST_KEPT}")
        yield from ((file, line, "person", "person-unknown") for file, line in rows.fetchall())


def checks(table: str) -> Iterator[Check]:
    """The conditions of a table: what is empty or out of range, then what belongs to the table."""
    for name, kind in COLUMNS[table]:
        if not kind.endswith("?"):
            yield name, "value-missing", f'"{name}" IS NULL'
        if name in INSTANTS:
            yield name, "instant-out-of-range", f'"{name}" NOT BETWEEN {FIRST_INSTANT} AND {LAST_INSTANT}'
        elif name in ("division", "low", "high"):
            yield name, "division-wrong", f"{name} {DIVISION}"
        elif kind.startswith("int32"):
            yield name, "number-wrong", f"{name} {POSITIVE}"
        elif kind.startswith("int64"):
            yield name, "number-wrong", f"{name} < 1"
    yield from _OWN[table]


def _twice(session: duckdb.DuckDBPyConnection, table: str, column: str) -> Iterator[tuple[str, int, str, str]]:
    """Every row but the first that uses a number."""
    rows = session.execute(
        f"""SELECT file, line FROM {table}
        QUALIFY row_number() OVER (PARTITION BY {column} ORDER BY file, line) > 1 ORDER BY file, line LIMIT {MOST_KEPT}"""
    )
    yield from ((file, line, column, "said-twice") for file, line in rows.fetchall())


def _words(words: object) -> str:
    return ", ".join(f"'{word}'" for word in words)  # type: ignore[attr-defined]


_KINDS = _words(kind.value for kind in DETAILS)
_PAIRS = " OR ".join(f"(kind = '{kind.value}' AND detail IN ({_words(details)}))" for kind, details in DETAILS.items())
_ENDS: Check = ("end", "end-before-start", '"end" < start')

_OWN: dict[str, tuple[Check, ...]] = {
    "people": (),
    "facts": (
        ("kind", "kind-unknown", f"kind NOT IN ({_KINDS})"),
        ("detail", "detail-unknown", f"kind IN ({_KINDS}) AND NOT ({_PAIRS})"),
        _ENDS,
        ("onset", "onset-not-of-a-case", "onset IS NOT NULL AND kind <> 'case'"),
    ),
    "homes": (_ENDS,),
    "areas": (
        ("level", "level-unknown", f"level NOT IN ({_words(level.value for level in Level)})"),
        ("low", "range-backwards", "low > high"),
        _ENDS,
    ),
    "stays": (("leave", "end-before-start", "leave < arrive"),),
}
