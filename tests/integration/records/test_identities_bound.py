"""An upgrade binds what is sealed of everybody to the person, and gives each identity its digest; stopped anywhere, it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections

from tests.identities import somebody
from tests.integration.passes.town import a_document
from yimatong.core.errors import EnvironmentProblem
from yimatong.records import identity, installation
from yimatong.records.identities import Unfit, unfit_identities
from yimatong.records.models import Person

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
upgrade = import_module("yimatong.records.migrations.0023_identities_bound")


@pytest.fixture
def before() -> Iterator[list[Person]]:
    """Five people as they lay before: sealed for nobody in particular, without a digest."""
    made = [
        somebody(name="王小明", id_type="resident", document=a_document(n), phone=f"1700000000{n}") for n in range(4)
    ]
    made.append(somebody(name="无证", id_type="none"))
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE people DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE people ALTER identity_mac DROP NOT NULL, ALTER identified_at DROP NOT NULL")
        cursor.execute("UPDATE people SET identity_mac = NULL, identified_at = NULL")
        for n, person in enumerate(made[:4]):
            old = [identity.seal(a_document(n), "id"), identity.seal(f"1700000000{n}", "phone"), person.number]
            cursor.execute("UPDATE people SET id_sealed = %s, phone_sealed = %s WHERE number = %s", old)
    yield made
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE people SET identity_mac = coalesce(identity_mac, ''), identified_at = coalesce(identified_at, now())"
        )
        cursor.execute("ALTER TABLE people ALTER identity_mac SET NOT NULL, ALTER identified_at SET NOT NULL")
        cursor.execute("ALTER TABLE people ENABLE TRIGGER USER")


def bind() -> None:
    upgrade.bind(None, SimpleNamespace(connection=connections["owner"]))


def test_everybody_is_bound_and_fit_afterwards_since_they_were_recorded(before: list[Person]) -> None:
    bind()
    assert list(unfit_identities()) == []
    for n, person in enumerate(before[:4]):
        now = Person.objects.get(pk=person.number)
        assert identity.unseal(now.id_sealed or b"", "id", person.number) == a_document(n)
        assert identity.unseal(now.phone_sealed or b"", "phone", person.number) == f"1700000000{n}"
        assert now.identified_at == now.recorded_at


def test_stopped_in_the_middle_it_goes_on_with_the_others(
    before: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade, "PIECE", 2)
    bound, seen = upgrade._bound, []

    def dies(row: Any) -> Any:
        seen.append(row[0])
        if len(seen) == 4:
            raise KeyboardInterrupt
        return bound(row)

    monkeypatch.setattr(upgrade, "_bound", dies)
    with pytest.raises(KeyboardInterrupt):
        bind()
    assert Person.objects.filter(identity_mac=None).count() == 3
    done = dict(Person.objects.exclude(identity_mac=None).values_list("number", "id_sealed"))
    monkeypatch.setattr(upgrade, "_bound", bound)
    bind()
    assert list(unfit_identities()) == []
    assert dict(Person.objects.filter(pk__in=done).values_list("number", "id_sealed")) == done, "none is sealed twice"


def test_what_does_not_open_is_left_and_named(before: list[Person]) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE people SET id_sealed = 'not sealed' WHERE number = %s", [before[1].number])
    bind()
    assert list(unfit_identities()) == [Unfit(before[1].number, "document")]


def test_with_another_key_nothing_is_written(before: list[Person]) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE people SET id_sealed = 'not sealed' WHERE id_sealed IS NOT NULL")
    with pytest.raises(EnvironmentProblem) as refused:
        bind()
    assert refused.value.code == "identity-key-wrong"
    assert not Person.objects.exclude(identity_mac=None).exists()


def test_a_city_of_before_fingerprints_is_told_by_its_seals_before_and_after(before: list[Person]) -> None:
    for _turn in ("before", "after"):
        sealed = list(Person.objects.exclude(id_sealed=None).values_list("number", "id_sealed"))
        installation._require_opening(sealed)
        bind()
    with pytest.raises(EnvironmentProblem):
        installation._require_opening([(1, b"not sealed by this key, at all")])
    assert list(unfit_identities()) == []
