"""Whether this server can do its work: the database answers, every migration is applied, and the roles can be taken on."""

from __future__ import annotations

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from yimatong.edges.web.watching import late, seen_late

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
    return list(late()) if answers("default") and answers("judge") else [ROLES]


def health(_request: HttpRequest) -> JsonResponse:
    """Answer 503 with the code of what is wrong when the database does not answer to the pages, else 200.

    Of a server that answers, `status` is `ok`, or `late` with the codes of what happens by itself and has not happened for too long.
    """
    if not answers("default"):
        return JsonResponse({"status": "wrong", "problems": [ANSWERS]}, status=503)
    found = seen_late()
    return JsonResponse({"status": "late" if found else "ok", "problems": list(found)})
