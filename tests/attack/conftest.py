"""One city for all tries, in a database of its own; a try that commits gets a copy of both database and files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from psycopg.sql import SQL, Identifier
from pytest_django import DjangoDbBlocker

from tests.attack.town import KEPT, Attacked, built
from tests.conftest import make_database, take_role
from tests.integration.guards.conftest import bare
from yimatong.site.connections import ROLES, with_role
from yimatong.stations.passes import renewal

__all__ = ["bare"]


@contextmanager
def in_their_roles() -> Iterator[None]:
    """What is made once is made under the roles of the product, as each test runs under them."""
    for alias, role in ROLES.items():
        connections.settings[alias]["OPTIONS"] = with_role(connections.settings[alias]["OPTIONS"], role)
        take_role(connections[alias], role)
    try:
        yield
    finally:
        for alias in ROLES:
            connections.settings[alias]["OPTIONS"].pop("options", None)
            take_role(connections[alias], None)


def lead_to(name: str) -> None:
    """Every alias leads to this database."""
    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name


def drop(name: str) -> None:
    """A database is gone."""
    with connections["owner"]._nodb_cursor() as cursor:
        cursor.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name)))


def put_files(source: Path, home: Path) -> None:
    """The folders of a city, as they were."""
    for name in KEPT:
        shutil.rmtree(home / name, ignore_errors=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, home / name)


@pytest.fixture(scope="package")
def made(
    django_db_setup: str,
    quickly_emptied: None,
    migrated: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Attacked, str, Path]]:
    """The city, the name of its database, and its files as they were."""
    home, files = Path(settings.YIMATONG_HOME), tmp_path_factory.mktemp("attacked")
    with django_db_blocker.unblock():
        ours = str(connections["owner"].settings_dict["NAME"])
        name = f"{ours}_attacked"
        put_files(files, home)
        renewal.forget_rules()
        make_database(name, template=migrated)
        with in_their_roles():
            city = built()
        connections.close_all()
    for folder in KEPT:
        if (home / folder).is_dir():
            shutil.copytree(home / folder, files / folder)
    yield city, name, files
    with django_db_blocker.unblock():
        lead_to(ours)
        drop(name)
    put_files(tmp_path_factory.mktemp("nothing"), home)
    renewal.forget_rules()


@pytest.fixture
def city(made: tuple[Attacked, str, Path], db: None) -> Attacked:
    """The city in a transaction that is rolled back."""
    return made[0]


@pytest.fixture
def copied(made: tuple[Attacked, str, Path], django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A copy of the city, for somebody who commits."""
    _city, name, files = made
    with django_db_blocker.unblock():
        make_database(f"{name}_copy", template=name)
    put_files(files, Path(settings.YIMATONG_HOME))
    yield
    with django_db_blocker.unblock():
        lead_to(name)
        drop(f"{name}_copy")
    put_files(files, Path(settings.YIMATONG_HOME))
