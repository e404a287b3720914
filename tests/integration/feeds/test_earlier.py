"""Declarations of earlier systems: judged as they came, not asked for again, confirmed by the person (A4, A19)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acting import an_official
from tests.integration.feeds.conftest import NOW, csv_text, document
from yimatong.edges.feeds import releasing
from yimatong.edges.feeds.withdrawing import withdraw
from yimatong.records import identity
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Fact, HeldRow, Official, Person, Stay
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions import declaring, earlier, signing_in
from yimatong.stations.declarations.actions.signing_in import Claims
from yimatong.stations.declarations.models import Account, Channel, EarlierDeclaration
from yimatong.stations.judgements import actions

pytestmark = pytest.mark.django_db
TITLES = (
    "证件号码", "姓名", "手机号", "登记编号", "申报时间", "街道代码", "详细住址", "发热", "接触过有症状者", "到过的地区代码",
    "到达日期", "离开日期",
)  # fmt: skip
NINGBO = Path(__file__).resolve().parents[3] / "policies" / "cn-zj-ningbo"


def row(number: int, *rest: str, name: str = "王小明") -> tuple[str, ...]:
    """Somebody of the police's system: fever, contact, region, from, to may follow."""
    told = (*rest, *([""] * (5 - len(rest))))
    return (
        document(number),
        name,
        f"1380000{number:04d}",
        f"GA{number}",
        "2020-02-12 20:15",
        "330203001",
        "月湖小区3幢",
        *told,
    )


def account_of(number: int, name: str = "王小明") -> Account:
    """The person's account of a channel that has checked the document."""
    Channel.objects.get_or_create(
        slug="police-app", kind="browser", title_zh="阿拉警察", title_en="Police app", verifies_identity=True
    )
    claims = Claims(name=name, id_number=document(number), phone=f"1380000{number:04d}")
    return signing_in.sign_in(channel="police-app", subject=str(number), claims=claims, at=datetime.now(UTC))


def linked(number: int) -> Account:
    """The same, after the first declaration of their own."""
    account = account_of(number)
    account.person = Person.objects.get(id_key=identity.id_key("resident", document(number)))
    account.save()
    return account


def test_a_row_becomes_a_declaration_its_symptoms_its_contact_and_its_journey(take):
    outcome = take(
        "police_declarations", csv_text(TITLES, [row(1, "是", "是", "420106", "2020-02-01", "2020-02-05"), row(2)])
    )
    assert (outcome.rows, outcome.taken, outcome.held, outcome.appeared) == (2, 2, 0, 2)
    person = Person.objects.get(id_key=identity.id_key("resident", document(1)))
    facts = set(Fact.objects.filter(person=person).values_list("kind", "detail"))
    assert facts == {("declaration", "police"), ("symptom", "fever"), ("contact", "symptomatic")}
    stay = Stay.objects.get(person=person)
    assert (stay.division, stay.arrive, stay.leave) == (
        420106000, datetime(2020, 1, 31, 16, 0, tzinfo=UTC), datetime(2020, 2, 5, 15, 59, tzinfo=UTC),
    )  # fmt: skip
    assert (person.division, stay.delivery_id, stay.source) == (330203001, outcome.delivery, "test")
    assert set(outcome.people) == set(Person.objects.values_list("number", flat=True))


def test_a_further_journey_is_a_further_row_of_the_same_declaration(take):
    rows = [
        row(1, "否", "否", "420106", "2020-02-01", "2020-02-05"),
        row(1, "否", "否", "330300", "2020-02-06", "2020-02-08"),
    ]
    outcome = take("police_declarations", csv_text(TITLES, rows))
    assert (outcome.rows, outcome.taken) == (2, 2)
    kept = EarlierDeclaration.objects.get()
    assert [one["division"] for one in queries.earlier_answers(kept)["itinerary"]] == [420106000, 330300000]


def test_the_same_rows_in_another_file_are_unchanged(take):
    rows = [row(1, "是", "是", "420106", "2020-02-01", "2020-02-05"), row(2)]
    take("police_declarations", csv_text(TITLES, rows))
    again = take("police_declarations", csv_text(TITLES, rows) + "\n", name="again.csv")
    assert (again.rows, again.taken, again.unchanged) == (2, 0, 2)
    assert (Fact.objects.count(), Stay.objects.count()) == (4, 1)


