"""Whether this server can do its work: the database answers and every migration is applied."""

from __future__ import annotations

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def problems() -> list[str]:
    """Return what is wrong, as codes without any data in them; empty when all is well."""
    try:
        connection = connections["default"]
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        executor = MigrationExecutor(connections["owner"])
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return ["database-does-not-answer"]
    return ["migrations-waiting"] if waiting else []


def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 {"status": "ok"} or 503 with the codes of what is wrong."""
    found = problems()
    return JsonResponse({"status": "wrong" if found else "ok", "problems": found}, status=503 if found else 200)
