"""What the database refuses, whoever asks: SQL as the pages' own role, and as the owner of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections, transaction

from tests.acting import owning
from tests.integration.passes.town import NOW, Phone, an_account, people, publish
from yimatong.stations.passes.models import Credential, DeviceBinding

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])

NO_RIGHT = "42501"


def refused(alias: str, statement: str, values: Mapping[str, object] | None = None) -> str:
    """The database's code for a statement, tried in a transaction of its own."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(statement, values)
    return str(error.value.__cause__.sqlstate)  # type: ignore[union-attr]


def a_binding(person: object, account: object, number: int = 1) -> DeviceBinding:
    phone = Phone()
    return DeviceBinding.objects.create(
        token=number.to_bytes(32, "big"), account=account, person=person, own=True, device_key=phone.key.point,
        window_keys=b"".join(phone.points),
    )  # fmt: skip


GIVE = (
    "INSERT INTO credentials (place, binding_id, person_id, colour, permit, generation, run, issued_at, cause, listed)"
    " VALUES (nextval('credential_places'), %(binding)s, %(person)s, %(colour)s, 0, %(generation)s, 1, %(now)s, '', false)"
)


def give(colour: str, binding: DeviceBinding, generation: int = 1) -> dict[str, object]:
    return {
        "binding": binding.pk, "person": binding.person_id, "colour": colour, "generation": generation, "now": NOW,
    }  # fmt: skip


@pytest.mark.parametrize("alias", ["default", "owner"])
def test_nobody_green_who_was_not_judged_green(transactional_db: None, alias: str):
    red, unjudged, unknown, green = people(4)
    publish({red.pk: "red", unknown.pk: "unknown", green.pk: "green"})
    bindings = {
        person.pk: a_binding(person, an_account(person), person.pk) for person in (red, unjudged, unknown, green)
    }
    for person in (red, unjudged, unknown):
        assert refused(alias, GIVE, give("green", bindings[person.pk])) == "YMT31"
    assert refused(alias, GIVE, give("red", bindings[green.pk])) == "YMT31", "nor is anybody painted red"
    assert refused(alias, GIVE, give("unknown", bindings[unknown.pk])) == "22001"
    assert refused(alias, GIVE, give("green", bindings[green.pk]) | {"person": red.pk}) == "YMT31"
    with connections[alias].cursor() as cursor:
        cursor.execute(GIVE, give("green", bindings[green.pk]))
    assert Credential.objects.get().person_id == green.pk
    publish({green.pk: "red"})
    Credential.objects.update(recalled_at=NOW, cause="colour", last_day=18_320)
    assert refused(alias, GIVE, give("green", bindings[green.pk], 2)) == "YMT31", "green a moment ago is not green now"


def test_a_credential_is_recalled_once_and_never_comes_back(transactional_db: None):
    (person,) = people(1)
    publish({person.pk: "green"})
    binding = a_binding(person, an_account(person))
    with connections["default"].cursor() as cursor:
        cursor.execute(GIVE, give("green", binding))
    assert refused("owner", "UPDATE credentials SET colour = 'red'") == "YMT33"
    assert refused("owner", "UPDATE credentials SET place = place + 1") == "YMT33"
    assert refused("default", "DELETE FROM credentials") == NO_RIGHT
    assert refused("owner", "DELETE FROM credentials") == "YMT04"
    assert refused("default", GIVE, give("green", binding, 2)) == "23505", "one live credential a binding"
    Credential.objects.update(recalled_at=NOW + timedelta(hours=1), cause="ended", last_day=18_320)
    for back in ("recalled_at = NULL, cause = '', last_day = NULL", "last_day = 1", "place = NULL"):
        assert refused("owner", f"UPDATE credentials SET {back}") == "YMT33", back
    Credential.objects.update(listed=True)
    assert refused("owner", "UPDATE credentials SET listed = false") == "YMT33"
    Credential.objects.update(place=None)


def test_bindings_end_once_and_nobody_has_two_of_their_own(transactional_db: None):
    (person,) = people(1)
    account = an_account(person)
    binding = a_binding(person, account)
    with pytest.raises(DatabaseError):
        a_binding(person, an_account(person), 2)
    assert refused("owner", "UPDATE device_bindings SET person_id = person_id + 1") == "YMT34"
    DeviceBinding.objects.update(ended_at=NOW, why="asked")
    assert refused("owner", "UPDATE device_bindings SET ended_at = NULL, why = ''") == "YMT34"
    assert refused("default", "DELETE FROM device_bindings") == NO_RIGHT
    assert refused("owner", "DELETE FROM device_bindings") == "YMT04"
    publish({person.pk: "green"})
    assert refused("default", GIVE, give("green", binding)) == "YMT32", "an ended binding shows nothing"


def test_keys_and_trust_lists_only_go_forward(transactional_db: None):
    with owning() as cursor:
        cursor.execute(
            "INSERT INTO signing_keys (kid, use, point, state, since, until, made_by_id)"
            " SELECT 'ab', 'pass', '', 'active', 0, 9, id FROM officials LIMIT 1"
        )
        cursor.execute("INSERT INTO trust_cuts (version, issued, expires, min_iat, data) VALUES (1, 5, 9, 7, '')")
        cursor.execute("UPDATE signing_keys SET state = 'compromised', compromised_at = now()")
    assert refused("owner", "UPDATE signing_keys SET state = 'active'") == "YMT35"
    assert refused("owner", "UPDATE signing_keys SET until = 8") == "YMT35"
    assert refused("default", "DELETE FROM signing_keys") == NO_RIGHT
    assert refused("owner", "DELETE FROM signing_keys") == "YMT04"
    insert = "INSERT INTO trust_cuts (version, issued, expires, min_iat, data) VALUES ({}, 6, 9, {}, '')"
    assert refused("owner", insert.format(1, 7)) == "YMT36"
    assert refused("owner", insert.format(3, 7)) == "YMT36"
    assert refused("owner", insert.format(2, 6)) == "YMT36"
    assert refused("default", "UPDATE trust_cuts SET min_iat = 0") == NO_RIGHT


def test_the_judge_gives_nobody_a_credential(transactional_db: None):
    (person,) = people(1)
    publish({person.pk: "green"})
    binding = a_binding(person, an_account(person))
    assert refused("judge", GIVE, give("green", binding)) == NO_RIGHT
