"""Facts from files: taken, unchanged, ended or held, and the counts always add up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.integration.feeds.conftest import Take, csv_text, document
from yimatong.core.facts import DETAILS
from yimatong.core.time import minute_down
from yimatong.edges.feeds.catalogue import CONTRACTS
from yimatong.edges.feeds.importing import Outcome
from yimatong.edges.feeds.pages import _example
from yimatong.records import queries
from yimatong.records.actions import facts
from yimatong.records.models import Delivery, Fact, HeldRow, Home, Official, Person

pytestmark = pytest.mark.django_db

TESTS = ("证件号码", "姓名", "检测结果", "采样时间")


def problems(outcome: Outcome) -> dict[int, list[tuple[str, str]]]:
    """Row -> (column, code) of what was held."""
    rows = HeldRow.objects.filter(delivery=outcome.delivery)
    return {row.row: [(problem["column"], problem["code"]) for problem in row.problems] for row in rows}


def counts(outcome: Outcome) -> tuple[int, int, int]:
    delivery = Delivery.objects.get(pk=outcome.delivery)
    assert delivery.rows == outcome.rows == outcome.taken + outcome.unchanged + outcome.held
    assert HeldRow.objects.filter(delivery=delivery).count() == outcome.held
    return outcome.taken, outcome.unchanged, outcome.held


def test_rows_become_facts_with_source_basis_and_delivery(take: Take, town: Outcome) -> None:
    outcome = take(
        "tests",
        csv_text(
            (*TESTS, "检测机构"),
            [
                (document(3), "王3", "阴性", "2020-02-15 08:30:20", "李惠利医院"),
                (document(4), "", "阳", "2020年2月16日", ""),
            ],
        ),
    )
    first, second = Fact.objects.filter(delivery=outcome.delivery).order_by("start")
    assert (first.kind, first.detail, first.source, first.legal_basis) == ("test", "negative", "李惠利医院", "law")
    assert first.start == datetime(2020, 2, 15, 0, 30, 20, tzinfo=UTC)
    assert (second.detail, second.source, second.start) == ("positive", "test", datetime(2020, 2, 15, 16, tzinfo=UTC))
    assert outcome.people == (first.person_id, second.person_id)
    assert counts(outcome) == (2, 0, 0)


@pytest.mark.parametrize("feed", [feed for feed, contract in CONTRACTS.items() if contract.kind is not None])
def test_every_feed_takes_every_word_of_its_closed_list(take: Take, town: Outcome, feed: str) -> None:
    contract = CONTRACTS[feed]
    assert contract.kind is not None
    column = contract.column(contract.detail or "")
    details = set(DETAILS[contract.kind]) if contract.origin is None else {contract.origin}
    assert set(column.words) == details
    others = [one for one in contract.columns if one.required and one is not column]
    titles = ["证件号码", column.zh[0], *(one.en[0] for one in others)]
    spellings = [spelling for accepted in column.words.values() for spelling in accepted]
    rows = [
        (document(n % 20), spelling, *(f"2020-02-{n // 20 + 1:02d}" for _ in others))
        for n, spelling in enumerate(spellings)
    ]
    outcome = take(feed, csv_text(titles, rows))
    assert problems(outcome) == {}
    assert set(Fact.objects.filter(kind=contract.kind).values_list("detail", flat=True)) == details


@pytest.mark.parametrize("feed", CONTRACTS)
def test_the_example_in_the_reference_is_taken(take: Take, feed: str) -> None:
    if feed != "people":
        take("people", "\n".join(_example(CONTRACTS["people"])), name="people.csv")
    outcome = take(feed, "\n".join(_example(CONTRACTS[feed])), name="example.csv")
    assert counts(outcome) == (1, 0, 0)


def test_wrong_rows_are_held_each_with_column_and_code_and_the_others_taken(take: Take, town: Outcome) -> None:
    rows = [
        (document(1), "王1", "阴性", "2020-02-15"),
        (document(2)[:-1], "王2", "阴性", "2020-02-15"),
        ("330299199002311238", "王3", "阴性", "2020-02-15"),
        (document(4), "王4", "可能", "2020-02-30"),
        (document(5), "王5", "", ""),
        (document(6), "王6", "阴性", "2021-02-15"),
        (document(7), "王7", "阴性", "1999-02-15"),
        (document(8), "王九", "阴性", "2020-02-15"),
        ("", "", "阴性", "2020-02-15"),
        (document(500), "", "阴性", "2020-02-15"),
    ]
    outcome = take("tests", csv_text(TESTS, rows) + "只有一格\n")
    assert problems(outcome) == {
        3: [("id_number", "id-number-shape")],
        4: [("id_number", "id-number-date")],
        5: [("result", "word-unknown"), ("sampled_at", "instant-wrong")],
        6: [("result", "required-empty"), ("sampled_at", "required-empty")],
        7: [("sampled_at", "instant-ahead")],
        8: [("sampled_at", "instant-too-early")],
        9: [("name", "name-differs")],
        10: [("id_number", "person-missing")],
        11: [("id_number", "person-unknown")],
        12: [("", "cells-missing")],
    }
    assert counts(outcome) == (1, 0, 10)


def test_somebody_new_with_document_and_name_is_recorded_and_only_once(take: Take, town: Outcome) -> None:
    rows = [
        (document(600), "赵六", "阴性", "2020-02-15"),
        (document(600), "赵六", "阳性", "2020-02-16"),
        (document(600), "钱七", "阴性", "2020-02-17"),
    ]
    outcome = take("tests", csv_text(TESTS, rows))
    assert outcome.appeared == 1
    assert problems(outcome) == {4: [("name", "name-differs")]}
    person = Person.objects.get(name="赵六")
    assert queries.person_by_document("resident", document(600).lower()) == person
    assert document(600) not in str(person.__dict__)


def test_our_own_number_tells_who_and_must_agree_with_the_document(take: Take, town: Outcome) -> None:
    person = Person.objects.get(name="王5")
    titles = ("人员编号", *TESTS)
    rows = [
        (person.pk, "", "王5", "阴性", "2020-02-15"),
        (person.pk, document(6), "", "阴性", "2020-02-15"),
        (999_999, "", "", "阴性", "2020-02-15"),
        ("abc", "", "", "阴性", "2020-02-16"),
    ]
    outcome = take("tests", csv_text(titles, rows))
    assert Fact.objects.get(delivery=outcome.delivery).person == person
    assert problems(outcome) == {
        3: [("person", "person-and-document-differ")],
        4: [("id_number", "person-unknown")],
        5: [("person", "number-wrong")],
    }


def test_the_same_file_again_changes_nothing_and_says_so(take: Take, town: Outcome) -> None:
    text = csv_text(TESTS, [(document(1), "王1", "阴性", "2020-02-15")])
    first = take("tests", text)
    before = Delivery.objects.count(), Fact.objects.count()
    again = take("tests", text, name="another-name.csv")
    assert (again.delivery, again.again, first.again) == (first.delivery, True, False)
    assert (Delivery.objects.count(), Fact.objects.count()) == before


def test_the_same_rows_in_another_file_are_unchanged(take: Take, town: Outcome) -> None:
    rows = [(document(n), f"王{n}", "阴性", "2020-02-15") for n in range(5)]
    take("tests", csv_text(TESTS, rows))
    outcome = take("tests", csv_text(TESTS, [*reversed(rows), (document(6), "王6", "阴性", "2020-02-15")]))
    assert counts(outcome) == (1, 5, 0)
    assert outcome.people == (Person.objects.get(name="王6").pk,), "only whoever changed is judged again"


def test_a_row_said_twice_counts_once_and_said_differently_is_held(take: Take, town: Outcome) -> None:
    titles = ("证件号码", "隔离方式", "开始时间", "结束时间")
    rows = [
        (document(1), "居家", "2020-02-10", "2020-02-24"),
        (document(1), "居家隔离", "2020/2/10", "2020-02-24"),
        (document(1), "居家", "2020-02-10", "2020-02-25"),
    ]
    outcome = take("orders", csv_text(titles, rows))
    assert counts(outcome) == (1, 1, 1)
    assert problems(outcome) == {4: [("start", "said-twice-differently")]}


def test_an_open_fact_is_ended_by_a_later_file_and_the_end_is_known_from_then_on(take: Take, town: Outcome) -> None:
    titles = ("证件号码", "分类", "报告时间", "结案时间", "发病日期")
    opened = take("cases", csv_text(titles, [(document(1), "确诊", "2020-02-10", "", "2020-02-08")]))
    fact = Fact.objects.get(delivery=opened.delivery)
    known_before = datetime.now(UTC)
    closed = take("cases", csv_text(titles, [(document(1), "确诊", "2020-02-10", "2020-02-18", "")]))
    fact.refresh_from_db()
    assert (closed.taken, closed.ended, closed.people) == (1, 1, (fact.person_id,))
    assert fact.end == datetime(2020, 2, 18, 15, 59, tzinfo=UTC)
    assert [row[5] for row in known("facts", None)] == [minute_down(fact.end)]
    assert [row[5] for row in known("facts", known_before)] == [None]
    repeated = take("cases", csv_text(titles, [(document(1), "确诊", "2020-02-10", "", "2020-02-08")]) + "\n")
    assert (repeated.unchanged, Fact.objects.count()) == (1, 1), (
        "a daily list that does not tell the end opens nothing again"
    )


def test_another_end_or_onset_than_recorded_is_held(take: Take, town: Outcome) -> None:
    titles = ("证件号码", "分类", "报告时间", "结案时间", "发病日期")
    take("cases", csv_text(titles, [(document(1), "确诊", "2020-02-10", "2020-02-18", "2020-02-08")]))
    rows = [(document(1), "确诊", "2020-02-10", "2020-02-19", "2020-02-08")]
    assert problems(take("cases", csv_text(titles, rows))) == {2: [("end", "differs-from-record")]}
    rows = [(document(1), "确诊", "2020-02-10", "2020-02-18", "2020-02-07")]
    assert problems(take("cases", csv_text(titles, rows))) == {2: [("end", "differs-from-record")]}


def test_a_struck_fact_can_be_said_anew(take: Take, town: Outcome, by: Official) -> None:
    take("tests", csv_text(TESTS, [(document(1), "王1", "阳性", "2020-02-15")]))
    facts.strike(
        by=by, fact=Fact.objects.get(kind="test").pk, why="mistaken sample", now=datetime(2020, 2, 20, tzinfo=UTC)
    )
    outcome = take(
        "tests",
        csv_text(TESTS, [(document(1), "王1", "阳性", "2020-02-15"), (document(2), "王2", "阳性", "2020-02-15")]),
    )
    assert counts(outcome) == (2, 0, 0)


def test_people_are_recorded_once_move_and_keep_their_homes(take: Take, town: Outcome) -> None:
    assert counts(town) == (20, 0, 0)
    assert (Person.objects.count(), Home.objects.count()) == (20, 20)
    assert Home.objects.values("stairwell").distinct().count() == 10
    titles = ("证件号码", "姓名", "手机号", "街道代码", "小区", "楼栋", "单元", "入住时间", "搬离时间")
    rows = [
        (document(0), "王0", "13800000000", 330203001, "月湖小区", "0幢", "1单元", "2018-06-01", ""),
        (document(1), "王1", "13999999999", 330203001, "月湖小区", "0幢", "1单元", "2018-06-01", "2020-02-01"),
        (document(2), "李2", "", "", "", "", "", "", ""),
        (document(3), "王3", "", 330203001, "月湖小区", "", "1单元", "2018-06-01", ""),
        (document(4), "王4", "", 330203, "", "", "", "", ""),
        ("", "无证", "", "", "", "", "", "", ""),
    ]
    outcome = take("people", csv_text(titles, rows), name="more.csv")
    assert counts(outcome) == (1, 1, 4)
    assert outcome.ended == 1
    assert problems(outcome) == {
        4: [("name", "name-differs")],
        5: [("building", "home-incomplete")],
        6: [("division", "division-wrong")],
        7: [("id_number", "required-empty")],
    }
    assert Person.objects.get(name="王1").phone_tail == "9999"
    assert Person.objects.count() == 20


def test_a_child_without_a_document_is_recorded_by_saying_so(take: Take) -> None:
    outcome = take("people", "证件类型,证件号码,姓名\n无证件,,小宝\n无证件,123,大宝\n护照,E12345678,Anna\n")
    assert problems(outcome) == {3: [("id_number", "id-number-shape"), ("id_number", "document-and-type-differ")]}
    assert set(Person.objects.values_list("name", "id_type")) == {("小宝", "none"), ("Anna", "passport")}


def test_names_written_with_other_dots_and_blanks_are_the_same_person(take: Take) -> None:
    take("people", f"证件号码,姓名\n{document(7)},阿迪力·买买提\n")
    outcome = take(
        "tests",
        csv_text(
            TESTS,
            [
                (document(7), "阿迪力•买买提", "阴性", "2020-02-15"),
                (document(7), "阿迪力 买买提", "阴性", "2020-02-16"),
            ],
        ),
    )
    assert counts(outcome) == (2, 0, 0)


def known(table: str, at: datetime | None) -> list[tuple[object, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(queries.snapshot_sql(table, at))
        return cursor.fetchall()
