"""A corrected identity reaches the phone: what says the former name is recalled, and the next strip says the new one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.acting import an_official
from tests.integration.passes.town import NOW, Phone, a_document, an_account, bind, people, publish
from yimatong.records.actions import identities
from yimatong.records.actions.identities import Said
from yimatong.records.errors import RecordsError
from yimatong.records.models import Official, Person
from yimatong.stations.passes.actions import minting
from yimatong.stations.passes.actions.correcting import confirm_identity
from yimatong.stations.passes.days import day_of
from yimatong.stations.passes.models import Credential, Strip

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def official(name: str) -> Official:
    return an_official(name, "control_office")


def proposed(person: Person) -> int:
    said = Said("李红", "female", "resident", a_document(9))
    return identities.propose(
        by=official("first"), person=person.pk, said=said, reason="姓名录错", basis="居民身份证原件", today=date(2020, 2, 20)
    ).pk  # fmt: skip


def test_a_corrected_name_is_on_the_next_strip_and_what_said_the_former_is_recalled(system: Official) -> None:
    person, other = people(2)
    publish({person.pk: "green", other.pk: "green"})
    for one in (person, other):
        bind(an_account(one), one.pk, Phone())
    minting.mint(now=NOW, days=0)
    later = NOW + timedelta(minutes=5)
    assert confirm_identity(by=official("second"), correction=proposed(person), now=later) == person.pk
    before, after = Credential.objects.filter(person=person).order_by("serial")
    assert (before.cause, before.recalled_at, after.recalled_at, after.colour) == ("name", later, None, "green")
    assert Credential.objects.filter(person=other, recalled_at=None).count() == 1, "nobody else's is touched"
    assert minting.mint(now=later, days=0)[0].strips == 1
    assert Strip.objects.get(binding_id=after.binding_id, day=day_of(NOW)).credential_id == after.serial


def test_a_confirmation_that_is_refused_recalls_nothing(system: Official) -> None:
    (person,) = people(1)
    publish({person.pk: "green"})
    bind(an_account(person), person.pk, Phone())
    correction = proposed(person)
    with pytest.raises(RecordsError) as no:
        confirm_identity(by=Official.objects.get(username="first"), correction=correction, now=NOW)
    assert no.value.code == "correction-by-the-same"
    assert Credential.objects.get().recalled_at is None
