"""Which role may do what with which table is written down, and nobody widens it unseen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import DatabaseError, connections, transaction
from django.db.backends.utils import CursorWrapper

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "privileges.md"
ROLES = ("yimatong_app", "yimatong_judge")
ASKED = """
SELECT c.relname, r.role, p.verb, has_table_privilege(r.role, c.oid, p.verb),
    ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND p.verb IN ('SELECT', 'INSERT', 'UPDATE') AND has_column_privilege(r.role, c.oid, a.attnum, p.verb) ORDER BY 1)
FROM pg_class c, unnest(%s::text[]) WITH ORDINALITY AS r (role, nth),
    unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) WITH ORDINALITY AS p (verb, nth)
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
ORDER BY c.relname, r.nth, p.nth
"""
SAID = {"SELECT": "reads", "INSERT": "inserts", "UPDATE": "updates", "DELETE": "deletes"}


def lines(opened: CursorWrapper) -> list[str]:
    """The page's rows, as the database has them."""
    said: dict[str, dict[str, list[str]]] = {}
    for table, role, verb, whole, columns in opened.execute(ASKED, [list(ROLES)]).fetchall():
        mine = said.setdefault(table, {name: [] for name in ROLES})[role]
        word = SAID.get(verb, verb)
        if whole:
            mine.append(word)
        elif columns:
            mine.append(f"{word} {', '.join(columns)}")
    return [
        f"| {table} | {' | '.join('; '.join(mine[role]) or 'nothing' for role in ROLES)} |"
        for table, mine in said.items()
    ]


@pytest.mark.django_db
def test_the_page_says_what_each_role_may_do_with_each_table() -> None:
    with connections["default"].cursor() as cursor:
        there = lines(cursor)
    written = re.findall(r"^\| [a-z_]+ \| (?:reads|nothing).*\|$", PAGE.read_text("utf-8"), re.MULTILINE)
    wider = "\n".join(sorted(set(there) - set(written)))
    assert written == there, f"the database has, and {PAGE.name} has not:\n{wider}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries", "DELETE FROM looks", "UPDATE verdicts SET colour = 'green'",
        "DELETE FROM verdicts", "INSERT INTO verdicts (person_id, run_id, colour) VALUES (1, 1, 'green')", "DELETE FROM recall_cuts",
        "UPDATE recall_cuts SET data = ''", "DELETE FROM trust_cuts", "UPDATE confirmations SET with_end = true", "DELETE FROM outreach_attempts",
        "UPDATE notifications SET kind = 'x'", "DELETE FROM notifications", "DELETE FROM credentials", "UPDATE credentials SET colour = 'green'",
        "DELETE FROM device_bindings", "UPDATE engine_facts SET person = 1", "INSERT INTO engine_stays (person) VALUES (1)",
        "TRUNCATE audit_entries", "DELETE FROM works", "UPDATE facts SET person_id = 1", "UPDATE passages SET day = 1", "DELETE FROM strips",
        "UPDATE complaint_events SET kind = 'x'", "DELETE FROM dispute_outcomes", "INSERT INTO auth_permission DEFAULT VALUES",
    ],
)  # fmt: skip
def test_the_pages_role_is_not_even_asked_what_a_trigger_would_say(statement: str) -> None:
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(statement)
    assert refusal.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]