def test_bad_rows_are_held_and_nothing_of_them_counts(take):
    rows = [
        row(1, "是", "否", "420106", "2020-02-01", ""),
        row(2, "maybe"),
        row(3, "否", "否", "42010", "2020-02-01", "2020-02-02"),
        row(4, "否", "否", "420106", "2020-02-05", "2020-02-01"),
        ("", "王小明", "13900000009", *row(5)[3:]),
        row(6),
    ]
    outcome = take("police_declarations", csv_text(TITLES, rows))
    assert (outcome.rows, outcome.taken, outcome.held) == (6, 1, 5)
    codes = {held.row: held.problems[0]["code"] for held in HeldRow.objects.order_by("row")}
    assert codes == {
        2: "journey-incomplete", 3: "word-unknown", 4: "region-wrong", 5: "end-before-start", 6: "person-not-certain",
    }  # fmt: skip
    assert (Fact.objects.count(), Stay.objects.count(), EarlierDeclaration.objects.count()) == (1, 0, 1)


def test_a_held_row_confirmed_by_an_official_brings_all_that_it_says(take, town):
    health = an_official("h", Official.Role.HEALTH, name="卫健")
    held = ("", "王3", "", *row(3, "是", "否", "420106", "2020-02-01", "2020-02-05")[3:])
    take("police_declarations", csv_text(TITLES, [held]))
    person = Person.objects.get(name="王3").number
    releasing.confirm(by=health, held_row=HeldRow.objects.get().pk, person=person, why="电话核实", now=NOW)
    assert set(Fact.objects.filter(person_id=person).values_list("kind", flat=True)) == {"declaration", "symptom"}
    assert Stay.objects.get().person_id == person
    assert EarlierDeclaration.objects.get().person_id == person


def test_a_platform_delivers_json_lines_and_its_decision_paints_nothing(take):
    lines = [
        {"id_number": document(1), "name": "王小明", "declared": "2020-02-14 09:00", "decision": "red", "fever": False},
        {
            "id_number": document(2),
            "name": "李小红",
            "declared": "2020-02-14 09:00",
            "decision": "green",
            "cough": True,
        },
    ]
    text = "\n".join([*(json.dumps(line, ensure_ascii=False) for line in lines), "[1, 2]", '{"id_number": {"x": 1}}'])
    outcome = take("platform_decisions", text, name="day.jsonl")
    assert (outcome.rows, outcome.taken, outcome.held) == (4, 2, 2)
    assert set(Fact.objects.values_list("kind", "detail")) == {("declaration", "platform"), ("symptom", "respiratory")}
    assert set(EarlierDeclaration.objects.values_list("origin", "decision")) == {
        ("platform", "red"),
        ("platform", "green"),
    }


def test_the_form_is_filled_in_beforehand_from_an_earlier_declaration(take):
    take("police_declarations", csv_text(TITLES, [row(1, "是", "否", "420106", "2020-02-01", "2020-02-05")]))
    shown = queries.progress(account_of(1))
    assert shown.prefilled == "police"
    assert (shown.answers["name"], shown.answers["phone"], shown.answers["home_text"]) == (
        "王小明",
        "13800000001",
        "月湖小区3幢",
    )
    assert shown.answers["symptoms"] == ["fever"]
    assert shown.answers["itinerary"] == [
        {"division": 420106000, "place": "", "from": "2020-02-01", "to": "2020-02-05"}
    ]


def test_a_strangers_account_sees_nothing_of_it(take):
    take("police_declarations", csv_text(TITLES, [row(1)]))
    other = signing_in.sign_in(channel="browser", subject="x", claims=Claims(phone="13700000000"), at=datetime.now(UTC))
    assert queries.progress(other).prefilled == "channel"
    assert "name" not in queries.progress(other).answers


