"""Finding somebody at the desk: by what an ID reader types, by name, by sound; within the point's reach, each look recorded."""

from __future__ import annotations

import pytest

from tests.identities import somebody
from tests.integration.web.looking import page
from tests.integration.web.test_desk import a_point, found, issued
from tests.integration.web.town import Town, at, id_number
from yimatong.core.paper import number
from yimatong.edges.web.desk.finding import sounds_like
from yimatong.records import clock
from yimatong.records.models import Look
from yimatong.stations.issuing.actions import points
from yimatong.stations.issuing.models import Paper, Point

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


@pytest.fixture
def point(town: Town, db: None) -> Point:
    """A point with a clerk, open all day."""
    return a_point(town, "月湖社区", "desk")


def typed(client, point, text):
    return client.post(f"/desk/{point.pk}/", {"words": "came with the document", "typed": text})


@pytest.mark.parametrize("around", ["{}", " {} ", "孙绿|女|汉|{}|宁波市公安局", "name,{},2020.01.01-2040.01.01"])
def test_the_line_of_an_id_reader_finds_its_holder(signed_in, town, point, around):
    document = id_number(list(town.numbers).index("孙绿") + 1)
    answer = typed(signed_in("desk"), point, around.format(document))
    look = Look.objects.get(where="desk")
    assert answer["Location"] == f"/desk/{point.pk}/{look.pk}/"
    assert look.person_id == town.numbers["孙绿"]


@pytest.mark.parametrize("words", ["李确", "liquezhen", "lique", "lqz", "LQ"])
def test_a_name_or_its_sound_finds_people_of_the_street_masked_and_looked_at(signed_in, town, point, words):
    html = typed(signed_in("desk"), point, words).content.decode()
    look = Look.objects.get(where="desk")
    assert look.person_id == town.numbers["李确诊"]
    assert f'href="/desk/{point.pk}/{look.pk}/"' in html
    assert "李**" in html
    assert "李确诊" not in html


@pytest.mark.parametrize("words", ["孙绿", "sunlv", "l", "zzzz"])
def test_nobody_outside_the_reach_is_found_by_name(signed_in, town, point, words):
    answer = typed(signed_in("desk"), point, words)
    assert answer.status_code == 422
    assert not Look.objects.filter(where="desk").exists()


def test_a_company_finds_nobody_who_is_not_on_its_roster(signed_in, town):
    made = points.open_point(
        by=town.office, kind="company", title="一厂", division=330203001, address="一路1号", hours=[[]] * 7, now=clock.now(), scope="roster"
    )  # fmt: skip
    answer = typed(signed_in("office"), made, "李确")
    assert answer.status_code == 422


def test_a_foreigners_passport_is_found_without_saying_what_it_is(signed_in, town, point):
    person = somebody(name="Jane Roe", id_type="passport", document="E1234567")
    answer = typed(signed_in("desk"), point, "e1234567")
    assert answer.status_code == 302
    assert Look.objects.get(where="desk").person_id == person.pk


def test_a_passes_number_says_what_it_is_and_leads_to_its_holder(signed_in, town, point):
    client = signed_in("desk")
    issued(client, found(client, town, point))
    paper = Paper.objects.get()
    html = typed(client, point, paper.number).content.decode()
    assert 'data-state="good"' in html
    assert "孙" not in html.replace("月湖", "")
    answer = client.post(f"/desk/{point.pk}/holder/", {"number": paper.number})
    assert "孙**" in page(client, answer["Location"])
    unknown = client.post("/numbers/", {"number": number(330203, 9_999_999)}).content.decode()
    assert 'data-state="unknown"' in unknown
    assert client.post("/numbers/", {"number": "12"}).status_code == 422


def test_names_in_letters_are_found_by_any_word():
    assert sounds_like("Jane Roe", "roe")
    assert sounds_like("Jane Roe", "janeroe")
    assert not sounds_like("Jane Roe", "ane")
    assert sounds_like("王小明", "wxm")
    assert not sounds_like("王小明", "xm")
