"""Withdrawing a delivery: what rests on it alone goes, what others said too stands, the past can still be told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.acting import an_official
from tests.integration.feeds.conftest import Take, csv_text, document
from yimatong.core.errors import YimatongError
from yimatong.edges.feeds.importing import Outcome
from yimatong.records import queries
from yimatong.records.actions.withdrawal import withdraw
from yimatong.records.models import AuditEntry, Delivery, Fact, HeldRow, Home, Official, Person

pytestmark = pytest.mark.django_db
TESTS = ("证件号码", "姓名", "检测结果", "采样时间")
CASES = ("证件号码", "分类", "报告时间", "结案时间")


def standing() -> list[tuple[int, str, str, datetime | None]]:
    return list(Fact.objects.filter(struck_at=None).order_by("person").values_list("delivery", "kind", "detail", "end"))


def test_its_facts_are_struck_and_the_people_touched_come_back(take: Take, town: Outcome, by: Official) -> None:
    outcome = take(
        "tests",
        csv_text(
            TESTS,
            [(document(n), f"王{n}", "阳性", "2020-02-15") for n in range(3)] + [("", "王9", "阴性", "2020-02-15")],
        ),
    )
    known_before = datetime.now(UTC)
    done = withdraw(by=by, delivery=outcome.delivery, why="wrong laboratory")
    assert (done.struck, done.standing, done.people) == (3, 0, outcome.people)
    assert standing() == []
    fact = Fact.objects.first()
    assert fact is not None
    assert fact.struck_by == by
    assert fact.strike_reason == f"delivery {outcome.delivery} withdrawn: wrong laboratory"
    assert HeldRow.objects.get().state == HeldRow.State.DISMISSED
    assert Delivery.objects.get(pk=outcome.delivery).state == Delivery.State.WITHDRAWN
    assert AuditEntry.objects.filter(action="delivery.withdraw", subject=f"delivery/{outcome.delivery}").count() == 1
    assert len(rows(None)) == 0
    assert len(rows(known_before)) == 3, "what was known then can still be told"


def test_what_another_delivery_said_too_stands_under_that_one(take: Take, town: Outcome, by: Official) -> None:
    first = take("tests", csv_text(TESTS, [(document(n), f"王{n}", "阳性", "2020-02-15") for n in range(3)]))
    second = take("tests", csv_text(TESTS, [(document(1), "王1", "阳性", "2020-02-15")]), source="lab 2", basis="law 2")
    third = take(
        "tests",
        csv_text(TESTS, [(document(1), "王1", "阳性", "2020-02-15"), (document(2), "王2", "阳性", "2020-02-15")]),
    )
    assert (second.unchanged, third.unchanged) == (1, 2)
    done = withdraw(by=by, delivery=first.delivery, why="x")
    assert (done.struck, done.standing) == (3, 2)
    assert [delivery for delivery, *_ in standing()] == [second.delivery, third.delivery]
    said = {fact.delivery_id: (fact.source, fact.legal_basis) for fact in Fact.objects.filter(struck_at=None)}
    assert said == {one.pk: (one.source, one.legal_basis) for one in Delivery.objects.filter(pk__in=said)}, "theirs"
    struck = list(Fact.objects.exclude(struck_at=None).order_by("person").values_list("id", flat=True))
    stands = queries.now_standing("facts", struck)
    assert [stands[row] for row in struck[1:]] == list(
        Fact.objects.filter(struck_at=None).order_by("person").values_list("id", flat=True)
    )
    assert stands[struck[0]] == struck[0], "nobody else said that one"
    withdraw(by=by, delivery=second.delivery, why="x")
    assert [delivery for delivery, *_ in standing()] == [third.delivery, third.delivery], "the third still says it"
    last = Fact.objects.filter(struck_at=None).order_by("person").first()
    assert last is not None
    assert queries.now_standing("facts", [struck[1]]) == {struck[1]: last.pk}, "through two withdrawals"
    withdraw(by=by, delivery=third.delivery, why="x")
    assert standing() == []


def test_an_end_goes_with_the_delivery_that_brought_it(take: Take, town: Outcome, by: Official) -> None:
    opened = take("cases", csv_text(CASES, [(document(1), "确诊", "2020-02-10", "")]))
    closed = take("cases", csv_text(CASES, [(document(1), "确诊", "2020-02-10", "2020-02-18")]))
    done = withdraw(by=by, delivery=closed.delivery, why="closed too early")
    assert (done.struck, done.standing, done.people) == (1, 1, opened.people)
    assert standing() == [(opened.delivery, "case", "confirmed", None)]


def test_a_fact_keeps_an_end_that_another_delivery_brought(take: Take, town: Outcome, by: Official) -> None:
    opened = take("cases", csv_text(CASES, [(document(1), "确诊", "2020-02-10", "")]))
    closed = take("cases", csv_text(CASES, [(document(1), "确诊", "2020-02-10", "2020-02-18")]))
    withdraw(by=by, delivery=opened.delivery, why="x")
    assert standing() == [(closed.delivery, "case", "confirmed", datetime(2020, 2, 18, 15, 59, tzinfo=UTC))]
    withdraw(by=by, delivery=closed.delivery, why="x")
    assert standing() == []


def test_a_first_hand_end_that_nobody_else_said_goes(take: Take, town: Outcome, by: Official) -> None:
    both = take("cases", csv_text(CASES, [(document(1), "确诊", "2020-02-10", "2020-02-18")]))
    start_only = take("cases", csv_text(CASES, [(document(1), "确诊", "2020-02-10", "")]))
    withdraw(by=by, delivery=both.delivery, why="x")
    assert standing() == [(start_only.delivery, "case", "confirmed", None)]


def test_homes_are_withdrawn_and_people_stay(take: Take, town: Outcome, by: Official) -> None:
    done = withdraw(by=by, delivery=town.delivery, why="old register")
    assert (done.struck, len(done.people)) == (20, 20)
    assert Home.objects.filter(struck_at=None).count() == 0
    assert Person.objects.count() == 20
    assert rows(None, "homes") == []


def test_a_withdrawn_file_may_be_delivered_again(take: Take, town: Outcome, by: Official) -> None:
    text = csv_text(TESTS, [(document(1), "王1", "阳性", "2020-02-15")])
    first = take("tests", text)
    withdraw(by=by, delivery=first.delivery, why="by mistake")
    again = take("tests", text)
    assert (again.again, again.taken) == (False, 1)
    assert again.delivery != first.delivery


@pytest.mark.parametrize(
    ("change", "code"), [({"delivery": 999_999}, "delivery-unknown"), ({"why": "  "}, "reason-missing")]
)
def test_mistakes_are_told(take: Take, town: Outcome, by: Official, change: dict[str, object], code: str) -> None:
    with pytest.raises(YimatongError) as refusal:
        withdraw(**{"by": by, "delivery": town.delivery, "why": "x", **change})  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_a_delivery_is_withdrawn_once_and_by_somebody_who_may(take: Take, town: Outcome, by: Official) -> None:
    clerk = an_official("clerk", Official.Role.CLERK, name="窗口")
    with pytest.raises(YimatongError) as refusal:
        withdraw(by=clerk, delivery=town.delivery, why="x")
    assert refusal.value.code == "not-allowed"
    withdraw(by=by, delivery=town.delivery, why="x")
    with pytest.raises(YimatongError) as refusal:
        withdraw(by=by, delivery=town.delivery, why="x")
    assert refusal.value.code == "delivery-not-taken"


def rows(at: datetime | None, table: str = "facts") -> list[tuple[object, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(queries.snapshot_sql(table, at))
        return cursor.fetchall()
