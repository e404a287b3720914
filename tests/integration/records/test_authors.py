"""Whose an entry is: the session of the official, the desk that signed, or the process. Never who somebody says it is."""

from __future__ import annotations

import secrets

import pytest
from django.db import DatabaseError, connection, connections, transaction
from procrastinate.contrib.django import app

from tests.acting import PASSWORD, an_official, asked, owning, session_of
from tests.integration.records.people import a_person
from yimatong.core.errors import YimatongError
from yimatong.records import acting, passwords
from yimatong.records.acting import Acting, acting_as
from yimatong.records.actions import audit, officials
from yimatong.records.actions.officials import the_system
from yimatong.records.models import AuditEntry, JobTask, Look, Official
from yimatong.records.queries import broken_links

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
ENTRY = "INSERT INTO audit_entries (number, by_id, action, subject, details, previous, digest) VALUES (0, %s, 'x', 'x', '{}', '', '')"


@pytest.fixture(autouse=True)
def nobody_is_signed_in_for_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the product asks by itself."""
    monkeypatch.setattr(audit, "confirm", asked)


def refused(statement: str, *values: object, alias: str = "default") -> str | None:
    """The SQLSTATE with which the database refuses a statement, or None where it takes it."""
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError as refusal:
        return str(getattr(refusal.__cause__, "sqlstate", ""))
    return None


def signed_in(username: str = "clerk", role: str = "clerk") -> tuple[Official, Acting]:
    official = an_official(username, role)
    who = officials.sign_in(username=username, password=PASSWORD)
    assert who is not None
    return official, who


@pytest.mark.parametrize("alias", ["default", "judge", "owner"])
def test_no_role_of_the_database_writes_an_entry_in_an_officials_name(alias: str) -> None:
    official = Official.objects.using(alias).exclude(username="system").first() or an_official(
        "office", "control_office"
    )
    assert refused(ENTRY, official.pk, alias=alias) == "YMT81"


def test_who_signed_in_writes_in_their_own_name_and_in_nobody_elses() -> None:
    official, who = signed_in()
    other = an_official("office", "control_office")
    with acting_as(who):
        audit.record(by=official, action="a.b", subject="x/1")
        assert refused(ENTRY, other.pk) == "YMT81"
        with pytest.raises(YimatongError) as told:
            audit.record(by=other, action="a.b", subject="x/1")
    assert told.value.code == "acting-for-another"
    assert refused(ENTRY, official.pk) == "YMT81"
    entry = AuditEntry.objects.get(action="a.b")
    assert (entry.by, entry.through.split()[0], entry.proof) == (official, "browser", "")
    assert who.proof not in entry.through


def test_what_the_machine_does_for_somebody_says_through_whom() -> None:
    _official, who = signed_in()
    audit.record(by=the_system(), action="a.b", subject="x/1")
    with acting_as(who):
        audit.record(by=the_system(), action="a.b", subject="x/2")
    assert [one.through.split()[0] for one in AuditEntry.objects.order_by("number")][-2:] == ["yimatong_app", "browser"]


def test_a_look_is_the_lookers_own() -> None:
    official, who = signed_in()
    other, person = an_official("office", "control_office"), a_person()
    look = "INSERT INTO looks (by_id, person_id, why, \"where\") VALUES (%s, %s, 'x', 'x')"
    with acting_as(who):
        assert refused(look, other.pk, person.pk) == "YMT81"
        audit.look(by=official, person=person.pk, why="a case", where="x")
    assert refused(look, official.pk, person.pk) == "YMT81"
    assert Look.objects.get().by == official


def test_a_session_ends_by_signing_out_by_time_and_with_the_account() -> None:
    official, who = signed_in()
    assert officials.of_session(who.proof) == official
    officials.sign_out(who.proof)
    assert officials.of_session(who.proof) is None
    with acting_as(who):
        assert refused(ENTRY, official.pk) == "YMT80"

    later = session_of(official.pk)
    with owning() as cursor:
        cursor.execute("UPDATE official_sessions SET until = now() - interval '1 second'")
    assert officials.of_session(later) is None

    third = session_of(official.pk)
    with acting.as_owner():
        officials.release(by=the_system(), official=official, why="retired")
    assert officials.of_session(third) is None
    assert officials.sign_in(username="clerk", password=PASSWORD) is None


@pytest.mark.parametrize("alias", ["default", "judge"])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO official_sessions (official_id, token_hash, sort, until) VALUES (1, 'x', 'browser', now() + interval '1 day')",
        "SELECT token_hash FROM official_sessions",
        "UPDATE officials SET role = 'control_office'",
        "UPDATE officials SET password = 'x'",
        "INSERT INTO officials (username, name, role, password, is_active, appointed_at) VALUES ('x', 'x', 'control_office', 'x', true, now())",
        "DELETE FROM officials",
        "INSERT INTO job_tasks VALUES ('x')",
        "UPDATE signing_keys SET state = 'compromised'",
        "INSERT INTO reissues (since, spread, why, by_id) VALUES (1, 1, 'x', 1)",
    ],
)
def test_pages_and_judge_reach_neither_sessions_nor_officials_nor_keys(alias: str, statement: str) -> None:
    assert refused(statement, alias=alias) == "42501"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("SELECT public.official_appoint('x', 'x', 'control_office', NULL, 'x')", "YMT82"),
        ("SELECT public.official_set_password(1, 'x')", "YMT82"),
        ("SELECT public.official_release(1, 'x')", "YMT82"),
        ("SELECT public.official_offer_desk(1, 'x', now())", "YMT82"),
        ("SELECT public.official_enrol_desk('x', 'y')", "YMT82"),
        ("SELECT public.signing_key_compromise('x', now(), 'x')", "YMT83"),
        ("SELECT public.passes_reissue(1, 1, 'x')", "YMT83"),
    ],
)
def test_functions_ask_who_acts(statement: str, code: str) -> None:
    assert refused(statement) == code
    _official, who = signed_in()
    with acting_as(who):
        assert refused(statement) == code


def test_the_control_office_appoints_and_the_audit_says_who_did() -> None:
    office, who = signed_in("office", "control_office")
    with acting_as(who):
        made = officials.appoint(by=office, username="new", name="新", role=Official.Role.CLERK, password=PASSWORD)
        officials.set_password(by=office, official=made, password="another-long-password")
    assert officials.sign_in(username="new", password=PASSWORD) is None
    assert officials.sign_in(username="new", password="another-long-password") is not None
    entries = AuditEntry.objects.filter(subject=f"official/{made.pk}").order_by("number")
    assert [(one.action, one.by) for one in entries] == [("official.appoint", office), ("official.password", office)]
    assert "another" not in "".join(one.details for one in entries)


def test_what_the_database_keeps_of_a_password_signs_nobody_in() -> None:
    official, _who = signed_in()
    kept = official.password.split("$")[5]
    for shown in (kept.encode(), bytes(64), b""):
        assert one("SELECT public.official_sign_in('clerk', %s, 'token', 'browser', interval '1 day')", shown) is None
    key = passwords.derived(PASSWORD, official.password)
    assert one("SELECT public.official_sign_in('clerk', %s, 'token', 'offer', interval '1 day')", key) is None
    assert one("SELECT public.official_sign_in('clerk', %s, 'token', 'browser', interval '1 day')", key) == official.pk
    assert one("SELECT public.official_sign_in('system', %s, 'other', 'browser', interval '1 day')", key) is None


def test_a_token_is_kept_hashed_and_stands_in_no_statement() -> None:
    official, who = signed_in()
    with acting_as(who), connection.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE query LIKE %s", ["%yimatong.proof%"])
        assert all(who.proof not in row[0] for row in cursor.fetchall())
    with owning() as cursor:
        cursor.execute("SELECT s::text FROM official_sessions s WHERE official_id = %s", [official.pk])
        assert all(who.proof not in row[0] for row in cursor.fetchall())


def test_who_acts_is_told_anew_after_a_roll_back_and_to_nobody_after_it() -> None:
    official, who = signed_in()
    with acting_as(who):
        with transaction.atomic():
            audit.record(by=official, action="a.b", subject="x/1")
            transaction.set_rollback(True)
        audit.record(by=official, action="a.c", subject="x/1")
    assert one("SELECT current_setting('yimatong.proof')") == ""
    assert set(AuditEntry.objects.filter(by=official).values_list("action", flat=True)) == {"a.c"}


def test_a_forged_proof_is_refused() -> None:
    official = an_official("clerk")
    for proof in ("x", "desk:0", "desk:" + "0" * 32 + "\nsigned\nrequest", secrets.token_urlsafe(32)):
        with acting_as(Acting(official.pk, proof)):
            assert refused(ENTRY, official.pk) == "YMT80"


def test_links_of_the_chain_hold_with_and_without_what_they_came_through() -> None:
    official, who = signed_in()
    with acting_as(who):
        audit.record(by=official, action="a.b", subject="x/1")
    audit.record(by=the_system(), action="a.b", subject="x/2")
    assert list(broken_links()) == []


def test_a_job_names_a_task_of_the_list_and_nothing_else() -> None:
    known = {name for name in app.tasks if name.startswith("yimatong.")}
    assert set(JobTask.objects.values_list("name", flat=True)) == known
    job = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('x', %s, %s)"
    task = "yimatong.stations.judgements.tasks.judge"
    assert refused(job, task, '{"timestamp": 1}') is None
    for name, args in (("os.system", "{}"), (task, '{"timestamp": "x"}'), (task, '{"by": 1}'), (task, "[]")):
        assert refused(job, name, args) == "YMT84"


def one(statement: str, *values: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]
