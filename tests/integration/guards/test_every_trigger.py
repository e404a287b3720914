"""Every trigger of the database is tried with a shadow over each table: it refuses what it refuses, and looks at none of them."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tests.integration.guards.bare import READ, ROLES, Bare, refusal
from tests.integration.guards.tries import Trigger, try_of

Connection = psycopg.Connection[tuple[Any, ...]]
TRIGGERS = """
SELECT c.relname, t.tgname, p.proname, t.tgtype, array_remove(string_to_array(encode(t.tgargs, 'escape'), '\\000'), '')
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND c.relnamespace = 'public'::regnamespace ORDER BY 1, 2
"""
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
INTO_A_VIEW = "55000"
"""The SQLSTATE of a row that is written into a shadow."""
BODY = "SELECT prosrc FROM pg_proc WHERE proname = %s AND pronamespace = 'public'::regnamespace"


def triggers(bare: Bare) -> list[Trigger]:
    """All triggers of the database, of whichever migration."""
    opened = bare.connection(None, shadowed=False)
    found = [
        Trigger(str(table), str(name), str(function), int(kind), tuple(given), bare.keys.get(str(table), ""))
        for table, name, function, kind, given in opened.execute(TRIGGERS)
    ]
    opened.rollback()
    assert len(found) > 150, "the triggers were not read"
    return found


def flaw(bare: Bare, trigger: Trigger, role: str | None, *, before: tuple[str, ...] = ()) -> str | None:
    """What is wrong with how a trigger stands its try under shadows; None where nothing is. `before` runs as the login itself."""
    tried = try_of(trigger)
    if tried is None:
        return "nobody has written a try for it in tries.py"
    with bare.trying(role, tried.there, shadowed=True, before=before) as opened:
        refused = refusal(opened, tried.statement, tried.shows)
    if tried.code:
        if refused is None:
            return "was taken"
        if refused.code != tried.code or f"{trigger.function}()" not in refused.within:
            return f"was refused with {refused.code} and not {tried.code} by {trigger.function}: {refused.within}"
    elif refused is not None:
        return f"was refused with {refused.code}: {refused.within}"
    return None


@pytest.mark.parametrize("role", ROLES)
def test_every_trigger_refuses_under_shadows_what_it_is_there_to_refuse(bare: Bare, role: str | None) -> None:
    wrong = {str(one): said for one in triggers(bare) if (said := flaw(bare, one, role))}
    assert wrong == {}


def looks(opened: Connection, function: str, tables: set[str]) -> set[str]:
    """The tables of ours that a function's body names."""
    row = opened.execute(BODY, [function]).fetchone()
    assert row is not None
    return {name for name in re.findall(r"public\.(\w+)", row[0]) if name in tables}


@pytest.mark.parametrize("role", ROLES)
def test_a_guard_that_finds_its_tables_by_the_path_is_found_out(bare: Bare, role: str | None) -> None:
    opened = bare.connection(None, shadowed=False)
    tables = {str(name) for (name,) in opened.execute(TABLES)}
    looking = {one.function: one for one in triggers(bare) if looks(opened, one.function, tables)}
    bodies = {name: str(opened.execute(BODY, [name]).fetchone()[0]) for name in looking}  # type: ignore[index]
    opened.rollback()
    assert len(looking) > 15, "no guards that look at tables"
    unseen = []
    for name, trigger in looking.items():
        planted = SQL("CREATE OR REPLACE FUNCTION public.{0}() RETURNS trigger LANGUAGE plpgsql AS {1}").format(
            Identifier(name), bodies[name].replace("public.", "")
        )
        said = flaw(bare, trigger, role, before=(planted.as_string(None),))
        if said is None or not (READ in said or INTO_A_VIEW in said):
            unseen.append((name, said))
    assert unseen == []
