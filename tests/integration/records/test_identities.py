"""Who somebody is: an identity is ended and succeeded, by two officials, and one that was exchanged does not pass for another's."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, connections, transaction

from tests.acting import an_official, confirm, owning
from tests.identities import somebody, tampered
from tests.integration.passes.town import a_document
from yimatong.edges.cli.identities import command
from yimatong.records import identity
from yimatong.records.actions import identities
from yimatong.records.actions.identities import Said
from yimatong.records.errors import RecordsError
from yimatong.records.identities import Unfit, unfit_identities
from yimatong.records.models import AuditEntry, FormerIdentity, IdentityCorrection, Official, Person
from yimatong.records.queries import broken_links

BOTH = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
pytestmark = pytest.mark.django_db
TODAY = date(2020, 2, 20)
EXCHANGE = """
    UPDATE people SET name = other.name, id_key = gen_random_uuid(), id_sealed = other.id_sealed
    FROM people other WHERE people.number = ANY(%s) AND other.number = ANY(%s) AND other.number <> people.number
"""


SUCCEED = "SELECT public.identities_succeed(%s, clock_timestamp(), %s)"


def two() -> list[Person]:
    return [somebody(name=name, id_type="resident", document=a_document(n), phone=f"1700000000{n}") for n, name in ((1, "王小明"), (2, "李小红"))]  # fmt: skip


def official(name: str, role: str = "control_office") -> Official:
    return an_official(name, role)


def says(document: int | None = 1, name: str = "王小铭") -> Said:
    return Said(name, "male", "resident" if document else "none", a_document(document) if document else None)


def proposed(person: Person, said: Said | None = None, by: Official | None = None) -> IdentityCorrection:
    return identities.propose(
        by=by or official("first"), person=person.number, said=said or says(), reason="姓名录错", basis="居民身份证原件", today=TODAY
    )  # fmt: skip


def refused(statement: str, *parameters: object, using: str = "default") -> str:
    with pytest.raises(DatabaseError) as no, transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(statement, parameters)
    return str(no.value.__cause__.sqlstate)  # type: ignore[union-attr]


def code(doing: object) -> str:
    with pytest.raises(RecordsError) as no:
        doing()  # type: ignore[operator]
    return no.value.code


@transaction.atomic
def confirm_and_die(by: Official, correction: int) -> None:
    identities.confirm(by=by, correction=correction)
    raise KeyboardInterrupt


def test_two_identities_are_not_exchanged_by_an_update_of_the_pages_role() -> None:
    numbers = [person.number for person in two()]
    assert refused(EXCHANGE, numbers, numbers) == "42501"


@pytest.mark.parametrize(
    "column", ["name", "sex", "id_type", "id_key", "id_sealed", "id_tail", "identified_at", "identity_mac"]
)
def test_the_pages_role_may_update_no_column_of_an_identity(column: str) -> None:
    assert refused(f"UPDATE people SET {column} = {column} WHERE number = 1") == "42501"


def test_phone_and_street_may_change() -> None:
    person = two()[0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people SET phone_tail = '', division = 330203002 WHERE number = %s", [person.number])
        assert cursor.rowcount == 1


@BOTH
def test_the_owner_overwrites_no_identity_either() -> None:
    numbers = [person.number for person in two()]
    assert refused(EXCHANGE, numbers, numbers, using="owner") == "YMT06"


def test_everybody_as_recorded_is_fit() -> None:
    two()
    somebody(name="无证", id_type="none")
    assert list(unfit_identities()) == []


@BOTH
def test_an_exchange_past_every_trigger_is_found_and_both_are_named() -> None:
    one, other = two()
    third = somebody(name="王三", id_type="resident", document=a_document(3))
    tampered(
        "name = CASE number WHEN %s THEN '李小红' ELSE '王小明' END, id_key = gen_random_uuid(), "
        "id_sealed = CASE number WHEN %s THEN %s ELSE %s END",
        [one.number, other.number], one.number, one.number, bytes(other.id_sealed), bytes(one.id_sealed),
    )  # fmt: skip
    wrong = [(person.number, what) for person in (one, other) for what in ("digest", "document")]
    assert [(found.person, found.wrong) for found in unfit_identities()] == wrong
    assert third.number not in {found.person for found in unfit_identities()}


@BOTH
@pytest.mark.parametrize("change", ["name = '某某'", "sex = 'female'", "id_type = 'passport'", "id_tail = '0000'",
    "id_key = gen_random_uuid()", "identified_at = identified_at - interval '1 second'", "identity_mac = '\\x00'"])  # fmt: skip
def test_each_column_of_an_identity_is_covered(change: str) -> None:
    one, _other = two()
    tampered(change, [one.number])
    assert list(unfit_identities()) == [Unfit(one.number, "digest")]


@BOTH
def test_a_digest_does_not_fit_another_person() -> None:
    one, other = two()
    tampered("identity_mac = %s", [one.number], bytes(other.identity_mac))
    assert list(unfit_identities()) == [Unfit(one.number, "digest")]


@BOTH
def test_an_exchanged_phone_does_not_open_and_is_found() -> None:
    one, other = two()
    tampered("phone_sealed = %s", [one.number], bytes(other.phone_sealed))
    assert list(unfit_identities()) == [Unfit(one.number, "phone")]


def test_what_is_sealed_of_one_person_does_not_open_for_another_and_says_for_whom() -> None:
    one, other = two()
    assert identity.unseal(one.id_sealed or b"", "id", one.number) == a_document(1)
    with pytest.raises(RecordsError) as no:
        identity.unseal(one.id_sealed or b"", "id", other.number)
    assert (no.value.code, no.value.place) == ("identity-not-theirs", f"person/{other.number}")
    assert str(other.number) in no.value.sentence.of("en")
    assert a_document(1) not in no.value.sentence.of("en")


def test_a_correction_ends_the_identity_and_the_next_begins_then() -> None:
    person = two()[0]
    asked = proposed(person, says(7))
    assert identities.confirm(by=official("second", "health"), correction=asked.pk) == person.number
    now, before = Person.objects.get(pk=person.number), FormerIdentity.objects.get()
    assert (now.name, now.sex, now.id_tail) == ("王小铭", "male", a_document(7)[-4:])
    assert identity.unseal(now.id_sealed or b"", "id", now.number) == a_document(7)
    assert (before.name, before.person_id, before.until) == ("王小明", person.number, now.identified_at)
    assert (before.identified_at, before.why, before.ended_by.username) == (person.identified_at, "姓名录错", "second")
    assert identity.unseal(before.id_sealed or b"", "id", person.number) == a_document(1)
    assert list(unfit_identities()) == []
    assert list(AuditEntry.objects.order_by("number").values_list("action", "by__username")) == [
        ("identity.propose", "first"), ("identity.succeed", "second"),
    ]  # fmt: skip
    assert list(broken_links()) == []


def test_one_official_alone_corrects_nothing() -> None:
    person, first = two()[0], official("first")
    asked = proposed(person, by=first)
    assert code(lambda: identities.confirm(by=first, correction=asked.pk)) == "correction-by-the-same"
    confirm(first)
    assert refused(SUCCEED, asked.pk, b"x" * 16) == "YMT08"
    assert Person.objects.get(pk=person.number).name == "王小明"


@pytest.mark.parametrize(("role", "is_active", "no"), [("clerk", True, "YMT08"), ("control_office", False, "YMT80")])
def test_the_database_takes_a_second_official_only_who_is_active_and_may(role: str, is_active: bool, no: str) -> None:
    asked = proposed(two()[0])
    by = official("second", role)
    confirm(by)
    with owning():
        Official.objects.filter(pk=by.pk).update(is_active=is_active)
    assert refused(SUCCEED, asked.pk, b"x" * 16) == no


def test_nobody_proposes_in_another_officials_name() -> None:
    asked = proposed(two()[0])
    other = official("other")
    values = "person_id, name, sex, id_type, id_key, id_tail, stood, carried, reason, basis, proposed_at, proposal_mac, state, decision_reason"
    copied = f"INSERT INTO identity_corrections ({values}, proposed_by_id) SELECT {values}, %s FROM identity_corrections WHERE id = %s"
    assert refused(copied, other.pk, asked.pk) == "YMT81"


def test_a_proposer_who_is_active_no_more_has_no_correction_confirmed() -> None:
    first = official("first")
    asked = proposed(two()[0], by=first)
    with owning():
        Official.objects.filter(pk=first.pk).update(is_active=False)
    assert code(lambda: identities.confirm(by=official("second"), correction=asked.pk)) == "official-not-active"


def test_a_correction_is_not_dated_back() -> None:
    asked, second = proposed(two()[0]), official("second")
    confirm(second)
    assert (
        refused("SELECT public.identities_succeed(%s, now() - interval '1 second', %s)", asked.pk, b"x" * 16) == "YMT06"
    )


def test_a_correction_is_settled_once() -> None:
    asked = proposed(two()[0])
    identities.confirm(by=official("second"), correction=asked.pk)
    assert code(lambda: identities.confirm(by=official("third"), correction=asked.pk)) == "correction-settled"
    assert code(lambda: identities.refuse(by=official("fourth"), correction=asked.pk, why="x")) == "correction-settled"


def test_a_refused_correction_changes_nothing_and_another_may_be_proposed() -> None:
    person, first = two()[0], official("first")
    asked = proposed(person, by=first)
    identities.refuse(by=official("second"), correction=asked.pk, why="证件不清")
    asked.refresh_from_db()
    assert (asked.state, asked.decision_reason) == ("refused", "证件不清")
    assert (Person.objects.get(pk=person.number).name, FormerIdentity.objects.count()) == ("王小明", 0)
    assert proposed(person, by=first).state == "waiting"


def test_the_pages_role_neither_settles_a_correction_nor_writes_a_former_identity() -> None:
    asked = proposed(two()[0])
    assert refused("UPDATE identity_corrections SET name = 'x' WHERE id = %s", asked.pk) == "42501"
    assert refused("DELETE FROM identity_corrections") == "42501"
    assert refused("INSERT INTO former_identities (name) VALUES ('x')") == "42501"
    assert refused("DELETE FROM former_identities") == "42501"
    values = "person_id, name, sex, id_type, id_key, id_tail, stood, carried, reason, basis, proposed_by_id, proposed_at, proposal_mac"
    copied = f"INSERT INTO identity_corrections ({values}, state, decision_reason) SELECT {values}, 'confirmed', '' FROM identity_corrections"
    assert refused(copied) == "YMT07"


@BOTH
def test_a_proposal_that_was_changed_is_not_confirmed_and_is_found() -> None:
    person = two()[0]
    asked = proposed(person)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE identity_corrections DISABLE TRIGGER USER")
        cursor.execute("UPDATE identity_corrections SET name = '别人'")
        cursor.execute("ALTER TABLE identity_corrections ENABLE TRIGGER USER")
    assert code(lambda: identities.confirm(by=official("second"), correction=asked.pk)) == "correction-not-as-proposed"
    assert list(unfit_identities()) == [Unfit(person.number, "proposal")]


@BOTH
def test_one_that_no_longer_carries_its_digest_is_mended_by_a_correction() -> None:
    person = two()[0]
    tampered("name = '别人'", [person.number])
    asked = proposed(person, says(1, "王小明"))
    assert not asked.carried
    identities.confirm(by=official("second"), correction=asked.pk)
    assert Person.objects.get(pk=person.number).name == "王小明"
    assert FormerIdentity.objects.get().name == "别人", "what was found stays"
    assert list(unfit_identities()) == []


@BOTH
def test_a_former_identity_that_was_changed_is_found() -> None:
    person = two()[0]
    identities.confirm(by=official("second"), correction=proposed(person).pk)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE former_identities DISABLE TRIGGER USER")
        cursor.execute("UPDATE former_identities SET name = '别人'")
        cursor.execute("ALTER TABLE former_identities ENABLE TRIGGER USER")
    assert list(unfit_identities()) == [Unfit(person.number, "former")]


def test_a_document_that_a_correction_freed_can_be_taken_again() -> None:
    one, other = two()
    assert code(lambda: proposed(other, says(1, "李小红"))) == "document-of-another"
    identities.confirm(by=official("second"), correction=proposed(one, says(7), official("a")).pk)
    identities.confirm(by=official("third"), correction=proposed(other, says(1, "李小红"), official("b")).pk)
    assert Person.objects.get(id_key=identity.id_key("resident", a_document(1))).number == other.number


def test_a_document_taken_between_proposal_and_confirmation_is_a_clear_mistake() -> None:
    asked = proposed(two()[0], says(9))
    somebody(name="王九", id_type="resident", document=a_document(9))
    assert code(lambda: identities.confirm(by=official("second"), correction=asked.pk)) == "document-of-another"


def test_what_may_not_be_proposed_says_why() -> None:
    person, first = two()[0], official("first")
    same = Said("王小明", "unknown", "resident", a_document(1))
    assert code(lambda: proposed(person, same, first)) == "correction-same"
    assert code(lambda: proposed(person, Said("王", "male", "resident", "123"), first)) == "document-wrong"
    assert code(lambda: proposed(person, by=official("clerk", "clerk"))) == "not-allowed"
    proposed(person, by=first)
    assert code(lambda: proposed(person, by=first)) == "correction-waiting"


@BOTH
def test_a_confirmation_that_is_cut_off_leaves_the_old_one_whole() -> None:
    person = two()[0]
    asked, second = proposed(person), official("second")
    with pytest.raises(KeyboardInterrupt):
        confirm_and_die(second, asked.pk)
    asked.refresh_from_db()
    assert (Person.objects.get(pk=person.number).name, FormerIdentity.objects.count(), asked.state) == (
        "王小明",
        0,
        "waiting",
    )
    assert list(unfit_identities()) == []
    identities.confirm(by=second, correction=asked.pk)
    assert (Person.objects.get(pk=person.number).name, FormerIdentity.objects.count()) == ("王小铭", 1)


@BOTH
def test_a_former_identity_put_back_is_found_although_it_carries_its_digest() -> None:
    person = two()[0]
    identities.confirm(by=official("second"), correction=proposed(person).pk)
    columns = ("name", "sex", "id_type", "id_key", "id_sealed", "id_tail", "identified_at", "identity_mac")
    back = ", ".join(f"{column} = f.{column}" for column in columns)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE people DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE people SET {back} FROM former_identities f WHERE f.person_id = number")
        cursor.execute("ALTER TABLE people ENABLE TRIGGER USER")
    assert list(unfit_identities()) == [Unfit(person.number, "succession")]


@BOTH
def test_the_command_names_whoever_is_not_as_recorded_by_number_and_nothing_else() -> None:
    one, _other = two()
    ran = CliRunner().invoke(command, ["check"])
    assert (ran.exit_code, "not as recorded" in ran.stderr) == (0, False)
    tampered("name = '别人'", [one.number])
    ran = CliRunner().invoke(command, ["check", "--digests-alone"])
    assert ran.exit_code == 1
    assert f"{one.number}" in ran.stderr
    assert "(digest)" in ran.stderr.replace("（", "(").replace("）", ")")
    assert "别人" not in ran.output + ran.stderr
