"""What was edited past the program is listed without a name, opened by a recorded look, and recorded anew by two officials."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.acting import owning
from tests.integration.web.looking import opened, page
from tests.integration.web.town import Town, at
from yimatong.core.time import minute_up
from yimatong.records import clock
from yimatong.records.models import Fact, Look
from yimatong.stations.judgements import discrepancies, standstills
from yimatong.stations.judgements.discrepancies import Found
from yimatong.stations.judgements.models import Discrepancy, Restatement
from yimatong.stations.judgements.standstills import Edit

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
GIVEN = {"what": "propose", "side": "judged", "reason": "检验报告为阳性", "basis": "检验报告原件"}


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


@pytest.fixture
def fact(town: Town) -> Fact:
    found = Fact.objects.filter(person_id=town.numbers["李确诊"], kind="case", struck_at=None).first()
    assert found is not None
    return found


def found_in_this_transaction(found: Found) -> Discrepancy:
    """What a look would record, where pages see it: each connection of such a test sees its own rows alone."""
    row = Discrepancy(
        kind=found.kind, table=found.table, person=found.person, stands=found.stands, mac=discrepancies.mac_of(found)
    )
    with owning():
        row.save(using="default", force_insert=True)
    return row


def standing_still(fact: Fact) -> str:
    """The number of the standstill of a case that stands now as if it had been suspected, and was judged as confirmed."""
    start = minute_up(fact.start)
    row = (fact.pk, fact.person_id, "case", "asymptomatic", start, None, None)
    edit = Edit("facts", fact.person_id, (row,), ((*row[:3], fact.detail, *row[4:]),))
    still = standstills.made(found_in_this_transaction(edit.as_found()), edit)
    with owning():
        still.save(using="default", force_insert=True)
    return str(still.number)


@pytest.fixture
def address(fact: Fact) -> str:
    """Where the case stands still."""
    return f"/corrections/records/{standing_still(fact)}/"


def test_the_list_and_the_page_say_nothing_of_health_before_a_look(signed_in: Any, address: str, fact: Fact):
    for where in ("/corrections/", address):
        html = page(signed_in("health"), where)
        assert "Records edited past the program" in html
        assert "symptomatic" not in html
    assert address in page(signed_in("auditor"), "/corrections/")
    assert signed_in("auditor").post(address, {"what": "open"}).status_code == 404
    assert not Look.objects.filter(where="correction").exists()


def test_one_proposes_another_confirms_and_it_is_recorded(signed_in: Any, address: str, fact: Fact):
    client = signed_in("office")
    answer = client.post(address, {"what": "open"})
    html = answer.content.decode()
    assert "Asymptomatic infection" in html
    assert "Confirmed case" in html
    assert answer["Cache-Control"] == "no-store"
    assert Look.objects.get(where="correction").person_id == fact.person_id
    assert client.post(address, GIVEN | {"reason": " "}).status_code == 422
    assert client.post(address, GIVEN)["Location"] == f"{address}?done=proposed"
    assert "You proposed this" in client.post(address, {"what": "open"}).content.decode()
    assert client.post(address, {"what": "confirm"}).status_code == 422
    answer = signed_in("health").post(address, {"what": "confirm"})
    assert answer["Location"] == "/corrections/?done=confirmed"
    fact.refresh_from_db()
    assert fact.struck
    anew = Fact.objects.get(stands_for=fact)
    assert (anew.detail, anew.start - fact.start < timedelta(minutes=1), anew.struck) == ("asymptomatic", True, False)
    assert "All records are those that were judged" in page(client, "/corrections/")


def test_a_refusal_leaves_it_as_it_is(signed_in: Any, address: str):
    signed_in("office").post(address, GIVEN)
    client = signed_in("health")
    assert client.post(address, {"what": "refuse", "why": ""}).status_code == 422
    assert client.post(address, {"what": "refuse", "why": "报告不清"})["Location"] == f"{address}?done=refused"
    assert Restatement.objects.get().state == "refused"
    assert "As it was judged" in client.post(address, {"what": "open"}).content.decode()


def test_the_explanation_tells_a_fact_that_is_not_as_judged_and_one_that_is_gone(
    signed_in: Any, address: str, fact: Fact, town: Town
):
    client = signed_in("office")
    html = page(client, opened(client, fact.person_id))
    assert "This fact is not recorded as it was judged" in html
    assert "Asymptomatic infection" in html


def test_an_identity_that_is_not_as_recorded_is_listed_and_told(signed_in: Any, town: Town):
    person = town.numbers["李确诊"]
    found_in_this_transaction(Found("changed", "people", None, person, "x"))
    client = signed_in("office")
    assert f'data-unfit="{person}"' in page(client, "/corrections/")
    assert "not the one that was recorded" in page(client, opened(client, person))
