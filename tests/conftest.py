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
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from hypothesis import settings
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL, Identifier, Literal
from pytest_django import DjangoDbBlocker

from tests.first_start import FirstStart, first_start as made_once
from tests.searching import STEADY
from yimatong.site.connections import ROLES, with_role

SHARED = Path(os.environ.get("YIMATONG_SHARED") or Path(__file__).resolve().parents[2] / "shared")
NO_SHARED = (
    "real lists and other people's vectors lie outside the repository: put their folder `shared` beside the checkout,"
    " or name it with YIMATONG_SHARED"
)
MIGRATED = "test_migrated"
FOLDER_MARKERS = {"integration": "integration", "browser": "browser"}
settings.load_profile(STEADY)


@pytest.fixture(autouse=True)
def nobody_has_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is a process of its own: what a look of the one before remembers is of another city."""
    if reconciling := sys.modules.get("yimatong.stations.judgements.reconciling"):
        monkeypatch.setattr(reconciling, "THIS_PROCESS", reconciling.Looker())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of a folder by its name and every search, and put first what nothing else should wait for, the browser last.

    Playwright keeps an event loop in its thread from its first page on, and Django then takes every later test for async.
    """
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.search)
        for folder, marker in FOLDER_MARKERS.items():
            if folder in item.path.parts:
                item.add_marker(getattr(pytest.mark, marker))
    items.sort(key=_turn)


FIRST = (
    "test_run.py", "test_time.py", "test_spark_agrees.py", "test_real_lists.py", "test_scripts.py", "test_mutants.py", "test_engines_agree.py",
    "test_specimens.py", "test_publication.py", "test_tries.py", "test_hostile_pages.py", "test_comes_back.py", "test_network_and_disk.py",
    "test_painted_unseen.py", "test_recorded.py",
    "test_phone_follows.py", "test_told.py", "test_residents.py", "test_scanner_screens.py", "test_code_page.py",
    "test_checkpoint_office.py", "test_scanner.py", "test_every_page.py", "test_desk.py", "test_whole_way.py", "test_offline_family.py",
)  # fmt: skip
"""Files that take longest, or that others wait for: a worker does a file in one go, and one begun at the end would leave the others idle."""


def _turn(item: pytest.Item) -> tuple[bool, int]:
    """When a test's turn is: those of the browser last, and of each kind the long files first."""
    place = FIRST.index(item.path.name) if item.path.name in FIRST else len(FIRST)
    return "browser" in item.path.parts, place


def pytest_configure(config: pytest.Config) -> None:
    """Let the whole run end in order where somebody ends it, as on Ctrl-C; xdist's workers follow their controller."""
    if not hasattr(config, "workerinput"):
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server that a run which was cut short could not stop itself, and remove the home folder that was made here."""
    if hasattr(config, "workerinput"):
        return
    from yimatong.site.postgres import Server

    home = Path(os.environ["YIMATONG_TEST_HOME"])
    if (home / "postgres").is_dir():
        Server.at(home).stop()
    if os.environ.get("YIMATONG_TEST_MADE_BY") == str(os.getpid()):
        shutil.rmtree(home, ignore_errors=True)


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
    """The folder with real lists, beside the checkout or where YIMATONG_SHARED says; the test is skipped where there is none."""
    if not SHARED.is_dir():
        assert "YIMATONG_SHARED" not in os.environ, f"YIMATONG_SHARED names {SHARED}, and there is no such folder"
        pytest.skip(NO_SHARED)
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
def migrated(postgres: None, home: Path, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of a database with every migration applied and Ningbo's policy in force, made by the first worker that needs it; the others copy it.

    One worker at a time: roles belong to the whole server, and two that migrate would trip over them.
    """
    from django.core.management import call_command

    from tests.enforcing import NINGBO, put_in_force

    with (home / "migrations.lock").open("a+") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if lock.read() != MIGRATED:
            make_database(MIGRATED, template="template1")
            call_command("migrate", database="owner", verbosity=0, interactive=False)
            put_in_force(NINGBO, "owner")
            lock.write(MIGRATED)
    return MIGRATED


