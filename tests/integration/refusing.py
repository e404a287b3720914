"""What stands behind a privilege that a role lacks: the guard, which says no to the owner of the tables too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from tests.acting import owning as as_owner

__all__ = ["NO_RIGHT", "as_owner", "guarded", "refused", "state"]
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


def state(error: BaseException) -> str:
    """The SQLSTATE of what Django raised."""
    return str(getattr(error.__cause__, "sqlstate", ""))
