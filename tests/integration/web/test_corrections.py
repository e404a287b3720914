"""H5: a correction of an identity is proposed from a person's page, and settled by another official who opened it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.integration.passes.town import a_document
from tests.integration.web.looking import opened, page
from tests.integration.web.town import Town, at
from yimatong.records import clock
from yimatong.records.models import FormerIdentity, IdentityCorrection, Look, Official, Person

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
NUMBER = a_document(77)
GIVEN = {
    "name": "李确证",
    "sex": "female",
    "id_type": "resident",
    "id_number": NUMBER,
    "reason": "姓名录错",
    "basis": "身份证原件",
}


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


@pytest.fixture
def person(town: Town) -> int:
    return town.numbers["李确诊"]


def proposed(client: Any, person: int, **given: str) -> Any:
    look = re.findall(r"/looks/(\d+)/", opened(client, person))[0]
    return client.post(f"/corrections/new/{look}/", GIVEN | given)


@pytest.fixture
def asked(signed_in: Any, person: int) -> IdentityCorrection:
    assert proposed(signed_in("office"), person).status_code == 302
    return IdentityCorrection.objects.get()


def test_a_correction_is_proposed_from_the_persons_page(signed_in, person):
    client = signed_in("office")
    address = opened(client, person)
    new = re.findall(r'href="(/corrections/new/\d+/)"', page(client, address))[0]
    assert "李确诊" not in page(client, new), "masked, as elsewhere"
    answer = client.post(new, GIVEN)
    made = IdentityCorrection.objects.get()
    assert answer["Location"] == f"/corrections/{made.pk}/?done=proposed"
    assert (made.person_id, made.proposed_by.username, made.state) == (person, "office", "waiting")
    assert Person.objects.get(pk=person).name == "李确诊", "nothing has changed"


def test_neither_list_nor_page_says_who_it_is_before_a_look(signed_in, asked):
    for address in ("/corrections/", f"/corrections/{asked.pk}/"):
        html = page(signed_in("health"), address)
        assert "姓名录错" in html
        assert "李确" not in html
        assert NUMBER not in html


def test_another_official_opens_it_by_a_recorded_look_and_confirms(signed_in, person, asked):
    client, address = signed_in("health"), f"/corrections/{asked.pk}/"
    answer = client.post(f"{address}values/")
    html = answer.content.decode()
    assert all(words in html for words in ("李确诊", "李确证", NUMBER, "I have the document in hand"))
    assert answer["Cache-Control"] == "no-store"
    look = Look.objects.get(where="correction")
    assert (look.by.username, look.person_id, look.why) == (
        "health",
        person,
        f"correction: identity_correction/{asked.pk}",
    )
    answer = client.post(f"{address}settle/", {"decision": "confirm"})
    assert answer["Location"] == f"{address}?done=confirmed"
    assert Person.objects.get(pk=person).name == "李确证"
    assert FormerIdentity.objects.get().name == "李确诊"
    assert "made anew" in page(client, f"{address}?done=confirmed")


def test_whoever_proposed_it_settles_nothing(signed_in, person, asked):
    client, address = signed_in("office"), f"/corrections/{asked.pk}/"
    assert "Another official settles it" in page(client, address)
    assert 'value="confirm"' not in client.post(f"{address}values/").content.decode()
    answer = client.post(f"{address}settle/", {"decision": "confirm"})
    assert answer.status_code == 422
    assert Person.objects.get(pk=person).name == "李确诊"


def test_a_refusal_needs_a_reason_and_changes_nothing(signed_in, person, asked):
    client, address = signed_in("health"), f"/corrections/{asked.pk}/"
    assert client.post(f"{address}settle/", {"decision": "refuse", "why": " "}).status_code == 422
    assert client.post(f"{address}settle/", {"decision": "refuse", "why": "证件不清"}).status_code == 302
    assert "证件不清" in page(client, address)
    assert (Person.objects.get(pk=person).name, FormerIdentity.objects.count()) == ("李确诊", 0)


def test_each_role_does_its_own(signed_in, person, asked):
    address = f"/corrections/{asked.pk}/"
    assert page(signed_in("auditor"), address)
    for username, status in (("auditor", 403), ("desk", 403)):
        assert signed_in(username).post(f"{address}values/").status_code == status
        assert signed_in(username).post(f"{address}settle/", {"decision": "confirm"}).status_code == status
    assert signed_in("desk").get("/corrections/").status_code == 403
    look = Look.objects.filter(by=Official.objects.get(username="office"), where="explain").latest("pk")
    assert signed_in("health").get(f"/corrections/new/{look.pk}/").status_code == 404, "a look of one's own"


@pytest.mark.parametrize(
    "wrong", [{"id_number": ""}, {"id_number": "330299199001011"}, {"id_type": "none"}, {"reason": " "}]
)
def test_what_cannot_be_is_told_at_the_form(signed_in, person, wrong):
    assert proposed(signed_in("office"), person, **wrong).status_code == 422
    assert not IdentityCorrection.objects.exists()


def test_the_pages_are_chinese_too(signed_in, asked):
    assert "身份更正" in page(signed_in("health", "zh-hans"), "/corrections/")
    assert "拟更正事项" in page(signed_in("health", "zh-hans"), f"/corrections/{asked.pk}/")
