"""What the database refuses about declarations, whoever asks."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.integration.declarations.conftest import NOW, declare
from tests.integration.refusing import as_owner
from yimatong.stations.declarations.models import (
    Channel,
    CheckIn,
    Contradiction,
    Declaration,
    DeclaredRecord,
    Dependant,
    Statement,
)

pytestmark = pytest.mark.django_db


def test_the_browser_and_the_first_wording_are_there_from_the_start() -> None:
    assert sorted(Channel.objects.values_list("slug", flat=True)) == ["browser", "checkpoint"]
    assert "法律责任" in Statement.objects.get().zh


@pytest.fixture
def declared(verified, answers):
    """A declaration in force."""
    return declare(verified(), answers()).declaration


def refused(work) -> str:
    """How the pages' role is refused; where it lacks the privilege, also what the guard behind it says to the owner."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        work()
    said = str(caught.value)
    if "denied" in said:
        with suppress(DatabaseError), as_owner(), transaction.atomic():
            try:
                work()
            except DatabaseError as guard:
                said += f"; {guard}"
            raise DatabaseError
    return said


def test_a_declaration_is_not_changed_and_not_deleted(declared):
    rows = Declaration.objects.filter(pk=declared.pk)
    assert "not changed" in refused(lambda: rows.update(statement="x"))
    assert "not changed" in refused(lambda: rows.update(answers_sealed=b"x"))
    assert "not changed" in refused(lambda: rows.update(person=None))
    assert "denied" in refused(lambda: rows._raw_delete("default"))


def test_the_wording_and_what_it_made_are_only_added_to(declared):
    for rows in (Statement.objects.all(), DeclaredRecord.objects.all(), CheckIn.objects.all()):
        assert "denied" in refused(lambda rows=rows: rows._raw_delete("default"))
    assert "denied" in refused(lambda: Statement.objects.update(zh="x"))


def test_nobody_has_two_first_declarations(declared):
    copy = Declaration.objects.get(pk=declared.pk)
    copy.pk, copy.receipt_key = None, "00000000-0000-0000-0000-000000000001"
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def test_a_declaration_is_replaced_once_and_by_the_same_person(declared, verified, answers):
    other = declare(verified(2), answers(2)).declaration
    copy = Declaration.objects.get(pk=other.pk)
    copy.pk, copy.replaces_id, copy.receipt_key = None, declared.pk, "00000000-0000-0000-0000-000000000001"
    assert "same person" in refused(lambda: copy.save(force_insert=True))


def test_a_case_is_not_settled_unheard(declared):
    case = Contradiction.objects.create(
        sort="itinerary", person_id=declared.person_id, declaration=declared, says="x", key="x", answer_by=NOW
    )
    rows = Contradiction.objects.filter(pk=case.pk)
    assert "heard before" in refused(
        lambda: rows.update(state="settled", heard_at=NOW, settled_at=NOW, finding="mistake")
    )


def test_a_dependant_keeps_what_was_recorded(declared):
    link = Dependant.objects.create(
        account_id=declared.account_id, person_id=declared.person_id, relation="child", since=NOW
    )
    rows = Dependant.objects.filter(pk=link.pk)
    assert "ended, not changed" in refused(lambda: rows.update(relation="parent"))
    rows.update(until=NOW)
    assert "stays as it is" in refused(lambda: rows.update(until=None))
