"""What the database itself refuses, whoever asks: numbers twice, a register rewritten, a pass for somebody red (H2, D4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.integration.issuing.town import NOW, fact, give, lease, people, publish
from tests.integration.refusing import refused
from yimatong.records.models import Official
from yimatong.stations.issuing.actions import blanks, fraud
from yimatong.stations.issuing.models import Point
from yimatong.stations.passes.actions import papers

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])


def refuses(statement: str, words: tuple[object, ...] = (), *, alias: str = "default") -> str:
    """The state with which the database refuses a statement, also to the owner of the tables."""
    return refused(statement, words, alias=alias)


@pytest.fixture
def issued(point: Point) -> int:
    """A pass of somebody green; the person."""
    (person,) = people(1)
    publish({person.pk: "green"})
    give(point, person)
    return person.pk


@pytest.mark.parametrize(
    ("statement", "state"),
    [
        ("UPDATE papers SET number = '330203-0000009-9'", "YMT04"),
        ("DELETE FROM papers", "YMT04"),
        ("UPDATE register_entries SET line = 7", "YMT04"),
        ("DELETE FROM register_entries", "YMT04"),
        ("INSERT INTO register_entries (point_id, day, line, paper_id) SELECT point_id, day, 9, paper_id FROM register_entries", "YMT53"),
        ("UPDATE register_days SET lines = 0", "YMT53"),
        ("UPDATE number_leases SET next = first", "YMT51"),
        ("UPDATE number_leases SET last = last + 5", "YMT51"),
        ("DELETE FROM number_leases", "YMT04"),
        ("UPDATE number_districts SET next = 1", "YMT51"),
        ("UPDATE paper_credentials SET until = until + interval '1 day'", "YMT38"),
        ("UPDATE paper_credentials SET person_id = person_id + 1", "YMT38"),
        ("DELETE FROM paper_credentials", "YMT04"),
        ("UPDATE issuing_points SET scope = 'roster'", "YMT55"),
    ],
)  # fmt: skip
def test_what_was_issued_stays_as_it_is(issued: int, statement: str, state: str):
    assert refuses(statement) == state


def test_a_recall_is_for_ever(issued: int):
    with transaction.atomic():
        papers.hold(issued)
        papers.recall(serials=[1, 2, 3, *_serials()], cause="lost", now=NOW)
    assert refuses("UPDATE paper_credentials SET recalled_at = NULL, cause = ''") == "YMT38"


def _serials() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT serial FROM paper_credentials")
        return [row[0] for row in cursor.fetchall()]


def test_nobody_has_two_passes_that_count(issued: int):
    with pytest.raises(DatabaseError) as no, transaction.atomic():
        papers.grant(person=issued, issued_at=NOW, until=NOW + timedelta(days=1), longest=30)
    assert getattr(no.value.__cause__, "sqlstate", "") == "23505"


def test_a_colour_cannot_be_painted_on_paper(point: Point):
    (ill,) = people(1)
    fact(ill, "order", "home")
    publish({ill.pk: "red"})
    with pytest.raises(papers.NotInForce), transaction.atomic():
        papers.grant(person=ill.pk, issued_at=NOW, until=NOW + timedelta(days=1), longest=30)


def test_no_two_blocks_overlap_and_a_number_is_of_its_block(point: Point, issued: int):
    block = lease(point)
    again = (
        "INSERT INTO number_leases (point_id, use, desk, district, first, last, next, leased_at, leased_by_id)"
        " SELECT point_id, use, desk, district, last, last + 3, last, leased_at, leased_by_id FROM number_leases WHERE id = %s"
    )
    assert refuses(again, (block.pk,)) == "23P01"
    columns = "person_id, document_tail, never, name, point_id, lease_id, by_id, mode, issued_at, valid_until"
    foreign = (
        f"INSERT INTO papers (number, district, serial, key, {columns})"
        "SELECT '330203-0900000-0', 330203, 900000, gen_random_uuid(), person_id, document_tail, 'x', name, point_id, lease_id,"
        " by_id, mode, issued_at, valid_until FROM papers"
    )
    assert refuses(foreign) == "YMT52"
    assert refuses(foreign.replace("900000,", "900001,")) in {"23514", "YMT52"}


def test_a_blank_leaves_the_stock_once(point: Point, clerk: Official):
    blanks.receive(by=clerk, point=point.pk, count=5, now=NOW)
    move = (
        "INSERT INTO blank_moves (point_id, what, district, first, last, at, by_id, why)"
        " SELECT point_id, %s, district, first, first + 2, at, by_id, '' FROM blank_moves WHERE what = 'received' LIMIT 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(move, ("spoiled",))
    assert refuses(move, ("issued",)) == "23P01"
    assert (
        refuses(move.replace("district, first, first + 2", "district, first + 900, first + 902"), ("void",)) == "YMT54"
    )
    assert refuses("DELETE FROM blank_moves") == "YMT04"


def test_a_case_is_heard_before_it_is_settled(point: Point, issued: int, office: Official):
    from yimatong.stations.issuing.models import FraudCase, Paper

    fraud.open_case(by=office, number=Paper.objects.get().number, says="lent", grounds="举报", now=NOW)
    skipped = (
        "UPDATE fraud_cases SET state = 'settled', finding = 'fraud', settled_at = now(), settled_by_id = opened_by_id,"
        " settled_why = 'x', heard_at = now()"
    )
    assert refuses(skipped) == "YMT56"
    assert refuses("UPDATE fraud_cases SET says = 'forged'") == "YMT55"
    fraud.hear(by=office, case=FraudCase.objects.get().pk, words="证是我自己用的", now=NOW)
    assert refuses(skipped.replace("now()", "answer_by")) == "YMT56", "nothing is decided before the time is over"
    assert refuses("UPDATE fraud_answers SET how = 'online'") == "YMT04"
    assert refuses("DELETE FROM fraud_answers") == "YMT04"


def test_the_judge_sees_no_register(issued: int):
    assert refuses("SELECT * FROM papers", alias="judge") == "42501"
    assert refuses("SELECT * FROM roster_lines", alias="judge") == "42501"
