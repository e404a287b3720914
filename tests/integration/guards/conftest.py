"""The database without constraints, one for a file of tests."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connections
from psycopg.sql import SQL, Identifier
from pytest_django import DjangoDbBlocker

from tests.integration.guards.bare import KEYS, UNBOUND, Bare
from yimatong.site.connections import login


@pytest.fixture(scope="module")
def bare(migrated: str, django_db_setup: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Bare]:
    """A copy of the migrated database in which nothing but the guards refuses anything."""
    with django_db_blocker.unblock():
        owner = connections["owner"]
        name = f"{owner.settings_dict['NAME']}_bare"
        dropped = SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name))
        with owner._nodb_cursor() as cursor:
            cursor.execute(dropped)
            cursor.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(migrated)))
        where = login({**owner.settings_dict, "NAME": name})
        with psycopg.connect(**where) as opened:
            keys = {str(table): str(column) for table, column in opened.execute(KEYS)}
            opened.execute(UNBOUND)
        made = Bare(where, keys)
        yield made
        made.close()
        with owner._nodb_cursor() as cursor:
            cursor.execute(dropped)
