"""What deliveries bring, what is withdrawn of them and what then stands by another is marked, sealed and as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connections, transaction

from tests.integration.feeds.conftest import Take, by, csv_text, document, take, town
from tests.integration.judgements.painting import untriggered
from yimatong.edges.feeds.importing import Outcome
from yimatong.records.actions.withdrawal import withdraw
from yimatong.records.models import Fact, Official
from yimatong.stations.audits import chain, marks, verifying
from yimatong.stations.audits.models import RecordMark, RecordSeal

__all__ = ["by", "take", "town"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
TESTS = ("证件号码", "姓名", "检测结果", "采样时间")
CASES = ("证件号码", "分类", "报告时间", "结案时间")


def positive(*numbers: int) -> str:
    return csv_text(TESTS, [(document(n), f"王{n}", "阳性", "2020-02-15") for n in numbers])


def differing() -> set[str]:
    """What is not as it was sealed, or was never marked."""
    with transaction.atomic(using="judge"), connections["judge"].cursor() as cursor:
        marks.prepare(cursor)
        return {verifying.told(one) for one in (*marks.compare(cursor).found, *marks.unmarked(cursor))}


def test_deliveries_ends_withdrawals_and_what_stands_after_them_are_as_they_were(
    heads_folder: Path, take: Take, town: Outcome, by: Official
) -> None:
    first = take("tests", positive(0, 1, 2))
    take("tests", positive(1, 2), source="lab 2")
    take("cases", csv_text(CASES, [(document(3), "确诊", "2020-02-10", "")]))
    take("cases", csv_text(CASES, [(document(3), "确诊", "2020-02-10", "2020-02-18")]), name="ended.csv")
    assert chain.seal() == []
    assert differing() == set()
    done = withdraw(by=by, delivery=first.delivery, why="wrong laboratory")
    assert (done.struck, done.standing) == (3, 2)
    assert chain.seal() == []
    assert differing() == set()
    kinds = set(RecordMark.objects.values_list("table", "what"))
    assert kinds >= {("facts", "recorded"), ("facts", "struck"), ("facts", "ended"), ("homes", "recorded")}
    assert RecordSeal.objects.filter(entry=None).count() == 0
    assert RecordSeal.objects.count() == RecordMark.objects.count()


def test_a_long_delivery_is_told_by_what_its_rows_have_in_common(
    heads_folder: Path, take: Take, town: Outcome, by: Official, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with more than a thousand rows: the mark lists none."""
    days = [f"2020-02-{day:02d} {hour:02d}:00" for day in range(1, 20) for hour in range(3)]
    taken = take("tests", csv_text(TESTS, [(document(n), f"王{n}", "阴性", at) for n in range(20) for at in days]))
    assert taken.taken == 20 * len(days) > 1000
    mark = RecordMark.objects.get(table="facts")
    assert (mark.ids, mark.rows, mark.delivery) == (None, taken.taken, taken.delivery)
    assert chain.seal() == []
    assert differing() == set()
    monkeypatch.setattr(marks, "PIECE", 100)
    assert differing() != set(), "the pieces are part of the form"
    monkeypatch.undo()
    with untriggered("facts") as cursor:
        cursor.execute("UPDATE facts SET detail = 'positive' WHERE id = %s", [mark.low + 500])
    assert differing() == {f"facts {mark.low} changed"}
    with untriggered("facts") as cursor:
        cursor.execute("DELETE FROM facts WHERE id = %s", [mark.low + 500])
    assert differing() == {f"facts {mark.low} missing"}
    assert Fact.objects.count() == taken.taken - 1
    withdraw(by=by, delivery=taken.delivery, why="x")
    assert chain.seal() == []
    struck = RecordMark.objects.get(what="struck")
    assert (struck.ids, struck.rows) == (None, taken.taken - 1)
