"""Whether this server can do its work: the database answers, every migration is applied, and the roles can be taken on."""

from __future__ import annotations

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

ANSWERS = "database-does-not-answer"
MIGRATIONS = "migrations-waiting"
ROLES = "roles-missing"


def answers(alias: str) -> bool:
    """Say whether a connection can be had under the role of an alias."""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return False
    return True


def problems() -> list[str]:
    """Return what is wrong, as codes without any data in them; empty when all is well."""
    if not answers("owner"):
        return [ANSWERS]
    executor = MigrationExecutor(connections["owner"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return [MIGRATIONS]
    return [] if answers("default") and answers("judge") else [ROLES]


def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 {"status": "ok"} when the database answers to the pages, else 503 with the code of what is wrong."""
    found = [] if answers("default") else [ANSWERS]
    return JsonResponse({"status": "wrong" if found else "ok", "problems": found}, status=503 if found else 200)
