"""A database in which nothing but the guards refuses anything, and the shadows that somebody lays over its tables.

`Bare` is a copy of the migrated database without constraints, in which both roles may do everything with every table and make temporary
tables. So a row can be put there with two of its columns, and what then refuses a statement is a trigger and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal

ROLES = ("yimatong_app", "yimatong_judge", None)
"""The pages', the judge's, and the login itself."""
READ = "SHADE"
"""The SQLSTATE with which a shadow says that somebody looked at it."""
Row = Mapping[str, object]

UNBOUND = """
DO $body$
DECLARE one record;
BEGIN
    FOR one IN SELECT conrelid::regclass AS made, conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'c', 'p', 'u', 'x') AND conparentid = 0
            AND conrelid <> 0
        ORDER BY array_position(ARRAY['f', 'c', 'x', 'u', 'p'], contype::text)
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.made, one.conname);
    END LOOP;
    FOR one IN SELECT c.oid::regclass AS made, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND a.attnum > 0 AND a.attnotnull AND a.attidentity = ''
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', one.made, one.attname);
    END LOOP;
    GRANT ALL ON ALL TABLES IN SCHEMA public TO yimatong_app, yimatong_judge;
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO yimatong_app, yimatong_judge', current_database());
END $body$
"""
KEYS = """
SELECT c.relname, min(a.attname) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
WHERE i.indisprimary AND c.relnamespace = 'public'::regnamespace GROUP BY 1
"""
NAMES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition
"""
PASSED_ROWS = """
SELECT DISTINCT named FROM pg_trigger, unnest(ARRAY[tgnewtable, tgoldtable]) named WHERE named IS NOT NULL
"""
TRAP = f"""
CREATE FUNCTION pg_temp.read_a_shadow() RETURNS SETOF integer LANGUAGE plpgsql VOLATILE AS $body$
BEGIN RAISE EXCEPTION 'a shadow was read' USING ERRCODE = '{READ}'; END $body$
"""


@dataclass(frozen=True)
class Refusal:
    """How the database refused a statement: its SQLSTATE, and the calls within which it did."""

    code: str
    within: str


@dataclass
class Bare:
    """Connections to the database without constraints, one a role, each with its own temporary tables."""

    where: Mapping[str, Any]
    keys: Mapping[str, str]
    opened: dict[str | None, psycopg.Connection[tuple[Any, ...]]] = field(default_factory=dict)

    def connection(self, role: str | None, *, shadowed: bool) -> psycopg.Connection[tuple[Any, ...]]:
        """A role's connection; `shadowed` lays a shadow over every table, and over the rows that a statement hands its triggers."""
        named = f"{role} shadowed" if shadowed else role
        if named not in self.opened:
            opened = self.opened[named] = psycopg.connect(**self.where)
            if shadowed:
                self._shadow(opened, role)
        return self.opened[named]

    def _shadow(self, opened: psycopg.Connection[tuple[Any, ...]], role: str | None) -> None:
        """Views in pg_temp, of the name and the columns of each table, that say so whenever they are read."""
        names = [str(name) for (name,) in opened.execute(NAMES)]
        rows = [str(name) for (name,) in opened.execute(PASSED_ROWS)]
        taken(opened, role)
        opened.execute(TRAP)
        for name in names:
            opened.execute(
                SQL(
                    "CREATE TEMP VIEW {0} AS SELECT t.* FROM pg_temp.read_a_shadow() LEFT JOIN public.{0} t ON true OFFSET 0"
                ).format(Identifier(name))
            )
        for name in rows:
            opened.execute(
                SQL("CREATE TEMP VIEW {0} AS SELECT * FROM pg_temp.read_a_shadow()").format(Identifier(name))
            )
        opened.commit()

    @contextmanager
    def trying(
        self, role: str | None, there: Mapping[str, Row], *, shadowed: bool = False, before: tuple[str, ...] = ()
    ) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """A transaction under a role in which these rows are there, past every guard, and `before` was done by the login; nothing stays."""
        opened = self.connection(role, shadowed=shadowed)
        opened.execute("RESET ROLE")
        try:
            for table, row in there.items():
                opened.execute(SQL("ALTER TABLE public.{0} DISABLE TRIGGER USER").format(Identifier(table)))
                opened.execute(inserted(table, row))
                opened.execute(SQL("ALTER TABLE public.{0} ENABLE TRIGGER USER").format(Identifier(table)))
            for statement in before:
                opened.execute(statement)  # type: ignore[arg-type]
            taken(opened, role)
            yield opened
        finally:
            opened.rollback()

    def close(self) -> None:
        """Let every connection go."""
        for opened in self.opened.values():
            opened.close()


def taken(opened: psycopg.Connection[tuple[Any, ...]], role: str | None) -> None:
    """Take on a role until the transaction ends; the login itself stays where it is None."""
    if role is not None:
        opened.execute(SQL("SET LOCAL ROLE {}").format(Identifier(role)))


def inserted(table: str, row: Row) -> Composed:
    """The INSERT of a row into a table of ours, by its full name."""
    return SQL("INSERT INTO public.{0} ({1}) VALUES ({2})").format(
        Identifier(table), SQL(", ").join(map(Identifier, row)), SQL(", ").join(map(Literal, row.values()))
    )


def refusal(opened: psycopg.Connection[tuple[Any, ...]], statement: str, shows: str = "") -> Refusal | None:
    """How a statement is refused; None where it is not. Where it is taken, the question `shows` has to be answered with true."""
    refused: Refusal | None = None
    with suppress(psycopg.Error), opened.transaction():
        try:
            opened.execute(statement)  # type: ignore[arg-type]
        except psycopg.Error as problem:
            refused = Refusal(str(problem.sqlstate), str(problem.diag.context))
            raise
    if refused is None and shows:
        assert opened.execute(shows).fetchone() == (True,), f"{statement}: not {shows}"  # type: ignore[arg-type]
    return refused
