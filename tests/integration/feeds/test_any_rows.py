"""Whatever rows come: the counts add up, saying it again changes nothing, withdrawing it leaves nothing."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tests.integration.feeds.conftest import NOW, csv_text, document
from tests.searching import sought
from yimatong.edges.feeds.importing import Outcome, take_file
from yimatong.records.actions.withdrawal import withdraw
from yimatong.records.models import Delivery, Fact, HeldRow, Official

pytestmark = pytest.mark.django_db
ORDERS = ("证件号码", "姓名", "隔离方式", "开始时间", "结束时间")
days = st.integers(0, 6).map(lambda day: date(2020, 2, 5) + timedelta(days=day))
rows = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 5).map(document), st.sampled_from(["", "1", document(0)[:-1] + "Q"])),
        st.one_of(st.just(""), st.integers(0, 5).map(lambda number: f"王{number}")),
        st.sampled_from(["集中", "居家", "其他", "其它的", ""]),
        st.one_of(days, st.sampled_from(["", "2020-02-31"])),
        st.one_of(days, st.just("")),
    ),
    max_size=12,
)


def take(content: str, by: Official) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_text(content)
        return take_file(path, feed="orders", by=by, source="s", legal_basis="l", now=NOW)


def standing() -> list[tuple[object, ...]]:
    return sorted(Fact.objects.filter(struck_at=None).values_list("person", "kind", "detail", "start", "end"), key=repr)


@sought(20)
@given(first=rows, second=rows)
def test_counts_add_up_and_withdrawals_leave_what_the_other_said(
    town: Outcome, by: Official, first: list[tuple[object, ...]], second: list[tuple[object, ...]]
) -> None:
    before = standing()
    taken = [
        take(csv_text(ORDERS, [*said, (document(7), "", "其他", "2020-02-01", "")]), by) for said in (first, second)
    ]
    for outcome in taken:
        delivery = Delivery.objects.get(pk=outcome.delivery)
        assert delivery.rows == delivery.taken + delivery.unchanged + delivery.held
        assert HeldRow.objects.filter(delivery=delivery).count() == delivery.held
    after = standing()
    again = take(csv_text(ORDERS, [*second, (document(7), "", "其他", "2020-02-01", "")]) + "\n", by)
    assert (again.taken, standing()) == (0, after), "saying it again changes nothing"
    for outcome in (*reversed(taken), again):
        if Delivery.objects.get(pk=outcome.delivery).state == Delivery.State.TAKEN:
            withdraw(by=by, delivery=outcome.delivery, why="x")
    assert standing() == before, "nothing stands that nobody says any more"


@sought(12)
@given(first=rows, second=rows)
def test_withdrawing_one_of_two_leaves_no_end_and_no_fact_that_only_it_said(
    town: Outcome, by: Official, first: list[tuple[object, ...]], second: list[tuple[object, ...]]
) -> None:
    sentinel = (document(7), "", "其他", "2020-02-01", "")
    one, two = (take(csv_text(ORDERS, [*said, sentinel]) + end, by) for said, end in ((first, ""), (second, "\n")))
    withdraw(by=by, delivery=one.delivery, why="x")
    left = {fact[:4]: fact[4] for fact in standing()}
    withdraw(by=by, delivery=two.delivery, why="x")
    assert standing() == []
    fresh = take(csv_text(ORDERS, [*second, sentinel]) + "\n\n", by)
    alone = {fact[:4]: fact[4] for fact in standing()}
    assert left.keys() <= alone.keys(), "nothing is left that the second alone would not have said"
    assert all(end is None or end == alone[key] for key, end in left.items())
    withdraw(by=by, delivery=fresh.delivery, why="x")
