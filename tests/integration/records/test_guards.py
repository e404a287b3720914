"""What the database itself refuses, also to somebody who writes SQL of his own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, connections, transaction

from tests.integration import refusing
from tests.integration.records.people import a_fact, a_person
from tests.links import link_digest
from yimatong.records import queries
from yimatong.records.actions import audit, facts
from yimatong.records.actions.officials import the_system
from yimatong.records.models import AuditEntry, Fact, Look, Official

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 2, 20, tzinfo=UTC)


def refused(statement: str, *parameters: object) -> str:
    """The SQLSTATE with which the database refuses a statement, also to the owner of the tables."""
    return refusing.refused(statement, parameters)


@pytest.mark.parametrize(
    "change",
    [
        "start = start - interval '1 day'", "kind = 'symptom', detail = 'fever'", "person_id = person_id + 1", "source = 'x'",
        "recorded_at = recorded_at - interval '1 day'", "legal_basis = ''", "onset = now()",
    ],
)  # fmt: skip
def test_what_a_fact_says_is_never_changed(change: str) -> None:
    fact = a_fact(kind="case", detail="confirmed")
    assert refused(f"UPDATE facts SET {change} WHERE id = %s", fact.pk) == "YMT01"


def test_a_fact_is_struck_once_and_then_stays_as_it_is() -> None:
    fact = facts.strike(by=the_system(), fact=a_fact().pk, why="wrong person", now=NOW)
    assert refused("UPDATE facts SET strike_reason = 'other' WHERE id = %s", fact.pk) == "YMT02"
    assert (
        refused("UPDATE facts SET struck_at = NULL, struck_by_id = NULL, strike_reason = NULL WHERE id = %s", fact.pk)
        == "YMT02"
    )


def test_a_fact_is_ended_once_and_the_instant_at_which_we_learned_it_is_kept() -> None:
    fact = a_fact(kind="order", detail="home")
    assert refused('UPDATE facts SET "end" = now() WHERE id = %s', fact.pk) == "YMT03"
    facts.end(by=the_system(), fact=fact.pk, end=NOW, now=NOW)
    assert refused('UPDATE facts SET "end" = now(), end_recorded_at = now() WHERE id = %s', fact.pk) == "YMT03"


@pytest.mark.parametrize(
    "change",
    [
        "struck_at = now(), struck_by_id = 0, strike_reason = 'x'", '"end" = now(), end_recorded_at = now(), end_recorded_by_id = 0',
        '"end" = now(), end_recorded_at = now(), end_delivery_id = 0',
    ],
)  # fmt: skip
def test_nobody_unknown_strikes_or_ends_a_fact(change: str) -> None:
    fact = a_fact(kind="order", detail="home")
    assert refused(f"UPDATE facts SET {change} WHERE id = %s", fact.pk) == "23503"


@pytest.mark.parametrize("column", ["recorded_by_id", "end_recorded_by_id", "end_delivery_id", "delivery_id"])
def test_nobody_unknown_records_a_fact(column: str) -> None:
    statement = f"""INSERT INTO facts (person_id, kind, detail, start, source, legal_basis, {column})
        VALUES (%s, 'test', 'negative', now(), 'x', 'x', 0)"""
    assert refused(statement, a_person().pk) == "23503"


def test_an_official_keeps_the_number_that_records_name() -> None:
    machine = the_system().pk
    assert refused("UPDATE officials SET id = id + 1000 WHERE id = %s", machine) == "YMT05"


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize(
    "table",
    [
        "facts",
        "people",
        "homes",
        "areas",
        "stays",
        "places",
        "stairwells",
        "deliveries",
        "confirmations",
        "held_rows",
        "officials",
    ],
)
def test_nothing_recorded_is_deleted_by_anybody(table: str) -> None:
    a_fact()
    assert refused(f"DELETE FROM {table}") in {"YMT04", "42501"}
    with pytest.raises(DatabaseError) as refusal, transaction.atomic("owner"), connections["owner"].cursor() as owner:
        owner.execute(f"DELETE FROM {table}")
    assert refusal.value.__cause__.sqlstate == "YMT04", "not even by the owner"  # type: ignore[union-attr]


@pytest.mark.parametrize(("kind", "detail"), [("case", "cured"), ("colour", "red"), ("test", "fever"), ("", "")])
def test_only_the_closed_list_of_facts_gets_in(kind: str, detail: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_fact(kind=kind, detail=detail)


def test_nothing_ends_before_it_starts() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_fact(start=NOW, end=datetime(2020, 2, 19, tzinfo=UTC))


def test_a_fact_is_about_somebody_who_is_recorded() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.create(person_id=987_654, kind="test", detail="negative", start=NOW, source="s", legal_basis="l")
    with pytest.raises(IntegrityError), transaction.atomic():
        a_fact(delivery_id=987_654)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_person_keeps_the_number_for_the_owner_too() -> None:
    change = "UPDATE people SET number = number + 1000 WHERE number = %s"
    person = a_person()
    assert refused(change, person.pk) == "YMT05"
    with pytest.raises(DatabaseError) as refusal, connections["owner"].cursor() as cursor:
        cursor.execute(change, [person.pk])
    assert refusal.value.__cause__.sqlstate == "YMT05"  # type: ignore[union-attr]


def test_the_audit_chain_is_whole_numbered_without_gaps_and_can_be_checked_by_a_stranger() -> None:
    by = the_system()
    for subject in ("a", "b", "换行\n里"):
        audit.record(by=by, action="test", subject=subject, details={"说明": "x", "rows": 3})
    entries = list(AuditEntry.objects.order_by("number"))
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert entries[0].previous == "0" * 64
    assert [entry.digest for entry in entries] == [link_digest(entry) for entry in entries]
    assert list(queries.broken_links()) == []


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_link_that_was_changed_behind_the_guards_is_found() -> None:
    by = the_system()
    for subject in ("a", "b", "c"):
        audit.record(by=by, action="test", subject=subject)
    with connections["owner"].cursor() as owner:
        owner.execute("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_refuse_change")
        owner.execute("UPDATE audit_entries SET subject = 'x' WHERE subject = 'b'")
        owner.execute("ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_refuse_change")
    assert [(link.number, link.wrong) for link in queries.broken_links()] == [(2, "digest")]
    assert [(link.number, link.wrong) for link in queries.broken_links(1, 2)] == [(2, "digest")]
    with connections["owner"].cursor() as owner:
        owner.execute("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_refuse_change")
        owner.execute("DELETE FROM audit_entries WHERE number = 2")
        owner.execute("ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_refuse_change")
    gone = [(3, "number"), (3, "previous")]
    assert [(link.number, link.wrong) for link in queries.broken_links()] == gone
    assert [(link.number, link.wrong) for link in queries.broken_links(1)] == gone
    assert list(queries.broken_links(2)) == [queries.BrokenLink(3, "previous")], (
        "of a link that is gone no digest is known"
    )
    assert list(queries.broken_links(3)) == []


def test_links_and_looks_are_never_changed() -> None:
    by = the_system()
    audit.record(by=by, action="test", subject="a")
    Look.objects.create(by=by, person=a_person(), why="case 7", where="page")
    for table in ("audit_entries", "looks"):
        assert refused(f"UPDATE {table} SET by_id = by_id") == "YMT04"
        assert refused(f"DELETE FROM {table}") == "YMT04"


def test_nobody_writes_a_link_of_his_own() -> None:
    by = the_system()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entries (number, at, by_id, action, subject, details, previous, digest) "
            "VALUES (99, '1999-01-01Z', %s, 'a', 's', '{}', repeat('f', 64), repeat('f', 64)) RETURNING number, at > '2020-01-01Z', previous",
            [by.pk],
        )
        assert cursor.fetchone() == (1, True, "0" * 64), "the database numbers and dates it"


def test_the_app_can_not_write_migrations_nor_become_what_it_is_not() -> None:
    assert refused("INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())") == "42501"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("yimatong_app",)


def test_the_machine_can_not_sign_in() -> None:
    system = the_system()
    assert not system.is_active
    assert not system.has_usable_password()
    assert system.role == Official.Role.MACHINE


@pytest.mark.django_db(transaction=True, databases=["default", "owner", "judge"])
def test_a_table_that_only_the_judge_may_fill_is_closed_to_the_app() -> None:
    with connections["owner"].cursor() as owner:
        owner.execute("CREATE TABLE painted (colour text); SELECT records_only_the_judge_writes('painted')")
    try:
        assert refused("INSERT INTO painted VALUES ('green')") == "42501"
        with connections["judge"].cursor() as judge:
            judge.execute("INSERT INTO painted VALUES ('green')")
            for statement in ("UPDATE painted SET colour = 'red'", "DELETE FROM painted", "TRUNCATE painted"):
                with pytest.raises(ProgrammingError):
                    judge.execute(statement)
    finally:
        with connections["owner"].cursor() as owner:
            owner.execute("DROP TABLE painted")


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_roles_that_may_not_be_made_are_an_error_with_its_remedy() -> None:
    from importlib import import_module

    from yimatong.core.errors import EnvironmentProblem

    roles = import_module("yimatong.records.migrations.0003_roles")
    with connections["owner"].cursor() as owner:
        owner.execute("CREATE ROLE nobody_special LOGIN; SET ROLE nobody_special")
        try:
            with pytest.raises(EnvironmentProblem) as refusal:
                roles.create_roles(None, connections["owner"].schema_editor())
        finally:
            owner.execute("RESET ROLE; DROP ROLE nobody_special")
    assert refusal.value.code == "database-roles-not-allowed"
    assert "CREATE ROLE yimatong_app" in refusal.value.remedy.of("en")