def test_the_person_confirms_and_is_not_asked_again_by_another_delivery(take):
    take("police_declarations", csv_text(TITLES, [row(1)]))
    account = linked(1)
    waiting = queries.waiting_earlier(account).get()
    earlier.confirm_earlier(account=account, earlier=waiting.pk, now=NOW)
    take("police_declarations", csv_text(TITLES, [row(1), row(2)]), name="more.csv")
    assert not queries.waiting_earlier(account).exists()


def test_the_person_says_that_it_is_not_theirs_and_no_fact_of_others_falls(take):
    take("police_declarations", csv_text(TITLES, [row(1, "是")]))
    account = linked(1)
    earlier.reject_earlier(account=account, earlier=queries.waiting_earlier(account).get().pk, now=NOW)
    assert EarlierDeclaration.objects.get().state == "rejected"
    assert Fact.objects.filter(struck_at=None, kind="symptom").count() == 1


def test_a_withdrawn_delivery_leaves_nothing_but_what_another_said_too(take, by, tmp_path):
    first = take(
        "police_declarations", csv_text(TITLES, [row(1, "是", "否", "420106", "2020-02-01", "2020-02-05"), row(2)])
    )
    take(
        "police_declarations",
        csv_text(TITLES, [row(1, "否", "否", "420106", "2020-02-01", "2020-02-05")]),
        name="other.csv",
    )
    gone = withdraw(by=by, delivery=first.delivery, why="错误批次", lake_folder=tmp_path)
    assert set(gone.people) == set(Person.objects.values_list("number", flat=True))
    standing = set(Fact.objects.filter(struck_at=None).values_list("person__name", "kind", "detail"))
    assert standing == {("王小明", "declaration", "police")}
    assert Fact.objects.filter(struck_at=None).count() == 1
    assert Stay.objects.filter(struck_at=None).count() == 1
    assert EarlierDeclaration.objects.filter(withdrawn_at=None).count() == 1
    again = take(
        "police_declarations", csv_text(TITLES, [row(1, "是", "否", "420106", "2020-02-01", "2020-02-05"), row(2)])
    )
    assert again.taken == 2


def test_what_the_person_said_too_stands_after_a_withdrawal(take, by, tmp_path):
    first = take("police_declarations", csv_text(TITLES, [row(1, "否", "否", "420106", "2020-02-10", "2020-02-12")]))
    answers = {
        "name": "王小明", "id_type": "resident", "id_number": document(1), "phone": "13800000001", "home_division": 330203001,
        "home_missing": True, "home_text": "月湖小区3幢", "symptoms": [], "contact_symptomatic": False, "contact_confirmed": False,
        "in_city": True, "elsewhere": True,
        "itinerary": [{"division": 420106000, "place": "", "from": "2020-02-10", "to": "2020-02-12"}],
    }  # fmt: skip
    declaring.declare(account=account_of(1), answers=answers, statement="2020-02-15", now=NOW, at=datetime.now(UTC))
    assert Stay.objects.get().delivery_id == first.delivery
    withdraw(by=by, delivery=first.delivery, why="错误批次", lake_folder=tmp_path)
    stay = Stay.objects.get(struck_at=None)
    assert (stay.delivery_id, stay.source, stay.division) == (None, "declaration:police-app", 420106000)


@pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
def test_somebody_with_an_earlier_declaration_is_judged_without_declaring_again(take):
    take("police_declarations", csv_text(TITLES, [row(1), row(2, "是"), row(3)]))
    take("people", csv_text(("证件号码", "姓名"), [(document(9), "赵大海")]), name="people.csv")
    actions.run_full(by=the_system(), policy=NINGBO, as_of=NOW - timedelta(days=5), engine="reference")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT name, colour FROM people JOIN current_verdicts ON person = number ORDER BY number")
        assert [colour for _, colour in cursor.fetchall()] == ["green", "yellow", "green", "unknown"]


def test_what_an_earlier_system_told_lies_sealed(take):
    take("police_declarations", csv_text(TITLES, [row(1, "是")]))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM earlier_declarations t")
        told = cursor.fetchone()[0]
    assert "GA1" in told
    for secret in ("王小明", document(1), "13800000001", "月湖"):
        assert secret not in told
