"""Declaring at the desk on the spot, judged at once: all kinds of document, children without one, and nobody by the back door."""

from __future__ import annotations

import re

import pytest

from tests.integration.web.looking import page
from tests.integration.web.test_desk import a_point, issued
from tests.integration.web.town import Town, at, id_number
from yimatong.records import clock
from yimatong.records.actions import places
from yimatong.records.identity import normalised
from yimatong.records.models import Look, Person, Stairwell
from yimatong.records.queries import person_by_document
from yimatong.stations.declarations.models import Declaration, Dependant
from yimatong.stations.declarations.queries import answers_of
from yimatong.stations.issuing.models import Paper, Point

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
STATEMENT = re.compile(r'name="statement" value="([^"]+)"')


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


@pytest.fixture
def point(town: Town, db: None) -> Point:
    """A point with a clerk, open all day."""
    return a_point(town, "月湖社区", "desk")


def answers(**given: object) -> dict[str, object]:
    """What a clerk types for a healthy old man without a phone, whose compound no list has."""
    said: dict[str, object] = {
        "name": "吴老伯", "id_type": "resident", "id_number": id_number(901), "home_division": 330203001,
        "home_missing": "yes", "home_text": "月湖街3号1单元", "symptoms": "none", "contact_symptomatic": "no",
        "contact_confirmed": "no", "elsewhere": "no", "agreed": "yes", "go": "declare",
    }  # fmt: skip
    return said | given


def declare(client, point, address="", **given):
    where = address or f"/desk/{point.pk}/declare/"
    statement = STATEMENT.findall(page(client, where))[0]
    return client.post(where, answers(statement=statement, **given))


def test_whoever_never_declared_does_so_here_and_leaves_with_a_pass(signed_in, town, point):
    client = signed_in("desk")
    answer = declare(client, point)
    assert answer.status_code == 302, answer.content.decode()
    person = person_by_document("resident", id_number(901))
    declaration = Declaration.objects.get(person=person)
    assert (declaration.made_by, declaration.official.username) == ("official", "desk")
    assert (declaration.statement.version, declaration.agreed_at) == ("2020-02-15", at(20, 10))
    assert Look.objects.get(where="desk").why == "paper: declared at this desk"
    issued(client, answer["Location"])
    assert Paper.objects.get().person_id == person.pk


def test_nothing_is_declared_before_it_was_read_aloud(signed_in, town, point):
    answer = declare(signed_in("desk"), point, agreed="")
    assert answer.status_code == 422
    assert "Read it aloud first" in answer.content.decode()
    assert "吴老伯" in answer.content.decode(), "what was typed stays"
    assert answer["Cache-Control"] == "no-store"
    assert person_by_document("resident", id_number(901)) is None


def test_what_is_missing_is_told_by_its_field_and_nothing_is_declared(signed_in, town, point):
    answer = declare(signed_in("desk"), point, name="", symptoms="", home_text="")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count('class="errorlist"') >= 3
    assert person_by_document("resident", id_number(901)) is None


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("passport", "E7654321"),
        ("hk_macau", "H12345678"),
        ("taiwan", "12345678"),
        ("foreign_permanent", "FRA330280010191"),
    ],
)
def test_a_foreigner_and_people_of_hong_kong_macau_and_taiwan_get_through_as_easily(
    signed_in, town, point, kind, number
):
    client = signed_in("desk")
    answer = declare(client, point, name="Jane Roe", id_type=kind, id_number=number, birth_date="1980-01-01")
    assert answer.status_code == 302, re.findall(r"<li>([^<]+)", answer.content.decode())
    issued(client, answer["Location"])
    paper = Paper.objects.get()
    assert paper.person.id_type == kind
    assert paper.document_tail == normalised(number)[-4:]


def test_a_journey_to_a_key_area_said_a_moment_ago_is_refused_with_its_reason(signed_in, town, point):
    client = signed_in("desk")
    trip = {"elsewhere": "yes", "place_0": "武昌", "from_0": "2020-02-08", "to_0": "2020-02-12"}
    answer = declare(client, point, **trip)
    assert answer.status_code == 302, answer.content.decode()
    html = page(client, answer["Location"])
    assert 'data-refused="not-green"' in html
    assert "objection/" in html
    assert "issue/" not in html
    assert client.post(f"{answer['Location']}issue/", {}).status_code == 422
    assert not Paper.objects.exists()


