"""Whoever exchanges two people past every trigger is found by the look of a minute, and it stands until two officials have recorded them anew."""

from __future__ import annotations

from datetime import date

import pytest

from tests.acting import an_official
from tests.identities import somebody, tampered
from tests.integration.passes.town import a_document
from yimatong.records.actions import identities
from yimatong.records.actions.identities import Said
from yimatong.records.models import Person
from yimatong.stations.judgements import discrepancies, unfit
from yimatong.stations.judgements.unfit import TABLE, Looker

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
TODAY = date(2020, 2, 20)


def people(count: int) -> list[Person]:
    return [somebody(name=f"王{n}", id_type="resident", document=a_document(n)) for n in range(1, count + 1)]


def named() -> list[int | None]:
    return sorted(one.person or 0 for one in discrepancies.open_ones(tables=(TABLE,)))


def test_nobody_is_named_where_all_are_as_recorded() -> None:
    people(5)
    looker = Looker()
    assert (looker.look(), looker.look(everything=True), named()) == ((), (), [])


def test_an_exchange_is_named_once_and_stands_until_two_officials_record_both_anew() -> None:
    first, second, _third = people(3)
    tampered("name = (SELECT name FROM people p WHERE p.number <> people.number AND p.number = ANY(%s))", [first.number, second.number],
        [first.number, second.number])  # fmt: skip
    looker = Looker(upto=first.number - 1)
    assert sorted(one.person or 0 for one in looker.look()) == [first.number, second.number]
    looker.upto = first.number - 1
    assert (looker.look(), named()) == ((), [first.number, second.number])
    proposer, confirmer = an_official("first", "control_office"), an_official("second", "health")
    for number, person in enumerate((first, second), start=1):
        said = Said(person.name, "male", "resident", a_document(number))
        asked = identities.propose(
            by=proposer, person=person.number, said=said, reason="与登记不符", basis="身份证原件", today=TODAY
        )
        identities.confirm(by=confirmer, correction=asked.pk)
    looker.upto = first.number - 1
    assert (looker.look(), named()) == ((), [])


def test_parts_come_round_to_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unfit, "LEAST", 2)
    monkeypatch.setattr(unfit, "PARTS", 10**9)
    found = people(20)
    tampered("name = 'x'", [found[19].number])
    looker, looks = Looker(upto=found[0].number - 1), 0
    while not named():
        looker.look()
        looks += 1
    assert 1 < looks <= 20
    assert named() == [found[19].number]


def test_a_sealed_number_of_another_is_named_by_the_night() -> None:
    first, second = people(2)
    tampered("phone_sealed = %s", [first.number], b"x" * 40)
    looker = Looker()
    assert looker.look() == (), "a digest does not cover the phone"
    assert [one.person for one in looker.look(everything=True)] == [first.number]
    assert second.number not in named()
