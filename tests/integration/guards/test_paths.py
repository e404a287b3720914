"""Every function of the database finds its tables itself, whichever migration made it, and is called by nobody who has no need to."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest

from tests.integration.guards.bare import NAMES, Bare

Connection = psycopg.Connection[tuple[Any, ...]]
OURS, THEIRS = "search_path=pg_catalog, pg_temp", "search_path=pg_catalog, public, pg_temp"
"""The path of our functions, which name the schema of each table; and of procrastinate's, which do not."""
FUNCTIONS = """
SELECT p.oid::regprocedure::text, p.proname, coalesce(p.proconfig, '{}'), p.prosqlbody IS NOT NULL, p.prosrc, p.prosecdef,
    has_function_privilege('public', p.oid, 'EXECUTE')
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
"""
LOOKS = r"(?i)\b(?:FROM|JOIN|INTO|UPDATE|TABLE|EXISTS|OF|REFERENCES)\s+(?:ONLY\s+)?"
SAYS = r"RAISE EXCEPTION '[^']*'"


def flaws(opened: Connection) -> dict[str, str]:
    """What is wrong with a function of the database, by its signature."""
    tables = "|".join(re.escape(str(name)) for (name,) in opened.execute(NAMES))
    found = {}
    for signature, name, settings, bound, body, definer, everybody in opened.execute(FUNCTIONS).fetchall():
        theirs = str(name).startswith("procrastinate_")
        if not bound and list(settings) != [THEIRS if theirs else OURS]:
            found[signature] = f"has the path {settings}"
        elif (
            not bound
            and not theirs
            and (loose := re.search(rf"{LOOKS}(?:(?:{tables})\b|%[\dI$])", re.sub(SAYS, "", body)))
        ):
            found[signature] = f"names a table without its schema: {loose[0]}"
        elif definer and everybody:
            found[signature] = "does with the owner's rights what everybody may ask of it"
    return found


def test_every_function_finds_its_tables_itself(bare: Bare) -> None:
    opened = bare.connection(None, shadowed=False)
    assert len(opened.execute(FUNCTIONS).fetchall()) > 60
    assert flaws(opened) == {}


@pytest.mark.parametrize(
    ("planted", "flaw"),
    [
        ("RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'", "has the path"),
        ("RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS 'BEGIN RETURN NULL; END'", "has the path"),
        ("RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM public.facts'", "has the path"),
        (
            "RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS 'BEGIN DELETE FROM strips; END'",
            "names a table without its schema: FROM strips",
        ),
        (
            "RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $b$ BEGIN EXECUTE 'DROP TABLE %I'; END $b$",
            "names a table without its schema: TABLE %I",
        ),
        (
            "RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'BEGIN NULL; END'",
            "does with the owner's rights",
        ),
    ],
)  # fmt: skip
def test_a_function_that_trusts_the_path_of_its_caller_is_found(bare: Bare, planted: str, flaw: str) -> None:
    with bare.trying(None, {}) as opened:
        opened.execute(f"CREATE FUNCTION public.planted() {planted}")  # type: ignore[arg-type]
        assert flaws(opened)["planted()"].startswith(flaw)


@pytest.mark.parametrize("table", ["people", "facts", "homes", "areas", "stays"])
def test_what_was_known_at_an_instant_is_read_as_if_it_stood_in_the_query(bare: Bare, table: str) -> None:
    opened = bare.connection(None, shadowed=False)
    plan = "\n".join(
        str(line)
        for (line,) in opened.execute(f"EXPLAIN (VERBOSE) SELECT * FROM engine_{table}_known('2020-02-20 00:00Z')")  # type: ignore[arg-type]
    )
    opened.rollback()
    assert f"public.{table}" in plan
    assert not re.search("Function Scan|minute_", plan), plan


def test_only_the_two_roles_make_temporary_tables_and_nobody_tables_that_stay(migrated: str, bare: Bare) -> None:
    # The copy gives its roles what the migration gave them.
    asked = """
        SELECT has_database_privilege('public', datname, 'TEMPORARY'), has_database_privilege('yimatong_app', datname, 'TEMPORARY'),
            has_database_privilege('yimatong_judge', datname, 'TEMPORARY') FROM pg_database WHERE datname = %s
    """
    opened = bare.connection(None, shadowed=False)
    assert opened.execute(asked, [migrated]).fetchone() == (False, True, True)
    for role in ("public", "yimatong_app", "yimatong_judge"):
        assert opened.execute("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [role]).fetchone() == (False,)
    opened.rollback()