def test_whoever_lives_beside_a_case_is_refused_at_once_too(signed_in, town, point):
    well = Stairwell.objects.get(building_id=town.buildings[330203001], name="1单元")
    home = {
        "home_missing": "",
        "home_text": "",
        "home_building": well.building_id,
        "home_stairwell": well.pk,
        "home_since": "2019-01-01",
    }
    client = signed_in("desk")
    answer = declare(client, point, **home)
    assert answer.status_code == 302, re.findall(r"<li>([^<]+)", answer.content.decode())
    assert 'data-refused="not-green"' in page(client, answer["Location"])


def test_a_place_that_may_be_several_is_asked_back(signed_in, town, point):
    answer = declare(signed_in("desk"), point, elsewhere="yes", place_0="州", from_0="2020-02-08", to_0="2020-02-12")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose which one is meant." in html
    assert 'name="division_0"' in html


def test_whoever_has_declared_is_not_declared_anew_by_a_clerk(signed_in, town, point):
    client = signed_in("desk")
    number = id_number(list(town.numbers).index("李确诊") + 1)
    answer = declare(client, point, name="李确诊", id_number=number)
    assert 'data-refused="not-green"' in page(client, answer["Location"])
    assert not Declaration.objects.exists()


def test_another_name_on_a_known_document_is_held(signed_in, town, point):
    number = id_number(list(town.numbers).index("吴未报") + 1)
    answer = declare(signed_in("desk"), point, name="李四光", id_number=number)
    assert answer.status_code == 422
    assert "recorded with another name" in answer.content.decode()
    assert not Paper.objects.exists()


def test_a_child_without_a_document_is_declared_once_by_its_parent_and_has_a_pass(signed_in, town, point):
    client = signed_in("desk")
    parent = declare(client, point)["Location"]
    assert "月湖街3号1单元" in page(client, f"{parent}declare/"), "the child lives with its parent"
    child = {"name": "吴小宝", "birth_date": "2018-05-01", "id_number": "", "id_type": ""}
    first = declare(client, point, f"{parent}declare/", **child)
    again = declare(client, point, f"{parent}declare/", **child)
    assert first.status_code == again.status_code == 302, first.content.decode()
    made = Person.objects.get(id_type="none")
    assert Dependant.objects.get(person=made).account.person == person_by_document("resident", id_number(901))
    assert answers_of(Declaration.objects.get(person=made))["name"] == "吴小宝"
    assert "child without a document" in page(client, first["Location"])
    issued(client, first["Location"])
    paper = Paper.objects.get()
    assert (paper.person_id, paper.document_tail) == (made.pk, id_number(901)[-4:])


def test_somebody_of_fourteen_needs_a_document(signed_in, town, point):
    client = signed_in("desk")
    parent = declare(client, point)["Location"]
    answer = declare(
        client, point, f"{parent}declare/", name="吴大宝", birth_date="2005-01-01", id_number="", id_type=""
    )
    assert answer.status_code == 422
    assert not Person.objects.filter(id_type="none").exists()


def test_the_home_is_picked_by_its_sound(signed_in, town, point):
    (compound,) = places.ensure_places([("compound", "海湾花园", 330203001, None)]).values()
    client = signed_in("desk")
    given = answers(home_missing="", home_text="", home_division="", q="hwhy", go="search", name="吴老伯")
    html = client.post(f"/desk/{point.pk}/declare/", given).content.decode()
    assert f'value="pick:compound:{compound}"' in html
    picked = client.post(f"/desk/{point.pk}/declare/", given | {"go": f"pick:compound:{compound}"}).content.decode()
    assert f'name="home_compound" value="{compound}"' in picked
    assert "吴老伯" in picked
    alone = client.post(f"/desk/{point.pk}/declare/", given | {"go": "declare", "agreed": ""}).content.decode()
    assert f'name="home_compound" value="{compound}"' in alone, "one match is taken by Enter"
