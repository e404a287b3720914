"""What every test can rely on: one PostgreSQL for the session, a database for each worker, and least privilege in each test.

The tests' own databases are made and migrated by the owner. Each test then runs under the roles of the product
(site/connections.py): the alias `default` as yimatong_app, `judge` as yimatong_judge, `owner` as the login itself.
Aliases are different connections: what one has not committed the others do not see, and a test that uses two of them asks
for `@pytest.mark.django_db(transaction=True, databases=["default", "judge"])`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from hypothesis import settings
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL, Identifier
from pytest_django import DjangoDbBlocker

from tests.first_start import FirstStart
from tests.first_start import first_start as made_once
from yimatong.site.connections import ROLES, with_role

SHARED = Path(__file__).resolve().parents[2] / "shared"
FOLDER_MARKERS = {"integration": "integration", "browser": "browser"}
WAITS_LONGEST = "test_whole_way.py"
"""Up to a minute for the product's own round: begun last, it would hold up the end of the run with one of two cores idle."""
# Whether a change may land is no game of chance, nor of how busy the machine is; `--hypothesis-profile search` looks for new examples.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1_000)
settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of a folder by its name, and put those of the browser last.

    Playwright keeps an event loop in its thread from its first page on, and Django then takes every later test for async.
    """
    for item in items:
        for folder, marker in FOLDER_MARKERS.items():
            if folder in item.path.parts:
                item.add_marker(getattr(pytest.mark, marker))
    items.sort(key=lambda item: ("browser" in item.path.parts, item.path.name != WAITS_LONGEST))


def pytest_unconfigure() -> None:
    """Remove the session's home folder, once, by the process that made it."""
    if os.environ.get("YIMATONG_TEST_MADE_BY") == str(os.getpid()):
        shutil.rmtree(os.environ["YIMATONG_TEST_HOME"], ignore_errors=True)


@pytest.fixture(scope="session")
def home() -> Path:
    """The home folder of this test session."""
    return Path(os.environ["YIMATONG_TEST_HOME"])


@pytest.fixture(scope="session")
def first_start(home: Path) -> FirstStart:
    """A first start of the product with its demo city, one for all workers; what goes on with its home does so on a copy."""
    return made_once(home)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the checkout with real lists; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is absent: the real lists cannot be tried here")
    return SHARED


@pytest.fixture(scope="session")
def postgres() -> Iterator[None]:
    """A running PostgreSQL: the server of DATABASE_URL, else one of the wheel's under the session's home folder."""
    from yimatong.site.environment import environment
    from yimatong.site.postgres import Server

    settings = environment()
    if settings.database_url:
        yield
        return
    # No test pulls the plug of the machine, so nothing is lost by not waiting for the disk.
    with Server.at(settings.home, settings.postgres_user).running(fsync="off", synchronous_commit="off"):
        yield


@pytest.fixture(scope="session")
def one_at_a_time(postgres: None, home: Path) -> TextIO:
    """A lock held while this worker makes its database: roles belong to the whole server, and workers would trip over them."""
    lock = (home / "migrations.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


@pytest.fixture(scope="session")
def django_db_setup(one_at_a_time: TextIO, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The worker's database, made and migrated by the owner (each alias starts as the login itself, see tests/settings.py).

    Its value is what migrations recorded (the official `system`, say), since a test that commits empties every table after it.
    """
    one_at_a_time.close()
    from django.apps import apps
    from django.core import serializers
    from django.db import connections

    ours = [model for model in apps.get_models() if model.__module__.startswith("yimatong.") and model._meta.managed]
    with django_db_blocker.unblock():
        recorded = serializers.serialize("json", [row for model in ours for row in model._base_manager.all()])
    yield recorded
    with django_db_blocker.unblock():
        # The database is dropped by one alias; the others must have left it.
        connections.close_all()


def restore(recorded: str) -> None:
    """Record again what migrations had recorded, when a test before has emptied the tables."""
    from django.core import serializers

    rows = list(serializers.deserialize("json", recorded))
    if rows and not type(rows[0].object)._base_manager.filter(pk=rows[0].object.pk).exists():
        for row in rows:
            # Inserted, never updated: some tables refuse every update, also one that finds no row.
            row.object.save_base(raw=True, force_insert=True)


@pytest.fixture(autouse=True)
def least_privilege(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run the body of a test that uses the database under the roles of the product; set-up and clean-up run as the owner."""
    asked = {"_django_db_helper", "db", "transactional_db", "live_server"} & set(request.fixturenames)
    if not asked and not request.node.get_closest_marker("django_db"):
        yield
        return
    request.getfixturevalue("_django_db_helper")
    restore(request.getfixturevalue("django_db_setup"))
    from django.db import connections

    for alias, role in ROLES.items():
        connections.settings[alias]["OPTIONS"] = with_role(connections.settings[alias]["OPTIONS"], role)
        take_role(connections[alias], role)
    yield
    for alias in ROLES:
        connections.settings[alias]["OPTIONS"].pop("options", None)
        take_role(connections[alias], None)


def take_role(connection: BaseDatabaseWrapper, role: str | None) -> None:
    """Change the role of a connection that is open; one inside a failed transaction gets its own role back by the roll-back."""
    if connection.connection is None or connection.connection.closed:
        return
    if connection.connection.info.transaction_status == TransactionStatus.INERROR:
        return
    statement = SQL("set role {}").format(Identifier(role)) if role else SQL("set role none")
    connection.connection.execute(statement)
