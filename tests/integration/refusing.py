"""What stands behind a privilege that a role lacks: the guard, which says no to the owner of the tables too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from psycopg.sql import SQL, Identifier

Words = Sequence[Any] | Mapping[str, Any] | None
NO_RIGHT = "42501"


def refused(statement: str, words: Words = None, *, alias: str = "default") -> str:
    """The SQLSTATE with which a role is refused a statement; where it lacks the privilege, that with which the owner is refused it.

    It is `42501` where nothing but the privilege stands in the way.
    """
    with pytest.raises(DatabaseError) as error, transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(statement, words)
    code = state(error.value)
    return guarded(statement, words, alias=alias) or code if code == NO_RIGHT else code


def guarded(statement: str, words: Words = None, *, alias: str = "default") -> str:
    """The SQLSTATE with which the owner of the tables is refused a statement on a role's connection; empty where it would be taken."""
    try:
        with as_owner(alias), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(statement, words)
            transaction.set_rollback(True, using=alias)
    except DatabaseError as error:
        return state(error)
    return ""


@contextmanager
def as_owner(alias: str = "default") -> Iterator[None]:
    """Let a role's connection act as the owner of the tables: what the product never does, and a test has to."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user")
        role = str(cursor.fetchone()[0])
        cursor.execute("SET ROLE NONE")
        try:
            yield
        finally:
            cursor.execute(SQL("SET ROLE {}").format(Identifier(role)))


def state(error: BaseException) -> str:
    """The SQLSTATE of what Django raised."""
    return str(getattr(error.__cause__, "sqlstate", ""))