@pytest.fixture(scope="session")
def django_db_setup(
    migrated: str, django_db_modify_db_settings: None, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The worker's database, a copy of the migrated one (each alias starts as the login itself, see tests/settings.py).

    Its value is what migrations recorded (the official `system`, say), since a test that commits empties every table after it.
    """
    from django.apps import apps
    from django.core import serializers
    from django.db import connections

    ours = [model for model in apps.get_models() if model.__module__.startswith("yimatong.") and model._meta.managed]
    name = str(connections["owner"].creation._get_test_db_name())
    with django_db_blocker.unblock():
        make_database(name, template=migrated)
        recorded = serializers.serialize("json", [row for model in ours for row in model._base_manager.all()])
    yield recorded
    with django_db_blocker.unblock():
        connections.close_all()
        with connections["owner"]._nodb_cursor() as cursor:
            cursor.execute(SQL("drop database if exists {0}").format(Identifier(name)))


def make_database(name: str, *, template: str) -> None:
    """Make a database anew after a template, and let every alias lead to it."""
    from django.db import connections

    connections.close_all()
    with connections["owner"]._nodb_cursor() as cursor:
        cursor.execute(SQL("drop database if exists {0}").format(Identifier(name)))
        cursor.execute(SQL("create database {0} template {1}").format(Identifier(name), Identifier(template)))
        if template == MIGRATED:
            # What a database gives whom is not copied with it.
            cursor.execute(
                SQL("grant temporary on database {0} to yimatong_app, yimatong_judge").format(Identifier(name))
            )
            cursor.execute(SQL("revoke temporary on database {0} from public").format(Identifier(name)))
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name


def restore(recorded: str) -> None:
    """Record again what migrations had recorded, when a test before has emptied the tables."""
    from django.core import serializers

    rows = list(serializers.deserialize("json", recorded))
    if rows and not type(rows[0].object)._base_manager.filter(pk=rows[0].object.pk).exists():
        for row in rows:
            # Inserted, never updated: some tables refuse every update, also one that finds no row.
            row.object.save_base(raw=True, force_insert=True)


KEPT = ("django_migrations", "django_content_type", "auth_permission")
"""Tables that no test writes to."""
EMPTIED = SQL("""
DO $$
DECLARE one regclass; filled boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  SET LOCAL lock_timeout = '30s';
  FOR one IN SELECT c.oid FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL ({kept})
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM %s', one); END IF;
  END LOOP;
END $$""").format(kept=Literal(list(KEPT)))
"""Deletes every row, past all guards, as only the server's own administrator can; a transaction that a test left open fails it."""


@pytest.fixture(scope="session")
def quickly_emptied(django_db_setup: str) -> Iterator[None]:
    """Empty the tables after a test that commits in milliseconds: Django's flush makes hundreds of files anew each time.

    Only on a server of our own; on that of DATABASE_URL we are no administrator, and Django does it its own way.
    """
    from django.db import connections
    from django.test import TransactionTestCase

    from yimatong.site.environment import environment
    from yimatong.site.postgres import Server

    given = environment()
    if given.database_url:
        yield
        return
    name = str(connections["owner"].settings_dict["NAME"])
    with (
        Server.at(given.home, given.postgres_user).connect(database=name) as administrator,
        pytest.MonkeyPatch.context() as changed,
    ):
        changed.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: administrator.execute(EMPTIED))
        yield


@pytest.fixture(scope="session", autouse=True)
def officials_of_tests() -> Iterator[None]:
    """Who calls an action in a test need not sign in first (tests/acting.py)."""
    from tests.acting import everybody_signs_in

    with everybody_signs_in():
        yield


@pytest.fixture(autouse=True)
def nobody_knows_the_policy() -> None:
    """Which pack is in force is asked anew in each test."""
    from yimatong.records import policies

    policies.forget()


@pytest.fixture(autouse=True)
def nobody_acts() -> Iterator[None]:
    """Who acted in a test before acts no more."""
    from yimatong.records import acting

    acting.stop_acting()
    yield
    acting.stop_acting()


@pytest.fixture(autouse=True)
def least_privilege(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run the body of a test that uses the database under the roles of the product; set-up and clean-up run as the owner."""
    asked = {"_django_db_helper", "db", "transactional_db", "live_server"} & set(request.fixturenames)
    if not asked and not request.node.get_closest_marker("django_db"):
        yield
        return
    request.getfixturevalue("quickly_emptied")
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
