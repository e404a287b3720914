"""Under which keys this city's records are kept: their fingerprints stand in the database, and a server with other keys does no work.

With another identity key the same document would become a second person, with another pass secret the same person two places in the
recall lists; both would go unnoticed. So every process compares before it uses the database, the first of a new city notes what it
has, and a key is never made where people are recorded already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection as pages, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from yimatong.core.macs import fingerprint
from yimatong.records import identity
from yimatong.records.actions import audit
from yimatong.records.errors import another_key, no_key
from yimatong.records.models import Official

IDENTITY, SECRET, PASSES, AUDIT = "identity-key", "secret-key", "pass-secret", "audit-key"
JUDGE = "judge"
TABLE = "SELECT to_regclass('key_fingerprints') IS NOT NULL"
NOTED = "SELECT name, fingerprint FROM key_fingerprints"
NOTE = "INSERT INTO key_fingerprints (name, fingerprint, noted_at) VALUES (%s, %s, now()) ON CONFLICT (name) DO NOTHING"
SEALED = "SELECT number, id_sealed FROM people WHERE id_sealed IS NOT NULL LIMIT 20"


def compare(connection: BaseDatabaseWrapper) -> None:
    """Look once in a process, as its first connection is made, whether its keys are the city's; EnvironmentProblem otherwise."""
    if not _state["same"]:
        _state["same"] = _compared(connection.connection, may_note=connection.alias != JUDGE)


def _compared(raw: psycopg.Connection[Any], *, may_note: bool) -> bool:
    """True when everything is the same; False where there is nothing yet to compare with."""
    if not _value(raw, TABLE):
        return False
    own: Mapping[str, str] = settings.YIMATONG_FINGERPRINTS
    noted = dict(raw.execute(NOTED).fetchall())
    for name, mine in own.items():
        if not mine:
            raise no_key(name)
        if name not in noted:
            if not may_note:
                return False
            if name == IDENTITY and (sealed := raw.execute(SEALED).fetchall()):
                _require_opening(sealed)
            raw.execute(NOTE, [name, mine])
            noted = dict(raw.execute(NOTED).fetchall())
        if noted[name] != mine and not (name == SECRET and _state["accepting"]):
            raise another_key(name)
    return True


def _require_opening(sealed: list[Any]) -> None:
    """A city of before there were fingerprints: its own records tell whether the key is theirs. EnvironmentProblem where none opens.

    They are bound to their person, or of before that.
    """
    if all(identity.opened(one, "id", of) is None for person, one in sealed for of in (person, None)):
        identity.unseal(sealed[0][1], "id")


def require_same(name: str, key: bytes) -> None:
    """Compare a key that is read when it is needed; the first of a city notes it. EnvironmentProblem where it is another."""
    mine = fingerprint(name, key)
    with pages.cursor() as cursor:
        noted = _noted(cursor, name)
        if noted is None:
            cursor.execute(NOTE, [name, mine])
            noted = _noted(cursor, name)
    if noted != mine:
        raise another_key(name)


def is_noted(name: str) -> bool:
    """Say whether the city has a key of this name."""
    with pages.cursor() as cursor:
        return _noted(cursor, name) is not None


def accept_secret(*, by: Official, why: str) -> None:
    """Let the secret key of this server be the city's from now on; everybody signs in anew. The identity key never changes so."""
    with transaction.atomic():
        audit.record(by=by, action="keys.accept", subject=SECRET, details={"why": why})
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "UPDATE key_fingerprints SET fingerprint = %s, noted_at = now() WHERE name = %s",
                [settings.YIMATONG_FINGERPRINTS[SECRET], SECRET],
            )


def accepting() -> None:
    """Compare no more in this process: it is here to have its secret key accepted."""
    _state["accepting"] = True


def _noted(cursor: Any, name: str) -> str | None:
    cursor.execute(f"{NOTED} WHERE name = %s", [name])
    row = cursor.fetchone()
    return row[1] if row else None


def _value(raw: psycopg.Connection[Any], statement: str) -> bool:
    row = raw.execute(statement).fetchone()
    return bool(row and row[0])


_state = {"same": False, "accepting": False}
"""Whether this process has compared already."""
