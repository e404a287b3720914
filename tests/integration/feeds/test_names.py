"""A name in a file and a name that somebody declares are compared by one comparator: the same pairs get the same answer on both ways."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.integration.feeds.conftest import Take, csv_text, document
from tests.unit.core.test_name_matching import TABLE
from yimatong.core.name_matching import Likeness
from yimatong.records.models import Fact, HeldRow, Person
from yimatong.stations.declarations.actions import recognising

pytestmark = pytest.mark.django_db

PAIRS = [
    (known, told, likeness)
    for known, told, likeness in TABLE
    if known and "," not in told and (known + told).isprintable()
]


def test_a_file_takes_the_spellings_of_one_name_and_holds_every_other_name(take: Take) -> None:
    take("people", csv_text(("证件号码", "姓名"), [(document(n), known) for n, (known, _t, _l) in enumerate(PAIRS)]))
    assert Person.objects.count() == len(PAIRS) > 50
    header = ("证件号码", "姓名", "检测结果", "采样时间")
    rows = [(document(n), told, "阴性", "2020-02-15") for n, (_known, told, _likeness) in enumerate(PAIRS)]
    outcome = take("tests", csv_text(header, rows))
    held = {
        row.row - 2: {code["code"] for code in row.problems}
        for row in HeldRow.objects.filter(delivery=outcome.delivery)
    }
    other = {n for n, (_known, _told, likeness) in enumerate(PAIRS) if likeness is not Likeness.SAME}
    assert held == {n: {"name-differs"} for n in other}, [PAIRS[n] for n in held.keys() ^ other]
    assert Fact.objects.filter(kind="test").count() == len(PAIRS) - len(other)


def test_a_declaration_takes_the_same_spellings_for_the_same_person() -> None:
    for known, told, likeness in PAIRS:
        doubt = recognising._by_name(Person(name=known), SimpleNamespace(name=told))
        assert (doubt == "name-differs") is (likeness is Likeness.DIFFERENT), (known, told)
