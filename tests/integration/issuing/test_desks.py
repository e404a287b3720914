"""P8, P14, A10, S16, D9: a tablet becomes an offline desk once, takes its day along, brings it home once, and is stopped at a stroke."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, OperationalError, transaction
from django.test import Client

from tests.acting import an_official
from tests.integration.checkpoints.guard import AT, enrolment
from tests.integration.issuing.tablet import STROKES, Tablet, said
from tests.integration.issuing.town import NOW, a_child, fact, give, people, publish
from tests.integration.passes.town import a_document
from yimatong.core.checkpoints.licence import licence_allows
from yimatong.core.credential import FileKey
from yimatong.core.paper import number
from yimatong.core.time import SHANGHAI
from yimatong.records import clock
from yimatong.records.models import Home, Look, Official, Person, Place, Stairwell
from yimatong.stations.checkpoints import extracts
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions import blanks, bringing, desks
from yimatong.stations.issuing.models import (
    CollectionTask,
    DeskDevice,
    DeskRecord,
    HeldEntry,
    Lease,
    Paper,
    Point,
    RouteLine,
)
from yimatong.stations.passes.devices import Code

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])


@pytest.fixture(autouse=True)
def city_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ten in the morning in the city."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def code(point: Point, by: Official, **more: Any) -> Code:
    (made,) = desks.offer_desks(by=by, point=point.pk, at=datetime.now(UTC), **more)
    return made


@pytest.fixture
def tablet(point: Point, clerk: Official) -> Tablet:
    return Tablet.enrolled(code(point, clerk).secret)


def document(person: Person, number_: int, **more: str) -> dict[str, Any]:
    return {"document": {"id_type": "resident", "id_number": a_document(number_), "name": person.name, **more}}


def enrol(secret: str) -> tuple[int, str]:
    body = enrolment(secret, FileKey.made())
    answer = Client().post("/d/enrol", body, content_type="application/json")
    return answer.status_code, answer.json().get("code", "")


def test_a_code_makes_one_desk_and_is_revoked_one_or_many_also_before_use(point: Point, clerk: Official):
    used, one, *many = (code(point, clerk) for _ in range(5))
    Tablet.enrolled(used.secret)
    assert enrol(used.secret) == (410, "enrolment-used")
    assert desks.revoke_desks(by=clerk, point=point.pk, offers=[one.id], why="lost", at=datetime.now(UTC)) == 1
    assert enrol(one.secret) == (410, "enrolment-revoked")
    assert desks.revoke_desks(by=clerk, point=point.pk, everything=True, why="lost", at=datetime.now(UTC)) == 4
    assert {enrol(each.secret) for each in many} == {(410, "enrolment-revoked")}
    assert enrol("0" * 26) == (404, "enrolment-unknown")


def test_a_licence_ends_by_itself_when_the_desk_is_not_heard_of(tablet: Tablet):
    licence = tablet.licence()
    assert licence_allows(licence, AT + 35 * 3600, SHANGHAI)
    assert not licence_allows(licence, AT + 37 * 3600, SHANGHAI)


def test_a_day_comes_home_once_in_whatever_order_and_however_often(tablet: Tablet, point: Point):
    first, second, third = people(3)
    publish({person.pk: "green" for person in (first, second, third)})
    carried = tablet.carry(str(uuid4()))
    records = [
        tablet.closed(kind="card", number=tablet.next_number(carried), whom=document(person, place), strokes=STROKES)
        for place, person in enumerate((first, second, third))
    ]
    for order in permutations(records):
        assert said(tablet.bring(*order)) == [("taken", "")] * 3
        assert said(tablet.bring(order[0])) == [("taken", "")]
    assert Paper.objects.count() == DeskRecord.objects.count() == 3
    assert (queries.signature_of(Paper.objects.earliest("serial").pk) or b"").startswith(b"\x89PNG")
    with pytest.raises(DatabaseError), transaction.atomic():
        DeskRecord.objects.update(state="held")


def test_a_fault_over_one_record_holds_that_one_and_no_other(tablet: Tablet, monkeypatch: pytest.MonkeyPatch):
    """P8: what the server cannot deal with is kept for an official, whole; what lies behind it comes home."""
    first, second = people(2)
    publish({first.pk: "green", second.pk: "green"})
    carried = tablet.carry(str(uuid4()))
    numbers = [tablet.next_number(carried) for _ in range(2)]
    cards = [
        tablet.closed(kind="card", number=numbers[place], whom=document(person, place), strokes=STROKES)
        for place, person in enumerate((first, second))
    ]
    real = bringing._card
    with monkeypatch.context() as patched:
        fails = iter([True, False])
        patched.setattr(bringing, "_card", lambda *told: 1 // 0 if next(fails) else real(*told))
        answer = tablet.bring(*cards)
    assert said(answer) == [("held", "record-unexpected"), ("taken", "")]
    assert all(answer["results"][0][part][tag] for part in ("sentence", "remedy") for tag in ("zh", "en"))
    assert (HeldEntry.objects.get().number, Paper.objects.get().number) == tuple(numbers)
    assert said(tablet.bring(*cards)) == said(answer)


def test_a_database_that_is_busy_holds_nothing(tablet: Tablet, monkeypatch: pytest.MonkeyPatch):
    (person,) = people(1)
    publish({person.pk: "green"})
    card = tablet.closed(kind="card", number=tablet.next_number(tablet.carry(str(uuid4()))), whom=document(person, 0))

    def busy(*_told: Any) -> None:
        raise OperationalError

    with monkeypatch.context() as patched:
        patched.setattr(bringing, "_card", busy)
        with pytest.raises(OperationalError):
            tablet.bring(card)
    assert said(tablet.bring(card)) == [("taken", "")]


def test_the_same_request_takes_the_same_numbers(tablet: Tablet):
    request = str(uuid4())
    assert tablet.carry(request)["blocks"] == tablet.carry(request)["blocks"]
    assert len(tablet.carry(str(uuid4()))["blocks"]) == 2
    assert Lease.objects.filter(desk=DeskDevice.objects.get().desk).count() == 2


def test_somebody_red_a_stranger_and_another_name_are_not_given_a_good_pass(tablet: Tablet):
    red, green = people(2)
    fact(red, "symptom", "fever")
    publish({red.pk: "yellow", green.pk: "green"})
    carried = tablet.carry(str(uuid4()))

    def card(whom: dict[str, Any]) -> dict[str, Any]:
        return tablet.closed(kind="card", number=tablet.next_number(carried), whom=whom)

    stranger = {"document": {"id_type": "resident", "id_number": a_document(77), "name": "李四"}}
    answer = tablet.bring(card(document(red, 0)), card(stranger), card(document(green, 1, name="欧阳锋")))
    assert said(answer) == [("taken", "not-green"), ("held", "person-unknown"), ("held", "identity-in-doubt")]
    assert all(one["remedy"]["zh"] and one["remedy"]["en"] for one in answer["results"])
    assert HeldEntry.objects.count() == 2
    assert CollectionTask.objects.get().cause == "never"


def test_a_declaration_on_the_road_is_taken_and_its_pass_judged(tablet: Tablet):
    publish({})
    carried = tablet.carry(str(uuid4()))
    answers = {
        "name": "周小山", "sex": "male", "nationality": "中国", "id_type": "resident", "id_number": a_document(88),
        "phone": "13800000088", "home_division": 330203001, "home_missing": True, "home_text": "月湖街1号2单元",
        "symptoms": [], "contact_symptomatic": False, "contact_confirmed": False, "in_city": True, "elsewhere": False,
    }  # fmt: skip
    version = carried["statement"]["version"]
    whom = {"answers": answers, "statement": version}
    card = tablet.closed(kind="card", number=tablet.next_number(carried), whom=whom)
    ill = answers | {
        "id_number": a_document(89),
        "symptoms": ["fever"],
        "symptoms_since": "2020-02-19",
        "phone": "13800000089",
    }
    said_no = tablet.closed(kind="declaration", whom={"answers": ill, "statement": version})
    child = answers | {"name": "周小小", "id_type": "none", "id_number": None, "birth_date": "2015-05-05"}
    parent = {"id_type": "resident", "id_number": a_document(88), "name": "周小山"}
    small = tablet.closed(
        kind="card", number=tablet.next_number(carried), whom={"answers": child, "statement": version}, parent=parent
    )
    wrong = tablet.closed(kind="card", number=tablet.next_number(carried), whom={"answers": {}, "statement": version})
    assert said(tablet.bring(card, said_no, small, wrong)) == [
        ("taken", ""), ("taken", ""), ("taken", ""), ("held", "answers-wrong"),
    ]  # fmt: skip
    of_child = Paper.objects.get(child_of__isnull=False)
    assert (of_child.document_tail, of_child.person.id_type) == (a_document(88)[-4:], "none")


def test_blanks_filled_by_hand_spoiled_and_lost_come_from_their_stubs(tablet: Tablet, point: Point, clerk: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    stock = blanks.receive(by=clerk, point=point.pk, count=10, now=NOW)
    assert isinstance(stock, Lease)
    filled, spoiled, lost = (number(stock.district, stock.first + place) for place in range(3))
    records = (
        tablet.closed(kind="blank", number=filled, whom=document(person, 0)),
        tablet.closed(kind="spoiled", number=spoiled, why="写错"),
        tablet.closed(kind="lost", number=lost, why="遗失"),
        tablet.closed(kind="blank", number=spoiled, whom=document(person, 0)),
    )
    assert said(tablet.bring(*records)) == [("taken", ""), ("taken", ""), ("taken", ""), ("held", "number-used")]
    assert said(tablet.bring(*records))[3] == ("held", "number-used")
    found = queries.stock(point.pk)
    assert (found.issued, found.spoiled, found.lost, found.left) == (1, 1, 1, 7)


def test_children_of_one_parent_are_one_person_each_and_a_stub_finds_them_by_name(
    tablet: Tablet, point: Point, clerk: Official
):
    publish({person.pk: "green" for person in people(2)})
    carried = tablet.carry(str(uuid4()))
    stock = blanks.receive(by=clerk, point=point.pk, count=4, now=NOW)
    parent = {"id_type": "resident", "id_number": a_document(0), "name": ""}
    other = parent | {"id_number": a_document(1)}
    answers = {
        "sex": "female", "nationality": "中国", "id_type": "none", "phone": "13800000088", "home_division": 330203001,
        "home_missing": True, "home_text": "月湖街1号2单元", "symptoms": [], "contact_symptomatic": False,
        "contact_confirmed": False, "in_city": True, "elsewhere": False,
    }  # fmt: skip

    def child(name: str, born: str, **more: Any) -> dict[str, Any]:
        whom = {
            "answers": answers | {"name": name, "birth_date": born, **more},
            "statement": carried["statement"]["version"],
        }
        return {"whom": whom, "parent": parent}

    names = ("王家豪", "王家伟")
    cards = [
        tablet.closed(kind="card", number=tablet.next_number(carried), **child(name, born))
        for name, born in ((names[0], "2016-01-01"), (names[1], "2018-01-01"), (names[0], "2016-01-01"))
    ]
    ill = tablet.closed(
        kind="declaration", **child("王家宝", "2019-01-01", symptoms=["fever"], symptoms_since="2020-02-19")
    )
    assert said(tablet.bring(*cards, ill)) == [("taken", ""), ("taken", ""), ("taken", "doubled"), ("taken", "")]
    children = Person.objects.filter(id_type="none", looked_after_by__account__person__id_tail=a_document(0)[-4:])
    assert sorted(child.name for child in children) == ["王家伟", "王家宝", "王家豪"]
    holders = Paper.objects.filter(child_of__isnull=False).order_by("pk").values_list("person__name", flat=True)
    assert list(holders) == [names[0], names[1], names[0]]

    filled = [number(stock.district, stock.first + place) for place in range(4)]
    stubs = [
        tablet.closed(kind="blank", number=filled[0], whom={"child": "王家伟"}, parent=parent),
        tablet.closed(kind="blank", number=filled[1], whom={"child": "王小兰"}, parent=parent),
        tablet.closed(kind="blank", number=filled[2], whom={"child": "王家伟"}, parent=other),
        tablet.closed(kind="blank", number=filled[3], whom={"child": "王家伟"}),
    ]
    assert said(tablet.bring(*stubs)) == [
        ("taken", ""), ("held", "child-unknown"), ("held", "child-unknown"), ("held", "record-wrong"),
    ]  # fmt: skip
    assert Paper.objects.get(number=filled[0]).person.name == "王家伟"
    assert HeldEntry.objects.filter(code="child-unknown").count() == 2


def test_the_route_has_homes_without_code_and_pass_and_every_look_is_recorded(tablet: Tablet, point: Point):
    with_pass, without = people(2)
    child = a_child()
    publish({person.pk: "green" for person in (with_pass, without, child)})
    building = Place.objects.create(number=70_001, kind="building", name="3幢", division=point.division)
    stairwell = Stairwell.objects.create(building=building, name="2单元")
    for person in (with_pass, without, child):
        Home.objects.create(person=person, stairwell=stairwell, start=NOW, source="test", legal_basis="test")
    give(point, with_pass)
    carried = tablet.carry(str(uuid4()), route=True)
    assert {one["tail"] for one in carried["route"]} == {without.id_tail, ""}
    assert [one["child"] for one in carried["route"]] == [False, True]
    assert without.name not in str(carried["route"])
    assert set(Look.objects.filter(where="route").values_list("person_id", flat=True)) == {without.pk, child.pk}
    line = carried["route"][0]["id"]
    away = tablet.closed(kind="visit", line=line, outcome="later", again="15:30")
    looked = tablet.closed(kind="look", document=document(without, 1)["document"], found=True)
    assert said(tablet.bring(away, looked)) == [("taken", ""), ("taken", "")]
    assert Look.objects.filter(where="desk-offline", person=without).count() == 1
    (again, _) = tablet.carry(route=True)["route"]
    assert again["again"] == "15:30"
    card = tablet.closed(kind="card", number=tablet.next_number(carried), whom={"line": again["id"]})
    done = tablet.closed(kind="visit", line=again["id"], outcome="issued")
    other = tablet.closed(kind="visit", line=str(uuid4()), outcome="away")
    assert said(tablet.bring(card, done, other)) == [("taken", ""), ("taken", ""), ("held", "line-not-given")]
    assert [one["child"] for one in tablet.carry(route=True)["route"]] == [True]
    with pytest.raises(DatabaseError), transaction.atomic():
        RouteLine.objects.filter(pk=line).update(outcome="no_need")


def test_two_desks_that_issued_to_one_person_are_shown_and_harm_nobody(tablet: Tablet, point: Point, clerk: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    other = Tablet.enrolled(code(point, clerk).secret)
    late = other.closed(
        kind="card", number=other.next_number(other.carry(str(uuid4()))), whom=document(person, 0), at=AT + 60
    )
    early = tablet.closed(kind="card", number=tablet.next_number(tablet.carry(str(uuid4()))), whom=document(person, 0))
    assert said(other.bring(late)) == [("taken", "")]
    assert said(tablet.bring(early)) in ([("taken", "")], [("taken", "doubled")])
    assert sorted(Paper.objects.values_list("credential__doubled", flat=True)) == [False, True]
    assert CollectionTask.objects.get(kind="doubled").paper.issued_at == NOW + timedelta(seconds=60)


def test_a_lost_desk_is_told_at_its_next_sync_and_what_it_had_is_put_by(tablet: Tablet, point: Point, clerk: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    card = tablet.closed(kind="card", number=tablet.next_number(tablet.carry(str(uuid4()))), whom=document(person, 0))
    desks.revoke_desks(
        by=clerk, point=point.pk, devices=[DeskDevice.objects.get().pk], why="lost", at=datetime.now(UTC)
    )
    answer = tablet.bring(card)
    assert (answer["ended"], said(answer)) == (True, [("held", "desk-revoked")])
    assert "licence" not in answer
    assert Paper.objects.count() == 0
    assert HeldEntry.objects.get().code == "desk-revoked"
    assert tablet.ask("POST", "/d/carry", {"numbers": None, "route": True}).json()["code"] == "device-revoked"
    with pytest.raises(DatabaseError), transaction.atomic():
        DeskDevice.objects.update(revoked_at=None, revoked_by=None, why="")


def test_a_record_of_another_desk_or_another_content_is_not_taken(tablet: Tablet, point: Point, clerk: Official):
    other = Tablet.enrolled(code(point, clerk).secret)
    assert said(other.bring(tablet.closed(kind="spoiled", number="1" * 14, why="x"))) == [("refused", "sealed-wrong")]
    first, second = (tablet.closed(kind="visit", line=str(uuid4()), outcome="away") for _ in range(2))
    assert said(tablet.bring(first)) == [("held", "line-not-given")]
    assert said(tablet.bring(second | {"n": first["n"]})) == [("refused", "batch-differs")]
    assert said(tablet.bring(tablet.closed(kind="wish"))) == [("held", "record-wrong")]


def test_the_desk_has_the_register_extract_of_its_district_without_children_who_have_no_document(tablet: Tablet):
    publish({person.pk: "green" for person in (*people(2), a_child())})
    assert extracts.refresh_extracts(now=NOW) == [330203]
    assert tablet.bring()["extract"]["epoch"] == tablet.ask("POST", "/d/extract-key", {}).json()["epoch"]
    assert tablet.ask("GET", "/d/extract").content.startswith(b"YMX1")


def test_only_staff_make_codes_and_only_for_staff(point: Point, clerk: Official):
    stranger = an_official("other", "clerk")
    for words in ({"by": stranger}, {"by": clerk, "clerk": stranger}):
        with pytest.raises(Exception, match=r"staff|工作人员"):
            code(point, **words)
